"""Reconciliation: our customers beside another system's list. It finds differences and writes nothing."""

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.arrays import insert_columns, written
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from customers.models.transfer import Import
from customers.models.uploaded import UploadedList
from customers.models.verification import Verification


class ReconciliationQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        """Who brought the list, his managers, auditors."""
        if user.is_auditor:
            return self
        mine = self.filter(created_by__in=[user.pk, *user.people_below])
        return mine if user.may("customers.reconcile") else self.none()


class Reconciliation(UploadedList, OrganizationOwned):
    """A list of another system, compared line by line with what its reader may see. What it found is kept with the file's hash."""

    grants = "SELECT, INSERT, UPDATE"

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        MAPPING = "mapping", _("Columns to be matched")
        COMPARING = "comparing", _("Being compared")
        COMPARED = "compared", _("Compared")
        FAILED = "failed", _("Could not be read")

    class System(models.TextChoices):
        REGISTER = Verification.Source.REGISTER.value, _("Business register")
        ERP = Verification.Source.ERP.value, _("ERP")
        DOCUMENT = Verification.Source.DOCUMENT.value, _("Another list")

    file = InOrganization("accounts.StoredFile", editable=False)
    progress = InOrganization("accounts.Progress", null=True, editable=False)
    system = models.CharField(_("where the list comes from"), max_length=10, choices=System.choices)
    created_by = InOrganization("accounts.User", editable=False, verbose_name=_("brought by"))
    created_at = tenancy.recorded_at_field()
    state = StateField(_("state"), choices=State.choices, default=State.READING, protected=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True, editable=False)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True, editable=False)
    headers = models.JSONField(_("headings"), default=list, editable=False)
    row_count = models.PositiveIntegerField(_("rows"), default=0, editable=False)
    mapping = models.JSONField(_("columns"), default=dict, editable=False)
    counts = models.JSONField(_("counts"), default=dict, editable=False)
    problem = models.CharField(_("problem"), max_length=20, blank=True, editable=False)
    compared_at = models.DateTimeField(_("compared"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(ReconciliationQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("reconciliation")
        indexes = [models.Index(fields=["organization", "created_by"], name="reconciliation_of_person")]

    def __str__(self):
        return self.file.name

    def get_absolute_url(self):
        return reverse("customers:reconciliation", args=[self.pk])

    @property
    def problem_sentence(self):
        return Import.Problem(self.problem).label if self.problem else ""

    @property
    def is_working(self):
        return self.state in (self.State.READING, self.State.COMPARING)

    @deed("customers.reconcile")
    @transition(field=state, source=State.READING, target=State.MAPPING)
    def offer(self, *, by, table):
        """The file could be read; its columns can be matched."""
        self.headers, self.encoding, self.sheet = table.headers, table.encoding, table.sheet
        self.row_count = len(table.rows)

    @deed("customers.reconcile")
    @transition(field=state, source=State.READING, target=State.FAILED)
    def fail(self, *, by, problem):
        self.problem = problem

    @deed("customers.reconcile")
    @transition(field=state, source=State.MAPPING, target=State.COMPARING)
    def compare(self, *, by, mapping):
        self.mapping = mapping
        self.start("customers.compare_rows", total=self.row_count)

    @deed("customers.reconcile")
    @transition(field=state, source=State.COMPARING, target=State.COMPARED)
    def finish(self, *, by, counts):
        """What was found stands from here on; another comparison is another upload."""
        self.counts, self.compared_at = counts, tenancy.now()


class ReconciledRowQuerySet(tenancy.WalledQuerySet):
    """Thousands of lines at once, as arrays."""

    def write(self, batch, lines, at_once=5000):
        """Keep `(line, cells)` of a file."""
        for start in range(0, len(lines), at_once):
            part = lines[start : start + at_once]
            columns = {
                "batch_id": [batch.pk] * len(part),
                "line": [line for line, _cells in part],
                "sealed": [batch.seal_line(line, cells) for line, cells in part],
                "outcome": ["waiting"] * len(part),
                "state": [""] * len(part),
            }
            insert_columns(self.model, columns)

    def settle(self, rows):
        """Keep what was found out about these lines."""
        values = [
            [row.pk for row in rows], [row.outcome for row in rows], [row.state for row in rows],
            [" ".join(row.fields) for row in rows], [row.customer_id for row in rows],
        ]  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE customers_reconciledrow r SET outcome = u.outcome, state = u.state, customer_id = u.customer,"
                " fields = string_to_array(u.fields, ' ')"
                " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[])"
                " AS u (id, outcome, state, fields, customer) WHERE r.organization_id = %s AND r.id = u.id",
                [*map(written, values), tenancy.organization_id()],
            )


class ReconciledRow(OrganizationOwned):
    """One line of the list and what was found about it."""

    unrecorded = (
        "staging: the reconciliation is recorded with its counts, and what follows from a line as a verification"
    )

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not compared yet")
        DIFFERS = "differs", _("In both, with differences")
        PERHAPS = "perhaps", _("Perhaps the same")
        THERE_ONLY = "there", _("Only in the list")
        CLOSED = "closed", _("Here, and not yours to see")
        REPEATED = "repeated", _("Repeated in the list")
        INVALID = "invalid", _("Invalid")
        SAME = "same", _("In both, the same")

    batch = InOrganization("customers.Reconciliation", on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    sealed = models.BinaryField(editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    state = models.CharField(max_length=10, blank=True)
    fields = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    customer = InOrganization("customers.Customer", on_delete=models.SET_NULL, null=True)

    objects = tenancy.OrganizationManager.from_queryset(ReconciledRowQuerySet)()

    class Meta(OrganizationOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "batch", "line"], name="reconciled_line_once")]
        indexes = [
            models.Index(fields=["organization", "batch", "outcome", "line"], name="reconciled_row_outcome"),
            models.Index(fields=["organization", "batch", "customer"], name="reconciled_row_customer"),
            models.Index(fields=["organization", "customer"], name="reconciled_customer"),
        ]

    @property
    def cells(self) -> list[str]:
        """The cells of the line as they stood in the file."""
        return self.batch.open_line(self.line, self.sealed)
