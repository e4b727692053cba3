"""The ledger as Django reads it. The table and its writers are plain SQL in the migrations."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from accounts import tenancy
from accounts.tenancy import Walled
from accounts.walls import READING


class EntryQuerySet(tenancy.WalledQuerySet):
    def about(self, record):
        return self.filter(about_id=str(record.pk))

    def under(self, glass):
        """What was recorded under a use of break-glass access. Bounded in time, so that only its months are read; no request
        that began under it goes on for an hour."""
        when = {"recorded_at__gte": glass.opened_at, "recorded_at__lt": glass.over_at + timedelta(hours=1)}
        return self.filter(actor=glass.person_id, source=glass.source, **when)

    def changes_and(self, *events):
        """Every change, and of the events without a row these and what was read by break-glass."""
        return self.filter(
            ~models.Q(op=Entry.Op.EVENT) | models.Q(action__in=events) | models.Q(source__startswith="break_glass:")
        )


class Entry(Walled):
    """One line of the ledger: who did what to which record, when by the database's clock, from what to what."""

    class Op(models.TextChoices):
        INSERT = "I", _("Created")
        UPDATE = "U", _("Changed")
        DELETE = "D", _("Removed")
        EVENT = "E", _("Event")

    grants = READING

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField(_("recorded"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    action = models.TextField(_("action"))
    reason = models.TextField(_("reason"))
    source = models.TextField(_("source"))
    request_id = models.TextField()
    op = models.CharField(max_length=1, choices=Op.choices)
    table_name = models.TextField()
    row_id = models.TextField()
    about_id = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = tenancy.OrganizationManager.from_queryset(EntryQuerySet)()

    class Meta:
        managed = False
        db_table = "audit_entry"
        base_manager_name = "objects"
        ordering = ["-id"]
        verbose_name = _("entry")

    def __str__(self):
        return f"#{self.pk} {self.action}"


class WalledHistoryManager(HistoryManager):
    """`customer.history`: django-simple-history's manager behind the first wall."""

    def get_queryset(self):
        return super().get_queryset().filter(organization_id=tenancy.organization_id())


class WalledHistory(models.Model):
    """What every history table has beyond django-simple-history's own columns: the wall."""

    grants = READING

    objects = tenancy.OrganizationManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


def history(**options):
    """django-simple-history's schema and reading side; the trigger of `audit.capture` is its only writer."""
    return HistoricalRecords(
        bases=[WalledHistory],
        history_id_field=models.BigAutoField(),
        user_db_constraint=False,
        history_manager=WalledHistoryManager,
        **options,
    )
