"""How duplicates are found in somebody's own lists: answers, pairs and figures, from a database that is dropped afterwards."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from customers.duplicates.trial import running, scratch, tables, telling


class Command(BaseCommand):
    help = (
        "Load CUSTOMERS.csv into a database of its own, answer each row of QUERIES.csv, compare all customers, write answers.csv, "
        "pairs.csv and summary.json into DIR, and drop the database. What Candor holds is neither read nor changed."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("customers", type=Path, help="id,name,uscc,phone,email,website,city,address,contact")
        parser.add_argument("queries", type=Path, help="qid and the same columns; others are left unread")
        parser.add_argument("--out", type=Path, required=True, help="the folder of the answers")
        parser.add_argument("--others", type=int, default=0, help="so many other organisations beside, for latency")
        parser.add_argument(
            "--inside", action="store_true", help="(for itself) this process is in the database of the trial"
        )

    def handle(self, *, customers, queries, out, others, inside, **options):
        try:
            if inside:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process outside, which ends this one
                telling.tell(self.said, running.run(customers, queries, out, say=self.said, others=others))
            else:
                self.outside([customers.resolve(), queries.resolve(), "--out", out.resolve(), "--others", others])
        except (tables.Unreadable, scratch.Refused) as sentence:
            raise CommandError(str(sentence)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. The database of the trial is dropped.", returncode=130) from None

    def said(self, line):
        """At once: the steps of a large list take minutes."""
        self.stdout.write(line)
        self.stdout.flush()

    def outside(self, arguments):
        """Make the database, send a process into it, and drop it whatever becomes of that process."""
        tables.check(arguments[0], "id")
        tables.check(arguments[1], "qid", "id")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.default_int_handler)
        addresses = os.environ["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
        with scratch.database(*addresses, template=scratch.template()) as (name, variables):
            self.said(f"The trial runs in the database {name}, which is dropped at its end.")
            code = self.sent(["duplicates_trial", *map(str, arguments), "--inside"], os.environ | variables)
        if code:
            raise CommandError(
                "The trial did not end well; its lines above say why. Its database is dropped.", returncode=code
            )

    def sent(self, arguments, environment):
        child = subprocess.Popen([sys.executable, settings.BASE_DIR / "manage.py", *arguments], env=environment)  # noqa: S603 itself
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
