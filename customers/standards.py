"""What an organisation calls a complete record: which fields count, and for how many days each of them stays fresh.

`standard_of(organization)` has `.counts`, a set of names out of `FIELDS`, and `.fresh_days`, {name: days}.
"""

from django.db import connection, transaction

from accounts.outbox import enqueue, job
from audit.deeds import allow, stamped
from audit.words import read_as
from customers.models import RecordStandard
from customers.models.standard import FIELDS

FIRST = "00000000-0000-0000-0000-000000000000"
SLICE = 2000


class Standard:
    """What counts, and how long it stays fresh. A field without days never goes stale."""

    def __init__(self, counts, fresh_days):
        self.counts, self.fresh_days = frozenset(counts) & FIELDS.keys(), dict(fresh_days)


def standard_of(organization) -> Standard:
    """The organisation's own, or the house's as long as nobody has set another. One query."""
    row = RecordStandard.objects.filter(organization=organization).first() or RecordStandard()
    return Standard(row.counts, row.fresh_days)


@transaction.atomic
def set_standard(*, by, counts, fresh_days):
    """Another standard, from now on; a job measures every customer by it."""
    allow(by, "customers.set_standard", by.organization)
    with stamped("customers.set_standard", by=by):
        RecordStandard.objects.bulk_create([RecordStandard()], ignore_conflicts=True)
    standing = RecordStandard.objects.get()
    standing.set_to(by=by, counts=sorted(counts), fresh_days=fresh_days)
    enqueue("customers.measure", dedupe_key=_moment(), queue="bulk", beyond=FIRST)


def _moment():
    """Each change of the standard is measured by a job of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()::text")
        return cursor.fetchone()[0]


@job("customers.measure")
def measure(beyond):
    """A slice of the customers, and a job for the next one. Who meanwhile changes a record measures it himself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_measure(%s, %s)", [beyond, SLICE])
        last = cursor.fetchone()[0]
    if last:
        enqueue("customers.measure", dedupe_key=f"{_moment()} {last}", queue="bulk", beyond=str(last))


def _named(names):
    return ", ".join(str(label) for name, label in FIELDS.items() if name in names)


def _days(days):
    return ", ".join(f"{FIELDS[name]} {number}" for name, number in days.items() if name in FIELDS)


read_as("customers_recordstandard.counts", _named)
read_as("customers_recordstandard.fresh_days", _days)
