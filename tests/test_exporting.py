"""Exports: only rows one may see, masked and harmless, with purpose, number and hash in the ledger."""

import csv
import hashlib
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import StoredFile
from audit.deeds import Refused
from audit.models import Entry
from customers import exporting
from customers.formulas import is_formula
from customers.import_forms import ExportForm
from customers.models import Customer, Export
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
    """Its rows as a spreadsheet would read them."""
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
