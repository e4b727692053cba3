"""How long it takes to find a company among a million, and what its keys weigh, measured; run by hand:

    CUSTOMERS=1000000 make test ARGS="tests/measure_duplicate_keys.py -s -p no:cacheprovider"

Invented companies of other seeds than those the weights come from go in past all triggers (as the superuser of the test
database), and are asked for as the application does.
"""

import os
import sys
from time import perf_counter, process_time
from uuid import UUID, uuid4

import pytest
from django.db import connection

from accounts import tenancy
from accounts.arrays import as_json
from customers.duplicates import finding
from customers.duplicates.fields import key_of
from customers.duplicates.keys import keys_of
from customers.duplicates.record import VERSION, keyed, read
from customers.importing.mapping import guess
from tests import transfers
from tests.databases import superuser
from tests.duplicates.sets import make
from tests.factories import founding
from tests.millions import CUSTOMERS

LINES = int(os.environ.get("LINES", 10_000))
ASKED = int(os.environ.get("ASKED", 1_500))
SEED, PART = 700, 20_000
TABLES = ("customers_duplicatekey", "customers_duplicaterecord")


def say(text):
    sys.stdout.write(f"{text}\n")


def said(row):
    """What is compared of an invented row, by the names of our fields."""
    return {{"uscc": "credit_code"}.get(name, name): value for name, value in row.items() if isinstance(value, str)}


@pytest.mark.django_db(transaction=True)
def test_a_million(capsys):
    with founding(name="Measured") as organization:
        pass
    with capsys.disabled():
        begun = perf_counter()
        questions = fill(organization)
        say(f"{CUSTOMERS} customers filled in {perf_counter() - begun:.0f} s")
        weigh(organization)
        measure(organization, questions)


def fill(organization):
    """Part by part, so that memory holds one of them; the questions are about the first."""
    questions, key = [], key_of(organization)
    with superuser() as line:
        line.autocommit = True
        line.execute("SET session_replication_role = replica")
        done = 0
        while done < CUSTOMERS:
            invented = make(SEED + done, min(PART, CUSTOMERS), 1 if done else ASKED)
            questions = questions or [said(each) for each in [*invented.full, *invented.sparse]]
            rows = invented.rows[: CUSTOMERS - done]
            copy(line, organization.pk, key, [read(said(row), keyed(key)) for row in rows])
            done += len(rows)
        for table in TABLES:
            line.execute(f"VACUUM ANALYZE {table}")
    return questions


def copy(line, organization, key, records):
    ids: list[UUID] = [uuid4() for _ in records]
    with line.cursor() as cursor:
        with cursor.copy(
            "COPY customers_duplicaterecord (organization_id, customer_id, record, version, is_dirty) FROM STDIN"
        ) as rows:
            for pk, record in zip(ids, records, strict=True):
                rows.write_row((organization, pk, as_json(record.as_list()), VERSION, False))
        with cursor.copy("COPY customers_duplicatekey (organization_id, h, customer_id) FROM STDIN") as rows:
            for pk, record in zip(ids, records, strict=True):
                for h in keys_of(record, key):
                    rows.write_row((organization, h, pk))


def weigh(organization):
    with tenancy.scope(organization, source="test"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_duplicatekey WHERE organization_id = %s", [organization.pk])
        say(f"keys a customer: {cursor.fetchone()[0] / CUSTOMERS:.1f}")
        for table in TABLES:
            cursor.execute("SELECT pg_table_size(%s), pg_indexes_size(%s)", [table, table])
            rows, indexes = cursor.fetchone()
            say(f"{table}: {rows / CUSTOMERS:.0f} bytes a customer, its indexes {indexes / CUSTOMERS:.0f}")


def measure(organization, questions):
    """Each question by itself, in one transaction: the statement alone, and everything from the fields typed to the verdict."""
    digest = keyed(key_of(organization))
    with tenancy.scope(organization, source="test"), connection.cursor() as cursor:
        for asked in questions[:200]:  # warm
            finding.answer(read(asked, digest))
        alone = [_alone(cursor, read(asked, digest)) for asked in questions]
        whole = [_whole(asked, digest) for asked in questions]
    say(f"in the database: {_spread(alone)}")
    say(f"the whole answer: {_spread(whole)}")


def _alone(cursor, record):
    numbers = list(zip(*finding.asked_of({0: record}), strict=True))
    parameters = [*map(finding.written, numbers), finding.MOST]
    begun = perf_counter()
    cursor.execute("SELECT question, customer, weight, record FROM customers_candidates(%s, %s, %s, %s)", parameters)
    cursor.fetchall()
    return perf_counter() - begun


def _whole(asked, digest):
    begun = perf_counter()
    finding.answer(read(asked, digest))
    return perf_counter() - begun


def _spread(seconds):
    ordered = sorted(seconds)
    return ", ".join(
        f"{name} {1000 * ordered[min(int(len(ordered) * part), len(ordered) - 1)]:.2f} ms"
        for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
    )


@pytest.mark.django_db
def test_a_list(wang, capsys):
    """Trial and writing of a list of invented companies, eight in a hundred of them twice, each time otherwise."""
    rows = make(SEED, LINES, 1).rows[:LINES]
    cells = [[row["name"], row["website"], row["city"]] for row in rows]
    batch = transfers.brought(wang, *cells, headings=["name", "website", "city"])
    with capsys.disabled():
        batch.try_out(by=wang, mapping=guess(batch.headers))
        batch = _timed("trial", batch, wang)
        batch.confirm(by=wang)
        _timed("writing", batch, wang)


def _timed(what, batch, wang):
    clock, work = perf_counter(), process_time()
    batch = transfers.again(batch, wang)
    say(
        f"{what} of {LINES} lines: {perf_counter() - clock:.1f} s, of which Python {process_time() - work:.1f}; {batch.counts}"
    )
    return batch
