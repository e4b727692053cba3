"""Break-glass access: who has no standing right to customers reads them in an emergency, for a while, and answers for it."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.deeds import deed
from accounts.tenancy import InOrganization, OrganizationOwned

VERB = "accounts.break_glass"


class BreakGlassQuerySet(tenancy.WalledQuerySet):
    def live(self):
        """Neither given back nor run out, by the database's clock. An index finds what outlasts the beginning of the
        transaction; the clock itself, which no index knows, decides."""
        return self.filter(ended_at=None, until__gt=Now()).filter(until__gt=tenancy.Clock())

    def live_of(self, person):
        """The number of the live access of the person in a column of an outer query. Only people read with it have it: who
        signs in."""
        return self.live().filter(person=models.OuterRef(person)).values("pk")[:1]

    def with_clock(self):
        """For lists: how each stands, without asking for the time again for each."""
        return self.annotate(read_at=tenancy.Clock())

    def unreviewed(self):
        return self.filter(reviewed_at=None)

    def overdue(self):
        """Nobody said in time whether it was justified: until somebody does, its person breaks no glass."""
        return self.unreviewed().filter(review_due__lte=tenancy.Clock())


class BreakGlass(OrganizationOwned):
    """One use: why, until when, who was told, what somebody else said about it. Times and who is told are the database's."""

    grants = "SELECT, INSERT, UPDATE"
    MINUTES = (15, 30, 60)

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified", _("justified")
        NOT_JUSTIFIED = "not_justified", _("not justified")

    person = InOrganization("accounts.User", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=500)
    ticket = models.CharField(_("ticket"), max_length=80, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    opened_at = models.DateTimeField(_("opened"), db_default=tenancy.Clock(), editable=False)
    until = models.DateTimeField(_("until"), db_default=tenancy.Clock(), editable=False)
    review_due = models.DateTimeField(_("to be reviewed by"), db_default=tenancy.Clock(), editable=False)
    told = ArrayField(models.UUIDField(), verbose_name=_("told"), default=list, editable=False)
    ended_at = models.DateTimeField(_("given back"), null=True, editable=False)
    reviewed_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    verdict = models.CharField(_("verdict"), max_length=13, choices=Verdict.choices, blank=True, editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(BreakGlassQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("break-glass access")
        indexes = [
            models.Index(
                fields=["organization", "person", "until"],
                name="break_glass_live",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["organization", "person", "review_due"],
                name="break_glass_unreviewed",
                condition=models.Q(reviewed_at__isnull=True),
            ),
            models.Index(fields=["organization", "-id"], name="break_glass_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__in=(15, 30, 60)), name="break_glass_minutes"),
            models.CheckConstraint(
                condition=models.Q(until__lte=models.F("opened_at") + timedelta(minutes=60)),
                name="break_glass_at_most_an_hour",
            ),
            models.CheckConstraint(condition=models.Q(reason__regex=r"\S.{6,}\S"), name="break_glass_says_why"),
            models.CheckConstraint(
                condition=models.Q(reviewed_at__isnull=True, reviewed_by__isnull=True, verdict="", note="")
                | (
                    models.Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                    & models.Q(verdict__in=("justified", "not_justified"))
                    & ~models.Q(note="")
                ),
                name="break_glass_reviewed_whole",
            ),
        ]

    def __str__(self):
        return self.ticket or self.reason

    @property
    def source(self) -> str:
        """Where the ledger's entries made under it come from: by this they are found again."""
        return f"break_glass:{self.pk}"

    @property
    def is_late(self):
        """Was it reviewed after its time, or is that over now?"""
        return (self.reviewed_at or self._now()) > self.review_due

    @property
    def is_live(self):
        return self.ended_at is None and self.until > self._now()

    def _now(self):
        """The database's clock: when the row was read for a list, else this moment."""
        return getattr(self, "read_at", None) or tenancy.now()

    @property
    def last_day(self):
        """The day on which it is reviewed at the latest, as people write it: its end belongs to the next one."""
        return timezone.localdate(self.review_due - timedelta(minutes=1))

    @property
    def over_at(self):
        return self.ended_at or self.until

    @property
    def reviewers(self) -> list:
        """Ids of who may review it."""
        return reviewers(self.person_id, self.opened_at)

    @deed("accounts.end_break_glass")
    def end(self, *, by):
        """Given back before its time, by who has it or by who would review it."""
        self.ended_at = tenancy.now()

    @deed("accounts.review_break_glass")
    def review(self, *, by, verdict, note):
        """Somebody else says, once, whether it was justified."""
        self.verdict, self.note, self.reviewed_by, self.reviewed_at = verdict, note, by, tenancy.now()


def reviewers(person_id, opened_at=None) -> list:
    """Ids of who may review what this person does: the owner and those whose role reviews; never himself, nobody who works
    for him, and nobody who came after it was opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT accounts_break_glass_reviewers(%s, coalesce(%s, clock_timestamp()))", [person_id, opened_at]
        )
        return [pk for (pk,) in cursor.fetchall()]
