"""Denials: a named person has no access to a named customer, whatever else would give it to him."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class DenialQuerySet(tenancy.WalledQuerySet):
    def live(self):
        """What holds now, by the database's clock."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=tenancy.Clock()), ended_at=None)


class Denial(OrganizationOwned):
    """It stands above role, team and share. The customer carries a mark (`has_denials`), so that others cost nothing."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, UPDATE"

    customer = InOrganization("customers.Customer", related_name="denials", verbose_name=_("customer"))
    person = InOrganization("accounts.User", verbose_name=_("denied person"))
    reason = models.CharField(_("reason"), max_length=500)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    denied_by = InOrganization("accounts.User", verbose_name=_("denied by"))
    denied_at = tenancy.recorded_at_field()
    ended_at = models.DateTimeField(_("lifted"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(DenialQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("denied access")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "customer", "person"],
                condition=models.Q(ended_at__isnull=True),
                name="denial_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("denied_at")),
                name="denial_ends_later",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="denial_has_a_reason"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "person", "customer"],
                name="denial_of_person",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.person} / {self.customer}"

    @deed("customers.lift")
    def lift(self, *, by, reason):
        """It holds no longer, from now on; why stands in the ledger."""
        self.ended_at = tenancy.now()
