"""Lists by size, tier, tag and gaps at a million customers, measured; run by hand, no part of the tests:

    make test ARGS="tests/measure_record.py -s -p no:cacheprovider"

It fills the test database past all triggers (as its superuser), asks what the pages ask and prints the medians of seven runs.
The auditor sees everybody's customers: his is the longest list there is.
"""

import sys
from statistics import median
from time import perf_counter

import pytest
from django.db import connection

from accounts import tenancy
from accounts.models import User
from accounts.paging import plain_fetcher
from customers import lists
from customers.models import Pool
from customers.pools.browsing import PoolFilter, waiting_in
from tests.factories import TeamFactory, UserFactory, founding
from tests.measure_shares import ORDER, RUNS, timed
from tests.millions import fill

TAGS = {"half": 2, "one in twenty": 20, "one in two hundred": 200, "one in ten thousand": 10_000}

SEED = """
INSERT INTO customers_customer (organization_id, name, other_name, short_name, credit_code, website, country, region, industry, source,
    source_number, size, tier, relation, currency, key_account, completeness, owner_id, protected_until, pooled_at, pool_id, available_at,
    created_by_id)
  SELECT {org}, 'Measured Company ' || n, '', '', '', '', 'CN', 'Suzhou', 'Optics', '', '',
         CASE WHEN n % 10000 = 7 THEN 'large' WHEN n % 3 = 0 THEN 'small' ELSE '' END,
         CASE WHEN n % 10000 = 9 THEN 'A' WHEN n % 2 = 0 THEN 'C' ELSE '' END, '', '', false,
         CASE WHEN n % 10000 = 11 THEN 50 ELSE 100 END,
         CASE WHEN n % 5 > 0 THEN r.id END, CASE WHEN n % 5 > 0 THEN now() + random() * interval '90 days' END,
         CASE WHEN n % 5 = 0 THEN now() - random() * interval '90 days' END,
         CASE WHEN n % 5 = 0 THEN '{pool}'::uuid END, CASE WHEN n % 5 = 0 THEN now() END, r.id
    FROM generate_series(1, {customers}) n
    JOIN {rep} r ON r.place = n % r.people;
INSERT INTO customers_tag (organization_id, name, folded, made_by_id)
  SELECT {org}, t, replace(t, ' ', ''), '{mei}' FROM unnest(ARRAY{names}) t;
INSERT INTO customers_customertag (organization_id, customer_id, tag_id, name, tagged_by_id, owner_id, protected_until, pooled_at)
  SELECT {org}, c.id, t.id, t.name, c.created_by_id, c.owner_id, c.protected_until, c.pooled_at
    FROM (SELECT id, created_by_id, owner_id, protected_until, pooled_at, row_number() OVER (ORDER BY name) AS n FROM customers_customer WHERE organization_id = {org}) c
    JOIN unnest(ARRAY{names}, ARRAY{shares}) s(name, share) ON c.n % s.share = 0
    JOIN customers_tag t ON t.organization_id = {org} AND t.name = s.name;
"""


@pytest.mark.django_db(transaction=True)
def test_filters_at_a_million(capsys):
    with founding(name="Measured") as organization:
        mei = UserFactory(name="Mei", organization=organization, role=User.Role.MANAGER)
        east = TeamFactory(organization=organization, name="East", manager=mei)
        for number in range(20):
            UserFactory(name=f"Colleague {number}", organization=organization, team=east)
        shen = UserFactory(name="Shen", organization=organization, role=User.Role.AUDITOR)
        wang = UserFactory(name="Wang", organization=organization, team=east)
        rest = Pool.objects.get(is_rest=True)
    tables = ("customers_customer", "customers_customertag", "customers_tag", "accounts_user")
    fill(SEED, organization, tables=tables, names=list(TAGS), shares=list(TAGS.values()), mei=mei.pk, pool=rest.pk)
    with capsys.disabled():
        sys.stdout.write("\n")
        for person in (shen, mei, wang):
            with tenancy.scope(organization, user=person, source="test"):
                measure(User.objects.get(pk=person.pk))
        with tenancy.scope(organization, user=mei, source="test"), connection.cursor() as cursor:
            begin = perf_counter()
            cursor.execute("SELECT customers_measure('00000000-0000-0000-0000-000000000000', 2000)")
            sys.stdout.write(
                f"a slice of 2,000 measured anew, all of them different: {(perf_counter() - begin) * 1000:.0f} ms\n"
            )


def measure(person):
    for label, rows in asked_by(person).items():
        times = [timed(rows) for _ in range(RUNS)]
        inside, plan, seen = (median(time[i] for time in times) for i in range(3))
        said = f"{inside:8.2f} ms executed {plan:6.2f} ms planned {seen:8.2f} ms from Python"
        sys.stdout.write(f"{person.name:5} {label:44} {said}\n")


def asked_by(person):
    """{what a page asks: the rows}"""
    view = next(iter(lists.views_shown_to(person)))
    asked = [{"size": "small"}, {"size": "large"}, {"tier": "C"}, {"tier": "A"}, {"record": "incomplete"}]
    asked += [{"tag": name} for name in TAGS]
    queries = {}
    for filters in asked:
        narrowed = lists.CustomerFilter(filters, lists.rows_of(view, person))
        queries[f"{view}, {filters}"] = lists.fetcher(view, person, narrowed)(None, ORDER, 51)
        if person.sells:
            pool = Pool.objects.get(is_rest=True)
            pooled = PoolFilter(filters, waiting_in(pool, person), pool=pool)
            queries[f"pool, {filters}"] = plain_fetcher(pooled.qs, pooled.places)(None, ["-pooled_at", "-id"], 51)
    return queries
