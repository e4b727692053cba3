"""What a customer is found by when somebody else enters it, and pairs of customers that may be one company."""

from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import arrays, tenancy
from accounts.outbox import enqueue
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned, Walled
from audit.deeds import deed
from customers.duplicates.scoring import Judgement, weights


class DuplicateKey(Walled):
    """One of the few numbers a customer is found by: 64 bits under a key of the organisation, looked up by `=`.

    Walls and no foreign keys: there are some fourteen a customer, and one without its customer finds nothing.
    """

    unrecorded = "derived from the customer, its names, contacts and addresses"

    pk = models.CompositePrimaryKey("organization_id", "h", "customer_id")
    organization = tenancy.implied_organization()
    h = models.BigIntegerField()
    customer = models.ForeignKey(
        "customers.Customer", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    objects = tenancy.OrganizationManager()

    class Meta(Walled.Meta):
        indexes = [models.Index(fields=["organization", "customer"], name="duplicate_key_of_customer")]


class DuplicateRecord(Walled):
    """A customer as it is compared. Version 0 waits to be read anew: a trigger says so when something in it has changed."""

    unrecorded = "derived from the customer, its names, contacts and addresses"

    pk = models.CompositePrimaryKey("organization_id", "customer_id")
    organization = tenancy.implied_organization()
    customer = models.ForeignKey(
        "customers.Customer", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    record = models.JSONField()
    version = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField(db_default=tenancy.Clock())
    is_dirty = models.BooleanField(db_default=True)  # not compared with all others since it changed

    objects = tenancy.OrganizationManager()

    class Meta(Walled.Meta):
        indexes = [
            models.Index(fields=["organization", "version"], name="duplicate_record_version"),
            models.Index(
                fields=["organization", "changed_at"], name="duplicate_record_dirty", condition=models.Q(is_dirty=True)
            ),
        ]


class Found(NamedTuple):
    """Two customers that were compared, with what came of it."""

    one: UUID
    other: UUID
    judgement: Judgement
    said: str = ""  # by who entered the later one


class DuplicatePairQuerySet(tenancy.WalledQuerySet):
    def open(self):
        return self.filter(status=DuplicatePair.Status.OPEN)

    def decided(self):
        return self.exclude(status=DuplicatePair.Status.OPEN)

    def of(self, customers):
        """Those with any of these (ids)."""
        return self.filter(models.Q(first__among=customers) | models.Q(second__among=customers))

    def customers(self) -> set:
        """The ids of both sides."""
        return {pk for pair in self.values_list("first", "second") for pk in pair}

    def keep(self, found, *, found_by, raised_by=None):
        """A pair for each `Found`; one that is there already stays as it is, decided or not."""
        rows = [self._row(each, found_by, raised_by) for each in found]
        columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
        if columns:
            arrays.insert_columns(self.model, columns, ignore_conflicts=True)

    def _row(self, found, found_by, raised_by):
        first, second = sorted((found.one, found.other))
        return {
            "first_id": first,
            "second_id": second,
            "score": found.judgement.score,
            "verdict": found.judgement.verdict,
            "reasons": arrays.as_json([list(reason) for reason in found.judgement.reasons]),
            "weights_version": weights().version,
            "weights_fingerprint": weights().fingerprint,
            "found_by": str(found_by),
            "raised_by_id": getattr(raised_by, "pk", None),
            "said": found.said,
            "status": "open",
            "reason": "",
        }


class DuplicatePair(OrganizationOwned):
    """Two customers that may be one company, until a person says what they are. Each pair is there once, whichever came first."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    class FoundBy(models.TextChoices):
        SCAN = "scan", _("the search through all customers")
        FORM = "form", _("a new customer")
        IMPORT = "import", _("an import")
        EDIT = "edit", _("a change")
        HAND = "hand", _("a person")

    class Verdict(models.TextChoices):
        SAME = "same", _("the same company")
        REVIEW = "review", _("perhaps the same company")
        RELATED = "related", _("related companies")
        DIFFERENT = "different", _("different companies")

    class Status(models.TextChoices):
        OPEN = "open", _("Not decided")
        SAME = "same", _("The same company")
        DIFFERENT = "different", _("Different companies")

    first = InOrganization("customers.Customer", editable=False)
    second = InOrganization("customers.Customer", editable=False)
    score = models.FloatField(_("probability"), editable=False)
    verdict = models.CharField(_("what the comparison says"), max_length=9, choices=Verdict.choices, editable=False)
    reasons = models.JSONField(_("reasons"), editable=False)  # [code, weight, value]: nothing of either customer
    weights_version = models.PositiveSmallIntegerField(_("version of the weights"), editable=False)
    weights_fingerprint = models.CharField(_("fingerprint of the weights"), max_length=16, editable=False)
    found_by = models.CharField(_("found by"), max_length=6, choices=FoundBy.choices, editable=False)
    found_at = tenancy.recorded_at_field()
    raised_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("entered by"))
    said = models.CharField(_("what who entered it said"), max_length=500, blank=True, editable=False)
    status = StateField(_("status"), choices=Status.choices, default=Status.OPEN, protected=True)
    decided_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(DuplicatePairQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("pair of customers")
        constraints = [
            models.UniqueConstraint(fields=["organization", "first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_is_of_two"),
            models.CheckConstraint(
                condition=models.Q(status="open", decided_by=None, decided_at=None)
                | ~models.Q(status="open") & models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="duplicate_pair_is_decided_by_a_person",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "second"], name="duplicate_pair_of_second"),
            models.Index(
                fields=["organization", "-score", "id"], name="duplicate_pair_open", condition=models.Q(status="open")
            ),
            models.Index(
                fields=["organization", "-score", "-id"],
                name="duplicate_pair_to_review",
                condition=models.Q(status="open", verdict__in=["same", "review"]),
            ),
        ]

    def __str__(self):
        return f"{self.first} / {self.second}"

    @property
    def has_two_owners(self) -> bool:
        return None not in (owners := {self.first.owner_id, self.second.owner_id}) and len(owners) == 2

    @deed("customers.tell_apart")
    @transition(field=status, source=Status.OPEN, target=Status.DIFFERENT)
    def tell_apart(self, *, by, reason):
        """They are different, and stay so for the search: its score is kept, and only a change that brings more asks again."""
        self.decided_by, self.decided_at, self.reason = by, tenancy.now(), reason

    @deed("customers.confirm_same")
    @transition(field=status, source=Status.OPEN, target=Status.SAME)
    def confirm_same(self, *, by, reason):
        """They are one company; what becomes of the two is for who merges them, and of two owners for a collision case."""
        self.decided_by, self.decided_at, self.reason = by, tenancy.now(), reason
        if self.has_two_owners:
            enqueue("customers.open_case_of_pair", dedupe_key=f"{self.pk} {self.decided_at}", pair=str(self.pk))

    @deed("customers.reopen_pair")
    @transition(field=status, source=[Status.DIFFERENT, Status.SAME], target=Status.OPEN)
    def reopen(self, *, by, reason):
        """A decision that was wrong: the ledger keeps it, and the pair is there to be decided again."""
        self.decided_by, self.decided_at, self.reason = None, None, ""
