"""Next steps: planned by who works on a customer, done, moved or dropped by name, and passed on with the customer."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django_fsm import TransitionNotAllowed
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import tenancy
from accounts.digests import day_of
from accounts.models import Notice, Organization, Outbox
from audit.models import Entry
from customers import follow_ups, reminding
from customers.denials import deny
from customers.handover import accept, listed
from customers.models import NextStep
from customers.next_steps import moment_of, plan, today
from customers.reminding import steps_of
from customers.transfers import ask_for_transfer
from tests.departures import handed_over, leaves
from tests.factories import UserFactory, customer_of, founding, shared

State = NextStep.State
DAY = timedelta(days=1)


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "苏州恒川医疗器械有限公司")


@pytest.fixture
def step(hengchuan, wang):
    return plan(hengchuan, by=wang, what="Send the drawing", due_on=today())


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


def fresh(step):
    return NextStep.objects.get(pk=step.pk)


# Who


def test_who_works_on_the_customer_plans_does_moves_and_drops(hengchuan, wang, an, li, step):
    """R5: an assistant ticks off what the owner planned; a colleague to whom it is shared for work plans his own."""
    step.finish(by=an)
    assert (fresh(step).state, fresh(step).done_by) == (State.DONE, an)
    shared(hengchuan, by=wang, person=li, way="edit")
    theirs = plan(hengchuan, by=li, what="Call back", due_on=today() + DAY)
    theirs.move(by=wang, due_on=today() + 3 * DAY)
    theirs.drop(by=wang, reason="they called")
    assert (fresh(theirs).state, fresh(theirs).reason, fresh(theirs).moves) == (State.DROPPED, "they called", 1)


@pytest.mark.parametrize("name", ["mei", "li", "fu", "shen", "zhao", "sun"])
def test_nobody_else_does(name, hengchuan, step, request):
    """R6: managers see, and do not work on their people's customers."""
    person = request.getfixturevalue(name)
    for attempt in (
        lambda: plan(hengchuan, by=person, what="x", due_on=today()),
        lambda: step.finish(by=person),
        lambda: step.move(by=person, due_on=today()),
        lambda: step.drop(by=person, reason="x"),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert fresh(step).state == State.OPEN


def test_what_ended_stays_ended_and_each_act_has_its_name_in_the_ledger(hengchuan, wang, step):
    """R2, R7."""
    step.move(by=wang, due_on=today() + DAY)
    step.finish(by=wang)
    with pytest.raises(TransitionNotAllowed):
        step.drop(by=wang, reason="x")
    named = Entry.objects.filter(table_name="customers_nextstep", about_id=str(hengchuan.pk)).order_by("id")
    assert [entry.action for entry in named] == ["customers.plan_step", "customers.move_step", "customers.finish_step"]


def test_a_follow_up_finishes_one_step_and_arranges_the_next(hengchuan, wang, step):
    entry = follow_ups.log(
        hengchuan, by=wang, content="Sent.", occurred_at=tenancy.now(), finishes=step,
        plan={"what": "Ask what they think", "due_on": today() + 7 * DAY},
    )  # fmt: skip
    assert fresh(step).done_with == entry
    assert NextStep.objects.open().get().planned_with == entry


# As crm_app


STATEMENTS = {  # what a person tries who has a shell and the application's role
    "next_step_stands": [
        "UPDATE customers_nextstep SET what = 'nothing'",
        "UPDATE customers_nextstep SET planned_at = planned_at - interval '9 days'",
    ],
    "moved_by_a_merge": [
        "UPDATE customers_nextstep SET customer_id = (SELECT id FROM customers_customer WHERE id <> customer_id LIMIT 1)",
    ],
    "next_step_lies_ahead": [
        "UPDATE customers_nextstep SET due_on = due_on - 1",
        "UPDATE customers_nextstep SET due_at = now() - interval '3 days'",
    ],
    "next_step_ends_with_a_reason": ["UPDATE customers_nextstep SET state = 'dropped', done_by_id = %(me)s"],
    "next_step_of_oneself": ["UPDATE customers_nextstep SET state = 'done', done_by_id = %(other)s"],
    "next_step_passes_to_owner": ["UPDATE customers_nextstep SET person_id = %(other)s"],
    "next_step_with_its_follow_up": [
        "UPDATE customers_nextstep SET state = 'done', done_by_id = %(me)s, done_with_id = (SELECT id FROM customers_followup LIMIT 1)"
    ],
    "cannot go from done to open": [
        "UPDATE customers_nextstep SET state = 'done', done_by_id = %(me)s; UPDATE customers_nextstep SET state = 'open'"
    ],
    "permission denied": ["DELETE FROM customers_nextstep"],
}


@pytest.mark.parametrize(
    ("name", "statement"), [(name, statement) for name, found in STATEMENTS.items() for statement in found]
)
def test_the_database_refuses_what_no_page_offers(name, statement, step, wang, li, acme):
    """R61."""
    follow_ups.log(customer_of(wang), by=wang, content="x", occurred_at=tenancy.now())
    with (
        tenancy.inside(acme, user=wang),
        pytest.raises(DatabaseError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"me": wang.pk, "other": li.pk})


def test_times_and_counts_are_the_databases(step, wang, acme):
    past = "now() - interval '9 days'"
    with tenancy.inside(acme, user=wang), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_nextstep SET due_on = due_on + 1, moves = 0")
        cursor.execute(
            f"UPDATE customers_nextstep SET state = 'done', done_by_id = %s, done_at = {past}, changed_at = {past}",
            [wang.pk],
        )
    found = fresh(step)
    assert found.moves == 1
    assert tenancy.now() - found.done_at < DAY
    assert found.changed_at - found.done_at < DAY


@pytest.mark.parametrize("name", ["li", "mei", "zhao"])
def test_a_stranger_changes_and_plans_nothing_in_sql(name, step, hengchuan, request, acme):
    person = request.getfixturevalue(name)
    insert = (
        "INSERT INTO customers_nextstep (organization_id, customer_id, person_id, planned_by_id, what, due_on, state, moves, reason)"
        " VALUES (%s, %s, %s, %s, 'x', current_date + 2, 'open', 0, '')"
    )
    with tenancy.inside(acme, user=person), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_nextstep SET due_on = due_on + 1")
        assert cursor.rowcount == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(insert, [acme.pk, hengchuan.pk, person.pk, person.pk])


# The customer changes hands


def test_open_steps_pass_with_the_customer_to_the_next_owner(hengchuan, wang, li, mei, step):
    """R31: what was agreed with a customer does not depend on who owns it."""
    done = plan(hengchuan, by=wang, what="Done before", due_on=today())
    done.finish(by=wang)
    approval = ask_for_transfer(hengchuan, by=wang, to=li, reason="Li speaks German")
    approval.approve(by=mei, seal=approval.seal)

    assert (fresh(step).person, fresh(step).planned_by, fresh(step).state) == (li, wang, State.OPEN)
    assert fresh(done).person == wang
    assert list(steps_of(li)) == [step]
    assert not steps_of(wang)
    passed = Entry.objects.filter(table_name="customers_nextstep", row_id=str(step.pk)).latest("id")
    assert passed.action == "customers.pass_on"


def test_open_steps_end_with_the_way_to_the_pool(hengchuan, wang, an, step, sign_in):
    assistants = plan(hengchuan, by=an, what="Sort the papers", due_on=today())
    hengchuan.release(by=wang, reason="moved away")
    for each in (step, assistants):
        assert (fresh(each).state, fresh(each).done_by) == (State.DROPPED, wang)
    hengchuan.claim(by=wang)
    assert "Send the drawing" not in sign_in(wang).get(url("day")).text


def test_a_handover_counts_them_and_passes_them_on(hengchuan, wang, li, mei, zhao, qian, step):
    """R85."""
    assert listed(wang)[0]["next_steps"] == 1
    departure = leaves(wang, mei)
    handover = handed_over(departure, by=mei, to=li, decided_by=qian)
    accept(handover.items.get(), by=li)
    assert fresh(step).person == li


def test_when_a_share_ends_its_steps_are_out_of_sight(hengchuan, wang, li):
    share = shared(hengchuan, by=wang, person=li, way="edit")
    plan(hengchuan, by=li, what="Call back", due_on=today())
    assert steps_of(li).count() == 1
    share.take_back(by=wang)
    assert not steps_of(li)


def test_for_who_is_denied_the_customer_its_steps_are_not_there(hengchuan, wang, li, mei, acme):
    """R42."""
    shared(hengchuan, by=wang, person=li, way="edit")
    plan(hengchuan, by=li, what="Call back", due_on=today())
    deny(hengchuan, by=mei, person=li, reason="his brother works there")
    with tenancy.inside(acme, user=li):
        assert not NextStep.objects.exists()
    reminding.write(f"{today()}")
    assert not Notice.objects.filter(person=li, what="customers.steps_today").exists()


def test_the_pages_plan_move_finish_and_drop(hengchuan, wang, sign_in):
    client, tomorrow = sign_in(wang), today() + DAY
    plan_page = url("plan_step", hengchuan.pk)
    assert client.get(plan_page).status_code == 200
    assert client.post(plan_page, {"what": "=1", "day": "x"}).status_code == 422
    assert client.post(plan_page, {"what": "Send it", "day": f"{today() - DAY}"}).status_code == 422
    client.post(plan_page, {"what": "Send it", "day": f"{tomorrow}", "hour": "09:30"})
    step = NextStep.objects.get()
    assert f"{step.due_at.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}" == "09:30"
    move = url("move_step", hengchuan.pk, step.pk)
    assert client.get(move).status_code == 200
    client.post(move, {"day": f"{tomorrow + DAY}"})
    assert (fresh(step).due_on, fresh(step).due_at) == (tomorrow + DAY, None)
    assert "moved once" in client.get(url("detail", hengchuan.pk)).text
    drop = url("drop_step", hengchuan.pk, step.pk)
    assert client.post(drop, {"reason": ""}).status_code == 422
    client.post(url("finish_step", hengchuan.pk, step.pk))
    page = client.post(drop, {"reason": "no need"}, follow=True)  # somebody was faster
    assert "ended already" in page.text
    assert fresh(step).state == State.DONE


# Time


ZONES = sorted(available_timezones() - {"Factory", "localtime"})
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(day=st.dates(date(2020, 1, 1), date(2035, 1, 1)), hour=st.times(), zone=st.sampled_from(ZONES))
@settings(max_examples=400, deadline=None)
def test_an_hour_that_the_clocks_skip_or_repeat_is_one_hour_and_never_an_error(day, hour, zone):
    """The spring hour that does not exist is the one the clocks go on with; the autumn hour that comes twice is the first."""
    hour = hour.replace(second=0, microsecond=0, fold=0)
    moment = moment_of(day, hour, zone)
    naive = moment.replace(tzinfo=None)
    asked = datetime.combine(day, hour)
    assert timedelta(0) <= naive - asked <= timedelta(hours=24)  # a whole day is missing where the date line moved
    if naive == asked:
        assert moment.astimezone(UTC) <= datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).replace(fold=1).astimezone(
            UTC
        )


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
@settings(max_examples=400, deadline=None)
def test_asked_every_hour_no_morning_is_left_out_and_none_comes_twice(moment, zone):
    """However the clocks change, the key is the local day: each day that has a seven o'clock or later is begun, in its order."""
    asked = [moment + timedelta(hours=n) for n in range(72)]
    begun = list(dict.fromkeys(filter(None, (day_of(each, zone, reminding.HOUR) for each in asked))))
    there = [each.astimezone(ZoneInfo(zone)) for each in asked]
    assert begun == sorted({f"{each:%Y-%m-%d}" for each in there if each.hour >= reminding.HOUR})
    assert len(begun) >= 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Niue", "America/New_York", "UTC"])
