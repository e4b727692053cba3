"""A company that somebody may claim."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.shortcuts import get_objects_for_user

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from audit.models import history
from customers import lots
from customers.models.claim import Claim, ContestedClaim
from customers.models.collaborator import Collaborator
from customers.models.denial import Denial
from customers.models.list_indexes import of_some

SHARED = ["customers.view_customer", "customers.change_customer"]


class CustomerQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        """Whose content this person may read: as far as his role sees, and what is shared with him; never what he is denied.

        For one customer or a search. Lists read one view after the other: an `OR` does not follow the order of an index.
        """
        within, shared = user.reach("view"), Collaborator.objects.filter(user=user).values("content_object")
        seen = self.open_to(user)
        return seen if within is None else seen.filter(models.Q(owner__among=within) | models.Q(pk__in=shared))

    def open_to(self, user):
        """All but those that this person is denied, and those that passed into another. The mark is asked first: without it
        nothing else is looked up."""
        denied = Denial.objects.live().filter(person=user).values("customer")
        return self.exclude(has_denials=True, pk__in=denied).filter(merged_into=None)

    def shared_with(self, user):
        """What colleagues share with this person, as django-guardian finds it: no groups, no superusers, no global rights."""
        shared = get_objects_for_user(
            user, SHARED, Customer, any_perm=True, use_groups=False, with_superuser=False, accept_global_perms=False
        )
        return self.open_to(user) & shared

    def within(self, people):
        """The customers of these people (ids); None is everybody's, and what is in the pool."""
        return self if people is None else self.filter(owner__among=people)

    def owned(self):
        return self.filter(owner__isnull=False)

    def in_pool(self):
        return self.filter(owner__isnull=True, merged_into=None)


