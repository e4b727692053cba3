"""The one Celery task: do a job of the outbox. Jobs themselves are plain functions registered by name."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
app = Celery("crm")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="crm.perform")
def perform(job_id, organization_id):
    from accounts.outbox import perform as perform_job

    perform_job(job_id, organization_id)
