"""Reconciliation (R120): another system's list beside ours, without a write and without a name one may not see."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.urls import reverse

from accounts import tenancy
from audit.models import Entry
from customers.denials import deny
from customers.importing import slices, undoing
from customers.models import Correction, Customer, ReconciledRow, Reconciliation, Verification, VerificationItem
from customers.reconciliation.arriving import bring
from customers.reconciliation.comparing import here_only
from customers.reconciliation.reporting import report
from tests.factories import customer_of, pool_customer
from tests.verifications import compared, work_off

pytestmark = pytest.mark.django_db
CODE = "91320594MA1LANQ01K"
HEAD = "公司名称,统一社会信用代码,网站,联系人,电话\n"


@pytest.fixture
def ours(wang):
    contact = {"name": "Chen", "phone": "+8613800138000"}
    return customer_of(wang, "苏州恒川医疗器械有限公司", credit_code=CODE, website="hengchuan.example", contact=contact)


def outcomes(batch):
    return {row.line: (row.outcome, list(row.fields)) for row in batch.rows.order_by("line")}


@pytest.mark.parametrize("lines", [3, 4])
def test_a_list_that_ends_where_a_slice_does_is_compared_to_its_end(lines, shen, monkeypatch):
    """Such a list left a slice of nothing, which failed again and again."""
    monkeypatch.setattr(slices, "SIZE", 2)
    batch = compared("name\n" + "".join(f"Company {number} Ltd\n" for number in range(lines)), by=shen)
    assert batch.state == Reconciliation.State.COMPARED
    assert batch.rows.filter(outcome="there").count() == lines


def test_here_only_there_only_and_both_with_what_differs(ours, wang, li, shen):
    """R120. Field by field; what is written in another way is the same."""
    only_here = customer_of(li, "Nordhafen Maschinenbau GmbH")
    batch = compared(
        HEAD
        + f"苏州恒川医疗器械有限公司,{CODE},https://www.hengchuan.example/,Chen,13800138000\n"
        + f"苏州恒川医疗科技有限公司,{CODE},other.example,Lin,13900139000\n"
        + "New Company Ltd,,,,\n"
        + "x,,,,\n",
        by=shen,
    )
    assert outcomes(batch) == {
        2: ("same", []), 3: ("repeated", []), 4: ("there", []), 5: ("invalid", []),
    }  # fmt: skip
    assert list(here_only(batch, shen)) == [only_here]
    assert batch.counts == {"same": 1, "repeated": 1, "there": 1, "invalid": 1, "here": 1}


def test_each_difference_is_named(ours, shen):
    batch = compared(HEAD + f"苏州恒川医疗科技有限公司,{CODE},other.example,Lin,13900139000\n", by=shen)
    assert outcomes(batch) == {2: ("differs", ["name", "website", "contact", "phone"])}


@pytest.mark.parametrize(
    "line", ["蘇州恆川醫療器械有限公司,,,,", "苏州恒川醫療器械有限公司,,HTTPS://WWW.hengchuan.example,,"]
)
def test_writing_is_no_difference(line, ours, shen):
    """Traditional characters, width, a www: the same company and the same site."""
    assert outcomes(compared(HEAD + line + "\n", by=shen)) == {2: ("same", [])}


def test_what_is_only_alike_is_perhaps(ours, shen):
    """The evidence keys lead to a look, never to a match."""
    batch = compared(HEAD + "苏州恒川医疗器械股份公司,,,,\n", by=shen)
    assert outcomes(batch) == {2: ("perhaps", [])}
    assert batch.rows.get().customer == ours


def test_nothing_is_written_by_comparing(ours, shen):
    before = list(Customer.objects.values())
    compared(HEAD + f"Another Name Ltd,{CODE},other.example,,\nNew Company Ltd,,,,\n", by=shen)
    assert list(Customer.objects.values()) == before


def test_of_what_one_does_not_see_one_learns_a_state_and_no_name(ours, li, mei, wang, sign_in):
    """R30, item 2. A manager compares a list with names of another team's customers: taken, and nothing else."""
    theirs = customer_of(li, "Lindqvist Marine AB", credit_code="91110000802100433B", website="lindqvist.example")
    pooled = pool_customer(wang, "Harbour Street Robotics Pty Ltd")
    batch = compared(
        HEAD
        + "A Name Of The List Ltd,91110000802100433B,,,\nHarbour Street Robotics Pty Ltd,,,,\nLindqvist Marine Services,,lindqvist.example,,\n",
        by=mei,
    )
    rows = {row.line: row for row in batch.rows.all()}
    assert {line: (row.outcome, row.state, row.customer_id) for line, row in rows.items()} == {
        2: ("closed", "taken", None), 3: ("closed", "pool", None), 4: ("there", "", None),
    }  # fmt: skip
    client = sign_in(mei)
    for outcome in ("closed", "there", "here"):
        page = client.get(f"{batch.get_absolute_url()}?outcome={outcome}").content.decode()
        assert theirs.name not in page
        assert str(theirs.pk) not in page
        assert str(pooled.pk) not in page
    assert theirs.name not in report(batch, by=mei).decode()


