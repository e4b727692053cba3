"""What waits for its review: reminded after one working day and after two; after three the right rests, and that is told."""

from datetime import timedelta
from itertools import chain

from django.db import models
from django.utils import formats, timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.models import BreakGlass, Organization, User
from accounts.notices import sentences, tell
from accounts.schedules import every
from audit.break_glass.using import address, when_over

sentences(
    {
        "accounts.break_glass_waits": _(
            "The break-glass access of %(who)s on %(day)s waits for its review until %(due)s."
        ),
        "accounts.break_glass_suspended": _(
            "The break-glass access of %(who)s on %(day)s was not reviewed in time. Until it is, %(who)s cannot open another."
        ),
    }
)


class WorkingDaysAfter(models.Func):
    """The end of the n-th working day after the day of a moment, as the database reckons it."""

    function = "accounts_working_days_after"
    output_field = models.DateTimeField()


@every("audit.break_glass", timedelta(hours=1))
def remind():
    """Of each use without a review: that it is over, that a day or two have passed, that the right rests."""
    zone = models.Value(Organization.objects.get().time_zone)
    after = {f"day_{n}": WorkingDaysAfter(models.F("opened_at"), models.Value(n), zone) for n in (1, 2)}
    now = tenancy.now()
    for glass in BreakGlass.objects.unreviewed().filter(until__lte=now).annotate(**after).select_related("person"):
        when_over(glass)
        passed = [glass.day_1 <= now, glass.day_2 <= now, glass.review_due <= now]
        _tell(glass, passed.count(True))


def _tell(glass, days):
    """Who reviews, after each day once; from the third on its person and the owner as well."""
    if days == 0:
        return
    people = User.objects.filter(pk__in=glass.reviewers)
    what = "accounts.break_glass_waits" if days < 3 else "accounts.break_glass_suspended"
    if days == 3:
        people = chain(people, [glass.person], User.objects.active().filter(is_owner=True))
    for person in people:
        with translation.override(person.language or None):
            tell([person], what, url=address(glass), key=f"day {days} {glass.pk}", **_words(glass))


def _words(glass):
    day, due = timezone.localtime(glass.opened_at), timezone.localtime(glass.review_due - timedelta(minutes=1))
    named = {"who": glass.person.name, "day": formats.date_format(day, "MONTH_DAY_FORMAT")}
    return named | {"due": formats.date_format(due, "SHORT_DATETIME_FORMAT")}
