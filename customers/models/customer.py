"""A company that somebody may claim."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from audit.models import history
from customers.models.claim import Claim, ContestedClaim


class CustomerQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        """Whose content this person may read: his own, his teams', or all of it as an auditor. Nobody else's."""
        if user.is_auditor:
            return self
        if user.is_manager:
            return self.filter(owner__among=[user.pk, *user.people_below])
        return self.filter(owner=user) if user.is_rep else self.none()

    def owned(self):
        return self.filter(owner__isnull=False)

    def in_pool(self):
        return self.filter(owner__isnull=True)


class Customer(OrganizationOwned):
    """A company. Who owns it changes only through a claim; what identifies it stands in identity keys."""

    class State(models.TextChoices):
        """What anybody in the organisation may learn about a company, and all he may learn."""

        FREE = "free", _("Free")
        TAKEN = "taken", _("Taken")
        IN_POOL = "pool", _("In the pool")
        IN_DISPUTE = "dispute", _("In dispute")
        REVIEW = "review", _("Review")

    name = models.CharField(_("registered name"), max_length=200)
    other_name = models.CharField(_("name in the other language"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    credit_code = models.CharField(_("credit code"), max_length=18, blank=True)
    website = models.CharField(_("web site"), max_length=200, blank=True)
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    region = models.CharField(_("province or city"), max_length=80, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    source_number = models.CharField(_("number in the source"), max_length=60, blank=True)
    owner = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("owner"))
    protected_until = models.DateTimeField(_("protection period"), null=True, editable=False)
    pooled_at = models.DateTimeField(_("in the pool since"), null=True, editable=False)
    last_contact_at = models.DateTimeField(_("last follow-up"), null=True, editable=False)
    needs_review = models.BooleanField(_("needs review"), default=False, editable=False)
    created_by = InOrganization("accounts.User", editable=False, verbose_name=_("created by"))
    created_at = tenancy.recorded_at_field()
    imported_in = InOrganization("customers.Import", null=True, editable=False, verbose_name=_("import"))

    objects = tenancy.OrganizationManager.from_queryset(CustomerQuerySet)()
    history = history(no_db_index=["organization", "owner", "created_by", "imported_in"])

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("customer")
        indexes = [
            models.Index(fields=["organization", "owner", "protected_until", "id"], name="customer_of_owner"),
            models.Index(
                fields=["organization", "protected_until", "id"],
                name="customer_by_deadline",
                condition=models.Q(owner__isnull=False),
            ),
            models.Index(
                fields=["organization", "-pooled_at", "-id"],
                name="customer_in_pool",
                condition=models.Q(owner__isnull=True),
            ),
            models.Index(fields=["organization", "imported_in"], name="customer_of_import"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True, protected_until__isnull=True, pooled_at__isnull=False)
                | models.Q(owner__isnull=False, protected_until__isnull=False, pooled_at__isnull=True),
                name="customer_owned_or_in_pool",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="customer_has_a_name"),
        ]

    def __str__(self):
        return self.name

    @property
    def state(self):
        if self.needs_review:
            return self.State.REVIEW
        return self.State.TAKEN if self.owner_id else self.State.IN_POOL

    @property
    def state_label(self):
        return self.state.label

    @deed("customers.claim")
    def claim(self, *, by):
        """The live claim if it is his now, or None: somebody else was faster, and the attempt is kept as evidence."""
        claim = Claim.objects.contest(self, by)
        if claim is None:
            ContestedClaim.keep([self], by=by, way=ContestedClaim.Way.CLAIM)
            return None
        self.owner, self.protected_until, self.pooled_at = by, claim.protected_until, None
        return claim

    @deed("customers.release")
    def release(self, *, by, reason):
        Claim.objects.live().get(customer=self).end(by=by, reason=reason)
        self.owner, self.protected_until, self.pooled_at = None, None, tenancy.now()

    @deed("customers.pass_on")
    def pass_on(self, *, by, to, reason):
        """A transfer that was approved: another owner, the same protection period."""
        ending = Claim.objects.live().get(customer=self)
        ending.end(by=by, reason=reason)
        Claim.objects.create(customer=self, claimant=to, protected_until=ending.protected_until)
        self.owner = to

    @deed("customers.rename")
    def rename(self, *, by, name, credit_code, reason):
        """A change of identity that was approved. Its keys were taken before."""
        self.name, self.credit_code = name, credit_code

    @deed("customers.edit")
    def edit(self, *, by, **values):
        """Change what does not identify the company. Name and credit code have doors of their own."""
        for name in values.keys() & self.EDITABLE:
            setattr(self, name, values[name])

    EDITABLE = frozenset(["other_name", "short_name", "website", "country", "region", "industry"])
