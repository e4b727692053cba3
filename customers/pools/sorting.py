"""After pools have changed, every customer in them goes to where it belongs now: many at once, in slices."""

from django.db import connection

from accounts import tenancy
from accounts.outbox import enqueue, job
from audit.deeds import stamped

SLICE = 2000
FIRST = "00000000-0000-0000-0000-000000000000"


def sort_everything():
    """Write the job into this transaction."""
    enqueue("customers.sort_pools", dedupe_key=f"{tenancy.request_id()} {FIRST}", queue="bulk", after=FIRST)


@job("customers.sort_pools")
def sort_slice(after):
    """One transaction, which writes the next one as long as there is something left."""
    if last := sorted_after(after)[0]:
        enqueue("customers.sort_pools", dedupe_key=f"{tenancy.request_id()} {last}", queue="bulk", after=str(last))


def sorted_after(after, most=SLICE) -> tuple:
    """(the last id looked at or None, how many were moved)."""
    with stamped("customers.sort_pools"), connection.cursor() as cursor:
        cursor.execute("SELECT last, moved FROM customers_sort_pools(%s, %s)", [after, most])
        return cursor.fetchone()
