"""In the morning, where the organisation is: what somebody arranged for today, told once."""

from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.digests import day_of
from accounts.models import Organization, User
from accounts.notices import sentences, tell
from accounts.outbox import enqueue, job
from accounts.schedules import every
from customers.follow_ups import worked_on_by
from customers.models import NextStep

HOUR = 7  # before the daily letter, so that who wants only that finds it there
SLICE = 100  # people a job

sentences({"customers.steps_today": _("Next steps for today: %(number)s. First: %(what)s (%(customer)s)")})


@every("customers.begin_reminders", timedelta(hours=1))
def begin():
    """Asked every hour, whether it is time; the day is the key, so that each day begins once, and none is left out where
    the clocks change."""
    if day := day_of(tenancy.now(), Organization.objects.get().time_zone, HOUR):
        enqueue("customers.write_reminders", dedupe_key=day, day=day)


@job("customers.write_reminders")
def write(day, after=None):
    """So many people; the rest are the next job's."""
    due = NextStep.objects.open().filter(due_on=date.fromisoformat(day)).values("person")
    people = User.objects.active().filter(pk__in=due).select_related("rights", "organization")
    people = list((people.filter(pk__gt=UUID(after)) if after else people).order_by("pk")[:SLICE])
    for person in people:
        _remind(person, day)
    if len(people) == SLICE:
        last = str(people[-1].pk)
        enqueue("customers.write_reminders", dedupe_key=f"{day} after {last}", day=day, after=last)


def _remind(person, day):
    steps = steps_of(person).filter(due_on=date.fromisoformat(day))
    first = steps.select_related("customer").first()
    if first:
        tell(
            [person], "customers.steps_today", url=reverse("customers:day"), key=f"steps of {day}",
            number=steps.count(), what=first.what, customer=first.customer.name,
        )  # fmt: skip


def steps_of(person):
    """His open steps for customers on which he may work now: a share that ended takes its steps out of sight."""
    mine = NextStep.objects.open().filter(person=person, customer__in=worked_on_by(person).values("pk"))
    return mine.by_time()
