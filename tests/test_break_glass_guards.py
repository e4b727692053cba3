"""What the database itself holds about break-glass access, each guard by its name; and the time that passes over it
(R7, R23, R26, R48, R107)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import BreakGlass, Notice, User
from approvals.deciding import decide
from audit.break_glass import reminding, using
from audit.deeds import Refused, stamped
from audit.models import Entry
from customers.transfers import ask_for_transfer
from tests.approved import place
from tests.databases import catalogue, sql
from tests.factories import TeamFactory, UserFactory, customer_of, founding, pool_customer
from tests.glass import WHY, aged, as_signed_in, opened
from tests.races import at_once

INSERT = (
    "INSERT INTO accounts_breakglass (organization_id, person_id, reason, ticket, minutes, told, verdict, note)"
    " VALUES (%s, %s, %s, '', %s, '{}', '', '')"
)


def refused(attempt, by=None):
    """The name of the constraint that says no to a statement of this person; '' when nobody does."""
    try:
        with transaction.atomic(), stamped("insert", by=by):
            attempt()
    except IntegrityError as refusal:
        return refusal.__cause__.diag.constraint_name
    return ""


def insert(person, *, minutes=15, reason=WHY, by=None):
    return refused(lambda: sql(INSERT, person.organization_id, person.pk, reason, minutes), by or person)


def change(glass, values, by):
    return refused(lambda: sql(f"UPDATE accounts_breakglass SET {values} WHERE id = %s", glass.pk), by)


@pytest.fixture
def over(zhao, qian, shen, sun, wang, mei, an, fu, helper):
    glass = opened(zhao)
    using.end(glass, by=zhao)
    return glass


# How it begins


def test_it_begins_when_everything_fits(zhao, qian):
    assert insert(zhao) == ""


@pytest.mark.parametrize("who", ["wang", "mei", "an", "fu", "shen"])
def test_no_other_role_opens_it_by_sql(who, request, qian):
    assert insert(request.getfixturevalue(who)) == "break_glass_by_right"


def test_nobody_opens_it_in_anothers_name_nor_a_job(zhao, qian, sun):
    assert insert(zhao, by=sun) == "break_glass_in_own_name"
    assert refused(lambda: sql(INSERT, zhao.organization_id, zhao.pk, WHY, 15)) == "break_glass_in_own_name"


@pytest.mark.parametrize(("minutes", "reason", "name"), [
    (61, WHY, "break_glass_at_most_an_hour"), (600, WHY, "break_glass_at_most_an_hour"), (45, WHY, "break_glass_minutes"), (0, WHY, "break_glass_minutes"),
    (15, "", "break_glass_says_why"), (15, " " * 40, "break_glass_says_why"), (15, "pumps", "break_glass_says_why"),
])  # fmt: skip
def test_it_is_short_and_says_why(minutes, reason, name, zhao, qian):
    assert insert(zhao, minutes=minutes, reason=reason) == name


def test_nobody_else_here_nobody_opens(zhao, wang):
    assert insert(zhao) == "break_glass_has_a_reviewer"


def test_who_works_for_him_is_nobody_else(zhao, acme):
    UserFactory(name="Helper", organization=acme, role=User.Role.AUDITOR, team=TeamFactory(name="IT", manager=zhao))
    assert insert(zhao) == "break_glass_has_a_reviewer"


def test_one_at_a_time(zhao, qian):
    opened(zhao)
    assert insert(zhao) == "break_glass_one_at_a_time"


def test_it_does_not_begin_reviewed(zhao, qian, shen):
    columns = INSERT.replace("verdict, note)", "verdict, note, reviewed_by_id, reviewed_at)").replace(
        "'{}', '', ''", "'{}', 'justified', 'x', %s, now()"
    )
    values = [zhao.organization_id, zhao.pk, WHY, 15, shen.pk]
    assert refused(lambda: sql(columns, *values), zhao) == "break_glass_begins_open"


def test_times_and_who_is_told_are_the_databases_whatever_was_written(zhao, qian, shen):
    columns = INSERT.replace("minutes, told,", "minutes, opened_at, until, review_due, told,").replace(
        "%s, '{}'", "%s, '2020-01-01', '2099-01-01', '2099-01-01', '{}'"
    )
    assert refused(lambda: sql(columns, zhao.organization_id, zhao.pk, WHY, 60), zhao) == ""
    glass = BreakGlass.objects.get()
    assert glass.until - glass.opened_at == timedelta(hours=1)
    assert abs(glass.opened_at - tenancy.now()) < timedelta(minutes=1)
    assert glass.review_due < tenancy.now() + timedelta(days=6)
    assert set(glass.told) == {qian.pk, shen.pk}


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_at_once_for_one_person_one_opens():
    company = Company()
    outcomes = at_once([company.tries] * 6)
    assert outcomes.count("") == 1
    assert set(outcomes) == {"", "break_glass_one_at_a_time"}


# What stands afterwards


@pytest.mark.parametrize("values", [
    "reason = 'another reason'", "ticket = 'T-2'", "minutes = 60", "until = until + interval '1 hour'", "until = until - interval '1 hour'",
    "opened_at = opened_at - interval '1 day'", "review_due = review_due + interval '1 day'", "told = '{}'",
    "person_id = (SELECT id FROM accounts_user WHERE name = 'Sun')",
])  # fmt: skip
def test_what_was_said_stands(values, zhao, qian, sun):
    glass = opened(zhao)
    assert change(glass, values, zhao) == "break_glass_stands"


def test_it_is_not_removed(over, zhao):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        sql("DELETE FROM accounts_breakglass WHERE id = %s", over.pk)


def test_it_ends_once_by_its_person_or_who_reviews(zhao, qian, shen, wang):
    glass = opened(zhao)
    assert change(glass, "ended_at = now()", wang) == "break_glass_ended_by"
    assert change(glass, "ended_at = '2099-01-01'", shen) == ""
    assert BreakGlass.objects.get().ended_at <= tenancy.now()
    assert change(glass, "ended_at = NULL", zhao) == "break_glass_ends_once"
    assert change(glass, "ended_at = clock_timestamp() + interval '1 hour'", zhao) == "break_glass_ends_once"


SIGNED = "verdict = 'justified', note = 'x', reviewed_at = now(), reviewed_by_id = '{}'"


@pytest.fixture
def helper(acme, zhao):
    """An auditor in a team that Zhao leads."""
    team = TeamFactory(name="IT", manager=zhao)
    return UserFactory(name="Helper", organization=acme, role=User.Role.AUDITOR, team=team)


@pytest.mark.parametrize("who", ["zhao", "wang", "mei", "an", "fu", "helper"])
def test_no_other_reviews_by_sql(who, request, over):
    person = request.getfixturevalue(who)
    assert change(over, SIGNED.format(person.pk), person) == "break_glass_reviewed_by_another"


def test_a_review_is_signed_in_ones_own_name_once_and_whole(over, shen, sun, zhao):
    assert change(over, SIGNED.format(shen.pk), zhao) == "break_glass_reviewed_in_own_name"
    assert change(over, SIGNED.format(shen.pk), sun) == "break_glass_reviewed_in_own_name"
    assert change(over, f"reviewed_at = now(), reviewed_by_id = '{shen.pk}'", shen) == "break_glass_reviewed_whole"
    assert change(over, SIGNED.format(shen.pk), shen) == ""
    assert change(over, SIGNED.format(sun.pk), sun) == "break_glass_reviewed_once"
    assert change(over, "note = 'better'", shen) == "break_glass_reviewed_once"


def test_a_review_comes_when_it_is_over_and_not_from_who_looks_too(zhao, qian, shen, sun):
    glass = opened(zhao)
    assert change(glass, SIGNED.format(shen.pk), shen) == "break_glass_reviewed_when_over"
    using.end(glass, by=zhao)
    opened(sun)
    assert change(glass, SIGNED.format(sun.pk), sun) == "break_glass_reviewer_looks_too"
    assert change(glass, SIGNED.format(shen.pk), shen) == ""


def test_who_came_afterwards_does_not_review(over, acme, shen):
    """Whoever may invite lets nobody in to review his own use."""
    friend = UserFactory(name="Friend", organization=acme, role=User.Role.AUDITOR)
    assert not friend.has_perm("accounts.review_break_glass", over)
    assert change(over, SIGNED.format(friend.pk), friend) == "break_glass_reviewed_by_another"
    assert change(over, SIGNED.format(shen.pk), shen) == ""


def test_who_is_deactivated_reviews_nothing(over, shen, qian):
    shen.deactivate(by=qian)
    assert change(over, SIGNED.format(shen.pk), shen) == "break_glass_reviewed_by_another"


# Reading only


WRITES = {
    "customer changed": "UPDATE customers_customer SET industry = 'x'",
    "owner taken": "UPDATE customers_customer SET owner_id = '{me}', pooled_at = NULL, protected_until = now()",
    "customer removed": "DELETE FROM customers_customer",
    "customer added": "INSERT INTO customers_customer (name, created_by_id, pooled_at, organization_id) VALUES ('x', '{me}', now(), {org})",
    "claimed": "INSERT INTO customers_claim (customer_id, claimant_id, protected_until, organization_id) VALUES ('{pooled}', '{me}', now(), {org})",
    "contact changed": "UPDATE customers_contact SET title = 'x'",
    "contact removed": "DELETE FROM customers_contact",
    "follow-up": "INSERT INTO customers_followup (customer_id, author_id, kind, content, occurred_at, organization_id)"
                 " VALUES ('{customer}', '{me}', 'call', 'x', now(), {org})",
    "key": "DELETE FROM customers_identitykey",
    "export": "INSERT INTO customers_export (purpose, format, filters, requested_by_id, organization_id) VALUES ('x', 'csv', '{{}}', '{me}', {org})",
    "import": "INSERT INTO customers_import (created_by_id, organization_id) VALUES ('{me}', {org})",
}  # fmt: skip


@pytest.mark.parametrize("what", WRITES)
def test_sql_in_his_name_changes_adds_claims_and_exports_nothing(what, zhao, qian, wang, li):
    customer = customer_of(wang, contact={"name": "Chen", "phone": "+8613800138000"})
    pooled = pool_customer(li)
    opened(zhao)
    statement = WRITES[what].format(me=zhao.pk, org=zhao.organization_id, customer=customer.pk, pooled=pooled.pk)
    assert refused(lambda: sql(statement), zhao) == "break_glass_reads_only"


def test_everybody_else_works_on_meanwhile(zhao, qian, wang):
    opened(zhao)
    customer = customer_of(wang)
    customer.edit(by=wang, industry="Optics")
    assert customer.industry == "Optics"


def test_who_looks_decides_nothing_about_customers_meanwhile(qian, shen, li, wang):
    """Li's team has no manager, so the owner decides; as long as he looks by break-glass, he does not."""
    asked = ask_for_transfer(customer_of(li), by=li, to=wang, reason="closer to the plant")
    glass = opened(qian)
    done, sentence = decide(asked, "approve", by=qian, seal=asked.seal, reason="")
    assert (done, "End it first" in sentence) == (False, True)
    using.end(glass, by=qian)
    assert decide(asked, "approve", by=qian, seal=asked.seal, reason="")[0]


