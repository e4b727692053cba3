"""The calendar address: next steps for a program that does not sign in; nothing else, and for nobody who left."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from icalendar import Calendar

from accounts import tenancy
from audit.models import Entry
from customers import calendars
from customers.calendars import without_contacts
from customers.denials import deny
from customers.models import CalendarFeed
from customers.next_steps import plan, today
from tests.departures import leaves
from tests.factories import customer_of, shared

DAY = timedelta(days=1)
PHONE, EMAIL = "+8613805122297", "chen@hengchuan.example"


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "苏州恒川医疗器械有限公司", contact={"name": "Chen", "phone": PHONE, "email": EMAIL})


@pytest.fixture
def address(wang, hengchuan):
    plan(hengchuan, by=wang, what="Send the drawing", due_on=today())
    at = datetime.combine(today() + DAY, datetime.min.time(), tzinfo=UTC) + timedelta(hours=2)
    plan(hengchuan, by=wang, what="Call, then visit; bring\tpapers", due_on=today(), due_at=at)
    return made(wang)


def made(person):
    """The path of a new address."""
    return "/" + calendars.renew(person, by=person).partition("//")[2].partition("/")[2]


def events(answer):
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_program_reads_titles_times_and_links_and_nothing_else(client, address, hengchuan):
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    first, second = events(answer)
    assert str(first["summary"]) == "Send the drawing · 苏州恒川医疗器械有限公司"
    assert first.decoded("dtstart") == today()
    assert second.decoded("dtstart").astimezone(UTC).hour == 2
    assert str(first["url"]).endswith(f"/customers/{hengchuan.pk}/")
    allowed = {"UID", "DTSTAMP", "SEQUENCE", "SUMMARY", "URL", "DTSTART", "DTEND", "TRANSP"}
    for event in (first, second):
        assert set(event.keys()) <= allowed
    for personal in (PHONE, PHONE[3:], EMAIL, "Chen"):
        assert personal not in answer.content.decode()
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Call +86 138 0512 2297 back", "Call ••• back"),
        ("回电13805122297问交期", "回电•••问交期"),
        ("Call (021) 6555-1234", "Call ("),
        ("Mail chen@hengchuan.example", "Mail •••"),
        ("Send 12 spindles by 2026-12-01", "Send 12 spindles by 2026-12-01"),
        ("Offer Q-2611-052 over 128,000", "Offer Q-2611-052 over 128,000"),
    ],
)
def test_a_phone_that_was_typed_into_a_title_stays_here(typed, read):
    assert without_contacts(typed).startswith(read)
    assert "5551234" not in without_contacts(typed).replace("-", "").replace(" ", "")


def test_the_same_steps_are_not_sent_again(client, address, wang, hengchuan):
    """ETag and 304; a moved step is another text with a higher number."""
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    step = hengchuan.next_steps.first()
    step.move(by=wang, due_on=today() + 3 * DAY)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert sorted(int(event["sequence"]) for event in events(changed)) == [0, 1]


def test_what_is_done_dropped_passed_on_or_denied_is_not_in_it(client, address, wang, li, mei, hengchuan):
    """R42."""
    first, second = hengchuan.next_steps.order_by("what")
    first.finish(by=wang)
    assert len(events(client.get(address))) == 1
    second.drop(by=wang, reason="no need")
    assert events(client.get(address)) == []
    shared(hengchuan, by=wang, person=li, way="edit")
    plan(hengchuan, by=li, what="Call back", due_on=today())
    theirs = made(li)
    assert len(events(client.get(theirs))) == 1
    deny(hengchuan, by=mei, person=li, reason="his brother works there")
    assert events(client.get(theirs)) == []


def test_a_wrong_old_or_foreign_address_is_not_there(client, address, wang, outsider):
    renewed = made(wang)
    assert client.get(address).status_code == 404
    organization, _, token = renewed.rpartition("/")[2].removesuffix(".ics").partition("-")
    for wrong in (f"{organization}-{'x' * 43}", f"{outsider.organization_id}-{token}", f"999999999999999999-{token}"):
        assert client.get(f"/calendar/{wrong}.ics").status_code == 404
    assert client.post(renewed).status_code == 405
    assert client.get(renewed).status_code == 200


def test_it_is_shown_once_and_only_its_hash_is_kept(sign_in, wang, hengchuan):
    client = sign_in(wang)
    page = client.post(reverse("customers:renew_calendar"))
    token = re.search(r"-([^/]+)\.ics$", page.context["address"].partition("calendar/")[2])[1]
    assert page.context["address"] in page.text
    assert "no-store" in page["Cache-Control"]
    assert token not in client.get(reverse("customers:calendar")).text
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_hash FROM customers_calendarfeed")
        assert cursor.fetchone()[0] == CalendarFeed.hash(token)
        cursor.execute("SELECT string_agg(e::text, ' ') FROM audit_entry e")
        assert CalendarFeed.hash(token) not in cursor.fetchone()[0]


def test_it_is_switched_off_by_its_owner_and_by_nobody_else(client, address, wang, mei, li, sign_in):
    feed = CalendarFeed.objects.live().get()
    for person in (mei, li):
        with pytest.raises(PermissionDenied):
            feed.close(by=person)
        with pytest.raises(PermissionDenied):
            calendars.renew(wang, by=person)
    sign_in(wang).post(reverse("customers:close_calendar"))
    assert client.get(address).status_code == 404


def test_it_asks_whether_it_is_still_you(sign_in, wang, monkeypatch):
    """It opens a door past the sign-in: the password is asked for, as for an export."""
    monkeypatch.setattr("accounts.reauthentication.has_proved", lambda request: False)
    answer = sign_in(wang).post(reverse("customers:renew_calendar"))
    assert "/account/reauthenticate/" in answer["Location"]
    assert not CalendarFeed.objects.exists()


def test_whoever_is_deactivated_has_none_by_whatever_door(client, address, wang, zhao):
    """R85: at once, in the database."""
    wang.deactivate(by=zhao)
    assert client.get(address).status_code == 404
    assert not CalendarFeed.objects.live().exists()


def test_who_leaves_takes_no_calendar_along(client, address, wang, mei, acme):
    """R85: in departure mode none is read and none is made."""
    leaves(wang, mei)
    assert client.get(address).status_code == 404
    wang.refresh_from_db()
    wang.__dict__.pop("is_leaving", None)
    with pytest.raises(PermissionDenied):
        calendars.renew(wang, by=wang)
    CalendarFeed.objects.get().close(by=wang)
    with (
        tenancy.inside(acme, user=wang),
        pytest.raises(DatabaseError, match="calendar_of_who_stays"),
        transaction.atomic(),
    ):
        CalendarFeed.objects.create(person=wang, token_hash="x")


def test_a_role_that_may_come_from_the_office_only_reads_its_calendar_there_only(client, address, wang, monkeypatch):
    policy = type(wang.organization.sign_in_policy)
    monkeypatch.setattr(policy, "networks_of", lambda self, role: ["192.0.2.0/24"])
    assert client.get(address).status_code == 404
    assert client.get(address, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_reading_is_an_entry_once_a_day(client, address, wang):
    """R7."""
    for _ in range(3):
        client.get(address)
    entry = Entry.objects.get(action="customers.read_calendar")
    assert (entry.actor, entry.source) == (wang, "calendar")
    assert CalendarFeed.objects.get().read_at is not None


def test_too_many_requests_are_refused(client, address):
    """Sixty an hour for one address: a program asks every quarter of an hour."""
    assert {client.get(address).status_code for _ in range(60)} == {200}
    assert client.get(address).status_code == 429


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("calendar_of_oneself", "INSERT INTO customers_calendarfeed (organization_id, person_id, token_hash) VALUES (%(o)s, %(other)s, 'x')"),
        ("calendar_of_person_once", "INSERT INTO customers_calendarfeed (organization_id, person_id, token_hash) VALUES (%(o)s, %(me)s, 'x')"),
        ("calendar_stands", "UPDATE customers_calendarfeed SET token_hash = 'x'"),
        ("calendar_stands", "UPDATE customers_calendarfeed SET ended_at = now(); UPDATE customers_calendarfeed SET ended_at = NULL"),
        ("permission denied", "DELETE FROM customers_calendarfeed"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_no_page_offers(name, statement, address, wang, li, acme):
    with (
        tenancy.inside(acme, user=wang),
        pytest.raises(DatabaseError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"o": acme.pk, "me": wang.pk, "other": li.pk})


def test_the_page_says_what_there_is(sign_in, wang, shen, address, client):
    page = sign_in(wang).get(reverse("customers:calendar")).text
    assert "not yet" in page
    client.get(address)
    assert "today" in sign_in(wang).get(reverse("customers:calendar")).text
    assert sign_in(shen).get(reverse("customers:calendar")).status_code == 403
