"""The scheduler: writes recurring jobs when they are due and publishes what the broker lost. Any number may run."""

import signal
import time

import structlog
from django.core.management.base import BaseCommand
from django.db import connection

from accounts.outbox import relay_once
from accounts.schedules import tick

log = structlog.get_logger()


class Command(BaseCommand):
    help = "Relay jobs from the outbox to the workers and start recurring ones."

    def handle(self, *args, **options):
        self.running = True
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while self.running:
            time.sleep(0.2 if self.round() else 0.5)

    def stop(self, *_):
        self.running = False

    def round(self) -> int:
        """One look; a database or broker that is away is tried again."""
        try:
            tick()
            return relay_once()
        except Exception as error:
            log.error("scheduler_round_failed", error=repr(error))
            connection.close()
            time.sleep(1)
            return 0
