"""Call logs of the telephone system (item 2, R51): brought by somebody else, matched line by line, each call once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import tenancy
from accounts.models import Outbox
from customers import follow_ups
from customers.evidence import calls
from customers.models import CallLog, Customer, Evidence, Extension, FollowUp
from tests.artefacts import CONTACT
from tests.factories import customer_of, rules

pytestmark = pytest.mark.django_db
HEADINGS = "Call ID,Extension,Number,Start,Duration"


@pytest.fixture
def customer(wang):
    rules(protection_days=30)
    made = customer_of(wang, "Hengchuan Medical", contact=CONTACT)
    rules(protection_days=60)
    return made


@pytest.fixture
def extension(wang, mei):
    return calls.say_extension("801", wang, by=mei)


def line(number="13800138000", *, call="c1", extension="801", ago=timedelta(hours=1), seconds="252"):
    at = (tenancy.now() - ago).isoformat(timespec="seconds")
    return f"{call},{extension},{number},{at},{seconds}"


def work_off():
    while jobs := list(
        Outbox.objects.filter(task__in=["customers.read_calls", "customers.evaluate_calls"], done_at=None)
    ):
        for job in jobs:
            {"customers.read_calls": calls.read_calls, "customers.evaluate_calls": calls.evaluate_calls}[job.task](
                **job.arguments
            )
            Outbox.objects.filter(pk=job.pk).update(done_at=tenancy.Clock())


def evaluated(by, *lines):
    log = calls.bring("log.csv", "\n".join([HEADINGS, *lines]).encode(), by=by)
    work_off()
    log = CallLog.objects.get(pk=log.pk)
    calls.match(log, calls.guess(log.headers), by=by)
    work_off()
    return CallLog.objects.get(pk=log.pk)


def counts(log):
    return log.report["counts"]


def days_left(customer):
    return round((Customer.objects.get(pk=customer.pk).protected_until - tenancy.now()) / timedelta(days=1), 1)


def test_a_call_that_nobody_typed_becomes_a_follow_up_with_evidence(customer, extension, mei, wang):
    log = evaluated(mei, line())
    assert counts(log) == {"matched": 1}
    entry = FollowUp.objects.get()
    assert (entry.author, entry.kind, entry.content) == (
        wang,
        "call",
        "Call of 4 min 12 s, as the telephone system recorded it.",
    )
    assert Evidence.objects.get().strength == "witnessed"
    assert days_left(customer) == 60


def test_a_call_that_was_typed_gets_its_evidence(customer, extension, mei, wang):
    typed = follow_ups.log(customer, by=wang, content="Drawings.", occurred_at=tenancy.now() - timedelta(hours=2))
    evaluated(mei, line())
    assert Evidence.objects.get().follow_up == typed


def test_each_line_says_what_became_of_it(customer, extension, mei, li):
    customer_of(li, contact={"name": "Du", "phone": "+8613900139000"})
    log = evaluated(
        mei, line(), line(call="c2", seconds="19"), line(call="c3", seconds="0:04:10", number="13700137000"),
        line(call="c4", extension="802"), line(call="c5", ago=timedelta(days=3)), line(call="c6", number="x"),
        line(call="c7", number="13900139000"), line(), line(call="c8", ago=timedelta(days=-1)), line(call="", number="13800138000"),
    )  # fmt: skip
    assert counts(log) == {
        "matched": 1, "short": 1, "stranger": 1, "no_extension": 1, "late": 1, "illegible": 3, "not_his": 1, "used": 1,
    }  # fmt: skip
    assert log.report["lines"]["short"] == [3]


def test_the_same_file_twice_counts_once(customer, extension, mei):
    first, second = line(), line()
    evaluated(mei, first)
    assert counts(evaluated(mei, first)) == {"used": 1}
    assert counts(evaluated(mei, second)) in ({"used": 1}, {"matched": 1})


def test_nobody_brings_his_own_calls(mei, zhao, wang):
    """A manager's own customer: his log needs somebody else."""
    customer_of(mei, contact=CONTACT)
    calls.say_extension("700", mei, by=zhao)
    assert counts(evaluated(mei, line(extension="700"))) == {"own": 1}
    assert counts(evaluated(zhao, line(extension="700"))) == {"matched": 1}


@pytest.mark.parametrize(
    ("person", "status"), [("wang", 403), ("mei", 200), ("zhao", 200), ("an", 403), ("sun", 403), ("shen", 403)]
)
def test_who_brings_call_logs(person, status, request, sign_in):
    """R51. Not a rep: a log that he brings himself he may as well type."""
    client = sign_in(request.getfixturevalue(person))
    assert client.get(reverse("customers:calls_new")).status_code == status
    assert client.get(reverse("customers:extensions")).status_code == status


def test_a_manager_says_it_of_his_people_and_of_nobody_else(mei, wang, li, zhao, sign_in):
    page = reverse("customers:extensions")
    for person, status in ((wang, 302), (li, 422), (mei, 422)):
        assert sign_in(mei).post(page, {"number": "801", "person": person.pk}).status_code == status
    assert sign_in(zhao).post(page, {"number": "801", "person": li.pk}).status_code == 302
    assert Extension.objects.get().person == li


def test_the_pages_from_file_to_report(customer, extension, mei, sign_in):
    client = sign_in(mei)
    assert client.post(reverse("customers:calls_new"), {}).status_code == 422
    file = SimpleUploadedFile("log.csv", "\n".join([HEADINGS, line(), line(call="c2", extension="9")]).encode())
    answer = client.post(reverse("customers:calls_new"), {"file": file}, follow=True)
    assert "At work." in answer.text
    work_off()
    page = CallLog.objects.get().get_absolute_url()
    assert "Which column is what?" in client.get(page).text
    assert client.post(page, {}).status_code == 422
    columns = {"call_id": 0, "extension": 1, "number": 2, "started_at": 3, "seconds": 4}
    assert client.post(page, columns | {"number": 1}).status_code == 422
    assert client.post(page, columns).status_code == 302
    work_off()
    text = client.get(page).text
    assert "shows a contact" in text
    assert "nobody is known behind this extension" in text
    assert "log.csv" in client.get(reverse("customers:calls")).text


def test_a_file_that_is_no_list_says_so(mei, sign_in):
    calls.bring("x.pdf", b"%PDF-1.7", by=mei)
    work_off()
    log = CallLog.objects.get()
    assert "This is not a list" in sign_in(mei).get(log.get_absolute_url()).text


def test_long_logs_go_in_slices(customer, extension, mei, monkeypatch):
    monkeypatch.setattr(calls, "SLICE", 2)
    log = evaluated(mei, *(line(call=f"c{n}") for n in range(5)))
    assert counts(log) == {"matched": 5}
