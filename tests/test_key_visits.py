"""Each visit to a key account that extends protection is asked about; chance has no say in it (R44)."""

from datetime import timedelta

import pytest

from accounts import tenancy
from customers.confirmation import asking
from customers.models import Confirmation, Customer
from customers.profile.key_accounts import name_key_account
from tests.artefacts import shown
from tests.confirmations import House, logged, refused_by

committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    """Chance picks as little as it can; Wang's customer is a key account."""
    made = House(percent=1)
    with made.of(made.mei):
        name_key_account(made.customer, by=made.mei, reason="a third of our turnover")
    return made


def asked_about(house):
    """What the job of the next morning asks about, and why."""
    house.next_day()
    with house.of():
        asking.ask_customers()
        asking.ask_customers()
        return list(Confirmation.objects.exclude(chosen="sample").values_list("follow_up", "chosen"))


@committed
def test_a_visit_that_extends_protection_is_asked_about(house):
    with house.of(house.wang):
        entry = shown(logged(house.customer, house.wang), house.wang)
    assert asked_about(house) == [(entry.pk, "key")]


@committed
def test_what_extends_nothing_or_is_no_visit_is_left_to_chance(house):
    """A visit without evidence, with a mail of our own, with evidence of another day; a call."""
    with house.of(house.wang):
        logged(house.customer, house.wang)
        shown(logged(house.customer, house.wang), house.wang, digest=b"own", strength="own")
        other_day = tenancy.now() - timedelta(days=3)
        shown(logged(house.customer, house.wang), house.wang, digest=b"old", happened_at=other_day)
        shown(logged(house.customer, house.wang, kind="call"), house.wang, digest=b"call")
    assert asked_about(house) == []


@committed
def test_who_is_no_key_account_is_left_to_chance(house):
    with house.of(house.mei):
        house.customer.key_accounts.get().end(by=house.mei, reason="bought little this year")
    with house.of(house.wang):
        shown(logged(house.customer, house.wang), house.wang)
    assert asked_about(house) == []


@committed
def test_nobody_calls_another_contact_a_visit_to_a_key_account(house):
    """The trigger agrees with the job, visit by visit."""
    with house.of(house.wang):
        rows = [logged(house.customer, house.wang), shown(logged(house.customer, house.wang, kind="call"), house.wang)]
        proven = shown(logged(house.customer, house.wang), house.wang, digest=b"two")
    with house.of():
        customer = Customer.objects.get(pk=house.customer.pk)
        asked = {"customer": customer, "chosen": "key", "sealed": ""}
        for entry in rows:
            assert refused_by(
                lambda entry=entry: Confirmation.objects.create(**asked, follow_up=entry, token_hash="x")
            ) == ("confirmation_as_chosen")
        assert Confirmation.objects.create(**asked, follow_up=proven, token_hash="x").pk
