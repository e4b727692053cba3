"""Recurring jobs: a row per organisation says when it is due; ten schedulers at once are harmless."""

from datetime import timedelta

from django.db import connection, transaction

from accounts.models import Schedule
from accounts.outbox import job

_schedules = {}


def every(task, interval: timedelta):
    """Register a job that every organisation runs at this interval."""

    def register(work):
        _schedules[task] = interval
        return job(task)(work)

    return register


def begin_for(organization):
    """The schedules of a new organisation."""
    Schedule.objects.bulk_create(
        Schedule(organization=organization, task=task, every=interval) for task, interval in _schedules.items()
    )


def begin_everywhere(connection):
    """After a migration: recurring jobs that this version brings along, for the organisations that exist."""
    with connection.cursor() as cursor:
        for task, interval in _schedules.items():
            cursor.execute("SELECT schedule_everywhere(%s, %s)", [task, interval])


def tick() -> int:
    """Write the jobs that are due now; how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT schedule_tick()")
        return cursor.fetchone()[0]
