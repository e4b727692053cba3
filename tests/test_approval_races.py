"""Many decide at once: one decision, and the others are told (R12)."""

from functools import partial

import pytest

from accounts import tenancy
from accounts.models import User
from approvals import asking
from approvals.deciding import decide
from approvals.kinds import kind_named
from approvals.models import Approval, Decision
from approvals.policy_changes import draft, propose
from audit.models import Entry
from customers.models import Claim
from customers.transfers import ask_for_transfer
from tests.factories import TeamFactory, UserFactory, customer_of, founding
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 32


@pytest.fixture
def house():
    """An organisation with 32 administrators, any of whom decides a transfer."""
    with founding(name="House") as organization:
        many = [
            UserFactory(name=f"Admin {n}", organization=organization, role=User.Role.ADMINISTRATOR)
            for n in range(THREADS)
        ]
        wang = UserFactory(name="Wang", organization=organization, team=TeamFactory(name="East"))
        li = UserFactory(name="Li", organization=organization)
        line = {"when": [], "steps": [{"turn": 1, "who": "role", "role": "administrator", "need": 1}]}
        content = {"lines": [line], "hours": 24, "highest": False, "bulk": False, "confirm": False}
        policy = draft(kind_named("customers.transfer"), by=many[0], content=content, effective_from=tenancy.now())
        proposal = propose(policy, by=many[0], reason="any of us")
        proposal.approve(by=many[1], seal=proposal.seal)
    return organization, many, wang, li


def within(organization, person, work):
    with tenancy.scope(organization, user=person, source="test"):
        return work()


def test_32_who_decide_the_same_step_make_one_decision(house):
    organization, many, wang, li = house
    with tenancy.scope(organization, user=wang, source="test"):
        customer = customer_of(wang, "Contested Ltd")
        approval = ask_for_transfer(customer, by=wang, to=li, reason="x")
    verbs = ["approve", "reject", "send_back"]

    def deciding(number):
        by = many[number]
        work = partial(decide, approval, verbs[number % 3], by=by, seal=approval.seal, reason="because")
        return partial(within, organization, by, work)

    outcomes = at_once(deciding(number) for number in range(THREADS))
    with tenancy.scope(organization, source="test"):
        assert sum(ok for ok, _ in outcomes) == 1
        winner = Decision.objects.filter(approval=approval).select_related("person").get().person
        lost = {sentence for ok, sentence in outcomes if not ok}
        assert lost == {f"Somebody else was faster: {winner.name} has decided. Your decision was not counted."}
        decided = Approval.objects.get(pk=approval.pk)
        assert Entry.objects.filter(table_name="approvals_decision", about_id=str(approval.pk)).count() == 1
        expected = li if decided.state == "approved" else wang
        assert Claim.objects.live().get(customer=customer).claimant == expected


def test_one_person_who_presses_twice_decides_once(house):
    organization, many, wang, li = house
    with tenancy.scope(organization, user=wang, source="test"):
        approval = ask_for_transfer(customer_of(wang, "Pressed Ltd"), by=wang, to=li, reason="x")
    work = partial(decide, approval, "approve", by=many[0], seal=approval.seal, reason="")
    outcomes = at_once(partial(within, organization, many[0], work) for _ in range(8))
    assert {ok for ok, _ in outcomes} == {True}
    with tenancy.scope(organization, source="test"):
        assert Decision.objects.filter(approval=approval).count() == 1


def test_of_many_who_ask_for_one_customer_at_once_one_request_stands(house):
    organization, _many, wang, li = house
    with tenancy.scope(organization, user=wang, source="test"):
        customer = customer_of(wang, "Asked For Ltd")

    def asking_once():
        try:
            return ask_for_transfer(customer, by=wang, to=li, reason="x").pk
        except asking.AlreadyAsked as there:
            return there.approval.pk

    found = at_once(partial(within, organization, wang, asking_once) for _ in range(16))
    assert len(set(found)) == 1


def test_parts_asked_for_at_the_same_moment_see_each_other(house):
    """Splitting in parallel does not help: every sum contains those before it, none is counted twice."""
    organization, _many, wang, li = house
    with tenancy.scope(organization, user=wang, source="test"):
        customers = [customer_of(wang, f"Part {n} Ltd") for n in range(16)]

    def part(customer):
        return partial(within, organization, wang, lambda: ask_for_transfer(customer, by=wang, to=li, reason="x"))

    asked = at_once(part(customer) for customer in customers)
    sums = sorted(int(approval.measures["customers_90_days"]) for approval in asked)
    assert sums == list(range(1, 17))