# Time


class Company:
    """Committed, so that the owner of the tables can make its uses older: people by name, in a scope for each step."""

    def __init__(self):
        with founding() as self.organization:
            roles = {"zhao": User.Role.ADMINISTRATOR, "qian": User.Role.ADMINISTRATOR, "sun": User.Role.SECURITY,
                     "shen": User.Role.AUDITOR, "wang": User.Role.REP}  # fmt: skip
            for name, role in roles.items():
                person = UserFactory(
                    name=name.title(), organization=self.organization, role=role, is_owner=name == "qian"
                )
                setattr(self, name, person)

    def inside(self):
        return tenancy.scope(self.organization, source="test")

    def tries(self):
        with self.inside():
            return insert(self.zhao)

    def opened_before(self, **time):
        with self.inside():
            glass = opened(self.zhao)
        aged(glass, timedelta(**time))
        return glass

    def told(self, person):
        with self.inside():
            return [notice.what for notice in Notice.objects.filter(person=person).order_by("pk")]


@pytest.fixture
def company(transactional_db):
    return Company()


def test_at_the_very_next_request_after_its_time_it_gives_nothing(company, client):
    """By the database's clock: nobody gave it back, and no job came by."""
    with company.inside():
        customer = customer_of(company.wang, "Suzhou Hengchuan Ltd")
        glass = opened(company.zhao)
        client.force_login(company.zhao)
    address = f"/customers/{customer.pk}/"
    assert client.get(address).status_code == 200
    aged(glass, timedelta(minutes=15))
    answer = client.get(address)
    assert answer.status_code == 404
    assert 'class="glass"' not in answer.content.decode()
    with company.inside():
        assert as_signed_in(company.zhao).break_glass is None
        assert change(glass, "ended_at = now()", company.zhao) == "break_glass_ends_once"
        last = Entry.objects.filter(actor=company.zhao, source=glass.source).count()
    client.get("/people/")
    with company.inside():
        assert Entry.objects.filter(actor=company.zhao, source=glass.source).count() == last


