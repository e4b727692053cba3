"""Exports: only rows one may see, masked and harmless, with purpose, number and hash in the ledger; above a limit, as a
second person approved."""

import csv
import hashlib
import io

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts import tenancy
from accounts.models import StoredFile
from accounts.rules import _rules
from approvals.kinds import MANAGER
from approvals.policy_changes import draft, propose
from audit.deeds import Refused
from audit.models import Entry
from customers import exporting
from customers.export_approval import ExportKind, rows_without_asking
from customers.formulas import is_formula
from customers.import_forms import ExportForm
from customers.marking.watermark import is_line
from customers.models import Customer, Export
from customers.registration import Draft, register
from tests.databases import sql
from tests.factories import customer_of, pool_customer
from tests.transfers import work_off

PHONE, EMAIL = "+8613805122297", "lin.zhi@hengchuan.example"
NEW = "/customers/exports/new/"


def exported(by, form="csv", purpose="year-end call", **filters):
    """The export, after its job."""
    export = exporting.ask(by=by, purpose=purpose, format=form, filters=filters)
    work_off(by.organization)
    return Export.objects.get(pk=export.pk)


def table(export):
    """Its rows as a spreadsheet would read them, without the line that says whose it is."""
    rows = lines(export)
    assert is_line(rows[-1][0])
    return rows[:-1]


def lines(export):
    content = export.file.opened()
    if export.format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def names(export):
    return sorted(row[0] for row in table(export)[1:])


# What is in it


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_holds_the_customers_with_masked_contacts(form, wang):
    """R26. Nothing personal leaves in the clear."""
    customer_of(wang, "恒川医疗器械", website="www.hengchuan.example", country="CN",
                contact={"name": "Lin Zhi", "title": "Buyer", "phone": PHONE, "email": EMAIL})  # fmt: skip

    heading, row = table(exported(wang, form))

    found = dict(zip(heading, row, strict=True))
    assert (found["Registered name"], found["Web site"], found["Owner"]) == (
        "恒川医疗器械",
        "www.hengchuan.example",
        "Wang",
    )
    assert (found["Country or region"], found["Contact"]) == ("China", "Lin Zhi")
    assert found["Phone"].endswith("•••• 2297")
    assert PHONE not in str(row)
    assert EMAIL not in str(row)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("sign", "=+-@＝＋－＠\t\r")
def test_no_cell_is_a_formula(sign, form, wang):
    """The form refuses such names; what came in before it did leaves harmless all the same."""
    customer = customer_of(wang, "Hengchuan")
    Customer.objects.filter(pk=customer.pk).update(industry=f"{sign}cmd|' /C calc'!A0", region=f" {sign}1+1")

    cells = [cell for row in table(exported(wang, form)) for cell in row]

    assert not [cell for cell in cells if is_formula(cell)]
    assert f"'{sign}cmd|' /C calc'!A0" in cells


def test_everybody_takes_what_he_sees_and_no_more(wang, mei, li, shen):
    """R5, R6, R30."""
    customer_of(wang, "Hengchuan")
    customer_of(li, "Ruitong")
    pool_customer(wang, "Yuan")

    assert names(exported(wang)) == ["Hengchuan"]
    assert names(exported(mei, view="team")) == ["Hengchuan"]
    assert names(exported(li)) == ["Ruitong"]
    assert names(exported(shen)) == ["Hengchuan", "Ruitong"]


def test_a_view_that_is_not_ones_own_gives_the_own_one(wang, li):
    customer_of(wang, "Hengchuan")
    customer_of(li, "Ruitong")

    assert names(exported(wang, view="all")) == ["Hengchuan"]


def test_the_filters_of_the_list_are_those_of_the_export(wang):
    customer_of(wang, "Hengchuan Medical", country="CN")
    customer_of(wang, "Hengchuan Pumps", country="DE")
    customer_of(wang, "Ruitong", country="DE")

    assert names(exported(wang, country="DE")) == ["Hengchuan Pumps", "Ruitong"]
    assert names(exported(wang, q="hengchuan", country="DE")) == ["Hengchuan Pumps"]


