"""What people see of jobs: an administrator those that failed, everybody how far his own are."""

import pytest
from django.urls import reverse

from accounts import dead_letters, outbox, tenancy
from accounts.deeds import Refused
from accounts.models import Outbox, Progress
from accounts.outbox import relay_once
from audit.models import Entry

TASK = "accounts.sweep"


def waiting(**fields):
    job = Outbox.objects.create(task=TASK, dedupe_key="1", **fields)
    return Outbox.objects.get(pk=job.pk)


@pytest.fixture
def dead(acme):
    error = """IntegrityError('duplicate key value violates unique constraint "identity_once"\\nDETAIL: Key (x)=(Zhuoran)')"""
    return waiting(attempts=12, dead_at=tenancy.now(), last_error=error)


def test_dead_letters_are_listed_without_what_they_are_about(zhao, dead, sign_in):
    page = sign_in(zhao).get(reverse("accounts:dead_letters")).content.decode()

    assert TASK in page
    assert "IntegrityError: duplicate key value violates unique constraint …" in page
    assert "Zhuoran" not in page


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("ValueError('Zhuoran Ltd is unknown')", "ValueError"),
        ("KeyError('Zhuoran Ltd')", "KeyError"),
        ("OperationalError('the connection is lost')", "OperationalError: the connection is lost"),
        (
            "DataError('invalid input syntax for type date: \"Zhuoran\"\\nLINE 1: ..')",
            "DataError: invalid input syntax for type date: …",
        ),
        ("DataError('value too long (Zhuoran Ltd) for it')", "DataError: value too long … for it"),
        ("TimeoutError()", "TimeoutError"),
        ("SoftTimeLimitExceeded()", "SoftTimeLimitExceeded"),
    ],
)
def test_an_error_is_told_in_outline(error, told):
    assert dead_letters.outline(error) == told


def test_an_administrator_has_a_job_tried_again_and_that_is_recorded(zhao, dead, sign_in, monkeypatch):
    published = []
    monkeypatch.setattr(outbox, "publish", lambda *job: published.append(job))

    sign_in(zhao).post(f"/jobs/{dead.pk}/retry/")

    job = Outbox.objects.get()
    assert (job.dead_at, job.attempts, job.last_error) == (None, 0, "")
    entry = Entry.objects.get(action="accounts.retry")
    assert (entry.actor, entry.row_id, entry.after) == (zhao, str(dead.pk), {"task": TASK})
    while relay_once():  # other organisations of these tests may have jobs that wait, too
        pass
    assert (dead.pk, zhao.organization_id, "default") in published


def test_a_job_that_is_under_way_is_left_alone(zhao, dead, sign_in):
    Outbox.objects.update(dead_at=None)

    assert sign_in(zhao).post(f"/jobs/{dead.pk}/retry/").status_code == 302
    assert Outbox.objects.get().attempts == 12


@pytest.mark.parametrize("person", ["wang", "mei", "shen"])
def test_nobody_else_has_jobs_tried_again(person, dead, request):
    with pytest.raises(Refused):
        dead.retry(by=request.getfixturevalue(person))


def test_what_is_only_just_written_is_no_dead_letter(acme):
    waiting()

    assert dead_letters.unfinished() == []


# Progress


@pytest.fixture
def halfway(wang):
    return Progress.objects.create(started_by=wang, total=1200, done=600, url="/customers/")


def poll(client, progress, **headers):
    return client.get(f"/progress/{progress.pk}/", headers={"HX-Request": "true", **headers})


def test_progress_is_ones_own(halfway, mei, sign_in):
    assert sign_in(mei).get(f"/progress/{halfway.pk}/").status_code == 404


def test_a_running_job_is_polled_on_and_answered_with_304_while_nothing_moves(halfway, wang, sign_in):
    client = sign_in(wang)

    first = poll(client, halfway)
    again = poll(client, halfway, **{"If-None-Match": first["ETag"]})
    halfway.done = 700
    halfway.save()
    moved = poll(client, halfway, **{"If-None-Match": first["ETag"]})

    assert f'hx-get="/progress/{halfway.pk}/"' in first.content.decode()
    assert "600 of 1,200" in first.content.decode()
    assert (again.status_code, again.content) == (304, b"")
    assert (moved.status_code, "700 of 1,200" in moved.content.decode()) == (200, True)


def test_a_finished_job_sends_the_page_on(halfway, wang, sign_in):
    halfway.finished_at = tenancy.now()
    halfway.save()
    assert poll(sign_in(wang), halfway)["HX-Redirect"] == "/customers/"
    assert sign_in(wang).get(f"/progress/{halfway.pk}/")["Location"] == "/customers/"

    halfway.url = ""
    halfway.save()
    assert poll(sign_in(wang), halfway)["HX-Refresh"] == "true"


def test_a_failed_job_says_so_and_is_polled_no_more(halfway, wang, sign_in):
    halfway.finished_at, halfway.url, halfway.failure = tenancy.now(), "", "The list could not be read."
    halfway.save()

    answer = poll(sign_in(wang), halfway)

    assert "The list could not be read." in answer.content.decode()
    assert "hx-get" not in answer.content.decode()
    assert "HX-Refresh" not in answer
