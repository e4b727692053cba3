"""How customers are claimed, protected and recycled: rules in versions, each in force from a moment on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned


class OwnershipRulesQuerySet(tenancy.WalledQuerySet):
    def in_force(self):
        """The version that holds now, by the database's clock. There always is one: the first comes with the organisation."""
        return self.now_first().first()

    def now_first(self):
        """The version that holds now, and then those before it."""
        return self.filter(effective_from__lte=tenancy.Clock()).order_by("-effective_from", "-number")


class OwnershipRules(OrganizationOwned):
    """One version. It is never changed and never reaches back: what began under it goes on under it.

    A number of days that is empty asks for nothing.
    """

    grants = "SELECT, INSERT"

    number = models.PositiveIntegerField(_("version"), db_default=0, editable=False)
    effective_from = models.DateTimeField(_("in force from"), db_default=tenancy.Clock())
    written_at = tenancy.recorded_at_field()
    written_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("approved by"))
    approval = InOrganization("approvals.Approval", null=True, editable=False, verbose_name=_("request"))
    protection_days = models.PositiveSmallIntegerField(_("protection period in days"), db_default=90)
    hold_hours = models.PositiveSmallIntegerField(_("provisional hold in hours"), db_default=72)
    holds_at_once = models.PositiveSmallIntegerField(_("holds without evidence at once"), db_default=5)
    lapses_at_most = models.PositiveSmallIntegerField(
        _("lapsed holds in 30 days before a manager is asked"), db_default=3
    )
    daily_claims = models.PositiveSmallIntegerField(_("claims from the pool a day"), db_default=20)
    holding_limit = models.PositiveSmallIntegerField(_("customers one person holds at most"), db_default=300)
    cooldown_days = models.PositiveSmallIntegerField(
        _("cooldown of the former owner and his group in days"), db_default=30
    )
    release_hours = models.PositiveSmallIntegerField(
        _("random delay before pooled customers open, in hours"), db_default=24
    )
    opportunity_days = models.PositiveSmallIntegerField(_("days to the first opportunity"), null=True, blank=True)
    won_days = models.PositiveSmallIntegerField(_("days to the first deal"), null=True, blank=True)
    warn_days = models.PositiveSmallIntegerField(_("days before the end when the owner is warned"), db_default=7)

    RULES = (
        "protection_days", "hold_hours", "holds_at_once", "lapses_at_most", "daily_claims", "holding_limit",
        "cooldown_days", "release_hours", "opportunity_days", "won_days", "warn_days",
    )  # fmt: skip

    objects = tenancy.OrganizationManager.from_queryset(OwnershipRulesQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("ownership rules")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="ownership_rules_number"),
            models.UniqueConstraint(fields=["organization", "approval"], name="ownership_rules_of_request"),
            models.CheckConstraint(condition=models.Q(protection_days__gte=1), name="ownership_protects"),
            models.CheckConstraint(condition=models.Q(hold_hours__lte=72), name="ownership_holds_72_hours"),
            models.CheckConstraint(
                condition=models.Q(hold_hours__lte=models.F("protection_days") * 24),
                name="ownership_holds_no_longer_than_it_protects",
            ),
            models.CheckConstraint(
                condition=models.Q(holding_limit__gte=1, daily_claims__gte=1), name="ownership_lets_work"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-effective_from", "-number"], name="ownership_in_force")]

    def __str__(self):
        return str(self.number)

    @property
    def as_asked(self) -> dict:
        """Every rule by its name, as a request carries it."""
        return {name: getattr(self, name) for name in self.RULES}