def test_the_right_rests_while_a_use_waits_too_long_and_comes_back_with_its_review(company, client):
    glass = company.opened_before(days=8)
    with company.inside():
        client.force_login(company.zhao)
        assert insert(company.zhao) == "break_glass_suspended"
        assert not company.zhao.has_perm("accounts.break_glass", company.organization)
        with pytest.raises(Refused):
            opened(company.zhao)
        assert insert(company.sun) == "", "another's right does not rest with it"
    page = client.get("/break-glass/open/").content.decode()
    assert "Your right to it rests" in page
    assert all(name in page for name in ("Qian", "Sun", "Shen"))
    typed = {"reason": WHY, "minutes": "15", "password": "bright mirror on the wall"}
    assert client.post("/break-glass/open/", typed).status_code == 409
    with company.inside():
        using.review(BreakGlass.objects.get(pk=glass.pk), by=company.shen, verdict="justified", note="late, sorry")
        assert BreakGlass.objects.get(pk=glass.pk).is_late
        assert insert(company.zhao) == ""


def test_another_role_in_between_does_not_wash_it_off(company):
    """R26: who becomes a rep and an administrator again finds his right still resting."""
    company.opened_before(days=8)
    with company.inside():
        place(company.zhao, role=User.Role.REP, team=TeamFactory(), by=company.qian, decided_by=company.sun)
        place(
            User.objects.get(pk=company.zhao.pk), role=User.Role.ADMINISTRATOR, by=company.qian, decided_by=company.sun
        )
        assert insert(company.zhao) == "break_glass_suspended"


