"""Collision cases: two of us were with the same company, and a third one, drawn by chance, says who goes on with it."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class CollisionCaseQuerySet(tenancy.WalledQuerySet):
    def open(self):
        """Those whose customers are frozen."""
        return self.exclude(state__in=CollisionCase.OVER)

    def about(self, customer):
        return self.filter(models.Q(customer=customer) | models.Q(other_customer=customer))

    def involving(self, person):
        """As a party, or as who decides now."""
        return self.filter(models.Q(party_a=person) | models.Q(party_b=person) | models.Q(arbiter=person))

    def visible_to(self, user):
        """The two parties, who decides or has decided, who stands above a party, and auditors; nobody else finds it."""
        if user.is_auditor:
            return self
        his = [user.pk, *user.people_below]
        return self.filter(
            models.Q(party_a__in=his)
            | models.Q(party_b__in=his)
            | models.Q(arbiter=user)
            | models.Q(pk__in=CollisionCase.objects.filter(verdicts__arbiter=user).order_by().values("pk"))
        )


class CollisionCase(OrganizationOwned):
    """One case. Its number, its times, who owns the customer and who decides are the database's to say (`collisions.sql`)."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, UPDATE"

    class State(models.TextChoices):
        STATEMENTS = "statements", _("Statements are being filed")
        DECIDING = "deciding", _("Being decided")
        DECIDED = "decided", _("Decided, open to appeal")
        APPEALED = "appealed", _("Appealed")
        CLOSED = "closed", _("Closed")
        DISMISSED = "dismissed", _("Dismissed")

    OVER = (State.CLOSED, State.DISMISSED)

    class Origin(models.TextChoices):
        CONTESTED = "contested", _("a contested claim")
        SCAN = "scan", _("two records of one company were found")
        CUSTOMER = "customer", _("the customer said so")
        HAND = "hand", _("opened by hand")

    year = models.PositiveSmallIntegerField(editable=False, db_default=0)
    place = models.PositiveIntegerField(editable=False, db_default=0)
    customer = InOrganization("customers.Customer", verbose_name=_("customer"), related_name="collision_cases")
    other_customer = InOrganization(
        "customers.Customer", null=True, related_name="+", verbose_name=_("the other record of the company")
    )
    party_a = InOrganization("accounts.User", editable=False, verbose_name=_("Party A"))
    party_b = InOrganization("accounts.User", verbose_name=_("Party B"))
    origin = models.CharField(_("opened by"), max_length=10, choices=Origin.choices)
    attempt = InOrganization("customers.ContestedClaim", null=True, verbose_name=_("the attempt that came too late"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    opened_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("opened by"))
    opened_at = tenancy.recorded_at_field()
    statements_until = models.DateTimeField(
        _("statements until"), db_default=tenancy.Clock(), editable=False
    )  # by the trigger
    statements_opened_at = models.DateTimeField(_("statements opened"), null=True, editable=False)
    state = StateField(_("state"), max_length=10, choices=State.choices, default=State.STATEMENTS, protected=True)
    arbiter = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("arbiter"))
    arbiter_until = models.DateTimeField(_("decided until"), null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    appeal_until = models.DateTimeField(_("open to appeal until"), null=True, editable=False)
    appealed_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("appealed by"))
    appealed_at = models.DateTimeField(_("appealed"), null=True, editable=False)
    appeal_reason = models.CharField(_("reason of the appeal"), max_length=500, blank=True, editable=False)
    ended_because = models.CharField(_("why it ended"), max_length=500, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(CollisionCaseQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("collision case")
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "place"], name="case_number_once"),
            models.UniqueConstraint(
                fields=["organization", "customer"],
                condition=~models.Q(state__in=["closed", "dismissed"]),
                name="case_open_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "other_customer"],
                condition=~models.Q(state__in=["closed", "dismissed"]),
                name="case_open_once_of_other",
            ),
            models.CheckConstraint(condition=~models.Q(party_a=models.F("party_b")), name="case_of_two_people"),
            models.CheckConstraint(
                condition=~models.Q(customer=models.F("other_customer")), name="case_of_two_records"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "party_a", "-id"], name="case_of_party_a"),
            models.Index(fields=["organization", "party_b", "-id"], name="case_of_party_b"),
            models.Index(fields=["organization", "arbiter", "-id"], name="case_of_arbiter"),
            models.Index(fields=["organization", "customer", "-id"], name="case_of_customer"),
            models.Index(fields=["organization", "state", "-id"], name="case_by_state"),
        ]

    def __str__(self):
        return self.number

    @property
    def number(self) -> str:
        return f"C-{self.year}-{self.place:04}"

    def get_absolute_url(self):
        return reverse("customers:case", args=[self.pk])

    @property
    def is_open(self):
        return self.state not in self.OVER

    @property
    def is_being_decided(self):
        return self.state in (self.State.DECIDING, self.State.APPEALED)

    @property
    def parties(self):
        return [self.party_a, self.party_b]

    def is_party(self, person) -> bool:
        return person.pk in (self.party_a_id, self.party_b_id)

    # Deeds

    @deed("customers.open_statements")
    @transition(field=state, source=State.STATEMENTS, target=State.DECIDING)
    def hear(self, *, by):
        """Both have filed, or two days have passed: what was sealed is read by both sides at the same moment."""
        for statement in self.statements.select_related("organization"):
            statement.open_seal()

    @deed("customers.decide_case")
    def decide(self, *, by, **said):
        """The verdict and what it brings about, in one transaction; the verdict on an appeal is the last one."""
        verdict = self.verdicts.create(arbiter=by, **said)
        self.draws.live().get().end(by=by, ended_as="decided")
        if self.state == self.State.APPEALED:
            self.conclude(by=by)
        else:
            self.settle(by=by)
        return verdict

    @deed("customers.settle_case")
    @transition(field=state, source=State.DECIDING, target=State.DECIDED)
    def settle(self, *, by):
        """What follows from the first verdict: the parties may appeal for five working days."""

    @deed("customers.conclude_case")
    @transition(field=state, source=State.APPEALED, target=State.CLOSED)
    def conclude(self, *, by):
        """What follows from the verdict on the appeal: nobody decides it a third time."""

    @deed("customers.appeal_case")
    @transition(field=state, source=State.DECIDED, target=State.APPEALED)
    def appeal(self, *, by, reason):
        """Once a case, by either party: somebody else decides anew."""
        self.appeal_reason = reason

    @deed("customers.close_case")
    @transition(field=state, source=State.DECIDED, target=State.CLOSED)
    def close(self, *, by):
        """The time to appeal has passed, or nobody is left who could."""

    @deed("customers.withdraw_case")
    @transition(field=state, source=[State.STATEMENTS, State.DECIDING], target=State.DISMISSED)
    def withdraw(self, *, by, reason):
        """The contester steps back, and the customer stays where it is."""
        self.ended_because = reason

    @deed("customers.dismiss_case")
    @transition(field=state, source=[State.STATEMENTS, State.DECIDING], target=State.DISMISSED)
    def dismiss(self, *, by, reason=""):
        """One of the two has left, so there is nothing to decide between them."""
        self.ended_because = reason

    @deed("customers.follow_merge")
    def follow(self, *, by, merged_into):
        """The two records became one: the case goes on about the one that stays."""
        self.customer, self.other_customer = merged_into, None

    @deed("customers.remind_arbiter")
    def remind(self, *, by):
        """Half of his time is over."""
        self.reminded_at = tenancy.now()