class Customer(OrganizationOwned):
    """A company. Who owns it changes only through a claim; what identifies it stands in identity keys."""

    class State(models.TextChoices):
        """What anybody in the organisation may learn about a company, and all he may learn."""

        FREE = "free", _("Free")
        TAKEN = "taken", _("Taken")
        IN_POOL = "pool", _("In the pool")
        IN_DISPUTE = "dispute", _("In dispute")
        REVIEW = "review", _("Review")
        HELD = "hold", _("Provisional hold")

    class Size(models.TextChoices):
        """As the statistics office sorts enterprises, by staff and turnover."""

        MICRO = "micro", pgettext_lazy("size of a company", "Micro")
        SMALL = "small", pgettext_lazy("size of a company", "Small")
        MEDIUM = "medium", pgettext_lazy("size of a company", "Medium")
        LARGE = "large", pgettext_lazy("size of a company", "Large")

    class Tier(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"

    class Relation(models.TextChoices):
        """What a company is to its parent: a branch is the same legal person, a subsidiary is one of its own."""

        BRANCH = "branch", _("Branch")
        SUBSIDIARY = "subsidiary", _("Subsidiary")

    derived_fields = {"completeness": "follows from the record and from the organisation's standard"}

    name = models.CharField(_("registered name"), max_length=200)
    other_name = models.CharField(_("name in the other language"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    credit_code = models.CharField(_("credit code"), max_length=18, blank=True)
    website = models.CharField(_("web site"), max_length=200, blank=True)
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    region = models.CharField(_("province or city"), max_length=80, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    size = models.CharField(_("size"), max_length=6, choices=Size.choices, blank=True)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier.choices, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    source_number = models.CharField(_("number in the source"), max_length=60, blank=True)
    parent = InOrganization("self", null=True, editable=False, related_name="children", verbose_name=_("belongs to"))
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices, blank=True, editable=False)
    credit_limit = models.DecimalField(_("credit limit"), max_digits=14, decimal_places=2, null=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3, blank=True, editable=False)
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), null=True, editable=False)
    owner = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("owner"))
    protected_until = models.DateTimeField(_("protection period"), null=True, editable=False)
    pooled_at = models.DateTimeField(_("in the pool since"), null=True, editable=False)
    pool = InOrganization("customers.Pool", null=True, editable=False, verbose_name=_("public pool"))
    available_at = models.DateTimeField(_("opens"), null=True, editable=False)
    last_contact_at = models.DateTimeField(_("last follow-up"), null=True, editable=False)
    is_held = models.BooleanField(_("provisional hold"), default=False, editable=False)
    needs_review = models.BooleanField(_("needs review"), default=False, editable=False)
    has_denials = models.BooleanField(_("somebody is denied access"), default=False, editable=False)
    in_dispute = models.BooleanField(_("in dispute"), default=False, db_default=False, editable=False)
    key_account = models.BooleanField(_("key account"), default=False, editable=False)
    completeness = models.PositiveSmallIntegerField(_("completeness"), default=0, editable=False)
    merged_into = InOrganization(
        "self", null=True, editable=False, related_name="merged_from", verbose_name=_("merged into")
    )
    created_by = InOrganization("accounts.User", editable=False, verbose_name=_("created by"))
    created_at = tenancy.recorded_at_field()
    imported_in = InOrganization("customers.Import", null=True, editable=False, verbose_name=_("import"))

    objects = tenancy.OrganizationManager.from_queryset(CustomerQuerySet)()
    history = history(
        no_db_index=["organization", "parent", "owner", "created_by", "imported_in", "pool", "merged_into"],
        excluded_fields=["completeness"],
    )

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
                fields=["organization", "pool", "-pooled_at", "-id"],
                name="customer_in_pool",
                condition=models.Q(owner__isnull=True),
            ),
            models.Index(fields=["organization", "imported_in"], name="customer_of_import"),
            models.Index(
                fields=["organization", "parent"], name="customer_of_parent", condition=models.Q(parent__isnull=False)
            ),
            models.Index(
                fields=["organization", "merged_into"],
                name="customer_merged_into",
                condition=models.Q(merged_into__isnull=False),
            ),
            *of_some("size"),
            *of_some("tier"),
            models.Index(
                fields=["organization", "protected_until", "id"],
                name="customer_incomplete",
                condition=models.Q(owner__isnull=False, completeness__lt=100),
            ),
            models.Index(
                fields=["organization", "-pooled_at", "-id"],
                name="pooled_incomplete",
                condition=models.Q(owner__isnull=True, completeness__lt=100),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True, protected_until__isnull=True, pooled_at__isnull=False)
                | models.Q(owner__isnull=False, protected_until__isnull=False, pooled_at__isnull=True),
                name="customer_owned_or_in_pool",
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True, pool__isnull=False, available_at__isnull=False)
                | models.Q(owner__isnull=False, pool__isnull=True, available_at__isnull=True),
                name="customer_waits_in_one_pool",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | models.Q(owner__isnull=True) & ~models.Q(merged_into=models.F("id")),
                name="customer_merged_is_nobodys",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="customer_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True, relation="")
                | models.Q(parent__isnull=False) & ~models.Q(relation="") & ~models.Q(parent=models.F("id")),
                name="customer_is_in_a_group",
            ),
            models.CheckConstraint(
                condition=models.Q(credit_limit__isnull=True, currency="")
                | models.Q(credit_limit__gte=0, currency__regex="^[A-Z]{3}$"),
                name="customer_limit_has_a_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(payment_days__isnull=True) | models.Q(payment_days__lte=365),
                name="customer_pays_within_a_year",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def state(self):
        if self.in_dispute or self.needs_review:
            return self.State.IN_DISPUTE if self.in_dispute else self.State.REVIEW
        return self.State.TAKEN if self.owner_id else self.State.IN_POOL

    @property
    def own_state(self):
        """What those who may read the customer see of it: a hold, too, which to others is taken."""
        return self.State.HELD if self.is_held and self.state == self.State.TAKEN else self.state

    @property
    def state_label(self):
        return self.state.label

    @deed("customers.claim")
    def claim(self, *, by):
        """The live claim if it is his now, or None: somebody else was faster, and the attempt is kept as evidence."""
        claim = Claim.objects.contest(self, by)
        if claim is None:
            ContestedClaim.keep([(self.pk, "")], by=by, way=ContestedClaim.Way.CLAIM)
            return None
        self.belong_to(by, claim)
        return claim

    def belong_to(self, owner, claim):
        """What the list shows of the live claim; at the end of the transaction the database compares the two."""
        self.owner, self.pooled_at = owner, None
        self.protected_until, self.is_held = claim.protected_until, claim.is_held

    def go_to_pool(self):
        self.owner, self.pooled_at = None, tenancy.now()
        self.protected_until, self.is_held = None, False

    @deed("customers.draw")
    def draw(self, *, by):
        """Who gets it of those who wanted it when it opened: as the database drew. The claim, or None when all are passed over."""
        if winner := lots.draw_for(self):
            claim = Claim.begin(self, winner, way=Claim.Way.DRAW)
            self.belong_to(winner, claim)
            return claim
        return None

    @deed("customers.release")
    def release(self, *, by, reason):
        Claim.objects.live().get(customer=self).end(by=by, reason=reason)
        self.go_to_pool()

    @deed("customers.pass_on")
    def pass_on(self, *, by, to, reason):
        """A transfer that was approved: another owner, the same protection period."""
        Claim.objects.live().get(customer=self).end(by=by, reason=reason, ended_as=Claim.End.PASSED)
        self.belong_to(to, Claim.begin(self, to))

    @deed("customers.claim_as_approved")
    def claim_as_approved(self, *, by, to):
        """A claim that a second person approved: in departure mode, or after holds that lapsed."""
        self.belong_to(to, Claim.begin(self, to))

    @deed("customers.take_over")
    def take_over(self, *, by, to, reason):
        """What somebody leaves behind: to who accepted it, or to where the rest goes (nobody is the pool)."""
        ended_as = Claim.End.RELEASED if to is None else Claim.End.PASSED
        Claim.objects.live().get(customer=self).end(by=by, reason=reason, ended_as=ended_as)
        if to is None:
            self.go_to_pool()
        else:
            self.belong_to(to, Claim.begin(self, to))

    @deed("customers.rename")
    def rename(self, *, by, name, credit_code, reason):
        """A change of identity that was approved. Its keys were taken before."""
        self.name, self.credit_code = name, credit_code

    @deed("customers.set_terms")
    def set_terms(self, *, by, credit_limit, currency, payment_days, reason):
        """Payment terms that were approved; a trigger refuses others."""
        self.credit_limit, self.currency, self.payment_days = credit_limit, currency, payment_days

    @deed("customers.regroup")
    def regroup(self, *, by, parent_id, relation, reason):
        """A place in a group of companies that was approved."""
        self.parent_id, self.relation = parent_id, relation

    @deed("customers.correct_source")
    def correct_source(self, *, by, source, source_number, reason):
        """Another source that was approved: what a customer came by is otherwise said once, when it comes in."""
        self.source, self.source_number = source, source_number

    @deed("customers.edit")
    def edit(self, *, by, **values):
        """Change what does not identify the company. Name and credit code have doors of their own."""
        for name in values.keys() & self.EDITABLE:
            setattr(self, name, values[name])

    EDITABLE = frozenset(["other_name", "short_name", "website", "country", "region", "industry", "size", "tier"])
