"""Lists that come in and lists that go out."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from customers.models.staging import WRITABLE
from customers.models.uploaded import UploadedList


class ImportQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        """Who brought the list, his managers, auditors. To everybody else there is no such list."""
        if user.is_auditor:
            return self
        return self.filter(created_by__in=[user.pk, *user.people_below]) if user.sells else self.none()


class Import(UploadedList, OrganizationOwned):
    """A list of companies on its way in: read, mapped, tried without writing, confirmed, written, perhaps undone.

    Every step of the work is a job in slices; the deed that opens a step writes the first of them.
    """

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        MAPPING = "mapping", _("Columns to be matched")
        TRYING = "trying", _("Being tried")
        TRIED = "tried", _("Tried, nothing written yet")
        WRITING = "writing", _("Being written")
        WRITTEN = "written", _("Written")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Could not be read")

    class Problem(models.TextChoices):
        """Why a file could not be read. Kept as a code, so that everybody reads it in his own language."""

        EMPTY = "empty", _("The file is empty.")
        NO_HEADER = (
            "no_header",
            _(
                "The first line holds a company, not headings. Put a line of headings above it, such as “Registered name, Web site”."
            ),
        )
        NO_ROWS = "no_rows", _("There are headings, and no rows below them.")
        NOT_A_LIST = "not_a_list", _("This is not a list. Upload a CSV file or an Excel workbook (.xlsx).")
        OLD_EXCEL = (
            "old_excel",
            _("This is an old Excel workbook, or one with a password. Save it as .xlsx without a password, or as CSV."),
        )
        UNDECODABLE = (
            "undecodable",
            _("The encoding of this file is none we know. Save it as CSV in UTF-8, GB18030 or UTF-16, or as .xlsx."),
        )
        NUL = "nul", _("The file contains NUL bytes, which no text has. Save the list as CSV in UTF-8, or as .xlsx.")
        TOO_MANY_ROWS = "too_many_rows", _("The list has more than 50,000 rows. Split it and upload the parts.")
        TOO_MANY_COLUMNS = (
            "too_many_columns",
            _("The list has more than 100 columns. Remove those that say nothing about a company."),
        )
        TOO_MUCH_TEXT = "too_much_text", _("The list holds more than 40 MB of text. Split it and upload the parts.")
        UNPACKS = (
            "unpacks",
            _(
                "This workbook unpacks to far more than it weighs, so it was not opened. Save the list as CSV and upload that."
            ),
        )
        BROKEN = (
            "broken",
            _("This workbook is damaged. Open it in your spreadsheet program, save it again, and upload that."),
        )
        TOO_HEAVY = (
            "too_heavy",
            _("Reading this workbook takes more time or memory than a list may. Save the list as CSV and upload that."),
        )

    file = InOrganization("accounts.StoredFile")
    progress = InOrganization("accounts.Progress", null=True)
    created_by = InOrganization("accounts.User", verbose_name=_("brought by"))
    created_at = tenancy.recorded_at_field()
    state = StateField(_("state"), choices=State.choices, default=State.READING, protected=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    headers = models.JSONField(_("headings"), default=list)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    mapping = models.JSONField(_("columns"), default=dict)
    counts = models.JSONField(_("counts"), default=dict)
    undo_reason = models.CharField(_("reason"), max_length=500, blank=True)
    problem = models.CharField(_("problem"), max_length=20, blank=True)

    objects = tenancy.OrganizationManager.from_queryset(ImportQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("import")
        indexes = [models.Index(fields=["organization", "created_by", "-created_at"], name="import_of_person")]

    def __str__(self):
        return self.file.name

    def get_absolute_url(self):
        return reverse("customers:import_detail", args=[self.pk])

    @property
    def problem_sentence(self):
        return self.Problem(self.problem).label if self.problem else ""

    @property
    def is_working(self):
        return self.state in (self.State.READING, self.State.TRYING, self.State.WRITING, self.State.UNDOING)

    @property
    def to_write(self) -> int:
        """How many rows would be written if it were confirmed."""
        return sum(self.counts.get(outcome, 0) for outcome in WRITABLE)

    def has_rows_to_write(self):
        return self.to_write > 0

    @deed("customers.import")
    @transition(field=state, source=State.READING, target=State.MAPPING)
    def offer(self, *, by, table):
        """The file could be read; its columns can be matched."""
        self.headers, self.encoding, self.sheet = table.headers, table.encoding, table.sheet
        self.row_count = len(table.rows)

    @deed("customers.import_fail")
    @transition(field=state, source=State.READING, target=State.FAILED)
    def fail(self, *, by, problem):
        self.problem = problem

    @deed("customers.import_try")
    @transition(field=state, source=[State.MAPPING, State.TRIED], target=State.TRYING)
    def try_out(self, *, by, mapping):
        self.mapping, self.counts = mapping, {}
        self.start("customers.try_rows", total=self.row_count)

    @deed("customers.import_tried")
    @transition(field=state, source=State.TRYING, target=State.TRIED)
    def finish_trial(self, *, by, counts):
        self.counts = counts

    @deed("customers.import_confirm")
    @transition(field=state, source=State.TRIED, target=State.WRITING, conditions=[has_rows_to_write])
    def confirm(self, *, by):
        self.start("customers.write_rows", total=self.to_write)

    @deed("customers.import_written")
    @transition(field=state, source=State.WRITING, target=State.WRITTEN)
    def finish(self, *, by, counts):
        self.counts = counts

    @deed("customers.import_undo")
    @transition(field=state, source=State.WRITTEN, target=State.UNDOING)
    def undo(self, *, by, reason):
        self.undo_reason = reason
        self.start("customers.undo_rows", total=self.to_write)

    @deed("customers.import_undone")
    @transition(field=state, source=State.UNDOING, target=State.UNDONE)
    def finish_undo(self, *, by, counts):
        self.counts = counts


class ExportQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        return self if user.is_auditor else self.filter(requested_by=user)


class Export(OrganizationOwned):
    """A list that left: what for, which rows, how many, and the hash of the file."""

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel workbook (.xlsx)")
        CSV = "csv", _("CSV in UTF-8")

    purpose = models.CharField(_("purpose"), max_length=200)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices, default=Format.XLSX)
    filters = models.JSONField(_("filters"), default=dict)
    requested_by = InOrganization("accounts.User", verbose_name=_("asked for by"))
    requested_at = tenancy.recorded_at_field()
    rows = models.PositiveIntegerField(_("rows"), null=True)
    file = InOrganization("accounts.StoredFile", null=True)
    progress = InOrganization("accounts.Progress", null=True)
    approval = InOrganization("approvals.Approval", null=True)

    objects = tenancy.OrganizationManager.from_queryset(ExportQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("export")
        indexes = [models.Index(fields=["organization", "requested_by", "-requested_at"], name="export_of_person")]

    def __str__(self):
        return self.purpose

    @property
    def number(self) -> str:
        """What people and files call it: of the id, what the database drew by lot."""
        drawn, sign = self.pk.int & (2**40 - 1), "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        letters = "".join(sign[drawn >> shift & 31] for shift in range(35, -1, -5))
        return f"EX-{letters[:4]}-{letters[4:]}"
