"""What reading a mail takes: a plain one, and the bombs of `tests/test_reading_mail.py`.

    make test ARGS="tests/measure_reading_mail.py -s -p no:cacheprovider"

Prints the median and the worst processor time of each, and how many cores the machine has.
"""

import os
import statistics
import sys
import time
from contextlib import suppress
from email.message import EmailMessage

from customers.evidence.artefacts import Unusable
from customers.evidence.mail import read
from tests.test_reading_mail import BOMBS

ROUNDS = 200


def plain() -> bytes:
    """As a mail program saves it, with 2 KB of text."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "chen@x.example", "wang@y.example", "Drawings"
    message["Date"], message["Message-ID"] = "Mon, 02 Nov 2026 10:00:00 +0800", "<1@x.example>"
    message.set_content("They want the drawings of the spindle line.\n" * 45)
    return message.as_bytes()


def most() -> bytes:
    """As many addresses as are read at all: 6 KB in each of To and Cc."""
    many = b", ".join(b"a%d@b.ee" % number for number in range(500))[: 6 * 1024 - 20]
    return b"From: chen@x.example\r\nTo: %s\r\nCc: %s\r\n\r\nx" % (many, many)


def bundle() -> bytes:
    """Such mails by the dozen on one, as attachments."""
    part = b"--a\r\nContent-Type: text/x\r\nContent-Disposition: attachment; filename=x.eml\r\n\r\n" + most() + b"\r\n"
    head = b'From: chen@x.example\r\nContent-Type: multipart/mixed; boundary="a"\r\n\r\n'
    return head + part * 90 + b"--a--\r\n"


def seconds(content, rounds) -> list[float]:
    taken = []
    for _round in range(rounds):
        began = time.process_time()
        with suppress(Unusable):
            read(content)
        taken.append(time.process_time() - began)
    return taken


def test_what_reading_a_mail_takes():
    sys.stdout.write(f"{os.cpu_count()} cores\n")
    for name, content in [("plain", plain()), *BOMBS.items(), ("most read", most()), ("with 90 mails", bundle())]:
        taken = seconds(content, ROUNDS if name == "plain" else 3)
        size = len(content) / 1024
        sys.stdout.write(
            f"{name:>15}: {size:9.1f} KB  median {statistics.median(taken) * 1e3:8.2f} ms  worst {max(taken) * 1e3:8.2f} ms\n"
        )
