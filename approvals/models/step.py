"""The steps of a request, who sits at them, and what they decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from approvals.routing import Router, needed


class StepQuerySet(tenancy.WalledQuerySet):
    def open(self):
        return self.filter(opened_at__isnull=False, done_at__isnull=True)

    def not_opened(self):
        return self.filter(opened_at__isnull=True)


class ApprovalStep(OrganizationOwned):
    """One step: who has to say yes, and how many of them. Steps of the same turn are decided side by side."""

    recorded_about = "approval_id"

    approval = InOrganization("approvals.Approval", related_name="steps")
    line = models.PositiveSmallIntegerField(_("line of the policy"))  # 0: added by an approver
    place = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField(_("turn"))
    spec = models.JSONField()
    needs = models.PositiveSmallIntegerField(_("how many say yes"), default=1)
    added_by = InOrganization("accounts.User", null=True, verbose_name=_("added by"))
    opened_at = models.DateTimeField(_("opened"), null=True)
    due_at = models.DateTimeField(_("decide by"), null=True)
    reminded_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(_("done"), null=True)

    objects = tenancy.OrganizationManager.from_queryset(StepQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("approval step")
        ordering = ["turn", "line", "place"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "approval", "line", "place"], name="step_once"),
            models.CheckConstraint(condition=models.Q(needs__gte=1), name="step_needs_somebody"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"],
                name="step_due",
                condition=models.Q(opened_at__isnull=False, done_at__isnull=True),
            )
        ]

    @property
    def is_open(self):
        return self.opened_at is not None and self.done_at is None

    def open(self):
        """Let people sit down; the clock begins to run. Who sits there now decides how many "all" are."""
        seats = Router(self.approval).seats(self.spec, at_least=needed(self.spec, 0))
        self.needs = needed(self.spec, len(seats))
        self.opened_at = tenancy.now()
        self.due_at = self.opened_at + self.approval.time_to_decide
        self.save(update_fields=["needs", "opened_at", "due_at"])
        self.let_in(seats)

    def reseat(self):
        """After somebody left or became interested: the seats the house finds now. As many have to say yes as before."""
        decided = set(self.decisions.values_list("person_id", flat=True))
        seats = Router(self.approval).seats(self.spec, at_least=self.needs - len(decided), without=decided)
        wanted = {seat.person.pk: seat for seat in seats}
        here = {seat.person_id: seat for seat in self.approvers.live()}
        for pk, seat in here.items():
            if pk not in wanted and seat.way != Approver.Way.ESCALATED:
                seat.end(Approver.End.REROUTED)
        self.let_in(seat for pk, seat in wanted.items() if pk not in here)

    def let_in(self, seats):
        """These people may decide from now on; each is told."""
        Approver.objects.bulk_create(
            Approver(step=self, approval=self.approval, person=seat.person, way=seat.way, instead_of=seat.instead_of, due_at=self.due_at)
            for seat in seats
        )  # fmt: skip

    def has_enough(self):
        return self.decisions.filter(verdict=Decision.Verdict.APPROVE).count() >= self.needs

    def finish(self):
        self.done_at = tenancy.now()
        self.save(update_fields=["done_at"])
        for seat in self.approvers.live():
            seat.end(Approver.End.DECIDED)


class ApproverQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(ended_at__isnull=True)


class Approver(OrganizationOwned):
    """A seat at a step: this person may decide it, from when to when and why he."""

    class Way(models.TextChoices):
        MANAGER = "manager", _("manager")
        ROLE = "role", _("by role")
        NAMED = "named", _("named in the policy")
        ADDED = "added", _("added by an approver")
        DELEGATE = "delegate", _("delegate")
        RISEN = "risen", _("next level")
        ESCALATED = "escalated", _("the time had passed")

    class End(models.TextChoices):
        DECIDED = "decided", _("the step was decided")
        CLOSED = "closed", _("the request was closed")
        REROUTED = "rerouted", _("somebody else decides")
        RECUSED = "recused", _("recused")

    recorded_about = "approval_id"

    approval = InOrganization("approvals.Approval", related_name="approvers")
    step = InOrganization("approvals.ApprovalStep", related_name="approvers")
    person = InOrganization("accounts.User", verbose_name=_("approver"))
    instead_of = InOrganization("accounts.User", null=True, verbose_name=_("in place of"))
    way = models.CharField(_("why this person"), max_length=10, choices=Way.choices)
    seated_at = tenancy.recorded_at_field()
    due_at = models.DateTimeField(_("decide by"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=10, choices=End.choices, blank=True)

    objects = tenancy.OrganizationManager.from_queryset(ApproverQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("approver")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "step", "person"], condition=models.Q(ended_at__isnull=True), name="seated_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "person", "due_at", "id"],
                name="approver_inbox",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.Index(fields=["organization", "approval", "person"], name="approver_of_approval"),
        ]

    def __str__(self):
        return str(self.person)

    def end(self, reason):
        self.ended_at, self.end_reason = tenancy.now(), reason
        self.save(update_fields=["ended_at", "end_reason"])


class DecisionQuerySet(tenancy.WalledQuerySet):
    def in_a_list(self):
        """What a list shows of decisions and of what was decided."""
        shown = ("verdict", "decided_at", "approval__kind", "approval__asked", "approval__state")
        named = {"asker": models.F("approval__requested_by__name"), "absent": models.F("instead_of__name")}
        return self.select_related("approval").only(*shown).annotate(**named)


class Decision(OrganizationOwned):
    """What somebody decided at a step, on which copy. The database sets the time and refuses who may not decide."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("Approved")
        REJECT = "reject", _("Rejected")
        RETURN = "return", _("Returned")

    grants = "SELECT, INSERT"
    recorded_about = "approval_id"

    approval = InOrganization("approvals.Approval", related_name="decisions")
    step = InOrganization("approvals.ApprovalStep", related_name="decisions")
    person = InOrganization("accounts.User", verbose_name=_("decided by"))
    instead_of = InOrganization("accounts.User", null=True, verbose_name=_("in place of"))
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict.choices)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    seal = models.CharField(_("approval seal"), max_length=64)
    decided_at = tenancy.recorded_at_field()

    objects = tenancy.OrganizationManager.from_queryset(DecisionQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("decision")
        constraints = [
            models.UniqueConstraint(fields=["organization", "step", "person"], name="decided_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="approve") | ~models.Q(reason=""), name="decision_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "approval", "decided_at"], name="decision_of_approval"),
            models.Index(fields=["organization", "person", "-decided_at", "-id"], name="decision_of_person"),
        ]
