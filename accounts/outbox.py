"""Jobs: none lost, none done twice.

`enqueue` writes the job in the business transaction and is the only way to start one. A worker locks the row, does the
work and marks it done in one transaction; the relay publishes whatever the broker lost. Redis needs no persistence.
"""

import time

import structlog
from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from accounts import tenancy
from accounts.models import Outbox, User

log = structlog.get_logger()
_jobs = {}
TASK = "crm.perform"
QUEUES = ["default", "bulk"]
REST = 15  # seconds without asking an absent broker again
_away = {"until": 0.0}


def job(name):
    """Register a function of JSON arguments under a name; it runs in its organisation's scope, in the job's transaction."""

    def register(work):
        if name in _jobs:
            raise ValueError(f"{name} is a job already")
        _jobs[name] = work
        return work

    return register


def enqueue(task, *, dedupe_key, queue="default", user=None, due_at=None, **arguments):
    """Write a job into this transaction. The same task and key of one organisation is one job, however often it is asked for.

    With `due_at` nobody is told before: the relay finds it then."""
    if task not in _jobs:
        raise KeyError(f"{task} is not a registered job")
    row = Outbox(
        task=task, dedupe_key=dedupe_key, queue=queue, user=user, arguments=arguments, due_at=due_at or _first_lease()
    )
    Outbox.objects.bulk_create([row], ignore_conflicts=True)
    if due_at:
        return
    written = Outbox.objects.filter(task=task, dedupe_key=dedupe_key, done_at=None).values_list("pk", flat=True).first()
    if written:
        organization_id = tenancy.organization_id()
        transaction.on_commit(lambda: wake(written, organization_id, queue), robust=True)


def _first_lease():
    """The writer publishes at once; the relay looks after the job only if that came to nothing."""
    return tenancy.Clock() + tenancy.Seconds(5)


def wake(job_id, organization_id, queue):
    """Tell a worker at once, if the broker listens. If not, one request in a while notices; the relay tells later."""
    if time.monotonic() < _away["until"]:
        return
    try:
        publish(job_id, organization_id, queue)
    except OperationalError as error:
        _away["until"] = time.monotonic() + REST
        log.warning("broker_away", error=repr(error))


def publish(job_id, organization_id, queue):
    """Tell a worker; raises OperationalError when the broker is away (at once, or after the timeouts of the settings)."""
    current_app.send_task(TASK, args=[str(job_id), organization_id], queue=queue, retry=False)


def idle_queues() -> list[str]:
    """Queues in which the broker holds nothing; raises when it is away, so that no lease is spent in vain."""
    with current_app.connection_for_write() as line:
        line.connect()  # two tries; a channel alone would wait for the broker as long as it takes
        broker = line.channel().client
        return [queue for queue in QUEUES if not broker.llen(queue)]


def relay_once(most=200) -> int:
    """Claim due jobs, commit, then publish them: published before the commit, a fast worker would meet our lock and skip."""
    idle = idle_queues()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT job, organization, into_queue FROM outbox_claim(%s, %s)", [most, idle])
        due = cursor.fetchall()
    for job_id, organization_id, queue in due:
        publish(job_id, organization_id, queue)
    return len(due)


def perform(job_id, organization_id) -> bool:
    """Do a job unless it is done or under way elsewhere; True when it was done here."""
    try:
        with tenancy.scope(organization_id, source="job"):
            return _do(job_id)
    except Exception as error:
        _remember_failure(job_id, organization_id, error)
        raise


def _do(job_id):
    waiting = Outbox.objects.select_for_update(skip_locked=True, of=("self",))
    row = waiting.filter(pk=job_id, done_at=None, dead_at=None).first()
    if row is None:
        return False
    if row.user_id:
        tenancy.enter_as(User.objects.get(pk=row.user_id))
    _jobs[row.task](**row.arguments)
    row.done_at = tenancy.Clock()
    row.save(update_fields=["done_at"])
    return True


def _remember_failure(job_id, organization_id, error):
    log.error("job_failed", job=str(job_id), organization=organization_id, error=repr(error))
    with tenancy.scope(organization_id, source="job"):
        Outbox.objects.filter(pk=job_id, last_error="").update(attempts=1)  # waiting for a worker was no attempt
        Outbox.objects.filter(pk=job_id).update(last_error=repr(error)[:2000])
