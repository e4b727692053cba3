"""Jobs: written with the business, done once, tried again, given up where somebody sees it; recurring ones by slots."""

from datetime import timedelta

import pytest
from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError

from accounts import outbox, schedules, tenancy
from accounts.models import Organization, Outbox, Schedule, Team
from accounts.outbox import enqueue, perform, relay_once
from audit.models import Entry
from tests.factories import OrganizationFactory

TASK = "tests.name_a_team"


@pytest.fixture(autouse=True)
def team_maker(monkeypatch):
    """A job that leaves a trace, or fails."""

    def work(name="", error=""):
        Team.objects.create(name=name or "Made by a job")
        if error:
            raise ValueError(error)

    monkeypatch.setitem(outbox._jobs, TASK, work)


@pytest.fixture
def published(monkeypatch, acme):
    """What the broker was told of Acme's jobs, instead of a broker. Tests with threads leave jobs of others behind."""
    told = []
    monkeypatch.setattr(outbox, "publish", lambda *job: told.append(job) if job[1] == acme.pk else None)
    monkeypatch.setattr(outbox, "idle_queues", list)
    outbox._away["until"] = 0
    return told


def waiting(**fields):
    job = Outbox.objects.create(task=TASK, dedupe_key=fields.pop("dedupe_key", "1"), **fields)
    return Outbox.objects.get(pk=job.pk)


def ago(**span):
    return tenancy.now() - timedelta(**span)


# The outbox


