"""Customers: who may see, claim, release and change them (R5, R6, R31)."""

import pytest

from audit.deeds import Refused
from audit.models import Entry
from customers.models import Claim, ContestedClaim, Customer
from tests.factories import customer_of, pool_customer


def test_claiming_from_the_pool_makes_an_owner_and_an_entry(wang):
    customer = pool_customer(wang, "苏州恒川医疗器械有限公司")

    assert customer.claim(by=wang)

    customer = Customer.objects.get(pk=customer.pk)
    assert customer.owner == wang
    assert customer.protected_until == Claim.objects.live().get(customer=customer).protected_until
    entry = Entry.objects.filter(table_name="customers_customer", op="U").latest("id")
    assert (entry.action, entry.actor, entry.row_id) == ("customers.claim", wang, str(customer.pk))
    assert entry.before["owner_id"] is None
    assert entry.after["owner_id"] == str(wang.pk)


def test_a_second_rep_is_told_and_his_attempt_is_kept(wang, li):
    """R31."""
    customer = customer_of(wang)

    assert customer.claim(by=li) is None

    assert Customer.objects.get().owner == wang
    assert ContestedClaim.objects.get().claimant == li


def test_release_needs_the_owner(wang, li, mei):
    customer = customer_of(wang)
    for person in (li, mei):
        with pytest.raises(Refused):
            customer.release(by=person, reason="mine now")

    customer.release(by=wang, reason="not a fit")

    assert Customer.objects.get().owner is None
    assert Claim.objects.get().release_reason == "not a fit"


def test_history_is_written_by_the_trigger(wang):
    """R24."""
    customer = customer_of(wang)
    customer.edit(by=wang, industry="Medical")

    changed, created = customer.history.all()
    assert (changed.history_type, changed.industry, changed.history_user) == ("~", "Medical", wang)
    assert created.history_type == "+"
