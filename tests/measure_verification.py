"""A list of 10,000 lines beside a million customers, the draw of a sample and the filter of what is due, measured; run by hand:

    make test ARGS="tests/measure_verification.py -s -p no:cacheprovider"

It fills the test database past all triggers (as its superuser), with claims and identity keys, and works as the product does.
"""

import sys
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from django.db import connection

from accounts import tenancy
from accounts.models import Outbox, User
from accounts.outbox import perform
from customers import lists
from customers.importing.mapping import guess
from customers.models import Customer, Reconciliation
from customers.names import normalised
from customers.reconciliation.arriving import bring
from customers.verification.sampling import commit, draw
from customers.verification.standing import due
from tests.databases import superuser
from tests.factories import UserFactory, founding
from tests.millions import CLAIMS, fill
from tests.verifications import again, earlier

LINES, NAMED = 10_000, 7_000

SEED = """
INSERT INTO customers_customer (organization_id, name, other_name, short_name, credit_code, website, country, region, industry, source,
    source_number, owner_id, protected_until, needs_review, has_denials, created_by_id)
  SELECT {org}, 'Measured Company ' || n, '', '', '', '', 'CN', 'Suzhou', 'Optics', '', '', r.id,
         now() + random() * interval '90 days', false, false, r.id
    FROM generate_series(1, {customers}) n
    JOIN {rep} r ON r.place = n % r.people;
"""
KEY = (
    "INSERT INTO customers_identitykey (organization_id, customer_id, kind, digest, written) SELECT organization_id, id, 'name', %s, name"
    " FROM customers_customer WHERE organization_id = %s AND name = %s"
)


def say(text):
    sys.stdout.write(f"{text}\n")


@pytest.mark.django_db(transaction=True)
def test_a_million(capsys):
    with founding(name="Measured") as organization:
        shen = UserFactory(name="Shen", organization=organization, role=User.Role.AUDITOR)
    fill(SEED + CLAIMS, organization)
    with superuser() as line:
        line.autocommit = True
        line.execute("SET session_replication_role = replica")
        line.execute("CREATE INDEX measured ON customers_customer (organization_id, name)")
        names = [f"Measured Company {number}" for number in range(1, NAMED + 1)]
        digests = [(organization.digest("name", normalised(name)), organization.pk, name) for name in names]
        line.cursor().executemany(KEY, digests)
        line.execute(
            "INSERT INTO customers_identitykey (organization_id, customer_id, kind, digest, written)"
            " SELECT organization_id, id, 'name', sha256(id::text::bytea), name FROM customers_customer c WHERE organization_id = %s"
            " AND NOT EXISTS (SELECT FROM customers_identitykey k WHERE k.organization_id = c.organization_id AND k.customer_id = c.id)",
            [organization.pk],
        )
        line.execute("DROP INDEX measured")
        for table in ("customers_customer", "customers_claim", "customers_identitykey", "accounts_user"):
            line.execute(f"VACUUM ANALYZE {table}")
    with capsys.disabled():
        measure(organization, shen)


def measure(organization, shen):
    text = "name,region,website\n" + "".join(
        f"Measured Company {number},{'Wuxi' if number % 10 == 0 else 'Suzhou'},\n"
        if number <= NAMED
        else f"Unknown Company {number},,\n"
        for number in range(1, LINES + 1)
    )
    with tenancy.scope(organization, source="test"):
        batch = bring("erp.csv", text.encode(), by=shen, system="erp")
    say(f"reading {LINES} lines: {work_off(organization)}")
    with tenancy.scope(organization, source="test"):
        batch = Reconciliation.objects.get(pk=batch.pk)
        batch.compare(by=shen, mapping=guess(batch.headers))
    say(f"comparing: {work_off(organization)}")
    with tenancy.scope(organization, source="test"):
        say(f"found: {again(batch).counts}")
        sample = again(commit())
    earlier(sample, "draws_at", by=timedelta(days=30) - timedelta(seconds=1))
    with tenancy.scope(organization, source="test"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")
        begun = perf_counter()
        draw(again(sample))
        say(f"drawing the sample: {perf_counter() - begun:.2f} s, of {again(sample).candidates}")
    with tenancy.scope(organization, user=shen, source="test"):
        runs = [_first_page(organization) for _ in range(7)]
        say(f"first page of what is due: {median(runs) * 1000:.1f} ms")


def _first_page(organization):
    begun = perf_counter()
    list(due(Customer.objects.owned(), organization).order_by(*lists.BY_DEADLINE.order())[:51])
    return perf_counter() - begun


def work_off(organization):
    """Every job that waits, each in a transaction of its own as a worker has it: (total, longest slice)."""
    took = []
    while True:
        with tenancy.scope(organization, source="test"):
            waiting = Outbox.objects.filter(done_at=None, task__startswith="customers.").order_by("pk").first()
        if waiting is None:
            return f"{sum(took):.1f} s in {len(took)} slices, the longest {max(took):.2f} s"
        begun = perf_counter()
        perform(waiting.pk, organization.pk)
        took.append(perf_counter() - begun)