def test_today_is_the_day_where_the_organisation_is(zone, db):
    """Not the server's and not the browser's; at any moment two of these organisations have different days."""
    with founding(time_zone=zone):
        with connection.cursor() as cursor:
            cursor.execute("SELECT transaction_timestamp()")
            now = cursor.fetchone()[0]
        assert today() == now.astimezone(ZoneInfo(zone)).date()


def test_the_day_of_a_step_with_an_hour_is_the_organisations(hengchuan, wang):
    """23:30 UTC is tomorrow morning in Shanghai, whatever the client says the day is."""
    late = datetime.combine(today() + 3 * DAY, time(23, 30), tzinfo=UTC)
    step = plan(hengchuan, by=wang, what="x", due_on=today() + 9 * DAY, due_at=late)
    assert fresh(step).due_on == today() + 4 * DAY


# Reminders


def test_in_the_morning_one_is_told_once_what_is_to_be_done(hengchuan, wang, an, step):
    plan(hengchuan, by=wang, what="And call", due_on=today())
    plan(hengchuan, by=an, what="Later", due_on=today() + DAY)
    for _ in range(3):
        reminding.write(f"{today()}")
    notice = Notice.objects.get(what="customers.steps_today")
    assert notice.person == wang
    assert notice.sentence == "Next steps for today: 2. First: Send the drawing (苏州恒川医疗器械有限公司)"
    assert notice.url == "/day/"


