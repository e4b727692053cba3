"""Recycling in an organisation of a million customers, measured; run by hand, no part of the tests:

    make test ARGS="tests/measure_recycling.py -s -p no:cacheprovider"

Every fiftieth customer is due, twice what a day brings where protection lasts 90 days. It runs twice: alone, and while eight people claim what falls into the pool and bring evidence
for what is about to.
"""

import sys
import threading
from time import perf_counter

import pytest
from django.db import connection, connections

from accounts import tenancy
from customers import recycling
from customers.models import Claim, Customer
from tests.databases import catalogue
from tests.factories import UserFactory, founding, rules
from tests.millions import CLAIMS, CUSTOMERS, fill

REPS, DUE = 500, 50

SEED = """
INSERT INTO customers_customer (organization_id, name, other_name, short_name, credit_code, website, country, region, industry, source,
    source_number, owner_id, protected_until, is_held, needs_review, has_denials, created_by_id)
  SELECT {org}, 'Measured Company ' || n, '', '', '', '', 'CN', 'Suzhou', 'Optics', '', '', r.id,
         now() + CASE WHEN n % {due} = 0 THEN -random() ELSE 1 + 89 * random() END * interval '1 day', false, false, false, r.id
    FROM generate_series(1, {customers}) n
    JOIN {rep} r ON r.place = n % r.people;
INSERT INTO customers_identitykey (organization_id, customer_id, kind, digest, written)
  SELECT organization_id, id, 'name', sha256(id::text::bytea), name FROM customers_customer WHERE organization_id = {org};
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("storm", [False, True], ids=["alone", "under a storm of claims"])
def test_a_million(capsys, storm):
    with founding(name="Measured") as organization:
        people = [UserFactory(name=f"Hunter {number}", organization=organization) for number in range(8)]
        rules(holding_limit=30_000, daily_claims=30_000)
    tables = ("customers_customer", "customers_claim", "accounts_user")
    fill(SEED + CLAIMS, organization, reps=REPS, tables=tables, due=DUE)
    with tenancy.scope(organization):
        due = len(catalogue("SELECT FROM customers_customer WHERE protected_until <= clock_timestamp()"))
    stop, claimed = threading.Event(), []
    hunters = [threading.Thread(target=hunt, args=(organization, person, stop, claimed)) for person in people if storm]
    for hunter in hunters:
        hunter.start()
    slices = list(run(organization))
    stop.set()
    for hunter in hunters:
        hunter.join()
    times = sorted(seconds for _, seconds in slices)
    told = f"{due} of {CUSTOMERS} due: {sum(count for count, _ in slices)} recycled in {len(slices)} slices of {recycling.SLICE}, {sum(times):.1f} s; median {times[len(times) // 2]:.2f} s, longest {times[-1]:.2f} s; {len(claimed)} claimed meanwhile"
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")
    exact(organization)


def run(organization):
    while True:
        began = perf_counter()
        with tenancy.scope(organization, source="job"):
            count = len(recycling.recycled(recycling.SLICE))
        yield count, perf_counter() - began
        if count < recycling.SLICE:
            return


def hunt(organization, person, stop, claimed):
    """Claims from the pool as fast as it can."""
    while not stop.is_set():
        with tenancy.scope(organization, user=person, source="test"):
            free = Customer.objects.in_pool().order_by("pooled_at").first()
            if free and free.claim(by=person):
                claimed.append(free.pk)
    connections.close_all()


def exact(organization):
    """Nobody has what nobody claimed; nothing is held twice; nothing that is due is left."""
    with tenancy.scope(organization):
        assert not catalogue(
            "SELECT customer_id FROM customers_claim WHERE released_at IS NULL GROUP BY 1 HAVING count(*) > 1"
        )
        assert not catalogue(
            "SELECT FROM customers_customer c LEFT JOIN customers_claim k ON k.customer_id = c.id AND k.released_at IS NULL"
            " WHERE c.owner_id IS DISTINCT FROM k.claimant_id"
        )
        assert not Customer.objects.owned().filter(protected_until__lte=tenancy.now()).exists()
        assert Claim.objects.filter(ended_as="recycled").exists()
    connection.close()
