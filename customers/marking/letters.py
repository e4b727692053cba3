"""Letters to canary records. The mail server hands each over; whose it is, the address says."""

from contextlib import suppress
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from django.conf import settings

from accounts import tenancy
from accounts.keys import digest
from customers.marking.canaries import canaries_at
from customers.marking.hits import Way, keep
from customers.marking.recognising import addresses_in
from customers.models import Canary, CanaryHit

LARGEST = 2 * 1024 * 1024  # bytes that are read of a letter; what follows tells no more
ADDRESSED = ("X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc")
SHOWN = 200


def receive(content: bytes, recipients=()) -> int:
    """How many hits a letter is. Letters to nobody's address are none, and nobody is told that."""
    letter = message_from_bytes(content[:LARGEST], policy=policy.compat32)
    hits = 0
    for local, host in _addresses(letter, recipients):
        with tenancy.anonymous(source="mail"):
            found = canaries_at(host)
        for organization, canary in found:
            hits += _hit(organization, canary, f"{local}@{host}", letter, content)
    return hits


def _addresses(letter, recipients):
    """As the mail server says; if it does not, as the letter says."""
    asked = list(recipients) or [str(each) for name in ADDRESSED for each in letter.get_all(name, [])]
    return sorted({pair for text in asked for pair in addresses_in(text)})


def _hit(organization, canary, address, letter, content) -> bool:
    with tenancy.scope(organization, source="mail"):
        canary = Canary.objects.select_related("organization", "person", "export").get(pk=canary)
        is_exact = bytes(canary.email_index or b"") == canary.organization.digest("canary-mail", address)
        mark = CanaryHit.Mark.ADDRESS if is_exact else CanaryHit.Mark.HOST
        return (
            keep(canary, way=Way.MAIL, mark=mark, detail=_said(letter, address), key=_number(letter, content))
            is not None
        )


def _said(letter: Message, address) -> dict:
    """What an auditor needs to ask on: who wrote, when, about what."""
    told = {name: _plain(letter.get(name, "")) for name in ("From", "Date", "Subject", "Received")}
    return {"to": address, **{name.lower(): value for name, value in told.items() if value}}


def _plain(value) -> str:
    """One line without anything that cannot be seen; a header may hold whatever a stranger wants."""
    with suppress(HeaderParseError, LookupError, ValueError):
        value = make_header(decode_header(str(value)))
    text = " ".join(str(value).split())[:SHOWN]
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def _number(letter, content) -> str:
    """The same letter twice, because the mail server tried again, is one."""
    named = _plain(letter.get("Message-ID", ""))
    return f"mail:{named or digest(settings.MASTER_KEY, 'letter', content.hex()).hex()}"
