"""A request that a second person decides: a sealed copy of exactly what is asked, and the way to its decision."""

from datetime import timedelta
from functools import cached_property

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from approvals import telling
from approvals.independence import too_near
from approvals.kinds import kind_named
from approvals.models.selecting import ApprovalQuerySet
from approvals.models.step import ApprovalStep, Approver, Decision
from approvals.models.talk import Interest
from approvals.sealing import seal_of
from audit.deeds import deed

A_DAY = timedelta(hours=24)


class CannotDecide(Exception):
    """There is nothing (more) for this person to decide. Carries the request, so that the page can say how it stands."""

    def __init__(self, approval):
        super().__init__(str(approval.pk))
        self.approval = approval


class Approval(OrganizationOwned):
    """One request. What it asks for never changes; its state moves only through the deeds below."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        VOID = "void", _("No longer applies")

    kind = models.CharField(_("kind"), max_length=60)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", db_index=False)
    subject_id = models.UUIDField()
    subject = GenericForeignKey("subject_type", "subject_id")
    requested_by = InOrganization("accounts.User", verbose_name=_("asked by"))
    reason = models.CharField(_("reason"), max_length=1000)
    asked = models.JSONField(_("what is asked"))
    measures = models.JSONField(_("measured"), default=dict)
    seal = models.CharField(_("approval seal"), max_length=64)
    group = models.CharField(max_length=200, blank=True)
    weight = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    policy = InOrganization("approvals.ApprovalPolicy", null=True, verbose_name=_("policy"))
    terms = models.JSONField(_("policy as it was"))
    follows = InOrganization("approvals.Approval", null=True, verbose_name=_("follows"))
    state = StateField(_("state"), choices=State.choices, default=State.PENDING, protected=True)
    opened_at = tenancy.recorded_at_field()
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    carried_out_at = models.DateTimeField(_("carried out"), null=True, editable=False)
    carried_out_in = models.BigIntegerField(null=True, editable=False)  # the database's transaction, set by a trigger

    objects = tenancy.OrganizationManager.from_queryset(ApprovalQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("approval")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "subject_id"],
                condition=models.Q(state="pending"),
                name="one_request_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "requested_by", "-opened_at", "-id"], name="approval_of_requester"),
            models.Index(fields=["organization", "subject_id", "-opened_at"], name="approval_of_subject"),
            models.Index(fields=["organization", "kind", "group", "opened_at"], name="approval_of_group"),
            models.Index(fields=["organization", "-opened_at", "-id"], name="approval_newest"),
            models.Index(fields=["organization", "state", "-opened_at", "-id"], name="approval_of_state"),
            models.Index(fields=["organization", "kind", "-opened_at", "-id"], name="approval_of_kind"),
        ]

    def __str__(self):
        return self.title

    @property
    def kind_of(self):
        return kind_named(self.kind)

    @property
    def title(self):
        return self.kind_of.title(self)

    @property
    def time_to_decide(self):
        return timedelta(hours=self.terms["hours"])

    @property
    def lapses_at(self):
        """When an undecided request about rights lapses; None for what only rises."""
        return self.opened_at + A_DAY if self.kind_of.administration else None

    @property
    def has_lapsed(self):
        """Did it end because nobody decided in time?"""
        return self.state == self.State.VOID and bool(self.lapses_at) and self.decided_at >= self.lapses_at

    @property
    def took_effect_alone(self):
        """By the clock, where nobody else administers."""
        return self.state == self.State.APPROVED and self.kind_of.administration and self.steps.open().exists()

    @cached_property
    def too_near(self) -> dict:
        return too_near(self.requested_by) if self.kind_of.administration else {}

    @cached_property
    def interested(self) -> dict:
        return {interest.person_id: interest for interest in self.interests.all()}

    def interest_of(self, person):
        return self.interested.get(person.pk)

    def sealed_with(self, files) -> str:
        """The seal of what stands here together with files of these hashes."""
        return seal_of(
            kind=self.kind, subject=str(self.subject_id), asked=self.asked, measures=self.measures, files=sorted(files)
        )

    def seal_now(self):
        """The seal of what stands here; differs from `seal` when somebody wrote past the house."""
        return self.sealed_with(self.attachments.values_list("file__sha256", flat=True))

    def live_seats(self, person):
        return list(self.approvers.live().filter(person=person, step__done_at=None).select_related("step"))

    @deed("approvals.approve")
    def approve(self, *, by, seal, reason=""):
        """Yes to the copy with this seal. The last yes that is needed brings it about, in this transaction."""
        for seat in self._decide(by, Decision.Verdict.APPROVE, seal, reason):
            if seat.step.has_enough():
                seat.step.finish()
        self.move_on(by=by)

    @deed("approvals.reject")
    def reject(self, *, by, seal, reason):
        self._decide(by, Decision.Verdict.REJECT, seal, reason)
        self._close("refuse", by)

    @deed("approvals.send_back")
    def send_back(self, *, by, seal, reason):
        """Back to who asked, to be corrected and asked anew."""
        self._decide(by, Decision.Verdict.RETURN, seal, reason)
        self._close("hand_back", by)

    def _decide(self, by, verdict, seal, reason):
        """One decision at each open step where this person sits; CannotDecide when there is none."""
        seats = self.live_seats(by) if self.state == self.State.PENDING else []
        if not seats:
            raise CannotDecide(self)
        for seat in seats:
            Decision.objects.create(
                approval=self, step=seat.step, person=by, instead_of=seat.instead_of,
                verdict=verdict, seal=seal, reason=reason,
            )  # fmt: skip
            seat.end(Approver.End.DECIDED)
        return seats

    def move_on(self, *, by):
        """Open the next turn when this one is done; after the last, bring about what was asked."""
        if self.steps.open().exists():
            return
        if turn := self.steps.not_opened().order_by("turn").values_list("turn", flat=True).first():
            for step in self.steps.not_opened().filter(turn=turn):
                step.approval = self
                step.open()
            telling.tell_approvers(self)
            return
        self.grant(by=by)
        if self.kind_of.carried_out_at_once:
            self.kind_of.take_effect(self, by=by)
        telling.tell_requester(self)

    def _close(self, transition_name, by):
        getattr(self, transition_name)(by=by)
        for seat in self.approvers.live():
            seat.end(Approver.End.CLOSED)
        self.kind_of.not_granted(self, by=by)
        telling.tell_requester(self)

    @deed("approvals.grant")
    @transition(field=state, source=State.PENDING, target=State.APPROVED)
    def grant(self, *, by):
        """Every step has said yes. The database counts again (`approval_took_its_steps`)."""
        if self.kind_of.carried_out_at_once:
            self.carried_out_at = tenancy.now()

    @deed("approvals.refuse")
    @transition(field=state, source=State.PENDING, target=State.REJECTED)
    def refuse(self, *, by):
        """What follows from a rejection."""

    @deed("approvals.hand_back")
    @transition(field=state, source=State.PENDING, target=State.RETURNED)
    def hand_back(self, *, by):
        """What follows from a return."""

    @deed("approvals.withdraw")
    def withdraw(self, *, by, reason=""):
        """Who asked no longer wants it."""
        if self.state != self.State.PENDING:
            raise CannotDecide(self)
        self._close("take_back", by)

    @deed("approvals.take_back")
    @transition(field=state, source=State.PENDING, target=State.WITHDRAWN)
    def take_back(self, *, by):
        """What follows from a withdrawal."""

    def lapse(self, *, by):
        """Who asked is gone; nobody decides it any more."""
        self._close("void", by)

    @deed("approvals.void")
    @transition(field=state, source=[State.PENDING, State.APPROVED], target=State.VOID)
    def void(self, *, by):
        """What it stood on has changed: done by a trigger of the subject's table, whoever changes it and how. Or who asked left."""

    @deed("approvals.expire")
    @transition(field=state, source=State.PENDING, target=State.VOID)
    def expire(self, *, by):
        """A day has passed and nobody decided about rights (`approvals.lapsing`)."""

    @deed("approvals.alone")
    @transition(field=state, source=State.PENDING, target=State.APPROVED)
    def grant_alone(self, *, by):
        """A day has passed and nobody else administers. The database looks again (`approval_took_its_steps`)."""
        self.carried_out_at = tenancy.now()

    @deed("approvals.carry_out")
    def carry_out(self, *, by):
        """Do later what was approved, once, from the sealed copy and nothing else."""
        if self.state != self.State.APPROVED or self.carried_out_at or self.seal_now() != self.seal:
            raise CannotDecide(self)
        self.carried_out_at = tenancy.now()
        self.save(update_fields=["carried_out_at"])
        self.kind_of.take_effect(self, by=by)

    @deed("approvals.add_step")
    def add_step(self, *, by, person, reason):
        """An approver wants one more person to say yes, beside himself. Steps are only ever added."""
        seats = self.live_seats(by) if self.state == self.State.PENDING else []
        if not seats:
            raise CannotDecide(self)
        place = self.steps.filter(line=0).count() + 1
        step = ApprovalStep(approval=self, line=0, place=place, turn=seats[0].step.turn, added_by=by)
        step.spec = {"turn": step.turn, "who": "people", "people": [str(person.pk)], "need": 1}
        step.save(force_insert=True)
        step.open()
        telling.tell_approvers(self, steps=[step])

    @deed("approvals.recuse")
    def recuse(self, *, by, reason):
        """An approver has a share in it: he says so, leaves his seat, and somebody else is found at once."""
        self.set_aside(by, why="declared", note=reason)

    def set_aside(self, person, *, why="detected", note=""):
        """He decides no longer, and does not sit down again; somebody else is found at once."""
        if not self.interests.filter(person=person).exists():
            Interest.objects.create(approval=self, person=person, why=why, note=note)
        self.__dict__.pop("interested", None)
        for seat in self.live_seats(person):
            seat.end(Approver.End.RECUSED)
            seat.step.approval = self
            seat.step.reseat()
        telling.tell_approvers(self)