REMINDED = [
    "accounts.break_glass",
    "accounts.break_glass_waits",
    "accounts.break_glass_waits",
    "accounts.break_glass_suspended",
]


def test_reviewers_are_reminded_after_each_day_and_the_person_is_told_when_the_right_rests(company):
    """Once each, however often the job comes by."""
    glass = company.opened_before(minutes=16)
    assert after_reminding(company) == (REMINDED[:1], [])
    for day in (1, 2, 3):
        with company.inside():
            start = BreakGlass.objects.get(pk=glass.pk).opened_at
        aged(glass, start - so_long_ago(day))
        assert after_reminding(company)[0] == REMINDED[: day + 1]
    assert after_reminding(company) == (REMINDED, REMINDED[3:])
    assert company.told(company.qian) == REMINDED
    assert company.told(company.wang) == []


def so_long_ago(days):
    """A moment after whose day exactly so many working days have ended, whatever day it is today."""
    now = tenancy.now()
    past = (now - timedelta(days=back) for back in range(1, 12))
    return next(moment for moment in past if after(moment, days) <= now < after(moment, days + 1))


def after_reminding(company):
    """What Shen, who reviews, and Zhao, whose use it is, have been told."""
    with company.inside():
        reminding.remind()
        reminding.remind()
    return company.told(company.shen), company.told(company.zhao)


# Working days


def after(moment, days, zone="Asia/Shanghai"):
    """The end of the n-th working day after a moment's day, counted on the fingers."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))


ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"]
SPAN = (datetime(2020, 1, 1), datetime(2035, 12, 31))  # noqa: DTZ001 - the zone is beside them
moments = st.datetimes(*SPAN, timezones=st.just(ZoneInfo("UTC")))


@pytest.mark.django_db
@given(moment=moments, days=st.integers(1, 15), zone=st.sampled_from(ZONES))
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_working_days_are_counted_as_on_the_fingers(moment, days, zone):
    found = catalogue("SELECT accounts_working_days_after(%s, %s, %s)", moment, days, zone)[0][0]
    assert found == after(moment, days, zone)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opened_on", "due_at_the_end_of"),
    [("2026-11-23 09:00", date(2026, 11, 26)), ("2026-11-26 23:59", date(2026, 12, 1)), ("2026-11-27 17:00", date(2026, 12, 2)),
     ("2026-11-28 12:00", date(2026, 12, 2)), ("2026-11-29 00:01", date(2026, 12, 2))],
)  # fmt: skip
def test_three_working_days_from_every_sort_of_day(opened_on, due_at_the_end_of):
    """Monday: Thursday. Thursday, a minute before midnight: Tuesday. Friday, Saturday and Sunday alike: Wednesday."""
    moment = datetime.fromisoformat(opened_on).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    found = catalogue("SELECT accounts_working_days_after(%s, 3, 'Asia/Shanghai')", moment)[0][0]
    assert (found.astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(seconds=1)).date() == due_at_the_end_of
