"""Claims: exactly one lives at a time. The partial unique index decides, by the database's clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import stamped


class ClaimQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(released_at__isnull=True)

    def contest(self, customer, claimant):
        """The claimant's live claim, new or his already; None when another's lives. Both statements meet the same index."""
        fresh = Claim(customer=customer, claimant=claimant, protected_until=Claim.protection(customer.organization))
        self.bulk_create([fresh], ignore_conflicts=True)
        living = self.live().get(customer=customer)
        return living if living.claimant_id == claimant.pk else None


class Claim(OrganizationOwned):
    """One person's right to one customer, from its claim to its release."""

    recorded_about = "customer_id"

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="claims")
    claimant = InOrganization("accounts.User", verbose_name=_("owner"))
    claimed_at = tenancy.recorded_at_field()
    protected_until = models.DateTimeField(_("protection period"))
    released_at = models.DateTimeField(_("released"), null=True)
    released_by = InOrganization("accounts.User", null=True, verbose_name=_("released by"))
    release_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = tenancy.OrganizationManager.from_queryset(ClaimQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("claim")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "customer"],
                condition=models.Q(released_at__isnull=True),
                name="claim_lives_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "customer", "claimed_at"], name="claim_of_customer"),
            models.Index(fields=["organization", "claimant", "claimed_at"], name="claim_of_claimant"),
        ]

    def __str__(self):
        return f"{self.customer} / {self.claimant}"

    @staticmethod
    def protection(organization):
        """The end of a protection period that begins now, by the database's clock."""
        return tenancy.Clock() + tenancy.Days(organization.protection_days)

    def end(self, *, by, reason):
        self.released_at, self.released_by, self.release_reason = tenancy.now(), by, reason
        self.save(update_fields=["released_at", "released_by", "release_reason"])


class ContestedClaim(OrganizationOwned):
    """An attempt that came too late: kept, because two people wanting one customer is what Candor is about."""

    class Way(models.TextChoices):
        CLAIM = "claim", _("Claim")
        FORM = "form", _("New customer")
        IMPORT = "import", _("Import")
        EDIT = "edit", _("Edit")

    recorded_about = "customer_id"

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="contested_claims")
    claimant = InOrganization("accounts.User")
    way = models.CharField(_("way"), max_length=10, choices=Way.choices)
    attempted_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("contested claim")
        indexes = [models.Index(fields=["organization", "customer", "attempted_at"], name="contest_of_customer")]

    @classmethod
    def keep(cls, customers, *, by, way):
        """One for each customer (its id) somebody else already has. In the ledger they stand as what they are: too late."""
        with stamped("customers.contest", by=by):
            cls.objects.bulk_create(cls(customer_id=customer, claimant=by, way=way) for customer in customers)
