"""Next steps in somebody's own calendar program: a secret address that is read without signing in.

Whoever has the address reads titles, times and links; no phone, no mail address, nothing else of a customer.
"""

import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from icalendar import Calendar, Event, vText

from accounts import tenancy
from accounts.rules import rule, while_leaving
from audit.deeds import allow, locked, stamped
from customers.models import CalendarFeed
from customers.next_steps import today
from customers.reminding import steps_of

BACK, AHEAD, MOST = timedelta(days=31), timedelta(days=366), 500
LENGTH = timedelta(minutes=30)  # of a step with an hour; nobody says how long it takes
HIDDEN = "•••"
# A mail address; eight digits or more as phones are written; seven in a row. A date is no phone.
REACHABLE = re.compile(r"\S+@\S+|(?<!\d)(?!\d{4}-\d\d-\d\d\b)\+?\d(?:[\s().\-/]{0,2}\d){7,}|\d{7,}")

while_leaving(gettext_lazy("reading next steps in a calendar"), "customers.open_calendar")


@rule("customers.open_calendar", no=gettext_lazy("Who works on customers has next steps to read in a calendar."))
def works_here(user, person):
    return user.pk == person.pk


@rule("customers.close_calendar")
def whose_calendar_it_is(user, feed):
    return feed.person_id == user.pk


@transaction.atomic
def renew(person, *, by) -> str:
    """The address, said this once; the one before it ends. Two at the same moment take turns at the person's row."""
    allow(by, "customers.open_calendar", person)
    locked(person)
    switch_off(person, by=by)
    token = secrets.token_urlsafe(32)
    with stamped("customers.open_calendar", by=by):
        CalendarFeed.objects.create(person=person, token_hash=CalendarFeed.hash(token))
    return settings.BASE_URL + reverse("customers:calendar_feed", args=[person.organization_id, token])


def switch_off(person, *, by):
    for feed in CalendarFeed.objects.live().filter(person=person):
        feed.close(by=by)


def feed_of(token) -> CalendarFeed | None:
    """The live feed of a token in the organisation in scope, if its person still works on customers here."""
    found = CalendarFeed.objects.of_token(token).select_related("person__rights", "person__organization").first()
    if found is None:
        return None
    person = found.person
    return found if person.is_active and person.may("customers.work") and not person.is_leaving else None


def read(feed) -> bytes:
    """The calendar as text. The first reading of a day is an entry; clients ask every quarter of an hour."""
    day = today()
    if feed.read_at is None or feed.read_at < tenancy.now() - timedelta(days=1):
        with stamped("customers.read_calendar", by=feed.person):
            CalendarFeed.objects.filter(pk=feed.pk).update(read_at=tenancy.Clock())
    steps = steps_of(feed.person).filter(due_on__gte=day - BACK, due_on__lte=day + AHEAD)
    return written(feed.person, steps.select_related("customer")[:MOST])


def written(person, steps) -> bytes:
    """The same steps are the same text, to the byte, so that a client can be told that nothing has changed."""
    calendar = Calendar()
    calendar.add("prodid", "-//Candor//Next steps//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(_("Next steps of %(name)s") % {"name": person.name}))
    for step in steps:
        calendar.add_component(_event(step))
    return calendar.to_ical()


def _event(step):
    event = Event()
    event.add("uid", f"{step.pk}@candor")
    event.add("dtstamp", step.changed_at)
    event.add("sequence", step.moves)
    event.add("summary", without_contacts(f"{step.what} · {step.customer.name}"))
    event.add("url", settings.BASE_URL + reverse("customers:detail", args=[step.customer_id]))
    if step.due_at:
        event.add("dtstart", step.due_at)
        event.add("dtend", step.due_at + LENGTH)
    else:
        event.add("dtstart", step.due_on)
        event.add("dtend", step.due_on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    return event


def without_contacts(text) -> str:
    """What one types may hold a phone or a mail address; a calendar, which others may read, does not get it."""
    return REACHABLE.sub(HIDDEN, text)
