"""Who decides in whose place while he is away."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class DelegationQuerySet(tenancy.WalledQuerySet):
    def now(self):
        """In force at this moment, by the database's clock."""
        return self.filter(begins_at__lte=tenancy.Clock(), ends_at__gt=tenancy.Clock())

    def not_over(self):
        return self.filter(ends_at__gt=tenancy.Clock())


class Delegation(OrganizationOwned):
    """An absence, and who decides meanwhile: named beforehand, of at least equal rank. Both names stand with a decision."""

    person = InOrganization("accounts.User", verbose_name=_("absent"))
    delegate = InOrganization("accounts.User", null=True, blank=True, verbose_name=_("delegate"))
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    recorded_at = tenancy.recorded_at_field()

    objects = tenancy.OrganizationManager.from_queryset(DelegationQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("delegation")
        constraints = [
            models.CheckConstraint(condition=~models.Q(person=models.F("delegate")), name="delegate_is_another"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("begins_at")), name="delegation_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["organization", "person", "-ends_at"], name="delegation_of_person")]

    def __str__(self):
        return f"{self.person} → {self.delegate}"

    @deed("approvals.end_delegation")
    def end(self, *, by):
        """He is back."""
        self.ends_at = max(self.begins_at, tenancy.now())

    @deed("approvals.lapse_delegation")
    def lapse(self, *, by):
        """An access review did not confirm it."""
        self.ends_at = max(self.begins_at, tenancy.now())
