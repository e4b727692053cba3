"""Pools of an organisation with a million customers in them, measured; run by hand, no part of the tests:

make test ARGS="tests/measure_pools.py -s -p no:cacheprovider"
"""

import json
import sys
from statistics import median
from time import perf_counter

import pytest
from django.db import connection
from django.http import QueryDict

from accounts import tenancy
from accounts.paging import cut as first_rows
from customers.lists import BY_ARRIVAL
from customers.lots import standing_of
from customers.models import Pool
from customers.pools import browsing
from customers.pools.sorting import FIRST, SLICE, sorted_after
from tests.databases import superuser
from tests.factories import TeamFactory, UserFactory, founding
from tests.millions import CUSTOMERS, fill
from tests.pools import cut

SEED = """
INSERT INTO customers_customer (organization_id, name, other_name, short_name, credit_code, website, country, region, industry, source,
    source_number, is_held, needs_review, has_denials, created_by_id, pooled_at, pool_id, available_at)
  SELECT {org}, 'Measured Company ' || n, '', '', '', '', 'CN', (ARRAY['Suzhou', 'Ningbo', 'Chengdu', 'Xi''an'])[1 + n % 4],
         (ARRAY['Optics', 'Robots', 'Pumps'])[1 + n % 3], '', '', false, false, false, '{by}', moment, '{pool}', moment + interval '1 hour'
    FROM generate_series(1, {customers}) n, LATERAL (SELECT now() - n * interval '1 second') AS m(moment);
"""
say = sys.stdout.write


@pytest.mark.django_db(transaction=True)
def test_a_million(capsys):
    with founding(name="Measured") as organization:
        wang = UserFactory(organization=organization, team=TeamFactory(name="East"))
        for place in range(1, 6):
            cut(
                f"Pool {place}",
                place=place,
                teams=[wang.team],
                region=["Nowhere", f"Place {place}"],
                industry=["Optics"],
            )
        rest = Pool.objects.get(is_rest=True)
    fill(SEED, organization, reps=0, by=wang.pk, pool=rest.pk)
    with capsys.disabled(), tenancy.scope(organization, user=wang):
        rows = _rows(wang, rest, "")
        last = rows.order_by("-pooled_at")[CUSTOMERS // 2]
        _explain("first page", first_rows(rows, None, BY_ARRIVAL.order(), 51))
        beyond = [last.pooled_at, last.pk]
        _explain("page at depth 500,000", first_rows(rows, beyond, BY_ARRIVAL.order(), 51))
        _explain(
            "first page, by industry", first_rows(_rows(wang, rest, "industry=Robots"), None, BY_ARRIVAL.order(), 51)
        )
        _timed("what is left of today", lambda: standing_of(wang))
        _timed("his pools", lambda: browsing.pools_of(wang))
        _timed("capped count", lambda: rows.order_by()[:1001].count())
    with capsys.disabled():
        _sort(organization)


def _rows(person, pool, query):
    filters = browsing.PoolFilter(QueryDict(query), browsing.waiting_in(pool, person), pool=pool)
    return browsing.rows_of(filters, person)


def _explain(name, rows):
    times = []
    for _ in range(7):
        plan = json.loads(rows.explain(format="json", analyze=True))[0]
        times.append(plan["Planning Time"] + plan["Execution Time"])
    say(f"\n{name}: {median(times):.2f} ms")


def _timed(name, work):
    times = []
    for _ in range(7):
        began = perf_counter()
        work()
        times.append((perf_counter() - began) * 1000)
    say(f"\n{name}: {median(times):.2f} ms there and back")


def _sort(organization):
    """A tenth of them moves to another pool: six pools are asked for each."""
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        line.execute(
            "UPDATE customers_customer SET region = 'Nowhere', industry = 'Optics' WHERE organization_id = %s AND extract(second FROM pooled_at)::integer %% 10 = 0",
            [organization.pk],
        )
        line.commit()
    last, moved, times = FIRST, 0, []
    while last:
        began = perf_counter()
        with tenancy.scope(organization, source="job"):
            last, number = sorted_after(last)
        times.append(perf_counter() - began)
        moved += number
    say(
        f"\nsorted again: {moved} of {CUSTOMERS} moved, {len(times)} slices of {SLICE}, {sum(times):.1f} s; longest {max(times):.2f} s\n"
    )
    connection.close()
