"""Records that are not of this version, or whose customer changed behind their back, are read anew in slices."""

from datetime import timedelta

from accounts import tenancy
from accounts.outbox import enqueue, job
from accounts.schedules import every
from customers.duplicates.record import VERSION
from customers.duplicates.storing import renew
from customers.models import DuplicateRecord

SIZE = 500


def outdated():
    return DuplicateRecord.objects.exclude(version=VERSION)


@every("customers.renew_records", timedelta(hours=1))
def begin():
    """After an upgrade all of them, on other days none: asking is one look into an index."""
    if outdated().exists():
        enqueue(
            "customers.renew_slice",
            dedupe_key=f"{tenancy.now():%F %H} 0",
            queue="bulk",
            began=f"{tenancy.now():%F %H}",
            number=0,
        )


@job("customers.renew_slice")
def renew_slice(began, number):
    """What is done leaves the set; a worker that is killed has lost nothing."""
    ids = list(outdated().values_list("customer_id", flat=True)[:SIZE])
    renew(ids)
    if len(ids) == SIZE:
        enqueue(
            "customers.renew_slice", dedupe_key=f"{began} {number + 1}", queue="bulk", began=began, number=number + 1
        )
