"""Key accounts: named from above, never by who owns the customer, because limits and samples depend on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class KeyAccountQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(ended_at=None)


class KeyAccount(OrganizationOwned):
    """That a customer is a key account, since when, by whose word and why. The mark on the customer is the database's."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, UPDATE"

    customer = InOrganization("customers.Customer", related_name="key_accounts", editable=False)
    reason = models.CharField(_("reason"), max_length=500)
    named_by = InOrganization("accounts.User", editable=False, verbose_name=_("named by"))
    named_at = tenancy.recorded_at_field()
    ended_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("ended by"))
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(KeyAccountQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("key account")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "customer"], condition=models.Q(ended_at=None), name="key_account_once"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="key_account_has_a_reason"),
        ]

    def __str__(self):
        return str(self.customer)

    @deed("customers.end_key_account")
    def end(self, *, by, reason):
        """It is one no longer; why stands in the ledger."""
        self.ended_by, self.ended_at = by, tenancy.now()