def test_what_is_denied_is_not_there(ours, qian, mei, wang, acme):
    """R42. Whose access is denied learns what everybody learns."""
    above = deny_mei(ours, qian, mei)
    batch = compared(HEAD + f"苏州恒川医疗器械有限公司,{CODE},,,\n", by=mei)
    assert [(row.outcome, row.state, row.customer_id) for row in batch.rows.all()] == [("closed", "taken", None)]
    assert above


def deny_mei(customer, by, person):
    return deny(customer, by=by, person=person, reason="her brother works there")


def test_who_lost_the_sight_of_it_reads_no_name_any_more(ours, mei, qian, sign_in):
    """The report was made before: the page asks again."""
    batch = compared(HEAD + f"Another Name Ltd,{CODE},,,\n", by=mei)
    client = sign_in(mei)
    assert ours.name in client.get(batch.get_absolute_url()).content.decode()
    deny_mei(ours, qian, mei)
    assert ours.name not in client.get(batch.get_absolute_url()).content.decode()
    assert ours.name not in report(batch, by=mei).decode()


@pytest.mark.parametrize("who", ["wang", "an", "fu", "zhao", "sun"])
def test_who_does_not_compare_lists(who, request, sign_in):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        bring("x.csv", b"name\nx", by=person, system="erp")
    assert sign_in(person).get(reverse("customers:reconciliations")).status_code == 403
    assert sign_in(person).get(reverse("customers:reconciliation_new")).status_code == 403


def test_only_the_file_of_ones_own_people_is_seen(ours, mei, li, shen, sign_in, acme):
    batch = compared(HEAD + f"Another Name Ltd,{CODE},,,\n", by=shen)
    assert sign_in(mei).get(batch.get_absolute_url()).status_code == 404
    of_mei = compared(HEAD + f"Another Name Ltd,{CODE},,,\n", by=mei)
    assert sign_in(shen).get(of_mei.get_absolute_url()).status_code == 200
    assert Entry.objects.filter(action="customers.view_reconciliation").count() == 1


def test_the_report_leaves_without_formulas_and_is_recorded(ours, shen):
    """R120. With the hash of the list and of what left; phones masked on both sides."""
    batch = compared(HEAD + f'Another Name Ltd,{CODE},other.example,,13900139000\n"=HYPERLINK(1)",,,,\n', by=shen)
    rows = list(csv.reader(io.StringIO(report(batch, by=shen).decode().removeprefix("\ufeff"))))
    text = "\n".join(map(",".join, rows))
    assert [
        "2",
        "In both, with differences",
        "Another Name Ltd",
        ours.name,
        "Registered name",
        ours.name,
        "Another Name Ltd",
        "",
    ] in rows
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    assert "13900139000" not in text
    assert "13800138000" not in text
    detail = (
        Entry.objects.get(action="customers.export_reconciliation").after
        or Entry.objects.get(action="customers.export_reconciliation").detail
    )
    assert detail["list"] == batch.file.sha256


