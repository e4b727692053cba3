"""Who cannot decide: through the page, the deed and SQL as the application's role (R12, item 22 of the second list)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import tenancy
from accounts.deeds import Refused, stamped
from accounts.models import User
from approvals.absences import announce
from approvals.models import Approval, CannotDecide, Decision, Delegation
from customers.transfers import ask_for_transfer
from tests.factories import TeamFactory, UserFactory, customer_of

State = Approval.State
NOBODY = (Refused, CannotDecide)


@pytest.fixture
def chief(acme):
    return UserFactory(name="Chief", organization=acme, role=User.Role.MANAGER)


@pytest.fixture
def peer(acme):
    """A manager beside Mei."""
    person = UserFactory(name="Peer", organization=acme, role=User.Role.MANAGER)
    TeamFactory(organization=acme, name="South", manager=person)
    return person


@pytest.fixture
def east(acme, chief, mei):
    """The East, part of what the chief leads."""
    return TeamFactory(organization=acme, name="East", manager=mei, parent=TeamFactory(name="All", manager=chief))


@pytest.fixture
def people(acme, chief, mei, wang, li, peer, shen, zhao, qian, outsider):
    """Mei asks to hand Wang's customer over to Li; the chief decides. Her colleague Gone decided before him and left."""
    deputy = UserFactory(name="Deputy", organization=acme, team=wang.team)
    return {
        "requester": mei, "subordinate": deputy, "interested, from": wang, "interested, to": li, "auditor": shen,
        "administrator": zhao, "peer": peer, "outsider": outsider,
    }  # fmt: skip


@pytest.fixture
def request_(people, mei, li, wang):
    return ask_for_transfer(customer_of(wang, "Nordhafen GmbH"), by=mei, to=li, reason="closer to the plant")


WHO = {
    "requester": "decision_by_another",
    "subordinate": "decision_not_by_subordinate",
    "interested, from": "decision_not_by_subordinate",
    "interested, to": "decision_without_interest",
    "auditor": "decision_by_approver",
    "administrator": "decision_by_approver",
    "peer": "decision_by_approver",
    "outsider": "decision_by_active",
}


def test_the_chief_decides(request_, chief):
    assert [seat.person for seat in request_.approvers.live()] == [chief]
    request_.approve(by=chief, seal=request_.seal)
    assert Approval.objects.get().state == State.APPROVED


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("verb", ["approve", "reject", "return"])
def test_nobody_else_decides_on_the_page(who, verb, request_, people, sign_in):
    response = sign_in(people[who]).post(
        f"/approvals/{request_.pk}/{verb}/", {"seal": request_.seal, "reason": "because"}, follow=True
    )
    assert response.status_code in (403, 404)
    assert Approval.objects.get().state == State.PENDING
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_decides_by_the_deed(who, request_, people):
    for verb in (request_.approve, request_.reject, request_.send_back):
        with pytest.raises(NOBODY):
            verb(by=people[who], seal=request_.seal, reason="because")
    assert Approval.objects.get().state == State.PENDING


def forge(approval, person, **values):
    """A decision written by SQL in the name of this person."""
    row = {
        "approval": approval, "step": approval.steps.get(), "person_id": person.pk, "verdict": "approve", "seal": approval.seal,
    }  # fmt: skip
    with transaction.atomic(), stamped("test.forge", by=person):
        Decision.objects.bulk_create([Decision(**row | values)])


@pytest.mark.parametrize(("who", "constraint"), WHO.items())
def test_nobody_else_decides_by_sql(who, constraint, request_, people):
    with pytest.raises(IntegrityError) as refused:
        forge(request_, people[who])
    assert refused.value.__cause__.diag.constraint_name == constraint


def test_nobody_decides_in_another_name(request_, chief, peer):
    with pytest.raises(IntegrityError, match="in one's own name"), transaction.atomic(), stamped("test.forge", by=peer):
        Decision.objects.create(
            approval=request_, step=request_.steps.get(), person=chief, verdict="approve", seal=request_.seal
        )


def test_a_decision_is_about_the_copy_that_was_asked(request_, chief):
    with pytest.raises(IntegrityError, match="about another copy"):
        request_.approve(by=chief, seal="0" * 64)


def test_an_approver_who_left_decides_no_more_and_the_next_level_does(request_, chief, zhao, qian):
    """R28. In the same transaction somebody else is found."""
    chief.deactivate(by=zhao)
    assert [seat.person for seat in request_.approvers.live()] == [qian]
    with pytest.raises(NOBODY):
        request_.approve(by=User.objects.get(pk=chief.pk), seal=request_.seal)
    with pytest.raises(IntegrityError) as refused:
        forge(request_, chief)
    assert refused.value.__cause__.diag.constraint_name == "decision_by_active"