def test_what_is_done_moved_or_anothers_by_then_is_not_told(hengchuan, wang, li, step):
    step.finish(by=wang)
    plan(hengchuan, by=wang, what="Moved", due_on=today()).move(by=wang, due_on=today() + DAY)
    reminding.write(f"{today()}")
    assert not Notice.objects.filter(what="customers.steps_today").exists()


def test_the_clock_begins_each_day_once(acme, monkeypatch):
    zone = ZoneInfo(Organization.objects.get().time_zone)
    for hour in range(5, 12):
        monkeypatch.setattr(tenancy, "now", lambda hour=hour: datetime(2026, 11, 29, hour, 5, tzinfo=zone))
        reminding.begin()
    assert [job.dedupe_key for job in Outbox.objects.filter(task="customers.write_reminders")] == ["2026-11-29"]


def test_many_people_are_reminded_in_slices(acme, wang, monkeypatch):
    monkeypatch.setattr(reminding, "SLICE", 2)
    people = [wang, *(UserFactory(organization=acme) for _ in range(4))]
    for person in people:
        plan(customer_of(person), by=person, what="x", due_on=today())
    reminding.write(f"{today()}")
    while job := Outbox.objects.filter(task="customers.write_reminders", done_at=None).first():
        job.done_at = tenancy.now()
        job.save()
        reminding.write(**job.arguments)
    assert Notice.objects.filter(what="customers.steps_today").count() == 5
