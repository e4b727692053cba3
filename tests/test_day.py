"""My day: what was arranged, what ends soon, what waits, what was done; the same number of statements for any number of rows."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tenancy
from customers import day, follow_ups
from customers.day import Day, Part, part_of_the_day
from customers.models import NextStep
from customers.next_steps import plan, today
from customers.transfers import ask_for_transfer
from tests.departures import handed_over, leaves
from tests.factories import customer_of, rules

DAY = timedelta(days=1)
PAGE = "/day/"


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "苏州恒川医疗器械有限公司")


def shown(client):
    return client.get(PAGE).text


def test_whoever_works_on_customers_begins_with_his_day(sign_in, wang, mei, an, shen, fu, zhao):
    for person in (wang, mei, an):
        client = sign_in(person)
        assert client.get("/")["Location"] == PAGE
        assert client.get(PAGE).status_code == 200
    for person, begins in ((shen, "/ledger/"), (fu, "/customers/"), (zhao, "/people/")):
        client = sign_in(person)
        assert client.get("/")["Location"] == begins
        assert client.get(PAGE).status_code == 403


def test_the_bottom_tabs_are_day_customers_log_approvals(sign_in, wang, shen):
    tabs = shown(sign_in(wang)).partition('class="tabs"')[2].partition("</nav>")[0]
    assert [address for address in ("/day/", "/customers/", "/customers/log/", "/approvals/") if f'"{address}"' in tabs]
    assert tabs.count('class="tab"') == 5
    assert "/customers/pool/" not in tabs
    assert 'data-key="g d"' in shown(sign_in(wang))
    assert (
        sign_in(shen).get("/ledger/").text.partition('class="tabs"')[2].partition("</nav>")[0].count('class="tab"') >= 4
    )


def test_what_is_due_today_stands_there_and_what_comes_later_does_not(sign_in, hengchuan, wang):
    plan(hengchuan, by=wang, what="Send the drawing", due_on=today())
    plan(hengchuan, by=wang, what="Ask again", due_on=today() + DAY)
    page = shown(sign_in(wang))
    assert "Send the drawing" in page
    assert "Ask again" not in page
    step = NextStep.objects.get(what="Send the drawing")
    assert f"{reverse('customers:detail', args=[hengchuan.pk])}?log={step.pk}" in page


def test_what_was_to_be_done_before_comes_first_and_says_so(sign_in, hengchuan, wang, monkeypatch):
    """Nobody plans into the past; here the day goes on instead."""
    plan(hengchuan, by=wang, what="Was due", due_on=today())
    plan(hengchuan, by=wang, what="Is due", due_on=today() + 2 * DAY)
    ahead = today() + 2 * DAY
    monkeypatch.setattr(day, "today", lambda: ahead)
    page = shown(sign_in(wang))
    assert page.index("Was due") < page.index("Is due")
    assert page.count("overdue") == 1


def test_logging_from_the_day_finishes_the_step(sign_in, hengchuan, wang):
    step = plan(hengchuan, by=wang, what="Send the drawing", due_on=today())
    client = sign_in(wang)
    detail = reverse("customers:detail", args=[hengchuan.pk])
    page = client.get(f"{detail}?log={step.pk}")
    assert page.context["form"]["finishes"].value() == str(step.pk)
    client.post(reverse("customers:follow_up", args=[hengchuan.pk]), {"content": "Sent.", "finishes": step.pk})
    page = shown(client)
    assert "Send the drawing" not in page
    assert "Sent." in page  # among what was logged today


def test_a_foreign_or_finished_step_is_no_choice(sign_in, hengchuan, wang, li):
    theirs = plan(customer_of(li), by=li, what="x", due_on=today())
    client = sign_in(wang)
    address = reverse("customers:follow_up", args=[hengchuan.pk])
    for wrong in (theirs.pk, "x", "01990000-0000-7000-8000-000000000000"):
        assert client.post(address, {"content": "Sent.", "finishes": wrong}).status_code == 422
        assert client.get(f"{reverse('customers:detail', args=[hengchuan.pk])}?log={wrong}").status_code == 200


def test_protection_that_ends_within_two_weeks_stands_there(sign_in, wang, li):
    customer_of(wang, "Far Off Ltd")
    rules(protection_days=10)
    customer_of(wang, "Ends Soon Ltd")
    customer_of(li, "Not His Ltd")
    page = shown(sign_in(wang))
    assert "Ends Soon Ltd" in page
    for other in ("Far Off Ltd", "Not His Ltd"):
        assert other not in page


def test_what_waits_for_an_answer_stands_there(sign_in, wang, li, mei, qian, zhao):
    """R11, R85: requests and handovers."""
    ask_for_transfer(customer_of(wang, "Lindqvist AB"), by=wang, to=li, reason="Li speaks Swedish")
    customer_of(li)
    handed_over(leaves(li, qian), by=qian, to=wang, decided_by=zhao)
    assert "Lindqvist AB" in shown(sign_in(mei))
    assert "1 customer is offered to you" in shown(sign_in(wang))


def test_a_manager_sees_how_many_of_his_teams_customers_end_soon(sign_in, wang, mei):
    """R6: a number and the way to the list; no league of people."""
    rules(protection_days=10)
    for _ in range(3):
        customer_of(wang)
    client = sign_in(mei)
    part = next(p for p in client.get(PAGE).context["aside"] if p.template.endswith("_team.html"))
    assert part.shown["count"] == "3"
    assert wang.name not in shown(client)
    assert "My team" not in shown(sign_in(wang))


def test_what_one_logged_today_stands_there_without_a_way_to_what_is_no_longer_his(sign_in, hengchuan, wang):
    follow_ups.log(hengchuan, by=wang, content="They want four.", occurred_at=tenancy.now() - 3 * DAY)
    client = sign_in(wang)
    assert "They want four." in shown(client)  # recorded today, whenever it happened
    hengchuan.release(by=wang, reason="moved")
    page = shown(client)
    assert "They want four." in page
    assert reverse("customers:detail", args=[hengchuan.pk]) not in page


def filled(wang, mei, li, times):
    for number in range(times):
        customer = customer_of(wang)
        plan(customer, by=wang, what=f"Step {number}", due_on=today())
        follow_ups.log(customer, by=wang, content="x", occurred_at=tenancy.now())
        if number < 5:  # each costs more than the rest of this test; five is all that is shown
            ask_for_transfer(customer, by=wang, to=li, reason="x")
        plan(customer_of(mei), by=mei, what=f"Step {number}", due_on=today())


def test_one_three_and_a_hundred_rows_cost_the_same(sign_in, wang, mei, li, an):
    """Nothing on the page asks for each row."""
    rules(protection_days=10)
    seen = {person: set() for person in (wang, mei, an)}
    for more in (1, 2, 97):
        filled(wang, mei, li, more)
        for person, numbers in seen.items():
            client = sign_in(person)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(PAGE).status_code == 200
            numbers.add(len([each for each in asked if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
    assert {len(numbers) for numbers in seen.values()} == {1}, seen
    assert max(map(max, seen.values())) <= 16, seen


def test_a_part_is_added_in_a_few_lines(monkeypatch, sign_in, wang):
    """The floor for whoever has something to say about the day: a function and a template."""
    monkeypatch.setattr(day, "_parts", list(day._parts))

    @part_of_the_day(day.ASIDE, 5)
    def numbers(day):
        return Part("customers/day/_team.html", {"count": "4711", "days": 3})

    assert "4711" in shown(sign_in(wang))


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Shanghai", "America/Santiago"])
def test_a_day_has_twenty_three_hours_or_twenty_five_where_the_clocks_change(zone, wang):
    """Its ends are midnights where the organisation is, never 24 hours after each other by habit."""
    wang.organization.time_zone = zone
    for number in range(366):
        one = Day(wang, datetime(2026, 1, 1).date() + number * DAY)  # noqa: DTZ001
        assert one.begins.date() == one.date
        assert one.ends.date() == one.date + DAY
        assert one.in_days(14).date() == one.date + 14 * DAY
        length = one.ends.astimezone(ZoneInfo("UTC")) - one.begins.astimezone(ZoneInfo("UTC"))
        assert length in (timedelta(hours=23), timedelta(hours=24), timedelta(hours=25))
