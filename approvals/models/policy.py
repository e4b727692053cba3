"""Policies: who has to approve what, in versions that never change once they are in force."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from approvals.kinds import kind_named
from audit.deeds import deed


class HousePolicy(models.Model):
    """The house's own policy of a kind, the same for everybody and written by the migration from the kinds: what holds
    as long as an organisation has none of its own."""

    kind = models.CharField(primary_key=True, max_length=60)
    content = models.JSONField()
    administration = models.BooleanField(default=False)  # as the kind says (`Kind.administration`)

    class Meta:
        verbose_name = _("policy of the house")


class PolicyQuerySet(tenancy.WalledQuerySet):
    def in_force(self, kind):
        """The last version of a kind that has begun, by the database's clock, or None: then the house's own counts. One that
        was decided earlier never takes the place of one decided later, whenever it begins."""
        found = self.filter(kind=kind, state=ApprovalPolicy.State.ACTIVE, effective_from__lte=tenancy.Clock())
        return found.order_by("-version").first()


class ApprovalPolicy(OrganizationOwned):
    """One version of who has to approve a kind of request. A draft may be written anew; what was activated stands."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Pending")
        ACTIVE = "active", _("Activated")

    kind = models.CharField(_("kind"), max_length=60)
    version = models.PositiveIntegerField(_("version"), null=True, editable=False)
    content = models.JSONField(_("lines"))
    effective_from = models.DateTimeField(_("effective from"))
    state = StateField(_("state"), choices=State.choices, default=State.DRAFT, protected=True)
    written_by = InOrganization("accounts.User", verbose_name=_("written by"))
    written_at = tenancy.recorded_at_field()

    objects = tenancy.OrganizationManager.from_queryset(PolicyQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("approval policy")
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "version"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["organization", "kind"], condition=~models.Q(state="active"), name="policy_drafted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="active", version__isnull=False) | ~models.Q(state="active"),
                name="policy_active_has_version",
            ),
        ]

    def __str__(self):
        return str(kind_named(self.kind).label)

    @deed("approvals.write_policy")
    def write(self, *, by, content, effective_from):
        """Put other words into a draft. Words that are already proposed go back to being a draft (a trigger sees to it)."""
        self.content, self.effective_from, self.written_by = content, effective_from, by

    @deed("approvals.propose_policy")
    @transition(field=state, source=State.DRAFT, target=State.PROPOSED)
    def propose(self, *, by):
        pass

    @deed("approvals.redraft_policy")
    @transition(field=state, source=State.PROPOSED, target=State.DRAFT)
    def redraft(self, *, by):
        """It was not approved, or changed while it waited."""

    @deed("approvals.activate_policy")
    @transition(field=state, source=State.PROPOSED, target=State.ACTIVE)
    def activate(self, *, by):
        """In force from now or from the date that was approved, whichever is later; never backwards."""
        last = ApprovalPolicy.objects.filter(kind=self.kind).aggregate(last=models.Max("version"))["last"]
        self.version = (last or 0) + 1
        self.effective_from = max(self.effective_from, tenancy.now())