def test_a_job_is_published_after_the_commit_and_not_before(acme, published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(TASK, dedupe_key="1", name="North")
        assert not published

    job = Outbox.objects.get()
    assert published == [(job.pk, acme.pk, "default")]


def test_a_job_of_work_that_was_taken_back_is_taken_back(acme):
    with transaction.atomic():
        enqueue(TASK, dedupe_key="1")
        transaction.set_rollback(True)

    assert not Outbox.objects.exists()


def test_asking_twice_is_one_job(acme):
    for _ in range(2):
        enqueue(TASK, dedupe_key="1")

    assert Outbox.objects.count() == 1


def test_an_unknown_job_cannot_be_written(acme):
    with pytest.raises(KeyError):
        enqueue("tests.unheard_of", dedupe_key="1")


def test_a_job_is_done_once_in_its_organisation(acme):
    job = waiting(arguments={"name": "North"})

    assert perform(job.pk, acme.pk)
    assert not perform(job.pk, acme.pk)

    assert Team.objects.get().name == "North"
    assert Outbox.objects.get().done_at
    assert Entry.objects.get(table_name="accounts_team").source == "job"


def test_a_job_acts_as_whoever_asked_for_it(acme, wang):
    perform(waiting(user=wang, arguments={"name": "North"}).pk, acme.pk)

    assert Entry.objects.get(table_name="accounts_team", after__name="North").actor == wang


def test_a_job_is_not_done_in_another_organisations_name(acme, outsider):
    job = waiting()

    assert not perform(job.pk, outsider.organization_id)
    assert not Team.objects.exists()


def test_a_failing_job_leaves_nothing_but_its_error(acme):
    job = waiting(arguments={"error": "broken"}, attempts=9)

    with pytest.raises(ValueError, match="broken"):
        perform(job.pk, acme.pk)

    job = Outbox.objects.get()
    assert (job.done_at, job.last_error, job.attempts) == (None, "ValueError('broken')", 1)
    assert not Team.objects.exists()


def test_the_relay_publishes_what_is_due_and_waits_longer_each_time(acme, published):
    due, later = waiting(due_at=ago(seconds=1)), waiting(dedupe_key="2", due_at=ago(minutes=-5))

    relay_once()
    relay_once()

    assert published == [(due.pk, acme.pk, "default")]
    first = Outbox.objects.get(pk=due.pk)
    Outbox.objects.filter(pk=due.pk).update(due_at=ago(seconds=1))
    relay_once()
    second = Outbox.objects.get(pk=due.pk)
    assert (first.attempts, second.attempts) == (1, 2)
    assert second.due_at - first.due_at > timedelta(seconds=4)
    assert Outbox.objects.get(pk=later.pk).attempts == 0


def test_a_job_that_fails_twelve_times_is_given_up(acme, published):
    job = waiting(attempts=12, last_error="ValueError('broken')", due_at=ago(seconds=1))

    relay_once()

    assert not published
    assert Outbox.objects.get(pk=job.pk).dead_at
    assert not perform(job.pk, acme.pk)


def test_a_job_that_only_waited_for_a_worker_is_never_given_up(acme, published):
    job = waiting(attempts=500, due_at=ago(seconds=1))

    relay_once()

    assert published == [(job.pk, acme.pk, "default")]


def test_what_the_broker_has_forgotten_is_published_without_waiting_for_its_lease(acme, published, monkeypatch):
    """A queue in which nothing waits, and undone jobs: after a restart of the broker they do not wait for minutes."""
    forgotten = waiting(dedupe_key="forgotten", attempts=6, due_at=ago(seconds=3) + timedelta(seconds=160))
    waiting(dedupe_key="just published", attempts=1, due_at=ago() + timedelta(seconds=5))
    waiting(dedupe_key="failed", attempts=6, due_at=ago(seconds=3) + timedelta(seconds=160), last_error="no")

    relay_once()
    assert not published

    monkeypatch.setattr(outbox, "idle_queues", lambda: ["default"])
    relay_once()
    assert published == [(forgotten.pk, acme.pk, "default")]


def test_an_absent_broker_costs_no_lease(acme, monkeypatch):
    job = waiting(due_at=ago(seconds=1))
    nobody = Connection("redis://127.0.0.1:1/0", transport_options={"socket_connect_timeout": 1})
    monkeypatch.setattr(outbox.current_app, "connection_for_write", lambda: nobody)
    with pytest.raises(nobody.recoverable_connection_errors):
        relay_once()
    assert Outbox.objects.get().attempts == job.attempts == 0


def test_one_organisation_has_at_most_three_bulk_jobs_under_way(acme, published):
    for number in range(5):
        waiting(dedupe_key=str(number), queue="bulk", due_at=ago(seconds=1))

    relay_once()

    assert len(published) == 3


def test_an_absent_broker_is_asked_once_in_a_while(acme, monkeypatch, django_capture_on_commit_callbacks):
    asked = []

    def away(*job):
        asked.append(job)
        raise OperationalError

    monkeypatch.setattr(outbox, "publish", away)
    outbox._away["until"] = 0
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            enqueue(TASK, dedupe_key=str(number))
    outbox._away["until"] = 0

    assert len(asked) == 1
    assert Outbox.objects.filter(done_at=None).count() == 3


# Recurring jobs


@pytest.fixture
def hourly(acme):
    """The sweep of Acme; nobody else's is due."""
    schedules.begin_for(acme)
    Schedule.objects.exclude(task="accounts.sweep").update(next_at=ago(days=-1))
    return Schedule.objects.filter(task="accounts.sweep")


def test_a_slot_is_one_job_whoever_ticks(hourly):
    hourly.update(next_at=ago(minutes=1))

    for _ in range(3):
        schedules.tick()

    assert Outbox.objects.filter(task="accounts.sweep").count() == 1
    assert timedelta(minutes=58) < hourly.get().next_at - tenancy.now() < timedelta(hours=1)


def test_missed_slots_are_not_made_up_for(hourly):
    hourly.update(next_at=ago(hours=7, minutes=1))

    schedules.tick()

    assert Outbox.objects.filter(task="accounts.sweep").count() == 1
    assert hourly.get().next_at > tenancy.now()


def test_every_organisation_ticks_by_itself(hourly):
    other = OrganizationFactory()
    with tenancy.scope(other):
        schedules.begin_for(other)
        Schedule.objects.update(next_at=ago(minutes=1))
    hourly.update(next_at=ago(days=-1))

    schedules.tick()

    assert not Outbox.objects.exists()
    with tenancy.scope(other):
        assert Outbox.objects.filter(task="accounts.sweep").exists()


def test_the_sweep_takes_old_machinery_and_nothing_else(acme, zhao):
    done = waiting(done_at=ago(days=31))
    dead = waiting(dedupe_key="2", dead_at=ago(days=31), last_error="x")
    fresh = waiting(dedupe_key="3", done_at=ago(days=1))

    outbox._jobs["accounts.sweep"]()

    assert set(Outbox.objects.values_list("pk", flat=True)) == {dead.pk, fresh.pk}
    assert done.pk
    assert Organization.objects.exists()
