"""`manage.py up`: the local stack, the same as `make run` without the set-up."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext_lazy as _

from crm.stack.__main__ import main


class Command(BaseCommand):
    """Start PostgreSQL, Valkey, web, worker and scheduler, and stay until Ctrl-C."""

    help = _("Start PostgreSQL, Valkey, web, worker and scheduler, and stay until Ctrl-C.")
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        raise SystemExit(main(["up"]))
