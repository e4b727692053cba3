"""A replay tells what other rules would have made of what really happened, and whom that favours (R9, R83)."""

import json
from datetime import timedelta

import pytest

from accounts import tenancy
from customers import recycling
from customers.models import Customer, OwnershipRules, Replay
from customers.ownership.replay import Outcome, ask_for_replay, work_out
from tests.databases import catalogue
from tests.factories import UserFactory, customer_of, pool_customer
from tests.test_ownership import House, proven

pytestmark = pytest.mark.django_db(transaction=True)


def effects(house, **changed):
    """{(who, what)} under the rules in force but for what is given; under exactly those in force nothing may differ."""
    names = {person.pk: person.name for person in (house.wang, house.zhou, house.mei, house.li)}
    with house.of():
        if changed:
            assert effects(house) == set()
        rules = OwnershipRules.objects.in_force().as_asked | changed
        now = tenancy.now()
        found = catalogue(
            "SELECT claimant, what FROM customers_effects_of(%s, %s::jsonb, %s, %s)",
            house.organization.pk, json.dumps(rules), now - timedelta(days=90), now,
        )  # fmt: skip
        return {(names[who], what) for who, what in found}


def claims(house, person, *customers):
    with house.of(person):
        for customer in customers:
            assert Customer.objects.get(pk=customer.pk).claim(by=person)


def pooled(house, number=1):
    with house.of(house.li):
        return [pool_customer(house.li) for _ in range(number)]


def test_a_shorter_protection_ends_earlier_where_nobody_showed_a_contact():
    house = House(protection_days=90)
    with house.of(house.wang):
        customer_of(house.wang)
    with house.of(house.li):
        worked_on = customer_of(house.li)
    house.passes(days=50)
    with house.of(house.li):
        proven(worked_on, house.li)
    house.passes(days=20)
    assert effects(house, protection_days=60) == {("Wang", "earlier"), ("Li", "shorter")}
    assert effects(house, protection_days=40) == {("Wang", "earlier"), ("Li", "earlier")}, "the contact came too late"


def test_what_began_before_these_days_goes_on_under_its_own_rules():
    """R83. As if the rules had come in force 90 days ago: not even in thought do they reach further back."""
    house = House(protection_days=200)
    with house.of(house.wang):
        customer_of(house.wang)
    house.passes(days=100)
    assert effects(house, protection_days=60, hold_hours=72) == set()


def test_a_longer_protection_keeps_what_was_recycled_and_whoever_got_it_then():
    house = House(protection_days=20)
    with house.of(house.wang):
        customer = customer_of(house.wang)
    house.passes(days=21)
    with house.of():
        assert len(recycling.recycled(10)) == 1
    claims(house, house.li, customer)
    assert effects(house, protection_days=40) == {("Wang", "later"), ("Li", "taken"), ("Li", "longer")}


def test_a_hold_lapses_where_evidence_came_late_or_never():
    house = House(protection_days=90)
    with house.of(house.wang):
        customer_of(house.wang)
    with house.of(house.li):
        late = customer_of(house.li)
    with house.of(house.zhou):
        in_time = customer_of(house.zhou)
        proven(in_time, house.zhou, digest=b"in time")
    house.passes(hours=80)
    with house.of(house.li):
        proven(late, house.li, digest=b"late")
    found = effects(house, hold_hours=72)
    assert {("Wang", "lapsed"), ("Li", "lapsed")} <= found
    assert ("Zhou", "lapsed") not in found


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"daily_claims": 2}, "daily_claims"),
        ({"holding_limit": 2}, "holding_limit"),
        ({"hold_hours": 72, "holds_at_once": 2}, "holds_at_once"),
    ],
)
def test_the_third_claim_meets_a_limit_of_two(changed, why):
    house = House(protection_days=90)
    claims(house, house.wang, *pooled(house, 3))
    assert ("Wang", why) in effects(house, **changed)
    wider = {name: 3 if name != "hold_hours" else 72 for name in changed}
    assert ("Wang", why) not in effects(house, **wider)


