"""Time that passes over a request: reminders, escalation upwards only, absences, people who leave (R28)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice, User
from approvals import deadlines
from approvals.absences import announce
from approvals.models import Approval, ApprovalStep, Approver
from customers.transfers import ask_for_transfer
from tests.approved import lead
from tests.factories import TeamFactory, UserFactory, customer_of


@pytest.fixture
def chief(acme):
    return UserFactory(name="Chief", organization=acme, role=User.Role.MANAGER)


@pytest.fixture
def east(acme, chief, mei):
    return TeamFactory(organization=acme, name="East", manager=mei, parent=TeamFactory(name="All", manager=chief))


@pytest.fixture
def request_(chief, wang, mei, li, qian):
    return ask_for_transfer(customer_of(wang, "Nordhafen GmbH"), by=wang, to=li, reason="closer to the plant")


def names(approval):
    return [seat.person.name for seat in approval.approvers.live().order_by("seated_at")]


def pass_time(approval, hours):
    """As if it had been asked so many hours earlier. Opening and deadline are not sealed: they only hasten."""
    for step in approval.steps.open():
        step.opened_at -= timedelta(hours=hours)
        step.due_at -= timedelta(hours=hours)
        step.save()


def told(person, what):
    return Notice.objects.filter(person=person, what=what).count()


def test_half_the_time_brings_one_reminder(request_, mei):
    pass_time(request_, 25)
    deadlines.watch()
    deadlines.watch()
    assert told(mei, "approvals.reminded") == 1
    assert names(request_) == ["Mei"]


def test_all_the_time_brings_the_next_level_in_beside(request_, mei, chief):
    pass_time(request_, 49)
    deadlines.watch()
    deadlines.watch()
    assert names(request_) == ["Mei", "Chief"]
    assert told(chief, "approvals.asked") == 1
    assert request_.steps.get().due_at > timezone.now() + timedelta(hours=47)
    assert told(mei, "approvals.reminded") == 0, "half of the new time has to pass first"
    request_.approve(by=chief, seal=request_.seal)
    assert Approval.objects.get(pk=request_.pk).state == "approved"


def test_it_rises_to_the_owner_and_no_further(request_):
    for _level in range(4):
        pass_time(request_, 49)
        deadlines.watch()
    assert names(request_) == ["Mei", "Chief", "Qian"]


def test_two_watches_at_the_same_time_change_nothing(request_):
    pass_time(request_, 49)
    deadlines.watch()
    deadlines.watch()
    assert Approver.objects.filter(way="escalated").count() == 1


def test_an_absence_passes_on_what_waits_and_what_comes(request_, mei, wang, li, chief):
    now = timezone.now()
    announce(by=mei, begins_at=now, ends_at=now + timedelta(days=2))
    assert names(request_) == ["Chief"]
    another = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    assert names(another) == ["Chief"]


def test_an_absence_to_come_changes_nothing_yet(request_, mei):
    now = timezone.now()
    announce(by=mei, begins_at=now + timedelta(days=1), ends_at=now + timedelta(days=2))
    deadlines.watch()
    assert names(request_) == ["Mei"]


def test_an_absence_that_begins_passes_on_at_the_next_look(request_, mei):
    now = timezone.now()
    absence = announce(by=mei, begins_at=now + timedelta(seconds=0.5), ends_at=now + timedelta(days=2))
    while timezone.now() < absence.begins_at:
        pass
    deadlines.watch()
    assert names(request_) == ["Chief"]


def test_whose_requester_left_is_void(request_, wang, mei, zhao):
    wang.deactivate(by=zhao)
    approval = Approval.objects.get(pk=request_.pk)
    assert approval.state == "void"
    assert names(approval) == []


def test_another_manager_of_the_team_decides_what_waits(request_, east, chief, zhao, qian):
    peer = UserFactory(name="Peer", organization=zhao.organization, role=User.Role.MANAGER)
    lead(east, peer, by=zhao, decided_by=qian)
    assert names(request_) == ["Peer"]


def test_who_was_missing_is_found_later(acme, wang, mei, li):
    """Nobody could decide; then the organisation gets an owner."""
    chief = User.objects.get(name="Chief")
    request = ask_for_transfer(customer_of(wang), by=chief, to=li, reason="x")
    assert names(request) == []
    UserFactory(name="Owner", organization=acme, role=User.Role.ADMINISTRATOR, is_owner=True)
    deadlines.watch()
    assert names(request) == ["Owner"]
    assert ApprovalStep.objects.open().count() == 1
