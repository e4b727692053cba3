"""What the last 90 days would have been under other ownership rules: asked for by one person, worked out by the database."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from customers.models.ownership import OwnershipRules


class Replay(OrganizationOwned):
    """One proposal and its result. Rules are asked for on this page, and whoever decides reads the same result."""

    grants = "SELECT, INSERT, UPDATE"
    unrecorded_fields = {"result": "bulk: its hash is recorded"}

    rules = models.JSONField(_("proposed rules"))
    effective_from = models.DateTimeField(_("in force from"), null=True)  # none: as soon as it is approved
    instead_of = models.PositiveIntegerField(_("instead of version"), null=True)
    asked_by = InOrganization("accounts.User", verbose_name=_("asked by"))
    asked_at = tenancy.recorded_at_field()
    progress = InOrganization("accounts.Progress", null=True)
    since = models.DateTimeField(null=True, editable=False)
    until = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(_("worked out"), null=True, editable=False)
    result = models.JSONField(null=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("replay")
        indexes = [models.Index(fields=["organization", "-asked_at"], name="replay_newest")]

    def __str__(self):
        return str(self.asked_at)

    def as_rules(self) -> OwnershipRules:
        """The proposal as a version that nobody has written."""
        return OwnershipRules(**self.rules)
