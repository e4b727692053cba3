"""The lines of a list on its way in, kept until its import is forgotten."""

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.arrays import insert_columns, written
from accounts.tenancy import InOrganization, OrganizationOwned, Walled
from customers.models.keys import IdentityKey

LIKE = "like"  # the kind of a key by which lines are found that are alike; no two of them need be equal


class ImportRowQuerySet(tenancy.WalledQuerySet):
    """Thousands of lines at once: as arrays, a tenth of the time that rows of parameters take."""

    def write(self, batch, lines, at_once=5000):
        """Keep `(line, cells)` of a file."""
        for start in range(0, len(lines), at_once):
            part = lines[start : start + at_once]
            columns = {
                "batch_id": [batch.pk] * len(part),
                "line": [line for line, _cells in part],
                "sealed": [batch.seal_line(line, cells) for line, cells in part],
                "outcome": ["waiting"] * len(part),
                "likeness": [""] * len(part),
                "overtaken": [False] * len(part),
            }
            insert_columns(self.model, columns)

    def settle(self, rows):
        """Keep what was found out about these lines."""
        names = ("pk", "outcome", "like_line", "likeness", "overtaken", "customer_id")
        _run(
            "UPDATE customers_importrow r SET outcome = u.outcome, like_line = u.like_line, likeness = u.likeness,"
            " overtaken = u.overtaken, customer_id = u.customer FROM"
            " unnest(%s::uuid[], %s::text[], %s::int[], %s::text[], %s::bool[], %s::uuid[])"
            " AS u (id, outcome, like_line, likeness, overtaken, customer) WHERE r.organization_id = %s AND r.id = u.id",
            [*(written(getattr(row, name) for row in rows) for name in names), tenancy.organization_id()],
        )


def _run(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


class ImportRow(OrganizationOwned):
    """One line of the file and what would happen, or happened, to it."""

    unrecorded = "staging: the customers that come of it are recorded"

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not tried yet")
        NEW = "new", _("New")
        REVIEW = "review", _("Review")
        TAKEN = "taken", _("Taken")
        IN_POOL = "pool", _("In the pool")
        IN_DISPUTE = "dispute", _("In dispute")
        UNDER_REVIEW = "compared", _("Under review already")
        REPEATED = "repeated", _("Repeated in the file")
        INVALID = "invalid", _("Invalid")
        KEPT = "kept", _("Kept at undo")
        REMOVED = "removed", _("Removed at undo")

    batch = InOrganization("customers.Import", on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    sealed = models.BinaryField(editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    like_line = models.PositiveIntegerField(null=True)
    likeness = models.CharField(max_length=12, blank=True)
    overtaken = models.BooleanField(default=False)
    customer = InOrganization("customers.Customer", on_delete=models.SET_NULL, null=True)

    objects = tenancy.OrganizationManager.from_queryset(ImportRowQuerySet)()

    class Meta(OrganizationOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "batch", "line"], name="import_line_once")]
        indexes = [
            models.Index(fields=["organization", "batch", "outcome", "line"], name="import_row_outcome"),
            models.Index(fields=["organization", "customer"], name="import_row_customer"),
        ]

    @property
    def likeness_label(self):
        return dict(IdentityKey.Kind.choices).get(self.likeness, "")

    @property
    def cells(self) -> list[str]:
        """The cells of the line; none when they were forgotten."""
        return self.batch.open_line(self.line, self.sealed) if self.sealed else []


WRITABLE = (ImportRow.Outcome.NEW, ImportRow.Outcome.REVIEW)


class ImportKeyQuerySet(tenancy.WalledQuerySet):
    def remember(self, batch, lines):
        """Keep `{(kind, digest): line}`; a line that came first stays."""
        columns = {
            "batch_id": [batch.pk] * len(lines),
            "kind": [str(kind) for kind, _digest in lines],
            "digest": [digest for _kind, digest in lines],
            "line": list(lines.values()),
        }
        insert_columns(self.model, columns, ignore_conflicts=True)


class ImportKey(Walled):
    """What tells the companies of one file apart while it is tried: each key with the first line that has it.

    Walls and no foreign keys: there are four keys a line, and a key without its list finds nothing.
    """

    unrecorded = "staging: lives only while a file is tried"

    pk = models.CompositePrimaryKey("organization_id", "batch_id", "kind", "digest")
    organization = tenancy.implied_organization()
    batch = models.ForeignKey("customers.Import", models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    kind = models.CharField(max_length=12)
    digest = models.BinaryField()
    line = models.PositiveIntegerField()

    objects = tenancy.OrganizationManager.from_queryset(ImportKeyQuerySet)()