def test_rights_count_when_the_file_is_made_not_when_it_was_asked_for(wang, li):
    customer = customer_of(wang, "Hengchuan")
    customer_of(wang, "Ruitong")
    export = exporting.ask(by=wang, purpose="call", format="csv", filters={})
    customer.release(by=wang, reason="not a fit")

    work_off(wang.organization)

    assert names(Export.objects.get(pk=export.pk)) == ["Ruitong"]


# What is kept of it


def test_rows_hash_purpose_and_filters_are_in_the_ledger(wang):
    """R7, R8."""
    customer_of(wang, "Hengchuan", country="CN")

    export = exported(wang, purpose="year-end call", country="CN")

    event = Entry.objects.get(action="customers.export", op="E")
    assert (event.actor, event.about_id) == (wang, str(export.pk))
    assert event.after == {
        "purpose": "year-end call",
        "filters": {"country": "CN"},
        "rows": 1,
        "sha256": hashlib.sha256(export.file.opened()).hexdigest(),
    }
    assert (export.rows, export.file.sha256) == (1, event.after["sha256"])


def test_a_file_is_made_once(wang):
    customer_of(wang, "Hengchuan")
    export = exported(wang)

    exporting.make(str(export.pk))

    assert StoredFile.objects.count() == 1
    assert Entry.objects.filter(action="customers.export", op="E").count() == 1


def test_each_download_is_an_entry(wang, sign_in):
    """R7."""
    customer_of(wang, "Hengchuan")
    export = exported(wang)
    client = sign_in(wang)
    for _time in range(2):
        answer = client.get(reverse("customers:export_download", args=[export.pk]))

    assert answer.content == export.file.opened()
    assert "attachment" in answer["Content-Disposition"]
    assert Entry.objects.filter(action="customers.download_export", about_id=str(export.pk)).count() == 2


# Pages, and who may


def test_the_page_asks_what_for_and_shows_the_file_when_it_is_made(wang, sign_in):
    customer_of(wang, "Hengchuan", industry="Medical")
    customer_of(wang, "Ruitong")
    client = sign_in(wang)
    assert "Export 1 row" in client.get(f"{NEW}?industry=Medical").text

    assert client.post(f"{NEW}?industry=Medical", {"purpose": " ", "format": "csv"}).status_code == 422
    client.post(f"{NEW}?industry=Medical&after=x", {"purpose": "year-end call", "format": "csv"})
    assert "Waiting for its turn" in client.get("/customers/exports/").text

    work_off(wang.organization)
    assert Export.objects.get().filters == {"view": "mine", "industry": "Medical"}
    assert "SHA-256" in client.get("/customers/exports/").text
    assert names(Export.objects.get()) == ["Hengchuan"]


def test_nothing_to_export_is_told(wang, sign_in):
    answer = sign_in(wang).post(NEW, {"purpose": "all", "format": "csv"})

    assert answer.status_code == 422
    assert "nothing to export" in answer.text


def test_too_many_rows_are_refused_with_a_sentence(wang, sign_in, monkeypatch):
    monkeypatch.setattr(ExportForm, "MOST", 1)
    customer_of(wang, "Hengchuan")
    customer_of(wang, "Ruitong")

    answer = sign_in(wang).post(NEW, {"purpose": "all", "format": "csv"})

    assert answer.status_code == 422
    assert "Narrow them" in answer.text
    assert not Export.objects.exists()


@pytest.mark.parametrize(("person", "status"), [("wang", 200), ("shen", 200), ("mei", 404), ("li", 404), ("zhao", 404)])
def test_who_takes_a_file(person, status, wang, request, sign_in):
    """R30. What somebody took out is read by himself and by auditors."""
    customer_of(wang, "Hengchuan")
    export = exported(wang)
    client = sign_in(request.getfixturevalue(person))

    assert client.get(reverse("customers:export_download", args=[export.pk])).status_code == status
    assert (export.purpose in client.get("/customers/exports/").text) == (status == 200)


def test_administrators_take_nothing_out(zhao, sign_in):
    """R29."""
    with pytest.raises(Refused):
        exporting.ask(by=zhao, purpose="all", format="csv", filters={})
    client = sign_in(zhao)
    assert client.get(NEW).status_code == 403
    assert client.get("/customers/exports/").status_code == 403


# Above a limit a second person decides (R9, R26, R72)

LIMITED = {"lines": [{"when": [{"measure": "rows_30_days", "is": ">", "limit": "2"}], "steps": [{"turn": 1, **MANAGER}]}],
           "hours": 48, "highest": True, "bulk": True, "confirm": False}  # fmt: skip


