"""Who comes across a canary record is noticed: a letter to it, a list that comes in with it (second list, 18)."""

import io
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import Notice
from audit.models import Entry
from customers.marking import letters
from customers.marking.naming import label
from customers.marking.recognising import addresses_in
from customers.models import Canary, CanaryHit, Customer
from tests.test_marked_lists import canaries_of, companies, exported, rows_of
from tests.transfers import written


@pytest.fixture(autouse=True)
def domain(monkeypatch):
    monkeypatch.setattr(settings, "CANARY_DOMAINS", ["parkweb.example", "hostbay.example"])


@pytest.fixture
def export(wang, shen):
    companies(wang, 60)
    return exported(wang)


def host_of(canary):
    return canary.line["website"].removeprefix("www.")


def canary():
    return next(each for each in Canary.objects.exclude(host_index=None) if host_of(each))


def letter_to(address, number="<1@elsewhere.example>", sender="Peter <peter@rival.example>"):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"], letter["Message-ID"] = (
        sender,
        address,
        "Better prices 报价",
        number,
    )
    letter.set_content("We sell pumps.")
    return letter.as_bytes()


def test_a_letter_names_the_list_and_the_person(export, wang, shen):
    assert letters.receive(letter_to(f"sales@{host_of(canary())}")) == 1

    hit = CanaryHit.objects.get()
    assert (hit.canary.person, hit.export, hit.way, hit.mark) == (wang, export, "mail", "host")
    assert hit.detail["subject"] == "Better prices 报价"
    entry = Entry.objects.get(action="customers.canary_hit", op="E")
    assert (entry.about_id, entry.after["person"], entry.source) == (str(export.pk), "Wang", "mail")
    assert "rival" not in str(entry.after)
    assert export.number in Notice.objects.get(person=shen).sentence


def test_the_exact_address_is_a_stronger_mark(export):
    letters.receive(letter_to(address_of(canary())))
    assert CanaryHit.objects.get().mark == "address"


def address_of(found):
    """The list shows its first letter only; here it is found by trying what the contact's name gives."""
    local = label(found.line["contact"]).replace("-", ".")
    assert bytes(found.email_index) == found.organization.digest("canary-mail", f"{local}@{host_of(found)}")
    return f"{local}@{host_of(found)}"


def test_the_mail_servers_second_try_is_no_second_hit(export):
    letter = letter_to(f"info@{host_of(canary())}")
    assert [letters.receive(letter), letters.receive(letter)] == [1, 0]
    assert Entry.objects.filter(action="customers.canary_hit", op="E").count() == 1


def test_a_flood_is_kept_to_a_hundred_and_told_once(export, shen, monkeypatch):
    monkeypatch.setattr("customers.marking.hits.MOST", 3)
    for number in range(5):
        letters.receive(letter_to(f"info@{host_of(canary())}", f"<{number}@x.example>"))
    assert CanaryHit.objects.count() == 3
    assert Notice.objects.filter(person=shen).count() == 1


def test_the_mail_server_says_to_whom_whatever_the_letter_says(export):
    letter = letter_to("undisclosed-recipients:;")
    assert letters.receive(letter, [f"info@{host_of(canary())}"]) == 1


def test_a_letter_to_nobody_is_no_hit_and_no_error(export, capsys):
    assert letters.receive(letter_to("anybody@nothing.parkweb.example")) == 0
    assert letters.receive(b"") == 0
    assert letters.receive(b"\xff\x00\xfeTo: x\n\n") == 0


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=60))
def test_whatever_comes_in_by_mail_breaks_nothing(content, address):
    """Without an address under one of our domains nothing is even asked of the database."""
    letters._addresses(letters.message_from_bytes(content), [address])
    letters._plain(content.decode("latin1"))


def test_the_command_reads_a_letter_as_postfix_pipes_it(export, monkeypatch):
    letter = letter_to("x@y.example")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(letter)))
    out = io.StringIO()
    call_command("receive_canary_mail", "--to", f"Info@{host_of(canary()).upper()}", stdout=out)
    assert out.getvalue().strip() == "1 recorded"


def test_a_letter_finds_its_organisation_by_itself(export, wang, outsider):
    address = f"info@{host_of(canary())}"
    with tenancy.scope(outsider.organization_id, source="test"):
        assert letters.receive(letter_to(address)) == 1
        assert not CanaryHit.objects.exists()
    assert CanaryHit.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://www.hengda.parkweb.example/kontakt", [("", "hengda.parkweb.example")]),
        ("l•••@hengda.parkweb.example", [("", "hengda.parkweb.example")]),
        ("Lin <LIN.zhi@hengda.hostbay.example>; x@y.example", [("lin.zhi", "hengda.hostbay.example")]),
        ("hengda.parkweb.example.com", []),
        ("parkweb.example", []),
    ],
)
def test_addresses_are_found_in_any_writing(text, found):
    assert addresses_in(text) == found


