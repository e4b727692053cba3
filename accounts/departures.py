"""Leaving: announced by somebody else, told to everybody it concerns, and what is closed meanwhile."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.deeds import allow, stamped
from accounts.hierarchy import superiors
from accounts.models import Departure, User
from accounts.notices import sentences, tell

sentences(
    {
        "accounts.departure_announced": gettext_lazy(
            "%(who)s announced that %(name)s leaves; departure mode holds from %(date)s."
        ),
        "accounts.departure_cancelled": gettext_lazy("%(who)s cancelled the departure of %(name)s."),
    }
)

_parts: list = []


class AlreadyLeaving(Exception):
    """His departure is announced already."""


class CannotComplete(Exception):
    """Something has to be decided first; carries the sentence that says what. Nothing was changed."""


@dataclass(frozen=True)
class Part:
    """A part of a departure's page that an app above draws: its template and what that needs."""

    template: str
    context: dict[str, Any]


def shown_on_departure(draw):
    """Register a function `(departure, reader) -> Part or None`."""
    _parts.append(draw)
    return draw


def parts(departure, reader) -> list[Part]:
    return [part for draw in _parts if (part := draw(departure, reader))]


@transaction.atomic
def announce(person, *, by, notice_on, last_day, reason) -> Departure:
    """Write down that somebody leaves; the database keeps the date from which the mode holds on the person himself."""
    allow(by, "accounts.announce_departure", person)
    try:
        with transaction.atomic(), stamped("accounts.announce_departure", by=by, reason=reason):
            departure = Departure.objects.create(
                person=person, notice_on=notice_on, last_day=last_day, reason=reason, announced_by=by
            )
    except IntegrityError as refused:
        if "departure_once" in str(refused):
            raise AlreadyLeaving from refused
        raise
    person.__dict__.pop("is_leaving", None)
    person.refresh_from_db(fields=["leaving_from"])
    _tell(departure, "accounts.departure_announced", by)
    return departure


@transaction.atomic
def cancel(departure, *, by, reason):
    """He stays; whoever heard of it hears of this."""
    departure.cancel(by=by, reason=reason)
    _tell(departure, "accounts.departure_cancelled", by)


def _tell(departure, what, by):
    """The person, who stands above him, who announced it, and who decides on rights: but not who did it."""
    person = departure.person
    deciders = User.objects.active().filter(role=User.Role.SECURITY)
    people = {each.pk: each for each in [person, *superiors(person), departure.announced_by, *deciders]}
    people.pop(by.pk, None)
    tell(
        people.values(), what, url=reverse("accounts:departure", args=[departure.pk]), key=f"{what} {departure.pk}",
        who=by.name, name=person.name, date=formats.date_format(departure.notice_on),
    )  # fmt: skip


def people_to_announce(user):
    """Whose departure this person may announce: everybody's, or his people's."""
    people = User.objects.active().filter(leaving_from=None).exclude(pk=user.pk).order_by("name", "pk")
    return people if user.is_administrator else people.filter(pk__in=user.people_below)


def helpers(person) -> list[User]:
    """Whom somebody who leaves asks: the nearest manager above him, else the owner and the administrators."""
    return superiors(person)[:1] or list(User.objects.active().filter(is_owner=True))


def closed_sentence(user, action) -> str:
    """Why an act is closed to somebody who leaves, and who helps; '' when that is not the reason."""
    label = rules.closed_while_leaving().get(action)
    if label is None or not user.is_leaving:
        return ""
    names = ", ".join(person.name for person in helpers(user)) or _("An administrator")
    return _("You are leaving, so this is closed: %(act)s. %(names)s can do it in your place.") % {
        "act": label,
        "names": names,
    }
