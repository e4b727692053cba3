"""A search through all customers of an organisation, measured; run by hand, no part of the tests:

    CUSTOMERS=100000 make test ARGS="tests/measure_scanning.py -s -p no:cacheprovider"

Invented customers (tests/duplicates) with known answers go in past the triggers. Parts are done one after the other: what is told
is the processor's time of the worker and of its database process, so two workers take half of it.
"""

import os
import resource
import sys
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from uuid import UUID

import pytest

from accounts import outbox, tenancy
from accounts.arrays import as_json
from accounts.models import Outbox
from customers.duplicates import scanning
from customers.duplicates.fields import key_of
from customers.duplicates.keys import keys_of
from customers.duplicates.pairing import compare_changed
from customers.duplicates.record import VERSION, keyed, read
from customers.models import DuplicateBlock, DuplicatePair
from tests.databases import catalogue, superuser
from tests.duplicates import sets
from tests.factories import UserFactory, founding

CUSTOMERS = int(os.environ.get("CUSTOMERS", 10_000))
SEED = int(os.environ.get("SEED", 101))
EACH = 25_000  # customers of one invented set
FIELDS = {"uscc": "credit_code"}
TICKS = os.sysconf("SC_CLK_TCK")
CUSTOMER = """COPY customers_customer (id, organization_id, name, other_name, short_name, credit_code, website, country, region, industry, size,
  tier, source, source_number, relation, currency, owner_id, protected_until, is_held, needs_review, has_denials, key_account, completeness,
  created_by_id) FROM STDIN"""


@pytest.mark.django_db(transaction=True)
def test_a_whole_search(capsys):
    with founding(name="Measured") as organization:
        person = UserFactory(name="Rep", organization=organization)
        key = key_of(organization)
    truth = fill(organization, person, key)
    lines = [f"{CUSTOMERS} customers"]
    with tenancy.scope(organization):
        run = scanning.begin(whole=True)
    lines.append(f"whole search: {timed(lambda: perform(organization), lines)}")
    with tenancy.scope(organization):
        run.refresh_from_db()
        found = set(DuplicatePair.objects.values_list("first", "second", "score"))
        told, blocks = f"{run.compared} compared, {run.found} pairs, {run.parts} parts", DuplicateBlock.objects.count()
        lines.append(f"{told}, {blocks} blocks, left dirty {scanning.changed().count()}")
    lines += [quality(found, truth, threshold) for threshold in (0.3, 0.5, 0.9)]
    lines.append(f"2,000 that changed: {timed(lambda: compare_some(organization, 2000), lines)}")
    lines.append(f"memory of the worker: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB at most")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def fill(organization, person, key):
    """Customers, records and keys by COPY; the pairs that are one company."""
    chance, digest, truth = Random(SEED), keyed(key), set()
    with superuser() as line:
        line.autocommit = True
        line.execute("SET session_replication_role = replica")
        for number in range(0, CUSTOMERS, EACH):
            made = sets.make(SEED + number // EACH, int(min(EACH, CUSTOMERS - number) / 1.17), asked=1).rows
            truth |= _write(line, organization.pk, person.pk, made, key, digest, chance)
        for table in ("customers_customer", "customers_duplicaterecord", "customers_duplicatekey"):
            line.execute(f"VACUUM ANALYZE {table}")
    return truth


def _write(line, organization, person, rows, key, digest, chance):
    ids = {row["id"]: UUID(int=chance.getrandbits(128)) for row in rows}
    records = {
        ids[row["id"]]: read({FIELDS.get(name, name): value for name, value in row.items()}, digest) for row in rows
    }
    with line.cursor() as cursor:
        with cursor.copy(CUSTOMER) as copy:
            for row in rows:
                empty = [""] * 13
                copy.write_row(
                    [
                        ids[row["id"]],
                        organization,
                        row["name"][:200],
                        *empty,
                        person,
                        "2099-01-01",
                        False,
                        False,
                        False,
                        False,
                        0,
                        person,
                    ]
                )
        with cursor.copy(
            "COPY customers_duplicaterecord (organization_id, customer_id, record, version, is_dirty) FROM STDIN"
        ) as copy:
            for pk, record in records.items():
                copy.write_row([organization, pk, as_json(record.as_list()), VERSION, True])
        with cursor.copy("COPY customers_duplicatekey (organization_id, h, customer_id) FROM STDIN") as copy:
            for h, pk in sorted((h, pk) for pk, record in records.items() for h in keys_of(record, key)):
                copy.write_row([organization, h, pk])
    copies: dict = {}
    for row_id, pk in ids.items():
        copies.setdefault(row_id.partition("-")[0], []).append(pk)
    return {tuple(sorted((one, other))) for same in copies.values() for one in same for other in same if one < other}


def perform(organization):
    while True:
        with tenancy.scope(organization):
            job = Outbox.objects.filter(done_at=None, task__in=["customers.divide_scan", "customers.scan_part"]).first()
        if job is None:
            return
        outbox.perform(job.pk, organization.pk)


def compare_some(organization, number):
    with tenancy.scope(organization):
        rows = catalogue("SELECT customer_id, changed_at, record::text FROM customers_duplicaterecord LIMIT %s", number)
        compare_changed([scanning.Changed(pk, at, scanning.json.loads(record)) for pk, at, record in rows])


def timed(work, lines):
    """What it took, by the clock and of the processor, here and in the database."""
    pid = catalogue("SELECT pg_backend_pid()")[0][0]
    before, here, clock = _ticks(pid), process_time(), perf_counter()
    work()
    there = _ticks(catalogue("SELECT pg_backend_pid()")[0][0]) - before
    return f"{perf_counter() - clock:.1f} s by the clock, {process_time() - here:.1f} s worker and {there:.1f} s database of the processor"


def _ticks(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def quality(found, truth, threshold):
    said = {(one, other) for one, other, score in found if score >= threshold}
    hits = len(said & truth)
    precision, recall = hits / max(1, len(said)), hits / len(truth)
    return f"from {threshold}: precision {precision:.4f} recall {recall:.4f} F1 {2 * precision * recall / (precision + recall):.4f}, {len(said)} pairs"