@pytest.fixture
def limited(zhao, qian):
    """Acme's own policy: more than two rows within thirty days need the manager."""
    asked = propose(draft(ExportKind(), by=zhao, content=LIMITED, effective_from=tenancy.now()), by=zhao, reason="less")
    asked.approve(by=qian, seal=asked.seal)


@pytest.fixture
def three(limited, wang):
    """Wang has three customers, one more than he takes out by himself."""
    return [customer_of(wang, f"Ruitong {number} Ltd") for number in range(3)]


@pytest.fixture
def waiting(three, wang, mei):
    """A list of three that waits for Mei."""
    export = exporting.ask(by=wang, purpose="year-end call", format="csv", filters={"view": "mine"})
    return export.approval


def exports_page(client):
    return client.get("/customers/exports/").text


def test_within_the_limit_nobody_is_asked(limited, wang):
    customer_of(wang)

    export = exported(wang)

    assert export.file
    assert (export.approval.state, export.approval.steps.count()) == ("approved", 0)


def test_three_lists_of_two_hundred_reach_the_manager(wang, mei):
    """R72. The house's own policy; asking in parts does not help."""
    register([Draft(f"Company {n} Ltd") for n in range(200)], by=wang, way="form", claimed=True)

    parts = [exporting.ask(by=wang, purpose="part", format="csv", filters={}).approval for _ in range(3)]

    assert [part.measures["rows_30_days"] for part in parts] == ["200", "400", "600"]
    assert [part.state for part in parts] == ["approved", "approved", "pending"]
    assert [seat.person for seat in parts[2].approvers.live()] == [mei]


def test_one_persons_lists_do_not_count_for_another(limited, wang, mei):
    for person in (wang, mei):
        for _ in range(2):
            customer_of(person)
    exported(wang)
    assert exported(mei, view="mine").file


def test_the_page_says_before_sending_how_many_one_may_take(limited, wang, sign_in):
    """R9. Computed from the policy in force and from what was taken."""
    client = sign_in(wang)
    customer_of(wang)
    assert "You can export 2 rows now" in client.get(NEW).text

    exported(wang)

    assert "You can export 1 row now" in client.get(NEW).text


def test_the_page_says_who_is_asked_when_it_is_more(three, wang, mei, sign_in):
    page = sign_in(wang).get(NEW).text

    assert "3 rows need the approval of Mei." in page
    assert "Up to 2 rows you can export now" in page
    assert "Ask for this export" in page


def test_when_nothing_is_left_the_page_says_so(limited, wang, mei, sign_in):
    for _ in range(2):
        customer_of(wang)
    exported(wang)
    assert "Without approval you can export nothing more now" in sign_in(wang).get(NEW).text


@pytest.mark.parametrize(
    ("conditions", "rows"),
    [
        ([], -1),
        ([{"measure": "rows", "is": ">=", "limit": "1"}], 0),
        ([{"measure": "rows", "is": ">", "limit": "12400"}], 12_400),
        ([{"measure": "rows", "is": ">", "limit": "3"}, {"measure": "rows_30_days", "is": ">=", "limit": "8"}], 7),
        ([{"measure": "rows", "is": ">", "limit": "90000"}], ExportForm.MOST),
    ],
)
def test_what_may_be_taken_follows_from_any_policy(conditions, rows, wang, monkeypatch):
    terms = {"lines": [{"when": conditions, "steps": [{"turn": 1, **MANAGER}]}], "highest": False}
    monkeypatch.setattr("approvals.asking.terms_of", lambda kind: {"policy": None, "terms": terms})

    assert rows_without_asking(wang) == rows


def test_above_the_limit_it_waits_and_no_file_is_made(three, wang, mei, sign_in):
    client = sign_in(wang)
    page = client.post(NEW, {"purpose": "year-end call", "format": "csv"}, follow=True)
    work_off(wang.organization)

    export = Export.objects.get()
    assert "Asked. The file is made when it is approved." in page.text
    assert "waiting for Mei" in exports_page(client)
    assert reverse("approvals:detail", args=[export.approval_id]) in exports_page(client)
    assert export.file is None
    assert client.get(reverse("customers:export_download", args=[export.pk])).status_code == 404


