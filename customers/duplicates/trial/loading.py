"""The customers of a trial into its database: read by several processes, kept as the product keeps them."""

import secrets
from collections.abc import Iterator
from itertools import islice
from multiprocessing.pool import Pool
from threading import Semaphore
from uuid import UUID

from django.db import connections

from accounts import tenancy
from accounts.founding import found
from accounts.models import Organization
from customers.duplicates.fields import key_of
from customers.duplicates.record import keyed
from customers.duplicates.storing import write_new
from customers.duplicates.trial.tables import Row

SIZE = 2_000
TABLES = ("customers_duplicatekey", "customers_duplicaterecord")


def begin() -> int:
    """The organisation of the trial."""
    own = {"administrator": "Trial", "email": "trial@trial.example", "password": secrets.token_hex()}
    return found(name="Trial", language="en", **own).organization_id or 0


def load(pool: Pool, organization: int, rows: Iterator[Row]) -> list[str]:
    """Keep these customers; the ids as the file says them, at the places that are their numbers."""
    ids: list[str] = []
    room = Semaphore(8)  # the pool would read the whole file ahead of its processes
    try:
        for _done in pool.imap_unordered(_keep, _portions(organization, rows, ids, room)):
            room.release()
    finally:
        room.release(1_000_000)
    return ids


def _portions(organization, rows, ids, room):
    while portion := list(islice(rows, SIZE)):
        room.acquire()
        yield organization, len(ids), portion
        ids += [row.id for row in portion]


def _keep(portion):
    organization, first, rows = portion
    with tenancy.scope(organization, source="trial"):
        digest = keyed(key_of(Organization.objects.get()))
        write_new({UUID(int=number): row.as_compared(digest) for number, row in enumerate(rows, first)})


def settle() -> None:
    """What autovacuum does after some time: the planner knows the tables, and an index answers without the table."""
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def bytes_kept() -> int:
    """Of records, keys and their indexes, for all customers."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name", [list(TABLES)]
        )
        return int(cursor.fetchone()[0])
