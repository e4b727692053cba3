"""The door for letters to canary records; Postfix pipes them in (docs/operations.md)."""

import sys

from django.core.management.base import BaseCommand
from django.db import Error

from customers.marking.letters import LARGEST, receive

TRY_AGAIN_LATER = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the letter and comes back


class Command(BaseCommand):
    help = (
        "Read one letter from standard input and record whose canary it was sent to. Answers as a mail server expects."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", nargs="*", default=[], help="the recipients, as the mail server has them")

    def handle(self, *, to, **options):
        content = sys.stdin.buffer.read(LARGEST)
        try:
            hits = receive(content, to)
        except Error:
            sys.exit(TRY_AGAIN_LATER)
        self.stdout.write(f"{hits} recorded")
