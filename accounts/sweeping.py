"""Machinery rows that have served their time are swept away; nothing of the business is ever swept."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Notice, OnceKey, Outbox, Session
from accounts.schedules import every


@every("accounts.sweep", timedelta(hours=1))
def sweep():
    now = timezone.now()
    OnceKey.objects.filter(used_at__lt=now - timedelta(days=2)).delete()
    Outbox.objects.filter(done_at__lt=now - timedelta(days=30)).delete()
    Notice.objects.filter(read_at__lt=now - timedelta(days=180)).delete()
    Session.objects.filter(began_at__lt=now - timedelta(days=200)).delete()
