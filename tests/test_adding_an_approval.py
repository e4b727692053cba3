"""The example in docs/adding-an-approval.md is a whole kind: it is run as it stands there."""

import re
from pathlib import Path

import pytest

from approvals.asking import ask
from approvals.models import Approval
from audit.deeds import Refused
from tests.factories import customer_of
from tests.kinds import forget, install

PAGE = Path(__file__).parent.parent / "docs" / "adding-an-approval.md"
NAME = "customers.discount"


def example():
    return re.search(r"```python\n(.*?)```", PAGE.read_text(), re.S)[1]


@pytest.fixture(scope="module")
def _discount(django_db_setup, django_db_blocker):
    exec(compile(example(), str(PAGE), "exec"), {"__name__": "customers.discounts"})
    with django_db_blocker.unblock():
        install()
        yield
        forget(NAME)


@pytest.fixture
def customer(_discount, wang):
    return customer_of(wang)


def discount(customer, amount, *, by):
    return ask(NAME, customer, by=by, reason="first order", amount=amount)


def test_it_is_short():
    assert len(example().splitlines()) < 30


def test_within_his_own_limit_nobody_is_asked(customer, wang):
    approval = discount(customer, 800, by=wang)

    assert approval.state == "approved"
    assert customer.follow_ups.get().content == "Discount of 800 CNY"


def test_what_adds_up_to_more_his_manager_approves(customer, wang, mei):
    discount(customer, 800, by=wang)

    approval = discount(customer, 300, by=wang)
    assert approval.measures == {"amount": "300", "amount_90_days": "1100"}
    assert [seat.person for seat in approval.approvers.live()] == [mei]

    approval.approve(by=mei, seal=approval.seal)
    assert {note.content for note in customer.follow_ups.all()} == {"Discount of 800 CNY", "Discount of 300 CNY"}


def test_another_customer_begins_anew(customer, wang):
    discount(customer, 800, by=wang)

    assert discount(customer_of(wang), 800, by=wang).state == "approved"


def test_only_the_owner_asks(customer, li):
    with pytest.raises(Refused):
        discount(customer, 1, by=li)


def test_it_is_void_when_the_customer_changes_hands(customer, wang, mei):
    approval = discount(customer, 5000, by=wang)
    customer.release(by=wang, reason="moved away")

    assert Approval.objects.get(pk=approval.pk).state == "void"


def test_its_policy_has_pages_at_once(customer, zhao, sign_in):
    client = sign_in(zhao)

    assert "If discounts in 90 days is over 1,000 CNY: manager, level 1" in client.get("/approvals/policies/").text
    assert client.get(f"/approvals/policies/{NAME}/draft/").status_code == 200
