"""Lists at a million customers with shares and denials, measured; run by hand, no part of the tests:

    make test ARGS="tests/measure_shares.py -s -p no:cacheprovider"

It fills the test database past all triggers (as its superuser), asks what the pages ask and prints the medians of seven
runs: time within PostgreSQL by EXPLAIN ANALYZE, and time as seen from Python.
"""

import json
import sys
from statistics import median
from time import perf_counter

import pytest
from django.db import connection
from django.db.models import Q

from accounts import tenancy
from accounts.models import User
from accounts.paging import MOST_COUNTED, cut
from customers import lists
from customers.models import Collaborator, Customer
from tests.databases import superuser
from tests.factories import TeamFactory, UserFactory, founding
from tests.millions import fill

SHARES, RUNS = 500, 7
ORDER = ["protected_until", "id"]

SEED = """
INSERT INTO customers_customer (organization_id, name, other_name, short_name, credit_code, website, country, region, industry, source,
    source_number, size, tier, relation, currency, key_account, completeness, owner_id, protected_until, needs_review, has_denials,
    created_by_id)
  SELECT {org}, 'Measured Company ' || n, '', '', '', '', 'CN', 'Suzhou', 'Optics', '', '', '', '', '', '', false, 50, r.id,
         now() + random() * interval '90 days', false, n % 10000 = 0, r.id
    FROM generate_series(1, {customers}) n
    JOIN {rep} r ON r.place = n % r.people;
INSERT INTO customers_collaborator (organization_id, customer_id, person_id, permission_id, way, until, reason, given_by_id)
  SELECT organization_id, id, '{wang}', (SELECT id FROM auth_permission WHERE codename = 'view_customer'), 'view',
         now() + interval '90 days', 'measured', owner_id
    FROM customers_customer WHERE organization_id = {org} AND owner_id <> '{wang}' ORDER BY random() LIMIT {shares};
INSERT INTO customers_collaborator (organization_id, customer_id, person_id, permission_id, way, until, reason, given_by_id)
  SELECT c.organization_id, c.id, c.created_by_id, (SELECT id FROM auth_permission WHERE codename = 'view_customer'), 'view',
         now() + interval '90 days', 'measured', c.owner_id
    FROM customers_customer c WHERE c.organization_id = {org} AND right(c.name, 2) = '77' ON CONFLICT DO NOTHING;
INSERT INTO customers_denial (organization_id, customer_id, person_id, reason, denied_by_id)
  SELECT organization_id, id, CASE WHEN row_number() OVER () <= 5 THEN '{wang}'::uuid ELSE created_by_id END, 'measured', owner_id
    FROM customers_customer WHERE organization_id = {org} AND has_denials AND owner_id <> '{wang}' ON CONFLICT DO NOTHING;
"""


@pytest.mark.django_db(transaction=True)
def test_lists_at_a_million(capsys):
    with founding(name="Measured") as organization:
        mei = UserFactory(name="Mei", organization=organization, role=User.Role.MANAGER)
        east = TeamFactory(organization=organization, name="East", manager=mei)
        wang = UserFactory(name="Wang", organization=organization, team=east)
        for number in range(19):
            UserFactory(name=f"Colleague {number}", organization=organization, team=east)
        shen = UserFactory(name="Shen", organization=organization, role=User.Role.AUDITOR)
        zhao = UserFactory(name="Zhao", organization=organization, role=User.Role.ADMINISTRATOR)
    tables = ("customers_customer", "customers_collaborator", "customers_denial", "accounts_user")
    fill(SEED, organization, tables=tables, wang=wang.pk, shares=SHARES)
    with capsys.disabled():
        sys.stdout.write("\n")
        for person in (wang, mei, shen, zhao):
            with tenancy.scope(organization, user=person, source="test"):
                measure(User.objects.get(pk=person.pk))
        with superuser() as line:
            line.execute("DROP POLICY denied_is_not_there ON customers_customer")
            line.commit()
        sys.stdout.write("without the policy of denials\n")
        with tenancy.scope(organization, user=wang, source="test"):
            measure(User.objects.get(pk=wang.pk))
        with tenancy.scope(organization, user=mei, source="test"):
            measure(User.objects.get(pk=mei.pk))


def measure(person):
    for label, rows in asked_by(person).items():
        times = [timed(rows) for _ in range(RUNS)]
        inside, plan, seen = (median(time[i] for time in times) for i in range(3))
        said = f"{inside:8.2f} ms executed {plan:6.2f} ms planned {seen:8.2f} ms from Python"
        sys.stdout.write(f"{person.name:5} {label:34} {said}\n")


def asked_by(person):
    """{what a page asks: the rows}"""
    queries = {}
    for view in lists.views_shown_to(person) if person.may("customers.read") else ():
        rows = lists.rows_of(view, person)
        queries[f"view {view}"] = lists.fetcher(view, person, lists.CustomerFilter({}, rows))(None, ORDER, 51)
        queries[f"count of {view}"] = rows.order_by()[: MOST_COUNTED + 1].values("pk")
    one = Customer.objects.filter(owner__name="Rep 5").first()
    queries["one customer"] = Customer.objects.visible_to(person).filter(pk=one.pk)
    if person.name != "Wang":
        return queries
    own, shared = lists.rows_of("mine", person), lists.rows_of("shared", person)
    plain = Customer.objects.open_to(person).filter(
        pk__in=Collaborator.objects.filter(user=person).values("content_object")
    )
    parts = [cut(part, None, ORDER, 51) for part in (own, shared)]
    queries["shared, without guardian"] = plain.owned().order_by(*ORDER)[:51]
    queries["own UNION ALL shared"] = parts[0].union(parts[1], all=True).order_by(*ORDER)[:51]
    queries["own OR shared"] = own.model.objects.visible_to(person).owned().order_by(*ORDER)[:51]
    queries["own OR shared, in one filter"] = Customer.objects.filter(
        Q(owner=person) | Q(collaborators__user=person, collaborators__ended_at=None)
    ).order_by(*ORDER)[:51]
    queries["mine, without marks"] = Customer.objects.filter(owner=person).order_by(*ORDER)[:51]
    queries["count of mine, without marks"] = Customer.objects.filter(owner=person)[: MOST_COUNTED + 1].values("pk")
    return queries


def timed(rows):
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", values)
        plan = cursor.fetchone()[0]
        plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]
    begin = perf_counter()
    list(rows.all())
    return plan["Execution Time"], plan["Planning Time"], (perf_counter() - begin) * 1000
