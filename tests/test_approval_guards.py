"""Every guard of the approvals refuses by its name what no form and no deed would ever try: the ORM in bulk, and SQL."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import tenancy
from accounts.deeds import stamped
from accounts.models import Team, User
from approvals.absences import announce
from approvals.models import Approval, ApprovalPolicy, ApprovalStep, Approver, Decision, Delegation
from customers.transfers import ask_for_transfer
from tests.factories import TeamFactory, UserFactory, customer_of
from tests.policies import ADMINISTRATOR, MANAGER, always, drafted, in_force

SQL = Path(__file__).parent.parent / "approvals" / "sql" / "approvals.sql"


class Scene:
    """A request in two turns, and everybody around it."""

    def __init__(self, wang, mei, li, zhao, qian):
        self.wang, self.mei, self.li, self.zhao, self.qian = wang, mei, li, zhao, qian
        in_force("customers.transfer", always(MANAGER, ADMINISTRATOR | {"turn": 2}), by=zhao, decided_by=qian)
        self.request = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
        self.first, self.second = self.request.steps.order_by("turn")
        self.seat = self.request.approvers.live().get()

    def as_(self, person):
        return stamped("test.forge", by=person)

    def decide(self, **values):
        row = {
            "approval": self.request,
            "step": self.first,
            "person": self.mei,
            "verdict": "approve",
            "seal": self.request.seal,
        }
        with self.as_(values.pop("acting", self.mei)):
            Decision.objects.bulk_create([Decision(**row | values)])

    def approve(self, **values):
        Approval.objects.filter(pk=self.request.pk).update(**values)

    def step(self, step, **values):
        ApprovalStep.objects.filter(pk=step.pk).update(**values)

    def new_request(self, acting=None, **values):
        names = ("kind", "subject_type", "requested_by", "reason", "asked", "measures", "seal", "terms")
        fields = {name: getattr(self.request, name) for name in names} | {"subject_id": customer_of(self.wang).pk}
        with self.as_(acting or self.wang):
            Approval.objects.bulk_create([Approval(**fields | values)])

    def interested(self):
        self.request.recuse(by=self.mei, reason="x")
        self.decide()

    def gone(self):
        User.objects.filter(pk=self.mei.pk).update(is_active=False)
        self.decide()

    def below(self):
        boss = UserFactory(name="Boss", organization=self.wang.organization, role=User.Role.MANAGER)
        team = TeamFactory(name="Under", manager=boss)
        helper = UserFactory(name="Helper", organization=self.wang.organization, team=team)
        customer = customer_of(UserFactory(name="Rep", organization=self.wang.organization, team=team))
        self.request = ask_for_transfer(customer, by=boss, to=self.li, reason="x")
        self.first = self.request.steps.first()
        self.decide(person=helper, acting=helper)

    def delegation(self, acting, **values):
        now = timezone.now()
        with self.as_(acting):
            Delegation.objects.create(person=self.mei, begins_at=now, ends_at=now + timedelta(days=1), **values)

    def longer(self):
        now = timezone.now()
        absence = announce(by=self.mei, begins_at=now, ends_at=now + timedelta(days=1))
        with self.as_(self.mei):
            Delegation.objects.filter(pk=absence.pk).update(ends_at=now + timedelta(days=9))

    def seated(self, person, **values):
        Approver.objects.create(
            approval=self.request, step=self.first, person=person, way="manager", due_at=tenancy.now(), **values
        )

    def policy_in_force(self, **values):
        policy = drafted("customers.export", always(MANAGER), by=self.zhao)
        ApprovalPolicy.objects.filter(pk=policy.pk).update(state="proposed")
        ApprovalPolicy.objects.filter(pk=policy.pk).update(state="active", version=1)


CHEATS = {
    "asked_in_own_name": lambda s: s.new_request(acting=s.mei),
    "asked_under_the_policy": lambda s: s.new_request(terms={"lines": []}),
    "asked_before_decided": lambda s: s.new_request(decided_at=tenancy.now()),
    "request_is_sealed": lambda s: s.approve(asked={"to": str(s.wang.pk)}),
    "approval_took_its_steps": lambda s: s.approve(state="approved"),
    "carried_out_when_approved": lambda s: s.approve(carried_out_at=tenancy.now()),
    "step_begins_closed": lambda s: ApprovalStep.objects.create(
        approval=s.request, line=0, place=9, turn=1, spec={}, opened_at=tenancy.now(), done_at=tenancy.now()
    ),
    "step_keeps_what_it_is": lambda s: s.step(s.first, spec={"turn": 1, "who": "role", "role": "rep", "need": 1}),
    "step_waits_its_turn": lambda s: s.step(s.second, opened_at=tenancy.now()),
    "step_has_its_decisions": lambda s: s.step(s.first, done_at=tenancy.now()),
    "decision_in_own_name": lambda s: s.decide(acting=s.wang),
    "decision_while_open": lambda s: s.decide(step=s.second),
    "decision_on_what_was_asked": lambda s: s.decide(seal="0" * 64),
    "decision_by_another": lambda s: s.decide(person=s.wang, acting=s.wang),
    "decision_not_by_subordinate": lambda s: s.below(),
    "decision_without_interest": lambda s: s.interested(),
    "decision_by_active": lambda s: s.gone(),
    "decision_by_approver": lambda s: s.decide(person=s.qian, acting=s.qian),
    "seat_stands": lambda s: Approver.objects.filter(pk=s.seat.pk).update(person=s.qian),
    "seat_for_another": lambda s: s.seated(s.wang),
    "seat_of_named_delegate": lambda s: s.seated(s.qian, instead_of=s.mei),
    "delegate_named_by_the_absent": lambda s: s.delegation(acting=s.wang, delegate=s.qian),
    "delegation_stands": lambda s: s.longer(),
    "policy_stands": lambda s: ApprovalPolicy.objects.filter(state="active").update(content={}),
    "policy_as_approved": lambda s: s.policy_in_force(),
    "position_as_approved": lambda s: User.objects.filter(pk=s.wang.pk).update(role="auditor"),
    "tree_as_approved": lambda s: Team.objects.filter(pk=s.wang.team_id).update(manager=None),
}


@pytest.fixture
def scene(wang, mei, li, zhao, qian):
    return Scene(wang, mei, li, zhao, qian)


@pytest.mark.parametrize("guard", CHEATS)
def test_each_guard_refuses_by_its_name(guard, scene):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CHEATS[guard](scene)
    assert refused.value.__cause__.diag.constraint_name == guard


def test_no_guard_is_forgotten_here():
    named = set(re.findall(r"approvals_refuse\('(\w+)'", SQL.read_text()))
    assert named == set(CHEATS)


@pytest.mark.parametrize("values", [{"is_owner": True}, {"team": None}, {"role": "manager"}], ids=str)
def test_nobody_is_lifted_by_an_update(values, scene):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        User.objects.filter(pk=scene.wang.pk).update(**values)
    assert refused.value.__cause__.diag.constraint_name in ("position_as_approved", "one_owner")
