"""What nobody works on goes back to the pool: many at once, in slices, exactly when its protection is over."""

from collections import Counter
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.models import Organization, User
from accounts.notices import sentences, tell
from accounts.outbox import enqueue, job
from accounts.schedules import every
from audit.deeds import stamped
from customers.models import Customer, OwnershipRules

SLICE = 2000

sentences(
    {
        "customers.recycled": _(
            "The protection of %(number)s of your customers is over, so they went to the public pool. Your group may claim them again after the cooldown."
        ),
        "customers.ends_soon": _(
            "The protection of %(number)s of your customers ends on %(date)s. A contact with evidence extends it."
        ),
    }
)


@every("customers.recycle", timedelta(minutes=10))
def recycle():
    recycle_slice()


@job("customers.recycle_slice")
def recycle_slice():
    """One transaction, which writes the next one as long as there is work: others get their turn between two of them, and
    whenever it is killed, what it did is done, and what it did not do is found again."""
    ended = recycled(SLICE)
    _tell_owners(ended)
    if len(ended) == SLICE:
        enqueue("customers.recycle_slice", dedupe_key=tenancy.request_id(), queue="bulk")


def recycled(most) -> list[tuple]:
    """End the claims whose protection is over, oldest first: [(owner, customer, how it ended)]."""
    with stamped("customers.recycle"), connection.cursor() as cursor:
        cursor.execute("SELECT owner, customer, ended_as FROM customers_recycle(%s)", [most])
        return cursor.fetchall()


def _tell_owners(ended):
    numbers = Counter(owner for owner, _customer, _ended_as in ended)
    for owner in User.objects.active().filter(pk__in=numbers):
        number, key = numbers[owner.pk], tenancy.request_id()
        tell([owner], "customers.recycled", url=reverse("customers:pool"), key=key, number=number)


@every("customers.warn", timedelta(hours=6))
def warn():
    """Once for each day on which protection ends: as many days before as the rules say, and on the day before it."""
    days = OwnershipRules.objects.in_force().warn_days
    with timezone.override(Organization.objects.get().time_zone):
        for ahead in {days, 1}:
            _warn_of(timezone.localdate() + timedelta(days=ahead))


def _warn_of(day):
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    ending = Customer.objects.owned().filter(protected_until__gte=begins, protected_until__lt=ends)
    numbers = dict(ending.order_by().values_list("owner").annotate(Count("pk")))
    for owner in User.objects.active().filter(pk__in=numbers):
        tell(
            [owner], "customers.ends_soon", url=reverse("customers:list") + "?view=mine", key=day.isoformat(),
            at_once=False, number=numbers[owner.pk], date=day.isoformat(),
        )  # fmt: skip
