"""The door for the mail server: one message on standard input, for one forwarding address."""

import re
import sys

from django.core.management.base import BaseCommand
from django.db import Error

from customers.evidence.arriving import Later, receive
from customers.evidence.mail import LIMITS

RECIPIENT = re.compile(r"log\+([0-9]{1,18})-([a-z2-7]{24})@[^@]+", re.ASCII | re.IGNORECASE)
REFUSED, LATER = 69, 75  # EX_UNAVAILABLE, EX_TEMPFAIL


class Command(BaseCommand):
    help = "Take in one mail from standard input, as a pipe of the mail server. An unknown address is answered like a known one."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("recipient", help="the address the mail was sent to, as the envelope says")

    def handle(self, *, recipient, **options):
        content = sys.stdin.buffer.read(LIMITS.inbound + 1)
        if len(content) > LIMITS.inbound:  # whoever's address it is: the sender hears of it
            sys.exit(REFUSED)
        if found := RECIPIENT.fullmatch(recipient.strip()):
            try:
                receive(int(found[1]), found[2], content)
            except (Later, Error):
                sys.exit(LATER)
