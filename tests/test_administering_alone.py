"""Where nobody else administers: a day, a letter to the owner, and then the clock (R48, R49, R107)."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from accounts import tenancy
from accounts.models import Notice, Outbox, User
from accounts.outbox import perform
from approvals import deadlines
from approvals.absences import announce
from approvals.alone import administers_alone, waits_alone
from approvals.asking import ask
from approvals.deciding import decide
from approvals.letting_in import asked_of_return
from audit.deeds import Refused
from audit.models import Entry
from customers.transfers import ask_for_transfer
from tests.databases import sql
from tests.factories import customer_of
from tests.houses import ask_for, hours_pass, settle
from tests.races import at_once
from tests.test_four_eyes import names, state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alone():
    """Qian is the owner and the only one who administers; Shen audits."""
    return settle(without=("Zhao", "Sun"))


def grant_past_python():
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        sql(
            "UPDATE approvals_approval SET state = 'approved', carried_out_at = clock_timestamp() WHERE state = 'pending'"
        )
    return error.value.__cause__.diag.constraint_name


def test_whoever_may_hear_is_told_at_once_and_a_day_later_it_takes_effect(alone):
    with alone.of():
        approval = ask_for(alone.wang, "manager", by=alone.qian, reason="leads the pilot")
        assert waits_alone(approval)
        assert names(approval) == []
        assert Notice.objects.filter(person=alone.shen, what="approvals.alone").count() == 1
    hours_pass(alone, 23)
    with alone.of():
        deadlines.watch()
        assert state(approval) == "pending"
    hours_pass(alone, 1)
    with alone.of():
        deadlines.watch()
        assert state(approval) == "approved"
        assert alone.wang.role == "manager"
        granted = Entry.objects.filter(action="approvals.alone", table_name="approvals_approval").get()
        assert granted.actor is None
        changed = Entry.objects.filter(action="accounts.take_position").get()
        assert (changed.actor, changed.reason) == (alone.qian, "leads the pilot")


def test_the_letter_says_what_and_stops_it_without_signing_in(alone, client, mailoutbox):
    with alone.of():
        approval = ask_for(alone.wang, "manager", by=alone.qian, reason="leads the pilot")
        jobs = list(Outbox.objects.filter(task="accounts.mail").values_list("pk", flat=True))
    for job in jobs:
        perform(job, alone.organization.pk)
    letter = next(mail for mail in mailoutbox if mail.subject.startswith("Takes effect in 24 hours"))
    assert letter.to == [f"qian@o{alone.organization.pk}.example"]
    assert "Role: Rep → Manager" in letter.body
    path = "/" + re.search(r"https?://[^/]+/(\S+by-mail/\S+)", letter.body).group(1)

    page = client.get(path)
    assert "unless you stop it" in page.content.decode()
    assert page.status_code == 200
    assert "Stopped. Nothing was changed." in client.post(path).content.decode()

    hours_pass(alone, 25)
    with alone.of():
        deadlines.watch()
        assert state(approval) == "withdrawn"
        assert alone.wang.role == "rep"
    assert client.post(path).status_code == 410


def test_a_second_administrator_who_appears_is_asked_instead(alone):
    come_by_the_clock(alone)
    hours_pass(alone, 24 * 30 - 12)
    with alone.of():
        first = ask_for(alone.wang, "manager", by=alone.qian)
        assert waits_alone(first)
    hours_pass(alone, 13)  # for Li, the thirty days are over
    with alone.of():
        assert not waits_alone(first)
        deadlines.watch()
        assert names(first) == ["Li"]
    hours_pass(alone, 11)
    with alone.of():
        sql("UPDATE approvals_approver SET ended_at = clock_timestamp(), end_reason = 'closed' WHERE ended_at IS NULL")
        assert grant_past_python() == "approval_took_its_steps"
        deadlines.watch()
        assert state(first) == "void"


def come_by_the_clock(alone):
    """Li was made security administrator by Qian."""
    with alone.of():
        asked = ask_for(alone.li, "security", by=alone.qian)
    hours_pass(alone, 24)
    with alone.of():
        deadlines.watch()
        assert state(asked) == "approved"


def test_whom_he_brought_in_himself_changes_nothing_for_thirty_days(alone):
    """Neither does Li decide for Qian, nor does the organisation stand still."""
    come_by_the_clock(alone)
    with alone.of():
        approval = ask_for(alone.wang, "manager", by=alone.qian)
        assert names(approval) == []
        assert administers_alone(alone.qian)
        assert not administers_alone(alone.li)
    hours_pass(alone, 24)
    with alone.of():
        deadlines.watch()
        assert state(approval) == "approved"
    hours_pass(alone, 24 * 30)
    with alone.of():
        assert not administers_alone(alone.qian)
        assert names(ask_for(alone.mei, "rep", by=alone.qian)) == ["Li"]


@pytest.mark.parametrize("hurdle", ["too early", "in a name", "another administers", "another kind", "somebody sits"])
def test_the_database_lets_only_this_case_past_the_steps(hurdle, alone):
    """Everything fits but one thing."""
    house = settle(without=("Zhao",)) if hurdle == "another administers" else alone
    with house.of():
        if hurdle == "another kind":
            customer = customer_of(house.wang)
            announce_all_away(house)
            approval = ask_for_transfer(customer, by=house.mei, to=house.li, reason="x")
        else:
            approval = ask_for(house.wang, "manager", by=house.qian)
        sql("UPDATE approvals_approver SET ended_at = clock_timestamp(), end_reason = 'closed' WHERE ended_at IS NULL")
    hours_pass(house, 23 if hurdle == "too early" else 25)
    with house.of():
        if hurdle == "in a name":
            sql("SELECT set_config('app.user_id', %s, true)", str(house.qian.pk))
        if hurdle == "somebody sits":
            step = approval.steps.get()
            approval.approvers.create(approval=approval, step=step, person=house.shen, way="role", due_at=step.due_at)
        assert grant_past_python() == "approval_took_its_steps"


def announce_all_away(house):
    now = tenancy.now()
    announce(by=house.qian, begins_at=now, ends_at=now + timedelta(days=2))


def test_without_a_hurdle_the_same_statement_passes(alone):
    with alone.of():
        ask_for(alone.wang, "manager", by=alone.qian)
    hours_pass(alone, 24)
    with alone.of():
        assert sql("UPDATE approvals_approval SET state = 'approved', carried_out_at = clock_timestamp()") == 1


def test_deactivating_the_others_first_does_not_make_one_alone_at_once():
    """Zhao ends everybody's access who could decide, and asks: the owner's end counts for a month, the others' for a day."""
    house = settle()
    with house.of():
        house.sun.deactivate(by=house.zhao)
        house.qian.deactivate(by=house.zhao)
        approval = ask_for(house.wang, "manager", by=house.zhao)
        assert names(approval) == []
        assert not administers_alone(house.zhao)
    hours_pass(house, 25)
    with house.of():
        deadlines.watch()
        assert state(approval) == "void"
        assert house.wang.role == "rep"
        assert not administers_alone(house.zhao)
        with pytest.raises(Refused):
            ask("accounts.reactivate", house.sun, by=house.mei, reason="x", **asked_of_return(house.sun))


