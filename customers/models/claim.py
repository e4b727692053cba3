"""Claims: exactly one lives at a time. The partial unique index decides, by the database's clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import stamped
from customers.limits import may_claim


class ClaimQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(released_at__isnull=True)

    def contest(self, customer, claimant):
        """The claimant's live claim, new or his already; None when another's lives. Both statements meet the same index.
        Raises NotClaimable when the rules do not let him."""
        living = self.live().filter(customer=customer).first()
        if living is None:
            may_claim(claimant, Claim.Way.POOL, customer)
            self.bulk_create([Claim(customer=customer, claimant=claimant)], ignore_conflicts=True)
            living = self.live().get(customer=customer)
        return living if living.claimant_id == claimant.pk else None

    def of_holds(self):
        """Those that wait for evidence."""
        return self.live().filter(held_until__isnull=False, confirmed_at=None)


class Claim(OrganizationOwned):
    """One person's right to one customer, from its claim to its release.

    How it began, under which rules and how long it protects is the database's to say (`customers/sql/ownership.sql`): it
    fills in what is not given, and refuses what goes further than the rules.
    """

    recorded_about = "customer_id"

    class Way(models.TextChoices):
        """How a claim began."""

        CREATED = "created", _("entered the company")
        POOL = "pool", _("claimed from the pool")
        DRAW = "draw", _("won the draw")
        ASSIGNED = "assigned", _("was assigned")
        APPROVED = "approved", _("claimed as approved")
        PASSED = "passed", _("became the owner by a transfer")
        HANDED_OVER = "handed_over", _("took it over in a handover")
        MERGED = "merged", _("passed into it by a merge")
        VERDICT = "verdict", _("got it by a verdict")

    class End(models.TextChoices):
        """How it ended."""

        RELEASED = "released", _("released")
        RECYCLED = "recycled", _("recycled")
        LAPSED = "lapsed", _("lapsed without evidence")
        RECALLED = "recalled", _("recalled")
        PASSED = "passed", _("passed on")
        MERGED = "merged", _("passed into another by a merge")
        UNMERGED = "unmerged", _("ended with an undone merge")

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="claims")
    claimant = InOrganization("accounts.User", verbose_name=_("owner"))
    claimed_at = tenancy.recorded_at_field()
    rules = InOrganization("customers.OwnershipRules", editable=False, verbose_name=_("rules"))
    way = models.CharField(_("how it began"), max_length=12, choices=Way.choices)
    team = InOrganization("accounts.Team", null=True, editable=False, verbose_name=_("team"))
    protected_until = models.DateTimeField(_("protection period"))
    chain_began_at = models.DateTimeField(editable=False)
    base_until = models.DateTimeField(editable=False)
    held_until = models.DateTimeField(_("provisional hold until"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed by evidence"), null=True, editable=False)
    opportunity_at = models.DateTimeField(_("first opportunity"), null=True, editable=False)
    won_at = models.DateTimeField(_("first deal"), null=True, editable=False)
    seconds_open = models.FloatField(_("seconds since it opened"), null=True, editable=False)
    released_at = models.DateTimeField(_("released"), null=True)
    released_by = InOrganization("accounts.User", null=True, verbose_name=_("released by"))
    release_reason = models.CharField(_("reason"), max_length=500, blank=True)
    ended_as = models.CharField(_("how it ended"), max_length=10, choices=End.choices, blank=True)

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
            models.Index(
                fields=["organization", "claimant", "released_at"],
                name="claim_lapsed",
                condition=models.Q(ended_as="lapsed"),
            ),
        ]

    def __str__(self):
        return f"{self.customer} / {self.claimant}"

    @property
    def is_held(self):
        """Does it still wait for evidence?"""
        return self.held_until is not None and self.confirmed_at is None

    @classmethod
    def begin(cls, customer, claimant, **how):
        """A claim that somebody else decided about, as the database made it out."""
        claim = cls.objects.create(customer=customer, claimant=claimant, **how)
        claim.refresh_from_db()
        return claim

    def end(self, *, by, reason, ended_as=End.RELEASED):
        self.released_at, self.released_by, self.release_reason, self.ended_as = tenancy.now(), by, reason, ended_as
        self.save(update_fields=["released_at", "released_by", "release_reason", "ended_as"])


class ContestedClaim(OrganizationOwned):
    """An attempt that came too late: kept, because two people wanting one customer is what Candor is about."""

    class Way(models.TextChoices):
        CLAIM = "claim", _("Claim")
        FORM = "form", _("New customer")
        IMPORT = "import", _("Import")
        EDIT = "edit", _("Edit")
        DRAW = "draw", _("Draw")

    recorded_about = "customer_id"

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="contested_claims")
    claimant = InOrganization("accounts.User")
    way = models.CharField(_("way"), max_length=10, choices=Way.choices)
    written = models.CharField(_("as it was written"), max_length=200, blank=True, db_default="")
    attempted_at = tenancy.recorded_at_field()
    known_as: str  # the name he knows, added by `contestable`

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("contested claim")
        indexes = [models.Index(fields=["organization", "customer", "attempted_at"], name="contest_of_customer")]

    @classmethod
    def keep(cls, attempts, *, by, way):
        """One for each (id of a customer somebody else already has, what was typed). In the ledger they stand as what they
        are: too late."""
        with stamped("customers.contest", by=by):
            cls.objects.bulk_create(
                cls(customer_id=customer, claimant=by, way=way, written=written) for customer, written in attempts
            )
