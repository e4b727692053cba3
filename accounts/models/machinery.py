"""Rows that keep the machinery honest: jobs, schedules, progress, files, one-time form keys."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import keys, tenancy
from accounts.deeds import deed
from accounts.recording import record
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
            models.Index(
                fields=["organization", "-created_at"], name="outbox_undone", condition=models.Q(done_at__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.task} ({self.dedupe_key})"

    @deed("accounts.retry")
    def retry(self, *, by):
        """Begin again at the beginning; the relay finds it at once."""
        self.dead_at, self.attempts, self.last_error, self.due_at = None, 0, "", tenancy.now()
        record("accounts.retry", self, detail={"task": self.task})


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

    def advance(self, count):
        self.done = min(self.total, self.done + count)
        self.save(update_fields=["done"])

    def fail(self, why):
        """It ended, and not as it should have; the sentence says why."""
        self.failure = why
        self.finished_at = tenancy.Clock()
        self.save(update_fields=["failure", "finished_at"])

    def finish(self):
        self.finished_at = tenancy.Clock()
        self.save(update_fields=["finished_at"])


class StoredFileManager(tenancy.OrganizationManager):
    """Files without what is in them: a page that names a file does not load it."""

    def get_queryset(self):
        return super().get_queryset().defer("content")


class StoredFile(OrganizationOwned):
    """A file behind the same walls, in the same transaction and the same backup as the rows it belongs to.

    Its content is sealed under the organisation's key: lists are full of phones and mail addresses.
    """

    unrecorded_fields = {"content": "bulk: its hash is recorded"}

    name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(editable=False)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    stored_by = InOrganization("accounts.User", verbose_name=_("stored by"))
    stored_at = tenancy.recorded_at_field()

    objects = StoredFileManager()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("file")

    def __str__(self):
        return self.name

    @classmethod
    def keep(cls, name, content: bytes, *, by):
        fingerprint = hashlib.sha256(content).hexdigest()
        sealed = keys.seal(by.organization.key, content, f"file:{fingerprint}")
        return cls.objects.create(name=name[-200:], content=sealed, size=len(content), sha256=fingerprint, stored_by=by)

    def opened(self) -> bytes:
        """What was stored; empty when it was forgotten."""
        return keys.unseal(self.organization.key, self.content, f"file:{self.sha256}") if self.content else b""


class OnceKey(OrganizationOwned):
    """The one-time key of a form, stored with its effect: a double click or a retry gets the first answer."""

    unrecorded = "machinery: the effect it guards is recorded"

    user = InOrganization("accounts.User")
    key = models.CharField(max_length=40)
    location = models.CharField(max_length=500, blank=True)
    used_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "user", "key"], name="once_key_once")]
