"""A merge at the same moment as a follow-up, a claim and another merge: nothing is lost between two records (R34, R40)."""

import pytest
from django.db import IntegrityError, transaction

from accounts import tenancy
from audit.deeds import Refused
from customers import follow_ups
from customers.limits import NotClaimable
from customers.merging.comparing import CannotMerge
from customers.models import Claim, Customer, FollowUp, Merge
from tests.databases import sql, superuser
from tests.factories import customer_of, pool_customer
from tests.merging import merged
from tests.races import at_once
from tests.test_ownership import House

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def attempt(house, person, work):
    """In a transaction and a scope of its own; the name of what refused it, or 'done'."""

    def run():
        try:
            with transaction.atomic(), tenancy.scope(house.organization, user=person, source="test"):
                work()
        except Exception as refusal:
            return type(refusal).__name__
        return "done"

    return run


def test_nothing_falls_between_two_records():
    """Whoever writes to the one that goes is waited for, or refused; two merges of one record leave one."""
    house = House()
    for _round in range(3):
        with tenancy.scope(house.organization, user=house.wang, source="test"):
            companies = [
                customer_of(house.wang),
                customer_of(house.wang),
                customer_of(house.wang),
                pool_customer(house.wang),
            ]
        outcomes = at_once(everybody(house, *companies))
        expected = (CannotMerge, Refused, NotClaimable, IntegrityError)
        assert set(outcomes) <= {"done", *(each.__name__ for each in expected)}
        with tenancy.scope(house.organization, source="test"):
            assert_nothing_fell_between(companies)


def everybody(house, winner, loser, third, waiting):
    """Two merge the same record, one of them twice; one writes to it, one claims what another merges."""
    return [
        attempt(house, house.mei, lambda: merged(winner, loser, by=house.mei)),
        attempt(house, house.mei, lambda: merged(third, loser, by=house.mei)),
        attempt(house, house.wang, lambda: log(loser, house.wang)),
        attempt(house, house.mei, lambda: merged(third, waiting, by=house.mei)),
        attempt(house, house.li, lambda: Customer.objects.get(pk=waiting.pk).claim(by=house.li)),
    ]


def assert_nothing_fell_between(companies):
    gone = Customer.objects.filter(merged_into__isnull=False)
    assert not FollowUp.objects.filter(customer__in=gone).exists()
    assert not Claim.objects.live().filter(customer__in=gone).exists()
    assert Merge.objects.standing().filter(loser=companies[1]).count() == 1
    for customer in companies:
        live = Claim.objects.live().filter(customer=customer).first()
        assert Customer.objects.get(pk=customer.pk).owner_id == (live and live.claimant_id)


def log(customer, by):
    follow_ups.log(customer, by=by, content="Called them.", occurred_at=tenancy.now())


def test_after_thirty_days_the_database_takes_nothing_back():
    """R61: the clock is the database's, and the deed written past the doors is refused."""
    house = House()
    with transaction.atomic(), tenancy.scope(house.organization, user=house.mei, source="test"):
        done = merged(customer_of(house.wang), customer_of(house.wang), by=house.mei)
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        line.execute(
            "UPDATE customers_merge SET reversible_until = now() - interval '1 second' WHERE id = %s", [done.pk]
        )
        line.commit()
    scope = tenancy.scope(house.organization, user=house.mei, source="test")
    with scope, pytest.raises(IntegrityError, match="not parted"), transaction.atomic():
        sql("UPDATE customers_merge SET undone_at = now() WHERE id = %s", done.pk)
