"""Public pools: which there are, who may claim from which, and the draws that decide between several who want the same."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import tenancy
from accounts.models import Organization
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class IsMember(models.Func):
    """May this person claim from that pool? One answer for pages and for the guard of claims."""

    function = "customers_is_pool_member"
    output_field = models.BooleanField()


class PoolQuerySet(tenancy.WalledQuerySet):
    def open(self):
        """Those that take customers in, in the order in which they are asked; the rest comes last."""
        return self.filter(archived_at=None).order_by(*Pool.ORDER)

    def of(self, person):
        """Those that this person is a member of."""
        return self.filter(IsMember("pk", models.Value(person.pk)))


class Pool(OrganizationOwned):
    """One of the pools. A customer that comes in goes to the first whose conditions it fits; the rest has none and is always there."""

    grants = "SELECT, INSERT, UPDATE"
    CONTENT = ("name", "place", "conditions", "hidden")
    ORDER = ("is_rest", "place", "id")

    name = models.CharField(_("name of the pool"), max_length=80)
    place = models.PositiveSmallIntegerField(_("place"), default=1)
    is_rest = models.BooleanField(_("takes what fits no other"), default=False, editable=False)
    conditions = models.JSONField(_("conditions"), default=dict)
    hidden = models.JSONField(_("hidden until claimed"), default=list)
    archived_at = models.DateTimeField(pgettext_lazy("a pool", "archived"), null=True, editable=False)
    changed_at = tenancy.recorded_at_field()

    objects = tenancy.OrganizationManager.from_queryset(PoolQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("public pool")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(is_rest=True), name="pool_of_the_rest_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_rest=False) | models.Q(conditions={}, archived_at=None), name="pool_of_the_rest"
            ),
        ]
        indexes = [models.Index(fields=["organization", "is_rest", "place", "id"], name="pool_in_order")]

    def __str__(self):
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The rest has no name of its own."""
        return self.name or str(_("Everything else"))

    @property
    def content(self) -> dict:
        """As an approval keeps it."""
        return {name: getattr(self, name) for name in self.CONTENT} | {"archived": self.archived_at is not None}

    @deed("customers.set_pool")
    def arrange(self, *, by, archived, reason="", **content):
        """What a second person approved; a trigger refuses anything else."""
        for name in self.CONTENT:
            setattr(self, name, content[name])
        self.archived_at = (self.archived_at or tenancy.now()) if archived else None


class PoolMember(OrganizationOwned):
    """A team, with who leads it, or a person who may claim from a pool. A pool without any is open to everybody who sells."""

    grants = "SELECT, INSERT, DELETE"
    recorded_about = "pool_id"

    pool = InOrganization("customers.Pool", on_delete=models.CASCADE, related_name="members")
    team = InOrganization("accounts.Team", null=True, verbose_name=_("team"))
    person = InOrganization("accounts.User", null=True, verbose_name=_("person"))

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("member of a pool")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "pool", "team", "person"], name="pool_member_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(team=None, person__isnull=False) | models.Q(team__isnull=False, person=None),
                name="pool_member_is_one",
            ),
        ]

    def __str__(self):
        return str(self.team or self.person)


class Draw(OrganizationOwned):
    """All draws of one hour. Its seed was chosen and committed to before anybody could enter, and is sealed until it opens."""

    grants = "SELECT, INSERT, UPDATE"

    opens_at = models.DateTimeField(_("opens"))
    commitment = models.BinaryField(_("SHA-256 of the seed"), max_length=32)
    sealed = models.TextField(_("sealed seed"))
    seed = models.BinaryField(_("seed"), null=True, max_length=32)
    prepared_at = tenancy.recorded_at_field()
    revealed_at = models.DateTimeField(_("seed revealed"), null=True)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("draw")
        constraints = [models.UniqueConstraint(fields=["organization", "opens_at"], name="draw_once_an_hour")]

    def __str__(self):
        return str(self.opens_at)

    @staticmethod
    def lies_at(pk) -> str:
        """Where the seed belongs: sealed for one draw, it opens in no other."""
        return f"draw:{pk}"

    @deed("customers.reveal_draw")
    def reveal(self, *, by):
        """The hour has come. The database compares the seed with what was committed to."""
        self.seed = bytes.fromhex(Organization.objects.get().unseal(self.lies_at(self.pk), self.sealed))


class DrawEntryQuerySet(tenancy.WalledQuerySet):
    def standing(self):
        return self.filter(withdrawn_at=None)

    def of_pooling(self, customer):
        """The entries for this customer since it came into the pool this time."""
        return self.filter(customer=customer, draw__opens_at=customer.available_at, entered_at__gte=customer.pooled_at)


class DrawEntry(OrganizationOwned):
    """Somebody wants a customer when it opens. What becomes of it is the database's to say, from the seed (`pools.sql`)."""

    recorded_about = "draw_id"  # who wanted a customer is no part of the history that its owner reads
    grants = "SELECT, INSERT, UPDATE"

    class Outcome(models.TextChoices):
        WON = "won", _("won")
        LOST = "lost", _("lost")
        PASSED_OVER = "passed_over", _("passed over")

    draw = InOrganization("customers.Draw", related_name="entries")
    customer = InOrganization("customers.Customer", related_name="draw_entries")
    person = InOrganization("accounts.User", verbose_name=_("person"))
    pool = InOrganization("customers.Pool", editable=False, verbose_name=_("public pool"))
    number = models.UUIDField(
        _("number of the entry"), db_default=models.Func(function="gen_random_uuid"), editable=False
    )
    entered_at = tenancy.recorded_at_field()
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    weight = models.PositiveIntegerField(_("free capacity"), null=True, editable=False)
    ticket = models.FloatField(_("value drawn"), null=True, editable=False)
    outcome = models.CharField(_("result"), max_length=12, choices=Outcome.choices, blank=True, default="")
    passed_over_for = models.CharField(_("reason"), max_length=20, blank=True, default="", editable=False)
    settled_at = models.DateTimeField(_("drawn at"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(DrawEntryQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("entry for a draw")
        constraints = [
            models.UniqueConstraint(fields=["organization", "draw", "customer", "person"], name="entry_once")
        ]
        indexes = [models.Index(fields=["organization", "customer", "person"], name="entry_of_customer")]

    def __str__(self):
        return str(self.number)

    @deed("customers.renew_entry")
    def renew(self, *, by):
        """Wanted after all: with the number it had, so that coming back changes no odds."""
        self.withdrawn_at = None

    @deed("customers.withdraw_entry")
    def withdraw(self, *, by):
        self.withdrawn_at = tenancy.now()
