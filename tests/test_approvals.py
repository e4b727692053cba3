"""A second person decides, on exactly what was asked (R11, R12, R28)."""

import pytest

from accounts.models import User
from approvals.asking import AlreadyAsked
from approvals.models import Approval, ApprovalPolicy, CannotDecide
from customers.models import Customer
from customers.transfers import ask_for_transfer
from tests.approved import place
from tests.factories import TeamFactory, customer_of

State = Approval.State


@pytest.fixture
def acme_customer(wang):
    return customer_of(wang, "Nordhafen Maschinenbau GmbH")


@pytest.fixture
def request_(acme_customer, wang, mei, li):
    """Wang asks to hand his customer over to Li; Mei is to decide."""
    return ask_for_transfer(acme_customer, by=wang, to=li, reason="Li speaks German")


def test_the_manager_decides_and_what_was_asked_happens(request_, acme_customer, wang, mei, li):
    assert [seat.person for seat in request_.approvers.live()] == [mei]

    request_.approve(by=mei, seal=request_.seal)

    approval = Approval.objects.get(pk=request_.pk)
    assert (approval.state, approval.seal_now()) == (State.APPROVED, approval.seal)
    assert approval.carried_out_at
    customer = Customer.objects.get(pk=acme_customer.pk)
    assert (customer.owner, customer.protected_until) == (li, acme_customer.protected_until)
    assert not approval.approvers.live().exists()


def test_a_rejection_leaves_everything_as_it_is(request_, acme_customer, mei, wang):
    request_.reject(by=mei, seal=request_.seal, reason="Wang knows them best")

    assert Approval.objects.get(pk=request_.pk).state == State.REJECTED
    assert Customer.objects.get(pk=acme_customer.pk).owner == wang


def test_two_requests_for_one_subject_do_not_stand_side_by_side(request_, acme_customer, wang, li):
    with pytest.raises(AlreadyAsked):
        ask_for_transfer(acme_customer, by=wang, to=li, reason="again")


def test_a_request_is_void_when_its_subject_changes(request_, acme_customer, wang, mei):
    acme_customer.release(by=wang, reason="no budget")

    approval = Approval.objects.get(pk=request_.pk)
    assert approval.state == State.VOID
    with pytest.raises(CannotDecide):
        approval.approve(by=mei, seal=approval.seal)
    assert not approval.approvers.live().exists()


def test_role_and_team_need_four_eyes(wang, zhao, qian, acme):
    west = TeamFactory(name="North")
    place(wang, team=west, by=zhao, decided_by=qian)
    assert User.objects.get(pk=wang.pk).team == west


def test_policies_change_by_two_people(acme, zhao, qian, wang, mei, li):
    from accounts import tenancy
    from approvals.kinds import kind_named
    from approvals.policy_changes import draft, propose

    kind = kind_named("customers.transfer")
    content = {
        "lines": [{"when": [], "steps": [{"turn": 1, "who": "role", "role": "administrator", "need": 1}]}],
        "hours": 24,
        "highest": False,
        "bulk": False,
        "confirm": False,
    }
    policy = draft(kind, by=zhao, content=content, effective_from=tenancy.now())
    asked = propose(policy, by=zhao, reason="better")
    asked.approve(by=qian, seal=asked.seal)
    policy = ApprovalPolicy.objects.get(pk=policy.pk)
    assert (policy.state, policy.version) == ("active", 1)
    request = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    assert {seat.person for seat in request.approvers.live()} == {zhao, qian}
