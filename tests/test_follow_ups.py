"""Follow-ups: one field, the rest invites; nothing is edited, a correction gives nothing; files come with what was said."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import StoredFile
from audit.models import Entry
from customers import follow_ups
from customers.models import Customer, FollowUp, FollowUpFile, NextStep
from customers.next_steps import today
from tests.factories import customer_of, shared


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "苏州恒川医疗器械有限公司")


def logged(customer, by, **more):
    said = {"content": "Called about the pumps.", "occurred_at": tenancy.now()} | more
    return follow_ups.log(customer, by=by, **said)


def test_needs_intention_and_kind_are_kept_beside_the_one_sentence(sign_in, hengchuan, wang):
    """R51, R73: content, needs, intention; and what comes next."""
    typed = {"content": "Visited.", "kind": "message", "needs": "Four units by May", "intention": "high",
             "next_what": "Send the drawing", "next_day": "2099-01-01"}  # fmt: skip
    page = sign_in(wang).post(url("follow_up", hengchuan.pk), typed)
    assert page.status_code == 422  # more than three years away is a slip of the pen
    assert "Four units by May" in page.text

    tomorrow = timezone.localdate() + timedelta(days=1)
    page = sign_in(wang).post(url("follow_up", hengchuan.pk), typed | {"next_day": f"{tomorrow}"}, follow=True)

    entry = FollowUp.objects.get()
    assert (entry.kind, entry.needs, entry.intention) == ("message", "Four units by May", "high")
    step = NextStep.objects.get()
    assert (step.what, step.due_on, step.planned_with, step.person) == ("Send the drawing", tomorrow, entry, wang)
    for words in ("Four units by May", "Intention: High", "Send the drawing"):
        assert words in page.text


def test_a_next_step_without_a_day_loses_nothing_that_was_typed(sign_in, hengchuan, wang):
    page = sign_in(wang).post(url("follow_up", hengchuan.pk), {"content": "Visited.", "next_what": "Send it"})
    assert page.status_code == 422
    assert "Day: Say on which day" in page.text
    assert "Visited." in page.text
    assert "Send it" in page.text
    assert not FollowUp.objects.exists()


def test_the_day_that_stands_there_before_anybody_types_is_in_nobodys_way(sign_in, hengchuan, wang):
    """A page that was open over the weekend: without a next step its day is not looked at."""
    page = sign_in(wang).get(url("detail", hengchuan.pk))
    assert page.context["form"]["next_day"].value() == today() + timedelta(days=1)
    sign_in(wang).post(url("follow_up", hengchuan.pk), {"content": "Visited.", "next_day": "2020-01-01"})
    assert FollowUp.objects.get().content == "Visited."
    assert not NextStep.objects.exists()


def test_what_is_logged_late_shows_both_times(sign_in, hengchuan, wang):
    """R1."""
    logged(hengchuan, wang, occurred_at=tenancy.now() - timedelta(hours=25))
    assert "recorded" in sign_in(wang).get(url("detail", hengchuan.pk)).text
    assert FollowUp.objects.get().is_late


def test_a_correction_stands_beside_what_was_wrong_and_gives_nothing(sign_in, hengchuan, wang):
    """R2: both stay to be read; the last contact, the protection and the open steps are what they were."""
    wrong = logged(hengchuan, wang, occurred_at=tenancy.now() - timedelta(days=2))
    before = Customer.objects.values("last_contact_at", "protected_until").get(pk=hengchuan.pk)
    client = sign_in(wang)
    assert url("correct", hengchuan.pk, wrong.pk) in client.get(url("detail", hengchuan.pk)).text

    typed = {"content": "It was their fax machine.", "kind": "call"}
    page = client.post(url("correct", hengchuan.pk, wrong.pk), typed, follow=True)

    assert FollowUp.objects.count() == 2
    assert FollowUp.objects.get(corrects=wrong).content == "It was their fax machine."
    assert "Called about the pumps." in page.text
    assert "Corrects what was said before" in page.text
    assert Customer.objects.values("last_contact_at", "protected_until").get(pk=hengchuan.pk) == before
    assert Entry.objects.filter(action="customers.correct_follow_up").exists()
    assert client.get(url("correct", hengchuan.pk, wrong.pk)).status_code == 404  # once


def test_one_corrects_what_one_said_oneself_as_long_as_one_works_on_it(hengchuan, wang, li, an, mei):
    wrong = logged(hengchuan, wang)
    for person in (li, an, mei):
        with pytest.raises(PermissionDenied):
            follow_ups.correct(wrong, by=person, content="x", occurred_at=tenancy.now())
    hengchuan.release(by=wang, reason="moved")
    wrong.refresh_from_db()
    with pytest.raises(PermissionDenied):
        follow_ups.correct(wrong, by=wang, content="x", occurred_at=tenancy.now())


WRONG = "INSERT INTO customers_followup (organization_id, customer_id, author_id, kind, content, needs, intention, occurred_at, corrects_id)"


def test_the_database_refuses_corrections_that_are_none(hengchuan, wang, an):
    """R61: as crm_app, past every page."""
    wrong, other = logged(hengchuan, wang), logged(customer_of(wang), wang)
    follow_ups.correct(wrong, by=wang, content="x", occurred_at=tenancy.now())
    refused = {
        "follow_up_corrects_ones_own": [(hengchuan, an, wrong), (hengchuan, wang, other)],
        "follow_up_corrected_once": [(hengchuan, wang, wrong)],
    }
    for name, tries in refused.items():
        for customer, author, answered in tries:
            values = [customer.organization_id, customer.pk, author.pk, "call", "x", "", "", tenancy.now(), answered.pk]
            with (
                tenancy.inside(customer.organization_id, user=author),
                pytest.raises(IntegrityError, match=name),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"{WRONG} VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", values)


# Files


def paper(name="报价.pdf", content=b"%PDF-1.7"):
    return SimpleUploadedFile(name, content)


def test_files_come_with_a_follow_up_and_each_look_is_an_entry(sign_in, hengchuan, wang, mei, li):
    """R7."""
    client = sign_in(wang)
    client.post(url("follow_up", hengchuan.pk), {"content": "Sent it.", "attachments": [paper(), paper("b.txt", b"b")]})
    file = FollowUpFile.objects.get(file__name="报价.pdf")
    address = url("file", hengchuan.pk, file.pk)
    assert address in client.get(url("detail", hengchuan.pk)).text

    answer = sign_in(mei).get(address)
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7")
    assert answer["Content-Type"] == "application/octet-stream"
    entry = Entry.objects.get(action="customers.open_file")
    assert (entry.actor, entry.about_id) == (mei, str(hengchuan.pk))
    assert sign_in(li).get(address).status_code == 404
    shared(hengchuan, by=wang, person=li)
    assert sign_in(li).get(address).status_code == 200


@pytest.mark.parametrize(
    ("papers", "said"),
    [([paper() for _ in range(6)], "At most 5 files"), ([paper(content=b"x" * (10 * 1024 * 1024 + 1))], "larger than 10 MB")],
    ids=["many", "large"],
)  # fmt: skip
def test_too_many_or_too_large_files_are_refused_by_name(papers, said, sign_in, hengchuan, wang):
    page = sign_in(wang).post(url("follow_up", hengchuan.pk), {"content": "Sent it.", "attachments": papers})
    assert page.status_code == 422
    assert said in page.text
    assert not FollowUp.objects.exists()
    assert not StoredFile.objects.exists()


def test_no_file_is_added_to_what_was_said_and_nobody_elses_is_taken(hengchuan, wang, an, acme):
    """As crm_app: not another person's file, not another customer's follow-up, not a file that was stored before."""
    entry, elsewhere = logged(hengchuan, wang), logged(customer_of(wang), wang)
    theirs, own = StoredFile.keep("x", b"x", by=an), StoredFile.keep("y", b"y", by=wang)
    tries = [(entry, theirs, wang), (elsewhere, own, wang), (entry, own, an)]
    for follow_up, file, person in tries:
        with (
            tenancy.inside(acme, user=person),
            pytest.raises(IntegrityError, match="file_comes_with_follow_up"),
            transaction.atomic(),
        ):
            FollowUpFile.objects.create(customer=hengchuan, follow_up=follow_up, file=file)
    FollowUpFile.objects.create(customer=hengchuan, follow_up=entry, file=own)
    for statement in ("UPDATE customers_followupfile SET file_id = file_id", "DELETE FROM customers_followupfile"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# For whom


def test_the_log_page_offers_recent_ones_first_and_finds_by_a_fragment(sign_in, hengchuan, wang, li):
    """From anywhere: the page, the customer, the sentence."""
    second, theirs = customer_of(wang, "宁波海晟精密制造股份有限公司"), customer_of(li, "苏州他人有限公司")
    logged(hengchuan, wang)
    logged(second, wang)
    logged(hengchuan, wang)
    client = sign_in(wang)

    assert list(client.get(url("log")).context["customers"]) == [hengchuan, second]
    found = client.get(url("log"), {"q": "海晟"})
    assert list(found.context["customers"]) == [second]
    assert f"{url('detail', second.pk)}?log" in found.text
    assert theirs not in client.get(url("log"), {"q": "苏州"}).context["customers"]
    assert "autofocus" in client.get(f"{url('detail', second.pk)}?log").text
    assert "autofocus" not in client.get(url("detail", second.pk)).text


def test_who_logs_for_nobody_has_no_page_to_log_on(sign_in, shen, zhao, fu):
    for person in (shen, zhao, fu):
        assert sign_in(person).get(url("log")).status_code == 403
        assert url("log") not in sign_in(person).get("/notices/").text


def test_an_assistant_is_offered_the_customers_of_the_team(sign_in, hengchuan, an, li):
    logged(hengchuan, an)
    customer_of(li)
    assert list(sign_in(an).get(url("log")).context["customers"]) == [hengchuan]
