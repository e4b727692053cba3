"""Rows that keep the machinery honest: jobs, schedules, progress, files, one-time form keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned


class Outbox(OrganizationOwned):
    """A job, written in the transaction that wants it done. A worker locks the row, does the work and sets `done_at` in one."""

    unrecorded = "machinery: what a job changes is recorded as that change"

    task = models.CharField(max_length=80)
    dedupe_key = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    queue = models.CharField(max_length=20, default="default")
    user = InOrganization("accounts.User", null=True)
    created_at = tenancy.recorded_at_field()
    due_at = models.DateTimeField(db_default=tenancy.Clock())
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("job")
        constraints = [
            models.UniqueConstraint(fields=["organization", "task", "dedupe_key"], name="outbox_once"),
        ]
        indexes = [
            # The relay looks across organisations: the one index that does not begin with one.
            models.Index(
                fields=["due_at"], name="outbox_due", condition=models.Q(done_at__isnull=True, dead_at__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.task} ({self.dedupe_key})"


class Schedule(OrganizationOwned):
    """When a recurring job of one organisation is due next."""

    unrecorded = "machinery"

    task = models.CharField(max_length=80)
    every = models.DurationField()
    next_at = models.DateTimeField(db_default=tenancy.Clock())

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("schedule")
        constraints = [models.UniqueConstraint(fields=["organization", "task"], name="schedule_once")]


class Progress(OrganizationOwned):
    """How far a long job is. The page polls this row; nothing about progress lives in a worker's memory."""

    unrecorded = "machinery"

    started_by = InOrganization("accounts.User")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    started_at = tenancy.recorded_at_field()
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("progress")

    @property
    def percent(self):
        return 100 if self.finished_at else min(99, self.done * 100 // self.total if self.total else 0)


class StoredFile(OrganizationOwned):
    """A file behind the same walls, in the same transaction and the same backup as the rows it belongs to."""

    unrecorded_fields = {"content": "bulk: its hash is recorded"}

    name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(editable=False)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_by = InOrganization("accounts.User")
    stored_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("file")

    def __str__(self):
        return self.name


class OnceKey(OrganizationOwned):
    """The one-time key of a form, stored with its effect: a double click or a retry gets the first answer."""

    unrecorded = "machinery: the effect it guards is recorded"

    user = InOrganization("accounts.User")
    key = models.CharField(max_length=40)
    location = models.CharField(max_length=500, blank=True)
    used_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "user", "key"], name="once_key_once")]