def test_who_may_not_take_lists_out_takes_no_report(ours, mei, shen, sign_in):
    batch = compared(HEAD + f"Another Name Ltd,{CODE},,,\n", by=mei)
    assert sign_in(shen).get(reverse("customers:reconciliation_report", args=[batch.pk])).status_code == 403


def test_a_difference_becomes_a_verification_with_one_click(ours, shen, sign_in):
    """R116, R120."""
    batch = compared(HEAD + f"Another Name Ltd,{CODE},,,\n", by=shen)
    row = batch.rows.get()
    client, address = sign_in(shen), reverse("customers:reconciliation_verify", args=[batch.pk, row.pk])
    first = client.post(address)
    assert first.status_code == 302
    assert client.post(address)["Location"] == first["Location"]
    assert VerificationItem.objects.get().customer == ours


def test_a_difference_becomes_a_proposal_with_one_click(ours, shen, sign_in):
    batch = compared(HEAD + f"Another Name Ltd,{CODE},other.example,Lin,13900139000\n", by=shen)
    row = batch.rows.get()
    client, address = sign_in(shen), reverse("customers:reconciliation_propose", args=[batch.pk, row.pk])
    client.post(address)
    client.post(address)
    found = {each.field: each for each in Verification.objects.select_related("contact__person_key__organization")}
    assert found.keys() == {"name", "website", "contact", "phone"}
    assert found["phone"].source_says == "+8613900139000"
    assert "erp.csv, line 2" in found["name"].reference
    assert Correction.objects.open().count() == 4
    ours.refresh_from_db()
    assert ours.website == "hengchuan.example"


def test_a_line_of_ones_own_customer_is_proposed_by_nobody(mei, sign_in):
    customer_of(mei, "Mei Ltd", website="mei.example")
    batch = compared(HEAD + "Mei Ltd,,other.example,,\n", by=mei)
    answer = sign_in(mei).post(reverse("customers:reconciliation_propose", args=[batch.pk, batch.rows.get().pk]))
    assert answer.status_code == 403
    assert not Verification.objects.exists()


def test_what_was_found_stays_as_it_was_found(ours, shen):
    """R2. No second comparison into the same report, no other file, no other counts."""
    batch = compared(HEAD + f"Another Name Ltd,{CODE},,,\n", by=shen)
    for change in ("counts = '{}'", "state = 'mapping'", "mapping = '{}'", "compared_at = now()"):
        with (
            pytest.raises(DatabaseError),
            tenancy.inside(shen.organization_id, user=shen),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE customers_reconciliation SET {change} WHERE id = %s", [batch.pk])


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\x03\x04broken", b"Nordhafen GmbH\nx", b"\xd0\xcf\x11\xe0xx"]
)
def test_a_file_that_is_no_list_leaves_a_sentence(content, shen, sign_in):
    """Parsed by a worker only: the request never looks into it."""
    batch = bring("list.csv", content, by=shen, system="register")
    work_off()
    batch = Reconciliation.objects.get(pk=batch.pk)
    assert batch.state == "failed"
    assert "could not be read" in sign_in(shen).get(batch.get_absolute_url()).content.decode()


def test_the_way_through_the_pages(ours, shen, sign_in):
    client = sign_in(shen)
    file = SimpleUploadedFile("register.csv", (HEAD + f"Another Name Ltd,{CODE},other.example,,\n").encode())
    answer = client.post(reverse("customers:reconciliation_new"), {"file": file, "system": "register"})
    assert "being read" in client.get(answer["Location"]).content.decode()
    work_off()
    columns = client.get(answer["Location"], follow=True)
    assert columns.context["form"]["column_0"].initial == "name"
    chosen = {f"column_{place}": field for place, field in enumerate(("name", "credit_code", "website", "", ""))}
    assert client.post(columns.request["PATH_INFO"], {}).status_code == 422
    assert client.post(columns.request["PATH_INFO"], chosen).status_code == 302
    work_off()
    page = client.get(answer["Location"]).content.decode()
    assert "other.example" in page
    assert ours.name in page
    assert "In both, with differences" in page


def test_a_compared_customer_does_not_hinder_undoing_an_import(shen, wang):
    """Being named in a list is no touch."""
    assert ReconciledRow in undoing.OWN_PARTS
