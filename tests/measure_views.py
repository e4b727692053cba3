"""Orders of the list at a million customers, measured; run by hand, no part of the tests:

    make test ARGS="tests/measure_views.py -s -p no:cacheprovider"

Medians of seven runs: the page that a view asks for, in every order it offers and in those that it does not offer, without
and with the index that these would need.
"""

import sys
from statistics import median

import pytest

from accounts import tenancy
from accounts.models import User
from accounts.paging import Keyset, plain_fetcher
from customers import lists
from customers.saved_views import orders
from tests.databases import superuser
from tests.factories import TeamFactory, UserFactory, founding
from tests.measure_shares import RUNS, SEED, timed
from tests.millions import fill

NAME = orders.Order("name", Keyset(name=str, id=str), "name")
INDEXES = {
    "name": "CREATE INDEX measured_name ON customers_customer (organization_id, name, id) WHERE owner_id IS NOT NULL",
    "quiet": "CREATE INDEX measured_quiet ON customers_customer (organization_id, coalesce(last_contact_at, created_at), id)"
    " WHERE owner_id IS NOT NULL",
}
LOG = "UPDATE customers_customer SET last_contact_at = clock_timestamp() WHERE organization_id = {org} AND right(name, 2) = '{end}'"


@pytest.mark.django_db(transaction=True)
def test_orders_at_a_million(capsys):
    with founding(name="Measured views") as organization:
        mei = UserFactory(name="Mei", organization=organization, role=User.Role.MANAGER)
        east = TeamFactory(organization=organization, name="East", manager=mei)
        wang = UserFactory(name="Wang", organization=organization, team=east)
        for number in range(19):
            UserFactory(name=f"Colleague {number}", organization=organization, team=east)
        shen = UserFactory(name="Shen", organization=organization, role=User.Role.AUDITOR)
    fill(SEED.partition(";\n")[0], organization, wang=wang.pk, shares=5)
    with superuser() as line:
        line.autocommit = True
        line.execute("SET session_replication_role = replica")
        line.execute(
            "UPDATE customers_customer SET created_at = now() - random() * interval '900 days',"
            " last_contact_at = CASE WHEN random() < 0.7 THEN now() - random() * interval '90 days' END"
            f" WHERE organization_id = {organization.pk}"
        )
        line.execute("VACUUM (FULL, ANALYZE) customers_customer")
    with capsys.disabled():
        for state in ("as shipped", *INDEXES):
            with superuser() as line:
                line.autocommit = True
                if state in INDEXES:
                    line.execute(INDEXES[state])
                    line.execute("ANALYZE customers_customer")
                line.execute("SET session_replication_role = replica")
                sys.stdout.write(f"\n{state}; 10,000 follow-ups: {logged(line, organization, state):.0f} ms\n")
            for person in (wang, mei, shen):
                with tenancy.scope(organization, user=person, source="test"):
                    measure(User.objects.get(pk=person.pk))


def logged(line, organization, state):
    end = {"as shipped": "11", "name": "22", "quiet": "33"}[state]
    plan = line.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + LOG.format(org=organization.pk, end=end)).fetchone()[0][0]
    return plan["Execution Time"]


def measure(person):
    for view in lists.views_for(person):
        for name, order in (orders.ORDERS | {"name": NAME}).items():
            rows = order.told(lists.rows_of(view, person))
            fetch = (
                lists.fetcher(view, person, lists.CustomerFilter({}, rows))
                if name in orders.orders_of(view)
                else plain_fetcher(rows)
            )
            page = fetch(None, order.keyset.order(), 51)
            times = [timed(page) for _ in range(RUNS)]
            inside, planned = (median(time[i] for time in times) for i in (0, 1))
            sys.stdout.write(f"{person.name:5} {view:5} {name:9} {inside:7.2f} ms executed {planned:6.2f} ms planned\n")