def test_after_the_decision_exactly_the_list_that_was_asked_for_is_made(waiting, three, wang, mei, sign_in):
    waiting.approve(by=mei, seal=waiting.seal)
    work_off(wang.organization)

    export = Export.objects.get()
    assert (export.rows, export.filters) == (3, {"view": "mine"})
    assert names(export) == sorted(customer.name for customer in three)
    assert "SHA-256" in exports_page(sign_in(wang))
    event = Entry.objects.get(action="customers.export", op="E")
    assert event.actor == wang


def test_the_one_who_approves_does_not_get_the_file(waiting, wang, mei, sign_in):
    """R30. She decides on purpose and number; the list is his."""
    waiting.approve(by=mei, seal=waiting.seal)
    work_off(wang.organization)
    address = reverse("customers:export_download", args=[Export.objects.get().pk])
    assert sign_in(mei).get(address).status_code == 404


def test_a_list_that_grew_meanwhile_fails_and_says_why(waiting, wang, mei, sign_in):
    """R72. Three were approved, so four do not leave."""
    customer_of(wang, "One more Ltd")
    waiting.approve(by=mei, seal=waiting.seal)
    work_off(wang.organization)

    assert Export.objects.get().file is None
    assert "More customers fit the filters now than were approved. Ask again." in exports_page(sign_in(wang))


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (lambda r, wang, mei: r.reject(by=mei, seal=r.seal, reason="too many"), ["Rejected", "Mei: too many"]),
        (lambda r, wang, mei: r.send_back(by=mei, seal=r.seal, reason="say more"), ["Returned", "Mei: say more"]),
        (lambda r, wang, mei: r.withdraw(by=wang), ["Withdrawn"]),
        (lambda r, wang, mei: r.lapse(by=wang), ["No longer applies"]),
    ],
)
def test_the_list_says_how_a_request_ended(end, said, waiting, wang, mei, sign_in, monkeypatch):
    monkeypatch.setitem(_rules, "approvals.void", lambda user, approval: True)
    end(waiting, wang, mei)
    work_off(wang.organization)

    page = exports_page(sign_in(wang))

    assert all(words in page for words in said)
    assert "waiting for" not in page
    assert Export.objects.get().file is None


def test_the_list_of_exports_costs_the_same_queries_for_one_and_many(three, wang, mei, sign_in):
    client = sign_in(wang)
    costs = []
    for end in (None, "reject", "approve", None):
        approval = exporting.ask(by=wang, purpose="x", format="csv", filters={}).approval
        if end:
            getattr(approval, end)(by=mei, seal=approval.seal, reason="x")
        with CaptureQueriesContext(connection) as asked:
            exports_page(client)
        costs.append(len(asked))
    assert len(set(costs)) == 1


# What the database holds, whoever writes


def refusal_of(statement, *values):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        sql(statement, *values)
    return refusal.value.__cause__.diag.constraint_name


TAKE = "UPDATE customers_export SET file_id = %s, rows = 3"


@pytest.fixture
def file(wang):
    return str(StoredFile.keep("customers.csv", b"everything", by=wang).pk)


def test_a_list_without_approval_gets_no_file_in_sql(waiting, file, wang, mei):
    """R61, R72."""
    assert refusal_of(TAKE, file) == "export_as_approved"
    waiting.reject(by=mei, seal=waiting.seal, reason="no")
    assert refusal_of(TAKE, file) == "export_as_approved"


def test_a_list_leaves_with_no_more_rows_and_other_filters_in_sql(waiting, file, mei):
    waiting.approve(by=mei, seal=waiting.seal)
    assert refusal_of("UPDATE customers_export SET file_id = %s, rows = 4", file) == "export_as_approved"
    more = 'UPDATE customers_export SET file_id = %s, rows = 3, filters = \'{"view": "all"}\''
    assert refusal_of(more, file) == "export_as_approved"


def test_a_list_leaves_once(waiting, file, wang, mei):
    waiting.approve(by=mei, seal=waiting.seal)
    work_off(wang.organization)
    assert refusal_of(TAKE, file) == "export_as_approved"


def test_no_list_begins_with_its_file(file, wang):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Export.objects.create(purpose="x", requested_by=wang, file_id=file)
    assert refusal.value.__cause__.diag.constraint_name == "export_begins_empty"
