"""What a list asks of the database: the same for few rows and for many, and at most eight statements, whoever reads it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import notices
from accounts.models import StoredFile, User
from accounts.paging import SIZE
from customers.evidence import calls
from customers.evidence.arriving import read_mail
from customers.models import Customer, Extension, InboundMail
from customers.transfers import ask_for_transfer
from tests.artefacts import a_mail
from tests.factories import TeamFactory, UserFactory, customer_of, pool_customer, rules

MOST = 8
LISTS = {
    "wang": [
        "/customers/",
        "/customers/pool/",
        "/approvals/",
        "/approvals/asked/",
        "/approvals/decided/",
        "/notices/",
        "/customers/holds/",
        "/customers/mail/",
    ],
    "mei": [
        "/customers/",
        "/customers/holds/",
        "/customers/calls/",
        "/customers/calls/extensions/",
        "/customers/?view=mine",
        "/customers/pool/",
        "/approvals/",
        "/approvals/all/",
        "/notices/",
    ],
    "shen": ["/customers/", "/approvals/", "/approvals/all/", "/notices/", "/ledger/"],
    "zhao": ["/approvals/", "/notices/", "/jobs/"],
}


def statements(client, address):
    """What was asked, without the savepoints around it and the scope of the test, which is told again at the end."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    kept = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert kept.pop().startswith("SELECT set_config")
    return kept


@pytest.fixture
def fill(acme, wang, mei, li, zhao):
    """Something in every list, so many times."""

    rules(hold_hours=72)

    def filled(times):
        for number in range(times):
            pool_customer(by=wang)
            Extension.objects.create(number=str(uuid4()), person=wang)
            calls.bring("log.csv", b"x", by=mei)
            arrived = InboundMail.objects.create(
                person=wang, file=StoredFile.keep("x.eml", a_mail(sender="x@y.example"), by=wang)
            )
            read_mail(str(arrived.pk))
            approval = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
            if number % 2:
                approval.approve(by=mei, seal=approval.seal)
            notices.tell(
                [wang, mei, zhao], "approvals.reminded", url="/", key=str(approval.pk), at_once=False, request="x"
            )

    return filled


def test_a_list_costs_at_most_eight_statements_for_few_rows_and_for_many(fill, request, sign_in):
    def asked():
        clients = ((role, sign_in(request.getfixturevalue(role))) for role in LISTS)
        return {(role, where): len(statements(client, where)) for role, client in clients for where in LISTS[role]}

    fill(2)
    few = asked()
    fill(SIZE)
    many = asked()

    assert few == many
    assert {where: number for where, number in many.items() if number > MOST} == {}


def test_a_manager_of_a_hundred_people_reads_the_same_list_in_as_many_statements(acme, mei, east, wang, sign_in):
    """Whatever is theirs comes in one order, page by page, without a gap, and no statement grows with a person."""
    customer_of(wang)
    few = statements(sign_in(mei), "/customers/")
    deep = TeamFactory(name="East 1", parent=east)
    for number in range(99):
        customer_of(UserFactory(organization=acme, name=f"Rep {number}", role=User.Role.REP, team=deep))
    client, address, seen = sign_in(mei), "/customers/", []
    assert len(statements(client, address)) == len(few)
    while address:
        page = client.get(address).context["page"]
        seen += [row.pk for row in page.rows]
        address = f"/customers/{page.later}" if page.later else ""

    assert seen == list(Customer.objects.owned().order_by("protected_until", "pk").values_list("pk", flat=True))


def test_a_filter_that_can_fit_nothing_gives_a_manager_an_empty_list(mei, wang, sign_in):
    customer_of(wang)
    customer_of(wang)
    assert sign_in(mei).get("/customers/?country=nowhere&q=a").context["page"].rows == []
