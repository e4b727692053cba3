"""The one Celery task: do a job of the outbox. Jobs themselves are plain functions registered by name."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
app = Celery("crm")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="crm.perform")
def perform(job_id, organization_id):
    from accounts.outbox import perform as perform_job

    perform_job(job_id, organization_id)


@worker_init.connect
def leave_to_the_relay_what_was_not_finished(**_details):
    """A worker that loses its broker would put back the messages it held, stumble over the broken line and end."""
    from kombu.transport.redis import QoS

    QoS.restore_at_shutdown = False