def test_what_was_given_back_makes_room_for_the_holding_limit_and_not_for_the_day():
    house = House(protection_days=90)
    first, second, third = pooled(house, 3)
    claims(house, house.wang, first, second)
    with house.of(house.wang):
        Customer.objects.get(pk=first.pk).release(by=house.wang, reason="no")
    claims(house, house.wang, third)
    assert effects(house, holding_limit=2, daily_claims=3) == set()
    assert effects(house, holding_limit=9, daily_claims=2) == {("Wang", "daily_claims")}


def test_lapsed_holds_count_for_thirty_days():
    house = House(protection_days=90)
    first, second, third = pooled(house, 3)
    claims(house, house.wang, first)
    house.passes(days=5)
    claims(house, house.wang, second)
    house.passes(days=40)
    claims(house, house.wang, third)
    found = effects(house, hold_hours=72, lapses_at_most=1)
    with house.of():
        rules = OwnershipRules.objects.in_force().as_asked | {"hold_hours": 72, "lapses_at_most": 1}
        now = tenancy.now()
        refused = catalogue("SELECT customer FROM customers_effects_of(%s, %s::jsonb, %s, %s) WHERE what = 'lapses'",
                            house.organization.pk, json.dumps(rules), now - timedelta(days=90), now)  # fmt: skip
    assert ("Wang", "lapses") in found
    assert refused == [(second.pk,)], "after 30 days it is forgotten"


def test_a_cooldown_holds_for_the_group_and_not_for_others():
    house = House(protection_days=90)
    for_a_friend, for_anybody = pooled(house, 2)
    claims(house, house.wang, for_a_friend, for_anybody)
    with house.of(house.wang):
        for customer in (for_a_friend, for_anybody):
            Customer.objects.get(pk=customer.pk).release(by=house.wang, reason="no")
    house.passes(days=2)
    claims(house, house.zhou, for_a_friend)
    claims(house, house.li, for_anybody)
    assert effects(house, cooldown_days=10) == {("Zhou", "cooldown")}
    assert effects(house, cooldown_days=1) == set()


class Administered(House):
    """Zhao, who looks after the rules, works in the East."""

    def people(self):
        self.zhao = UserFactory(name="Zhao", organization=self.organization, role="administrator", team=self.wang.team)


def replayed(house, by, **changed):
    with house.of(by):
        rules = OwnershipRules.objects.in_force().as_asked | changed
        replay = ask_for_replay(by=by, rules=rules, effective_from=None, instead_of=None)
    with house.of():
        work_out(str(replay.pk))
        return Replay.objects.get(pk=replay.pk)


def test_it_says_whom_it_favours_and_names_customers_only_to_whom_sees_them():
    """R9. The author's own team stands beside everybody else; an administrator reads numbers and no customers."""
    house = Administered(protection_days=90)
    with house.of(house.wang):
        customer_of(house.wang, "Wangs Pumps Ltd")
    with house.of(house.li):
        customer_of(house.li, "Lis Pumps Ltd")
        proven(Customer.objects.get(name="Lis Pumps Ltd"), house.li)
    house.passes(days=50)
    replay = replayed(house, house.zhao, protection_days=30)
    with house.of():
        outcome = Outcome(replay)
        assert (
            outcome.total.effects["earlier"],
            outcome.own.effects["earlier"],
            outcome.others.effects["earlier"],
        ) == (2, 1, 1)
        assert [row.is_own for row in outcome.teams] == [True, False]
        assert {row.label.name for row in outcome.people} == {"Wang", "Li"}
        names = {person: {row["customer"] and row["customer"].name for row in outcome.customers(getattr(house, person))} for person in ("mei", "li")}  # fmt: skip
        assert names == {"mei": {"Wangs Pumps Ltd", None}, "li": {"Lis Pumps Ltd", None}}
        assert {row["customer"] for row in outcome.customers(replay.asked_by)} == {None}
