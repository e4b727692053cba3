"""Who has what is confirmed again each quarter; what is not confirmed lapses, and the answers are evidence
(R76, R80, R85, R104)."""

import io
import zipfile
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_fsm import TransitionNotAllowed
from python_calamine import CalamineWorkbook

from accounts import schedules, tenancy
from accounts.deeds import Refused
from accounts.models import Notice, User
from approvals.absences import announce
from approvals.models import Delegation
from audit import closing, review_kinds
from audit.models import AccessItem, AccessReview, Entry, ReviewTerms
from audit.reviewing import open_review
from customers.models import Collaborator
from tests.approved import place
from tests.databases import sql
from tests.factories import TeamFactory, UserFactory, customer_of, shared


@contextmanager
def acting(person):
    with tenancy.scope(person.organization_id, user=person, source="test"):
        yield


@contextmanager
def refused_by(constraint):
    """The database refuses, and names this constraint; the transaction around it goes on."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        yield
    assert refused.value.__cause__.diag.constraint_name == constraint


@pytest.fixture
def everybody(wang, mei, li, shen, zhao, qian, sun, an, fu):
    return {person.name: person for person in (wang, mei, li, shen, zhao, qian, sun, an, fu)}


def item_of(person, kind="role"):
    return (
        AccessItem.objects.select_related("person__rights", "review__answerable")
        .filter(person=person, kind=kind)
        .latest("pk")
    )


def answered(person, by, *, confirmed=True, note="", kind="role"):
    with acting(by):
        closing.answer([item_of(person, kind)], by=by, confirmed=confirmed, note=note)


def is_active(person):
    return User.objects.get(pk=person.pk).is_active


# What is asked, and whom


def test_everybody_is_asked_about_by_somebody_else(everybody):
    """R80. The manager; without one the security administrator, the owner, another administrator."""
    open_review()
    asked = {item.person.name: item.reviewer.name for item in AccessItem.objects.select_related("person", "reviewer")}
    assert asked == {
        "Wang": "Mei", "An": "Mei", "Mei": "Sun", "Li": "Sun", "Shen": "Sun", "Zhao": "Sun", "Qian": "Sun", "Fu": "Sun",
        "Sun": "Qian",
    }  # fmt: skip


def test_where_there_is_nobody_else_nobody_answers(acme, zhao):
    open_review(by=zhao)
    assert AccessItem.objects.get().reviewer is None


def test_unused_rights_and_last_use_come_from_the_ledger(everybody, wang):
    customer_of(wang)
    open_review()
    facts = item_of(wang).facts
    assert "customers.sell" not in facts["unused"]
    assert "customers.take_out" in facts["unused"]
    assert item_of(wang).last_used is not None
    assert "Export lists" in review_kinds.describe(facts)


def test_what_leaves_no_entry_is_not_held_against_anybody(everybody, zhao):
    open_review()
    assert "accounts.read_people" not in item_of(zhao).facts["unused"]


@pytest.mark.parametrize(("days", "dormant"), [(59, False), (61, True)])
def test_dormant_is_who_did_not_come_for_so_long(days, dormant, everybody, wang):
    sql("UPDATE accounts_user SET joined_at = now() - make_interval(days => %s) WHERE id = %s", days, wang.pk)
    open_review()
    assert item_of(wang).dormant is dormant


@pytest.mark.parametrize("number", [1, 3, 60])
def test_opening_takes_as_many_queries_for_any_number_of_people(number, acme, zhao, sun):
    for _ in range(number):
        UserFactory(organization=acme)
    with CaptureQueriesContext(connection) as asked:
        open_review()
    assert len(asked) == FOR_OPENING


FOR_OPENING = 20


# Answering


@pytest.mark.parametrize("who", ["wang", "li", "shen", "zhao", "qian", "sun", "an", "fu"])
def test_only_the_reviewer_answers(who, everybody, wang, mei):
    open_review()
    person = everybody[who.title()]
    for confirmed in (True, False):
        with pytest.raises(Refused):
            answered(wang, person, confirmed=confirmed, note="x")
    with acting(person), refused_by("access_answered_by_reviewer"):
        sql(
            "UPDATE audit_accessitem SET state = 'confirmed', answered_by_id = %s WHERE id = %s",
            person.pk,
            item_of(wang).pk,
        )
    answered(wang, mei)
    assert item_of(wang).state == "confirmed"
    assert item_of(wang).answered_at is not None


def test_each_guard_by_its_name(everybody, wang, mei, sun):
    review = open_review()
    item = item_of(wang)
    with refused_by("one_review_at_a_time"):
        open_review()
    with refused_by("nobody_reviews_himself"):
        AccessItem.objects.create(review=review, kind="x", thing=wang.pk, person=wang, reviewer=wang)
    with refused_by("access_item_once"):
        AccessItem.objects.create(review=review, kind="role", thing=wang.pk, person=wang, reviewer=mei)
    with refused_by("access_item_begins_open"):
        AccessItem.objects.create(review=review, kind="x", thing=wang.pk, person=wang, answered_at=tenancy.now())
    with refused_by("review_begins_open"):
        AccessReview.objects.create(answerable=mei, due_at=tenancy.now() - timedelta(days=1), dormant_days=60)
    with refused_by("review_stands"):
        sql("UPDATE audit_accessreview SET due_at = due_at + interval '1 year' WHERE id = %s", review.pk)
    with refused_by("review_closes_when_due"):
        sql("UPDATE audit_accessreview SET closed_at = now() WHERE id = %s", review.pk)
    with acting(mei):
        with refused_by("access_lapses_when_due"):
            sql("UPDATE audit_accessitem SET state = 'lapsed' WHERE id = %s", item.pk)
        with refused_by("access_refused_with_a_note"):
            sql("UPDATE audit_accessitem SET state = 'refused', answered_by_id = %s WHERE id = %s", mei.pk, item.pk)
        with refused_by("access_item_stands"):
            sql("UPDATE audit_accessitem SET reviewer_id = %s WHERE id = %s", sun.pk, item.pk)
        answered(wang, mei)
        with refused_by("access_item_stands"):
            sql("UPDATE audit_accessitem SET note = 'other' WHERE id = %s", item.pk)
    for name, value in (
        ("review_period_is_sane", "period_days"),
        ("review_answer_is_sane", "answer_days"),
        ("review_dormant_is_sane", "dormant_days"),
    ):
        with refused_by(name):
            ReviewTerms.objects.create(**{value: 1})


def test_an_answer_is_given_once(everybody, wang, mei):
    open_review()
    answered(wang, mei)
    with pytest.raises(TransitionNotAllowed):
        answered(wang, mei, confirmed=False, note="x")


def test_a_reviewer_who_leaves_is_replaced(everybody, wang, mei, zhao):
    open_review()
    with acting(zhao):
        mei.deactivate(by=zhao)
    assert item_of(wang).reviewer.name == "Sun"


# The end of the time


def test_what_nobody_answers_for_an_active_person_is_overdue_once_and_lapses_the_second_time(everybody, wang, mei, sun):
    for expected, active in (("overdue", True), ("lapsed", False)):
        review = open_review(days=0)
        for name, person in everybody.items():
            if name != "Wang" and item_of(person).state == "open":
                answered(person, item_of(person).reviewer)
        closing.close(review)
        assert (item_of(wang).state, is_active(wang)) == (expected, active)
    assert Notice.objects.filter(what="audit.access_overdue", person=sun).exists()


def test_a_dormant_account_that_nobody_confirms_is_closed(everybody, wang, mei, zhao, qian):
    """R85, R104: through the deed, in the name of who answers for the review."""
    sql("UPDATE accounts_user SET joined_at = now() - interval '200 days' WHERE id = %s", wang.pk)
    review = open_review(days=0)
    closing.close(review)
    assert item_of(wang).state == "lapsed"
    assert not is_active(wang)
    entry = Entry.objects.filter(action="accounts.deactivate", table_name="accounts_user").latest("id")
    assert entry.actor_id == review.answerable_id == qian.pk
    assert is_active(mei)


def test_a_dormant_account_that_is_confirmed_stays(everybody, wang, mei):
    sql("UPDATE accounts_user SET joined_at = now() - interval '200 days' WHERE id = %s", wang.pk)
    review = open_review(days=0)
    answered(wang, mei, note="on parental leave")
    closing.close(review)
    assert is_active(wang)


def test_a_role_that_is_refused_closes_the_account_unless_it_changes(everybody, wang, li, mei, sun, zhao, qian):
    review = open_review(days=0)
    answered(wang, mei, confirmed=False, note="moved to the factory")
    answered(li, sun, confirmed=False, note="is no rep any more")
    assert {notice.person.name for notice in Notice.objects.filter(what="audit.access_refused")} >= {"Wang", "Li"}
    with acting(zhao):
        place(li, role="service", by=zhao, decided_by=sun)
    closing.close(review)
    assert not is_active(wang)
    assert is_active(li)


def test_the_last_administrator_stays_and_is_told(acme, zhao, sun):
    sql("UPDATE accounts_user SET joined_at = now() - interval '200 days' WHERE id = %s", zhao.pk)
    closing.close(open_review(days=0))
    assert item_of(zhao).state == "overdue"
    assert is_active(zhao)


def test_a_delegation_that_is_not_confirmed_ends_at_once(everybody, mei, zhao, qian, sun):
    until = timezone.now() + timedelta(days=30)
    with acting(qian):
        announce(by=qian, delegate=zhao, begins_at=timezone.now(), ends_at=until)
    open_review()
    assert "Qian" in AccessItem.objects.get(kind="delegation").facts["absent"]
    with acting(zhao), refused_by("delegate_named_by_the_absent"):
        sql("UPDATE approvals_delegation SET ends_at = now()")
    answered(zhao, sun, confirmed=False, note="they sit together", kind="delegation")
    assert not Delegation.objects.not_over().exists()
    assert item_of(zhao, "delegation").state == "lapsed"


def test_a_delegation_that_nobody_answers_for_ends_with_the_review(everybody, zhao, qian):
    with acting(qian):
        announce(by=qian, delegate=zhao, begins_at=timezone.now(), ends_at=timezone.now() + timedelta(days=30))
    review = open_review(days=0)
    closing.close(review)
    assert not Delegation.objects.not_over().exists()


def test_a_share_that_is_not_confirmed_ends_and_one_that_was_never_used_says_so(everybody, wang, li, sun):
    """R80. Whoever answers for Li need not be one who may read the customer: it is named by its number."""
    share = shared(customer_of(wang, "Secretive Pumps Ltd"), by=wang, person=li)
    open_review()
    item = item_of(li, "share")
    assert item.last_used is None
    assert "Secretive" not in str(item.facts)
    with acting(sun):
        assert sql("UPDATE customers_collaborator SET ended_at = now()") == 0  # not hers to end without the review
    answered(li, item.reviewer, confirmed=False, note="nothing to do with it", kind="share")
    assert not Collaborator.objects.exists()
    assert Collaborator.kept.get(pk=share.pk).ended_at is not None
    assert Entry.objects.filter(action="customers.lapse_share").exists()


def test_a_share_that_is_confirmed_goes_on(everybody, wang, li):
    shared(customer_of(wang), by=wang, person=li)
    open_review()
    answered(li, item_of(li, "share").reviewer, kind="share")
    assert Collaborator.objects.count() == 1


def test_the_evidence_names_every_answer_and_its_hash_is_in_the_ledger(everybody, wang, mei, sign_in, shen):
    review = open_review(days=0)
    answered(wang, mei, note='=HYPERLINK("http://x","y")')
    closing.close(review)
    review.refresh_from_db()
    content = review.file.opened()
    head, headings, *lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    rows = {row[0]: row for row in lines}
    assert rows["Wang"][8:11] == ["Confirmed", '=HYPERLINK("http://x","y")', "Mei"]
    assert len(headings) == len(rows["Wang"])
    assert "opened" in head[0]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    entry = Entry.objects.filter(action="audit.keep_evidence").latest("id")
    assert entry.after == {"items": len(rows), "sha256": review.file.sha256}
    answer = sign_in(shen).get(f"/access-reviews/{review.pk}/evidence/")
    assert answer.status_code == 200
    assert sign_in(mei).get(f"/access-reviews/{review.pk}/evidence/").status_code == 403
    with refused_by("review_stands"):
        sql("UPDATE audit_accessreview SET file_id = NULL WHERE id = %s", review.pk)


# The calendar


def test_the_calendar_opens_reminds_and_closes(everybody, acme, wang, mei):
    closing.watch()
    assert not AccessReview.objects.exists(), "the organisation is new"
    sql("UPDATE accounts_organization SET created_at = now() - interval '91 days'")
    closing.watch()
    review = AccessReview.objects.get()
    assert review.opened_by is None
    assert Notice.objects.filter(what="audit.review_opened", person=mei).count() == 1
    closing.watch()
    assert not Notice.objects.filter(what="audit.review_reminded").exists()
    assert AccessReview.objects.count() == 1


def test_the_calendar_closes_what_is_due_and_reminds_before(everybody, mei):
    review = open_review(days=2)
    closing.watch()
    closing.watch()
    assert Notice.objects.filter(what="audit.review_reminded", person=mei).count() == 1
    review.refresh_from_db()
    assert review.closed_at is None


def test_it_is_a_schedule_of_every_organisation():
    assert "audit.access_reviews" in schedules._schedules


# Pages


@pytest.mark.parametrize(
    ("who", "opens", "sets", "reads"),
    [("Wang", 403, 403, 404), ("Mei", 403, 403, 200), ("Li", 403, 403, 404), ("Shen", 403, 403, 200), ("Zhao", 302, 200, 200),
     ("Sun", 302, 200, 200), ("An", 403, 403, 404), ("Fu", 403, 403, 404)],
)  # fmt: skip
def test_who_runs_and_reads_reviews(who, opens, sets, reads, everybody, sign_in):
    review = open_review()
    client = sign_in(everybody[who])
    assert client.get(f"/access-reviews/{review.pk}/").status_code == reads
    assert client.get("/access-reviews/terms/").status_code == sets
    assert client.post("/access-reviews/open/").status_code == opens


def test_the_way_through_the_pages(everybody, wang, mei, zhao, sign_in):
    sign_in(zhao).post("/access-reviews/open/")
    review = AccessReview.objects.get()
    client = sign_in(mei)
    page = client.get(f"/access-reviews/{review.pk}/").content.decode()
    assert "Wang" in page
    assert "Shen" not in page
    address = f"/access-reviews/{review.pk}/answer/"
    assert client.post(address, {"item": item_of(wang).pk, "refuse": "1"}).status_code == 422
    client.post(address, {"item": [item_of(wang).pk, "no id", item_of(zhao).pk]})
    assert item_of(wang).state == "confirmed"
    assert item_of(zhao).state == "open", "who is not asked answers nothing"
    sign_in(zhao).post("/access-reviews/terms/", {"period_days": 30, "answer_days": 7, "dormant_days": 30})
    assert ReviewTerms.objects.get().period_days == 30
    assert (
        sign_in(zhao)
        .post("/access-reviews/terms/", {"period_days": 9999, "answer_days": 7, "dormant_days": 30})
        .status_code
        == 422
    )


@pytest.mark.parametrize("number", [1, 3, 60])
def test_a_page_takes_as_many_queries_for_any_number(number, acme, zhao, sun, sign_in):
    team = TeamFactory(organization=acme, name="Many")
    for _ in range(number):
        UserFactory(organization=acme, team=team)
    review = open_review()
    client = sign_in(sun)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/access-reviews/{review.pk}/").status_code == 200
    assert len(asked) == FOR_A_PAGE


FOR_A_PAGE = 12