# A list that comes in


HEADINGS = ["Registered name", "Credit code", "Web site", "E-mail"]


def test_a_list_that_comes_in_with_a_canary_is_a_hit_and_its_importer_learns_nothing(export, wang, li, shen, sign_in):
    names, found = canaries_of(wang), canary()
    rows = [[found.line["name"], "", found.line["website"], ""], ["Ruitong Pumps Ltd", "", "", ""]]

    batch = written(li, *rows, headings=HEADINGS, name="fair.csv")

    hit = CanaryHit.objects.get()
    assert (hit.export, hit.batch, hit.way, hit.mark) == (export, batch, "list", "host")
    said = Notice.objects.get(person=shen).sentence
    assert "Li imported a list with a canary record" in said
    assert "Wang" in said
    assert not Notice.objects.filter(person__in=[li, wang]).exists()
    assert batch.counts == {"new": 2}
    assert "anary" not in sign_in(li).get(f"/customers/imports/{batch.pk}/").text
    assert len(names) == 5


def test_a_name_alone_may_be_somebody_real(export, wang, li):
    written(li, [canaries_of(wang)[0], "", "", ""], headings=HEADINGS)
    assert CanaryHit.objects.get().mark == "name"


def test_a_list_without_canaries_is_none(export, li):
    written(li, ["Ruitong Pumps Ltd", "", "www.ruitong.example", "x@ruitong.example"], headings=HEADINGS)
    assert not CanaryHit.objects.exists()


def test_an_auditor_does_not_hear_of_his_own_list(wang, shen, qian, sign_in):
    companies(wang, 60)
    exported(shen)
    letters.receive(letter_to(f"info@{host_of(canary())}"))
    assert [notice.person for notice in Notice.objects.all()] == [qian]
    page = sign_in(shen).get("/customers/exports/found/").text
    assert "Nothing yet." in page


# The page


def uploaded(client, rows):
    text = "\n".join(",".join(row) for row in rows)
    return client.post("/customers/exports/found/", {"file": io.BytesIO(text.encode())})


def test_the_page_says_whose_list_it_is_and_asking_is_an_entry(export, wang, shen, sign_in):
    page = uploaded(sign_in(shen), rows_of(export)).text

    assert "It is this list" in page
    assert export.number in page
    assert "65 of 65 in its order" in page
    entry = Entry.objects.get(action="customers.trace_list")
    assert entry.after["answers"] == {export.number: "list"}


def test_the_page_tells_nobody_which_rows_of_his_own_list_are_canaries(wang, shen, sign_in):
    """Otherwise he would look for them there."""
    companies(wang, 60)
    mine = exported(shen)
    answer = uploaded(sign_in(shen), rows_of(mine)).context["answers"][0]
    assert (answer.export, answer.canaries) == (mine, [])


def test_a_file_that_is_no_list_gets_a_sentence(acme, zhao, sign_in):
    answer = sign_in(zhao).post("/customers/exports/found/", {"file": io.BytesIO(b"%PDF-1.7")})
    assert answer.status_code == 422
    assert "This is not a list" in answer.text


def test_a_strangers_list_fits_none(export, zhao, sign_in):
    assert "No list that left fits" in uploaded(sign_in(zhao), [["Alpha Ltd"], ["Beta Ltd"]]).text


def test_numbers_are_entered_and_removed_by_administrators(zhao, shen, sign_in):
    client = sign_in(zhao)
    assert client.post("/customers/exports/found/numbers/", {"numbers": "0512 8888 0001\nnot one"}).status_code == 422
    client.post("/customers/exports/found/numbers/", {"numbers": "0512 8888 0001\n+8651288880001"})
    page = client.get("/customers/exports/found/")
    assert "+86 512 •••• 0001" in page.text
    [phone] = page.context["phones"]
    assert sign_in(shen).post(f"/customers/exports/found/numbers/{phone.pk}/remove/").status_code == 404
    sign_in(zhao).post(f"/customers/exports/found/numbers/{phone.pk}/remove/")
    assert "0001" not in sign_in(zhao).get("/customers/exports/found/").text


@pytest.mark.parametrize(("person", "status"), [("zhao", 200), ("shen", 200), ("wang", 403), ("mei", 403), ("an", 403)])
def test_who_asks_whose_a_list_is(person, status, request, sign_in):
    assert sign_in(request.getfixturevalue(person)).get("/customers/exports/found/").status_code == status


def test_customers_are_not_marked_by_being_compared(export, zhao, sign_in):
    before = Customer.objects.count()
    uploaded(sign_in(zhao), rows_of(export))
    assert Customer.objects.count() == before
