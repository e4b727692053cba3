"""Breaking the glass, giving the access back, and saying afterwards whether it was justified; who is told of it."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.deeds import allow, stamped
from accounts.models import BreakGlass, User
from accounts.notices import sentences, tell

sentences(
    {
        "accounts.break_glass": _("%(who)s has break-glass access to customers until %(until)s: %(reason)s"),
        "accounts.review_break_glass": _("%(who)s has reviewed your break-glass access: %(verdict)s"),
        "accounts.break_glass_not_justified": _(
            "%(who)s has reviewed the break-glass access of %(person)s and calls it not justified: %(note)s"
        ),
    }
)

_afterwards: list = []


def afterwards(do):
    """Register a function `(glass)` of the apps above for when a use is over; called more than once, it does it once."""
    _afterwards.append(do)
    return do


@transaction.atomic
def break_glass(*, by, reason, ticket, minutes) -> BreakGlass:
    """Read customers from now on, for so many minutes. The database reckons the end and who has to be told."""
    with stamped("accounts.break_glass", by=by, reason=reason):
        allow(by, "accounts.break_glass", by.organization)
        glass = BreakGlass.objects.create(person=by, reason=reason, ticket=ticket, minutes=minutes)
    glass.refresh_from_db()
    _tell_at_once(glass, by)
    return glass


def _tell_at_once(glass, by):
    """The owner gets a letter whatever he prefers; auditors and security administrators as they like."""
    told = list(people_told(glass))
    until = f"{timezone.localtime(glass.until):%H:%M}"
    words = {"who": by.name, "until": until, "reason": glass.reason}
    for always in (True, False):
        people = [person for person in told if person.is_owner is always]
        tell(people, "accounts.break_glass", url=address(glass), key=f"break_glass {glass.pk}", always=always, **words)


def people_told(glass):
    """Who was told when it was opened."""
    return User.objects.filter(pk__in=glass.told).order_by("-is_owner", "name")


def address(glass) -> str:
    return reverse("break_glass:detail", args=[glass.pk])


@transaction.atomic
def end(glass, *, by):
    glass.end(by=by)
    when_over(glass)


def when_over(glass):
    for do in _afterwards:
        do(glass)


@transaction.atomic
def review(glass, *, by, verdict, note):
    """Its person learns what was said; the owner too, when it was not justified."""
    glass.review(by=by, verdict=verdict, note=note)
    verdict = glass.get_verdict_display()
    tell([glass.person], "accounts.review_break_glass", url=address(glass), key=f"reviewed {glass.pk}", who=by.name, verdict=verdict)  # fmt: skip
    if glass.verdict == BreakGlass.Verdict.NOT_JUSTIFIED:
        owners = User.objects.active().filter(is_owner=True).exclude(pk__in=[by.pk, glass.person_id])
        tell(owners, "accounts.break_glass_not_justified", url=address(glass), key=f"not justified {glass.pk}",
             who=by.name, person=glass.person.name, note=note)  # fmt: skip
