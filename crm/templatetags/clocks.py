"""Times on the page: a moment, how long ago, how long is left, and the line of a protection period."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from crm.templatetags.marks import icon

register = template.Library()

DAY = timedelta(days=1)
SOON = timedelta(days=7)


@register.simple_tag
def moment(at: datetime | date | None, exact: bool = False) -> SafeString:
    """A day, with the hour when there is one; exact adds the year and the seconds."""
    if at is None:
        return mark_safe("—")
    return mark_safe(f'<time class="nw" datetime="{at.isoformat()}">{_reading(at, exact, get_language())}</time>')


@register.simple_tag
def by(at: datetime) -> str:
    """Until when something is to be done."""
    language = get_language()
    return _until_when(language) % {"date": _reading(at, False, language)}


@lru_cache
def _until_when(language: str | None) -> str:
    return _("by %(date)s")


@register.simple_tag
def ago(at: datetime | None) -> str:
    """How many days ago something happened, in words."""
    if at is None:
        return "—"
    here = timezone.get_current_timezone()
    days = (timezone.now().astimezone(here).date() - at.astimezone(here).date()).days
    return _days_ago(days, get_language())


@lru_cache(maxsize=2048)
def _days_ago(days: int, language: str | None) -> str:
    if days < 1:
        return _("today")
    return _("yesterday") if days == 1 else ngettext("%d day ago", "%d days ago", days) % days


@register.simple_tag
def deadline(since: datetime | None, until: datetime | None, kind: str = "", note: Any = "") -> SafeString:
    """What is left of a period: words, date and a bar that stays grey until the last seven days."""
    if not (since and until):
        return mark_safe("—")
    left, language = until - timezone.now(), get_language()
    tone, glyph = _urgency(left, kind)
    words = _("Stopped") if kind == "stopped" else _left(left, language)
    marked = f'<span class="st {tone}">{icon(glyph)}{words}</span>' if glyph else words
    aside = conditional_escape(note) if note else _due(until, left, language)
    share = bar(1 - left / (until - since))
    return mark_safe(f'<div class="dl {tone}"><span>{marked}</span><span>{aside}</span>{share}</div>')


@register.simple_tag
def time_left(until: datetime | None) -> str:
    """What is left of a period, in words."""
    return _left(until - timezone.now(), get_language()) if until else "—"


@register.simple_tag
def bar(done: float, total: float = 1) -> SafeString:
    """A share drawn as a thin bar; its length is an SVG attribute, because styles may not be inline."""
    return _bar(round(100 * min(1, max(0, done / total if total else 0))))


@register.simple_tag
def protection_line(since: datetime, until: datetime, follow_ups: Iterable[tuple[datetime, bool]]) -> SafeString:
    """The period from claim to end in one line: filled dots count, hollow ones do not, and today's mark."""
    today = _along(timezone.now(), since, until)
    dots = mark_safe("".join(_dot(_along(at, since, until), counts) for at, counts in follow_ups))
    return format_html(_LINE, today, dots, today, today)


@register.filter
def tally(follow_ups: Iterable[tuple[datetime, bool]]) -> tuple[int, int]:
    """How many follow-ups count and how many do not."""
    counts = [counts for _at, counts in follow_ups]
    return sum(counts), len(counts) - sum(counts)


_LINE = (
    '<svg class="line" aria-hidden="true"><line class="axis" x1="0" x2="100%" y1="18" y2="18"/>'
    '<rect class="gone" y="16" width="{}%" height="4" rx="2"/>{}'
    '<line class="now" x1="{}%" x2="{}%" y1="6" y2="30"/>'
    '<line class="axis" x1="99.9%" x2="99.9%" y1="10" y2="26"/></svg>'
)


@lru_cache(maxsize=101)
def _bar(percent: int) -> SafeString:
    rail = '<rect class="t" width="100%" height="4" rx="2"/>'
    done = f'<rect class="f" width="{percent}%" height="4" rx="2"/>'
    return mark_safe(f'<svg class="pb" height="4" aria-hidden="true">{rail}{done}</svg>')


def _dot(place: float, counts: bool) -> str:
    return f'<circle class="{"q" if counts else "nq"}" cx="{place}%" cy="18" r="{5 if counts else 4}"/>'


def _along(at: datetime, since: datetime, until: datetime) -> float:
    return round(100 * min(1, max(0, (at - since) / (until - since))), 1)


def _urgency(left: timedelta, kind: str) -> tuple[str, str]:
    if kind == "stopped":
        return "dispute", ""
    if kind == "hold":
        return "wait", "hourglass"
    return ("dispute", "timer") if left < SOON else ("", "")


def _left(left: timedelta, language: str | None) -> str:
    return _hours_left(left.days * 24 + left.seconds // 3600 if left > timedelta(0) else -1, language)


@lru_cache(maxsize=2048)
def _hours_left(hours: int, language: str | None) -> str:
    """Kept as days are: a list asks for the same few again and again."""
    if hours < 0:
        return _("Ended")
    if hours < 48:
        return _("%d h left") % max(1, hours)
    return ngettext("%d d left", "%d d left", hours // 24) % (hours // 24)


def _reading(at: datetime | date, exact: bool, language: str | None) -> str:
    """The day in the pattern of the language, and the hour if there is one."""
    if not isinstance(at, datetime):
        return _day(at, exact or at.year != timezone.localdate().year, language)
    here = timezone.get_current_timezone()
    at, this_year = at.astimezone(here), timezone.now().astimezone(here).year
    day = _day(at.date(), exact or at.year != this_year, language)
    return f"{day}{_comma(language)}{_hour(at)}{f':{at.second:02}' if exact else ''}"


def _hour(at: datetime) -> str:
    return f"{at.hour:02}:{at.minute:02}"


def _due(at: datetime, left: timedelta, language: str | None) -> str:
    """A date soon enough to need no year; the hour only when it is today."""
    at = at.astimezone(timezone.get_current_timezone())
    if abs(left) < DAY and at.date() == timezone.localdate():
        return f"{_('today')}{_comma(language)}{_hour(at)}"
    return _day(at.date(), False, language)


@lru_cache
def _comma(language: str | None) -> str:
    return pgettext("between day and hour", ", ")


@lru_cache(maxsize=2048)
def _day(day: date, with_year: bool, language: str | None) -> str:
    """The patterns are catalogue entries. Kept, because a list repeats its days and writing one costs 0.1 ms."""
    if with_year:
        return written(day, pgettext("date with year, as in Nov 22, 2026", "M j, Y"))
    return written(day, pgettext("date without year, as in Nov 22", "M j"))
