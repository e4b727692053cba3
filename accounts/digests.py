"""The daily letter: what a person was told and has neither read nor had by mail, once a day at eight where he works."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts import tenancy
from accounts.models import Notice, Organization, User
from accounts.notices import write
from accounts.outbox import enqueue, job
from accounts.schedules import every

HOUR = 8
SLICE = 100  # people a job
MOST_LISTED = 50  # notices a letter


@every("accounts.begin_digests", timedelta(hours=1))
def begin():
    """Asked every hour, whether it is time; the day is the key, so that each day begins once."""
    if day := day_of(tenancy.now(), Organization.objects.get().time_zone):
        enqueue("accounts.write_digests", dedupe_key=day, day=day)


def day_of(moment, time_zone, hour=HOUR) -> str:
    """The local day whose letters are due at this moment; empty before eight, or before another hour."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return local.date().isoformat() if local.hour >= hour else ""


@job("accounts.write_digests")
def write_digests(day, after=None):
    """The letters of so many people; the rest are the next job's."""
    people = list(_waiting_people(after)[:SLICE])
    organization = Organization.objects.get()
    for person in people:
        _write(person, organization)
    if len(people) == SLICE:
        last = str(people[-1].pk)
        enqueue("accounts.write_digests", dedupe_key=f"{day} after {last}", day=day, after=last)


def _waiting_people(after):
    """Those who want letters and are waiting for one, in the order of their ids."""
    waiting = Notice.objects.waiting().values("person")
    people = User.objects.active().exclude(mail_notices=User.MailNotices.NONE).filter(pk__in=waiting)
    return (people.filter(pk__gt=UUID(after)) if after else people).order_by("pk")


def _write(person, organization):
    """Whoever comes second waits for the lock and finds nothing left: no notice stands in two letters."""
    waiting = Notice.objects.visible_to(person).waiting().order_by("pk")
    notices = list(waiting.select_for_update(of=("self",)))
    if notices:
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=tenancy.Clock())
        listed = notices[:MOST_LISTED]
        write("notices", listed, person, organization, count=len(notices), more=len(notices) - len(listed))
