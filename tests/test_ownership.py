"""Claims under rules: how long they protect, what extends them, who may have how many (R31, R40, R51, R71)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import tenancy
from audit.models import Entry
from customers import follow_ups, recycling
from customers.limits import NotClaimable
from customers.models import Claim, Customer, FollowUp, OwnershipRules
from tests.artefacts import proven, shown
from tests.clocks import time_passes
from tests.databases import sql
from tests.factories import TeamFactory, UserFactory, customer_of, founding, pool_customer, rules

committed = pytest.mark.django_db(transaction=True)


class House:
    """Mei leads Wang and Zhou in the East; Li works in the West."""

    def __init__(self, **changed):
        with founding(name="House") as self.organization:
            self.mei = UserFactory(name="Mei", organization=self.organization, role="manager")
            east = TeamFactory(name="East", manager=self.mei)
            self.wang, self.zhou = (
                UserFactory(name=name, organization=self.organization, team=east) for name in ("Wang", "Zhou")
            )
            self.li = UserFactory(name="Li", organization=self.organization, team=TeamFactory(name="West"))
            self.people()
            self.rules = rules(**changed)

    def people(self):
        """Whoever else a test needs from the beginning."""

    def of(self, person=None):
        return tenancy.scope(self.organization, user=person, source="test")

    def passes(self, **span):
        time_passes(self.organization, **span)


def until(customer):
    return Customer.objects.get(pk=customer.pk).protected_until


def days_left(customer):
    return round((until(customer) - tenancy.now()) / timedelta(days=1), 2)


def test_a_claim_protects_as_long_as_its_rules_say_and_evidence_extends_it(wang):
    """R51. What one types alone extends nothing; a contact that evidence shows does, from the contact itself."""
    rules(protection_days=30)
    customer = customer_of(wang)
    assert days_left(customer) == 30
    follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    assert days_left(customer) == 30
    rules(protection_days=60)
    assert days_left(customer) == 30, "a new version reaches back to nothing"
    proven(customer, wang)
    assert days_left(customer) == 60
    before = until(customer)
    rules(protection_days=10)
    proven(customer, wang, digest=b"two")
    assert until(customer) == before, "what was earned stays"


def test_the_same_artefact_proves_one_contact(wang):
    customer = customer_of(wang)
    proven(customer, wang)
    with pytest.raises(IntegrityError, match="evidence_proves_once"), transaction.atomic():
        proven(customer, wang)


@pytest.mark.parametrize(
    ("occurred", "artefact"),
    [
        (timedelta(hours=25), timedelta(hours=25)),
        (timedelta(minutes=1), timedelta(hours=26)),
        (timedelta(days=9), timedelta(0)),
    ],
    ids=["recorded late", "an old mail", "back-dated beside a new mail"],
)
def test_what_is_late_or_of_another_day_extends_nothing(occurred, artefact, wang):
    """R51. Two clocks: the contact was recorded within a day, and the artefact is of the same day."""
    rules(protection_days=30)
    customer = customer_of(wang)
    rules(protection_days=300)
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now() - occurred)
    shown(entry, wang, happened_at=tenancy.now() - artefact)
    assert days_left(customer) == 30


def test_a_hold_becomes_a_claim_by_evidence(wang):
    """Item 1. Until then it keeps rivals away and protects for as long as it holds."""
    rules(hold_hours=72, protection_days=90)
    customer = customer_of(wang)
    assert (days_left(customer), customer.own_state, customer.state) == (3, "hold", "taken")
    proven(customer, wang)
    assert days_left(customer) == 90
    assert Customer.objects.get(pk=customer.pk).own_state == "taken"
    assert Claim.objects.get(customer=customer).confirmed_at is not None


@committed
def test_a_hold_without_evidence_lapses_and_is_counted():
    """Item 1. Three lapses in 30 days, and the next hold is the manager's to decide."""
    house = House(hold_hours=72, lapses_at_most=1)
    with house.of(house.wang):
        customer = customer_of(house.wang)
    house.passes(hours=73)
    with house.of():
        assert [row[2] for row in recycling.recycled(10)] == ["lapsed"]
    with house.of(house.wang), pytest.raises(NotClaimable, match="lapses"):
        customer_of(house.wang)
    with house.of(house.li):
        assert Customer.objects.get(pk=customer.pk).claim(by=house.li)


@committed
def test_evidence_that_comes_when_it_is_over_brings_nothing():
    """The job may come minutes later: what decides is the time, not when the job looked."""
    house = House(hold_hours=72)
    with house.of(house.wang):
        customer = customer_of(house.wang)
        entry = follow_ups.log(customer, by=house.wang, content="Called.", occurred_at=tenancy.now())
    house.passes(hours=73)
    with house.of(house.wang):
        shown(FollowUp.objects.get(pk=entry.pk), house.wang)
        assert days_left(customer) < 0
    with house.of():
        assert len(recycling.recycled(10)) == 1