def test_an_approver_with_an_interest_recuses_himself(request_, chief, qian):
    request_.recuse(by=chief, reason="my brother works there")
    assert [seat.person for seat in request_.approvers.live()] == [qian]
    with pytest.raises(NOBODY):
        request_.approve(by=chief, seal=request_.seal)
    with pytest.raises(IntegrityError) as refused:
        forge(request_, chief)
    assert refused.value.__cause__.diag.constraint_name == "decision_without_interest"


def away(person, delegate=None):
    now = timezone.now()
    return announce(by=person, begins_at=now, ends_at=now + timedelta(days=3), delegate=delegate)


def test_the_delegate_decides_under_both_names(request_, chief, peer):
    away(chief, peer)
    seat = request_.approvers.live().get()
    assert (seat.person, seat.instead_of) == (peer, chief)
    request_.approve(by=peer, seal=request_.seal)
    decision = Decision.objects.get()
    assert (decision.person, decision.instead_of) == (peer, chief)
    assert Approval.objects.get().state == State.APPROVED


def test_the_requester_is_nobodys_delegate_in_his_own_matter(request_, chief, mei, qian):
    """Named as a delegate of the approver, who asked still does not decide: it rises."""
    away(chief, mei)
    assert [seat.person for seat in request_.approvers.live()] == [qian]
    with pytest.raises(IntegrityError) as refused:
        forge(request_, mei, instead_of=chief)
    assert refused.value.__cause__.diag.constraint_name == "decision_by_another"


def test_nobody_sits_for_somebody_who_did_not_name_him(request_, chief, peer):
    step = request_.steps.get()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        step.approvers.model.objects.create(
            approval=request_, step=step, person=peer, instead_of=chief, way="delegate", due_at=step.due_at
        )
    assert refused.value.__cause__.diag.constraint_name == "seat_of_named_delegate"


def test_nobody_names_a_delegate_for_somebody_else_or_afterwards(chief, peer):
    now = timezone.now()
    with pytest.raises(IntegrityError, match="only the absent"), transaction.atomic(), stamped("test", by=peer):
        Delegation.objects.create(person=chief, delegate=peer, begins_at=now, ends_at=now + timedelta(days=1))
    absence = announce(by=chief, begins_at=now - timedelta(days=30), ends_at=now + timedelta(days=1), delegate=peer)
    assert Delegation.objects.get(pk=absence.pk).begins_at > now - timedelta(minutes=1)


def test_when_nobody_is_independent_it_waits_and_nothing_passes(acme, wang, mei, li):
    """No automatic pass: Mei stands alone above Wang, and she asked."""
    request = ask_for_transfer(customer_of(wang), by=mei, to=li, reason="x")
    alone = [seat.person.name for seat in request.approvers.live()]
    assert mei.name not in alone
    assert Approval.objects.get().state == State.PENDING


def test_sql_cannot_approve_a_request_past_its_steps(request_, chief):
    for values in ({"state": "approved"}, {"state": "approved", "carried_out_at": tenancy.now()}):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Approval.objects.filter(pk=request_.pk).update(**values)
        assert refused.value.__cause__.diag.constraint_name == "approval_took_its_steps"


@pytest.mark.parametrize("column", ["asked", "seal", "measures", "terms", "requested_by", "reason", "kind"])
def test_what_was_asked_never_changes(column, request_, chief):
    value = {"asked": {"to": "x"}, "measures": {}, "terms": {}, "requested_by": chief}.get(column, "x")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Approval.objects.filter(pk=request_.pk).update(**{column: value})
    assert refused.value.__cause__.diag.constraint_name == "request_is_sealed"


def test_steps_are_not_finished_weakened_or_removed_by_sql(request_):
    step = request_.steps.get()
    for values, constraint in (
        ({"done_at": tenancy.now()}, "step_has_its_decisions"),
        ({"needs": 0}, "step_keeps_what_it_is"),
        ({"spec": {"turn": 1, "who": "role", "role": "rep", "need": 1}}, "step_keeps_what_it_is"),
    ):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            type(step).objects.filter(pk=step.pk).update(**values)
        assert refused.value.__cause__.diag.constraint_name == constraint
    for model in (type(step), Approval):
        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_a_request_is_not_made_in_another_name_or_under_another_policy(request_, wang, li, chief):
    def copy(**values):
        fields = {
            name: getattr(request_, name)
            for name in ("kind", "subject_type", "requested_by", "reason", "asked", "measures", "seal", "terms")
        }
        with transaction.atomic(), stamped("test", by=wang):
            Approval.objects.bulk_create([Approval(**fields | {"subject_id": customer_of(wang).pk} | values)])

    for values, constraint in (
        ({}, "asked_in_own_name"),
        ({"requested_by": wang, "terms": {"lines": []}}, "asked_under_the_policy"),
        ({"requested_by": wang, "decided_at": tenancy.now()}, "asked_before_decided"),
    ):
        with pytest.raises(IntegrityError) as refused:
            copy(**values)
        assert refused.value.__cause__.diag.constraint_name == constraint