def test_an_owner_who_is_somebody_else_simply_decides():
    house = settle(without=("Sun",))
    with house.of():
        approval = ask_for(house.wang, "manager", by=house.zhao)
        assert names(approval) == ["Qian"]
        assert not administers_alone(house.zhao)
        assert not Notice.objects.filter(what="approvals.alone").exists()


@pytest.mark.race
def test_a_decision_and_the_clock_at_the_same_moment_make_one_outcome():
    house = settle()
    with house.of():
        approvals = [ask_for(person, "service", by=house.zhao) for person in (house.wang, house.li, house.mei)]
    hours_pass(house, 24)

    def clock():
        with house.of():
            deadlines.watch()

    def decides(approval):
        with house.of():
            return decide(approval, "approve", by=house.sun, seal=approval.seal, reason="")

    at_once([clock, clock, *(partial(decides, approval) for approval in approvals)])
    with house.of():
        assert {state(approval) for approval in approvals} == {"void"}
        assert set(User.objects.filter(name__in=["Wang", "Li"]).values_list("role", flat=True)) == {"rep"}


@pytest.mark.race
def test_two_clocks_bring_it_about_once(alone):
    with alone.of():
        ask_for(alone.wang, "manager", by=alone.qian)
    hours_pass(alone, 24)

    def clock():
        with alone.of():
            deadlines.watch()

    at_once([clock] * 6)
    with alone.of():
        assert alone.wang.role == "manager"
        assert Entry.objects.filter(action="accounts.take_position").count() == 1
        assert Notice.objects.filter(what="approvals.took_effect", person=alone.shen).count() == 1


@pytest.mark.parametrize("way", ["deactivated", "another role"])
def test_who_was_just_made_less_still_counts_for_a_day(way):
    """Everything fits but that Sun administered within the day before."""
    house = settle(without=("Zhao",))
    with house.of():
        if way == "deactivated":
            house.sun.deactivate(by=house.qian)
        else:
            less = ask_for(house.sun, "rep", by=house.sun)
            less.approve(by=house.qian, seal=less.seal)
        early = ask_for(house.wang, "manager", by=house.qian)
        assert not waits_alone(early)
    hours_pass(house, 25)
    with house.of():
        assert grant_past_python() == "approval_took_its_steps"
        deadlines.watch()
        assert state(early) == "void"
        assert administers_alone(house.qian)
        assert waits_alone(ask_for(house.wang, "manager", by=house.qian))