@committed
def test_what_is_not_worked_on_is_recycled_and_its_group_waits():
    """R40. The former owner, his team and its manager wait out the cooldown; changing teams ends nothing."""
    house = House(protection_days=30, cooldown_days=14)
    with house.of(house.wang):
        customer = customer_of(house.wang)
    house.passes(days=31)
    with house.of():
        assert [(row[0], row[2]) for row in recycling.recycled(10)] == [(house.wang.pk, "recycled")]
        customer = Customer.objects.get(pk=customer.pk)
        assert customer.state == "pool"
    for person in (house.wang, house.zhou, house.mei):
        with house.of(person), pytest.raises(NotClaimable, match="cooldown"):
            customer.claim(by=person)
    house.passes(days=15)
    with house.of(house.zhou):
        assert customer.claim(by=house.zhou)


@committed
def test_a_friend_does_not_end_a_cooldown():
    """Mistake 4. A releases, B claims and releases, A claims: A's own cooldown goes on; twice to and fro, and B shares it."""
    house = House(cooldown_days=14)
    with house.of(house.wang):
        customer = customer_of(house.wang)
        customer.release(by=house.wang, reason="a favour")
    with house.of(house.li):
        customer.claim(by=house.li)
        customer.release(by=house.li, reason="a favour")
    with house.of(house.wang), pytest.raises(NotClaimable, match="cooldown"):
        customer.claim(by=house.wang)
    house.passes(days=15)
    with house.of(house.wang):
        assert customer.claim(by=house.wang), "once is chance"
        customer.release(by=house.wang, reason="again")
    with house.of(house.li), pytest.raises(NotClaimable, match="cooldown"):
        customer.claim(by=house.li)


@pytest.mark.parametrize(("rule", "ways"), [("daily_claims", 2), ("holding_limit", 2)])
def test_a_limit_holds_over_claiming_and_returning(rule, ways, wang, li):
    """Mistake 3. Counted from claims that are there for ever, not from what is held now."""
    rules(**{rule: ways})
    first, second, third = (pool_customer(li) for _ in range(3))
    first.claim(by=wang)
    second.claim(by=wang)
    with pytest.raises(NotClaimable, match=rule):
        third.claim(by=wang)
    assert first.claim(by=wang), "his own he has already"
    first.release(by=wang, reason="no")
    if rule == "daily_claims":
        with pytest.raises(NotClaimable, match=rule):
            third.claim(by=wang)
    else:
        assert third.claim(by=wang)


def test_holds_at_once_are_capped(wang):
    rules(hold_hours=72, holds_at_once=1)
    held = customer_of(wang)
    with pytest.raises(NotClaimable, match="holds_at_once"):
        customer_of(wang)
    proven(held, wang)
    assert customer_of(wang)


def test_sql_meets_the_same_limits(wang, li):
    rules(daily_claims=1)
    pool_customer(li).claim(by=wang)
    other = pool_customer(li)
    with (
        pytest.raises(IntegrityError, match="do not let this person claim now") as refused,
        transaction.atomic(),
        tenancy.scope(wang.organization, user=wang),
    ):
        sql("INSERT INTO customers_claim (organization_id, customer_id, claimant_id, way, release_reason)"
            " VALUES (%s, %s, %s, 'assigned', '')", wang.organization_id, other.pk, wang.pk)  # fmt: skip
    assert refused.value.__cause__.diag.constraint_name == "claim_daily_claims"


def test_recycling_waits_for_the_end(wang):
    customer_of(wang)
    assert recycling.recycled(10) == []
    with pytest.raises(IntegrityError, match="is recycled when") as refused, transaction.atomic():
        sql("UPDATE customers_claim SET released_at = now(), ended_as = 'recycled'")
    assert refused.value.__cause__.diag.constraint_name == "claim_clock"


@committed
def test_rules_come_by_two_people_only():
    """R61. Neither changed, nor removed, nor added by anybody's SQL once the organisation stands."""
    house = House()
    with house.of(house.mei):
        for statement in (
            "UPDATE customers_ownershiprules SET protection_days = 900",
            "DELETE FROM customers_ownershiprules",
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                sql(statement)
        with pytest.raises(IntegrityError, match="ownership rules change only"), transaction.atomic():
            OwnershipRules.objects.create(protection_days=900)


@committed
def test_a_recycled_customer_says_so_in_the_ledger():
    """R7. In nobody's name, with who had it."""
    house = House(protection_days=1)
    with house.of(house.wang):
        customer = customer_of(house.wang)
    house.passes(days=2)
    with house.of():
        recycling.recycle()
        entry = Entry.objects.filter(action="customers.recycle", table_name="customers_customer").get()
        assert (entry.about_id, entry.before["owner_id"], entry.actor_id) == (
            str(customer.pk),
            str(house.wang.pk),
            None,
        )
