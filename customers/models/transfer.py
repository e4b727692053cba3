"""Lists that come in and lists that go out."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class Import(OrganizationOwned):
    """A list of companies on its way in: read, mapped, tried without writing, confirmed, written, perhaps undone."""

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

    file = InOrganization("accounts.StoredFile")
    progress = InOrganization("accounts.Progress", null=True)
    created_by = InOrganization("accounts.User")
    created_at = tenancy.recorded_at_field()
    state = FSMField(_("state"), choices=State.choices, default=State.READING, protected=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    problem = models.TextField(blank=True)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("import")
        indexes = [models.Index(fields=["organization", "created_by", "-created_at"], name="import_of_person")]

    def __str__(self):
        return self.file.name

    @deed("customers.import")
    @transition(field=state, source=State.READING, target=State.MAPPING)
    def offer(self, *, by, headers, encoding):
        """The file could be read; its columns can be matched."""
        self.headers, self.encoding = headers, encoding

    @deed("customers.import_fail")
    @transition(field=state, source=[State.READING, State.TRYING], target=State.FAILED)
    def fail(self, *, by, problem):
        self.problem = problem

    @deed("customers.import_try")
    @transition(field=state, source=[State.MAPPING, State.TRIED], target=State.TRYING)
    def try_out(self, *, by, mapping):
        self.mapping, self.counts = mapping, {}

    @deed("customers.import_tried")
    @transition(field=state, source=State.TRYING, target=State.TRIED)
    def finish_trial(self, *, by, counts):
        self.counts = counts

    @deed("customers.import_confirm")
    @transition(field=state, source=State.TRIED, target=State.WRITING)
    def confirm(self, *, by):
        pass

    @deed("customers.import_written")
    @transition(field=state, source=State.WRITING, target=State.WRITTEN)
    def finish(self, *, by, counts):
        self.counts = counts

    @deed("customers.import_undo")
    @transition(field=state, source=State.WRITTEN, target=State.UNDOING)
    def undo(self, *, by, reason):
        pass

    @deed("customers.import_undone")
    @transition(field=state, source=State.UNDOING, target=State.UNDONE)
    def finish_undo(self, *, by, counts):
        self.counts = self.counts | counts


class ImportRow(OrganizationOwned):
    """One line of the file and what would happen, or happened, to it."""

    unrecorded = "staging: the customers that come of it are recorded"

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not tried yet")
        NEW = "new", _("New")
        REVIEW = "review", _("Review")
        TAKEN = "taken", _("Taken")
        IN_POOL = "pool", _("In the pool")
        REPEATED = "repeated", _("Repeated in the file")
        INVALID = "invalid", _("Not valid")
        KEPT = "kept", _("Kept at undo")

    batch = InOrganization("customers.Import", on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    cells = models.JSONField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reasons = models.JSONField(default=list)
    customer = InOrganization("customers.Customer", on_delete=models.SET_NULL, null=True)

    class Meta(OrganizationOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "batch", "line"], name="import_line_once")]
        indexes = [
            models.Index(fields=["organization", "batch", "outcome", "line"], name="import_row_outcome"),
            models.Index(fields=["organization", "customer"], name="import_row_customer"),
        ]


class Export(OrganizationOwned):
    """A list that left: what for, which rows, how many, and the hash of the file."""

    purpose = models.CharField(_("purpose"), max_length=200)
    filters = models.JSONField(_("filters"), default=dict)
    requested_by = InOrganization("accounts.User")
    requested_at = tenancy.recorded_at_field()
    rows = models.PositiveIntegerField(_("rows"), null=True)
    file = InOrganization("accounts.StoredFile", null=True)
    progress = InOrganization("accounts.Progress", null=True)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("export")
        indexes = [models.Index(fields=["organization", "requested_by", "-requested_at"], name="export_of_person")]

    def __str__(self):
        return self.purpose
