"""Mails, invitations and call logs for tests, and evidence with a file behind it."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from accounts import tenancy
from accounts.models import StoredFile
from customers import follow_ups
from customers.evidence.arriving import read_mail
from customers.models import Evidence, InboundMail, MailAddress

CHEN = "chen@hengchuan.example"
CONTACT = {"name": "Chen", "phone": "+8613800138000", "email": CHEN}
_numbers = count(1)


def a_mail(sender=CHEN, to="wang@acme.example", *, ago=timedelta(minutes=5), text="They want the drawings.", **headers):
    """An .eml as a mail program saves it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, headers.pop("subject", "Drawings")
    at = headers.pop("date", None) or format_datetime(tenancy.now() - ago)
    if at != "none":
        message["Date"] = at
    message["Message-ID"] = headers.pop("message_id", f"<{next(_numbers)}@hengchuan.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def forwarded(original, *, sender, to="log+1@in.example"):
    """A mail on which another hangs, as “forward as attachment” makes it."""
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = sender, to, "Fwd"
    outer["Date"] = format_datetime(tenancy.now())
    outer["Message-ID"] = f"<{next(_numbers)}@acme.example>"
    outer.set_content("see below")
    outer.add_attachment(message_from_bytes(original, policy=policy.default))
    return outer.as_bytes()


def an_invitation(
    attendee=CHEN,
    partstat="ACCEPTED",
    *,
    organizer="wang@acme.example",
    ago=timedelta(hours=1),
    method="REQUEST",
    uid=None,
    extra="",
):
    start = (tenancy.now() - ago).strftime("%Y%m%dT%H%M%SZ")
    uid = uid or f"{next(_numbers)}@calendar.example"
    lines = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//EN
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{start}
DTSTART:{start}
SUMMARY:Meeting about the pumps
ORGANIZER:mailto:{organizer}
ATTENDEE;PARTSTAT={partstat}:mailto:{attendee}
{extra}END:VEVENT
END:VCALENDAR
"""
    return lines.replace("\n", "\r\n").encode()


def mail_for(person):
    """(his forwarding address, a mail that came in by it and waits to be sorted), past the doors."""
    address = MailAddress(person=person).draw()
    address.save(force_insert=True)
    content = a_mail(sender="buyer@new.example")
    arrived = InboundMail.objects.create(person=person, file=StoredFile.keep("mail.eml", content, by=person))
    read_mail(str(arrived.pk))
    return address, InboundMail.objects.get(pk=arrived.pk)


def proven(customer, by, kind="mail", *, digest=b"one", ago=timedelta(minutes=1), **evidence):
    """A contact with evidence of the same hour, past the doors: a row with a file that says nothing."""
    at = tenancy.now() - ago
    entry = follow_ups.log(customer, by=by, content="They want the drawings.", occurred_at=at)
    return shown(entry, by, kind, digest=digest, happened_at=at, **evidence)


def shown(entry, by, kind="mail", *, digest=b"one", happened_at=None, **evidence):
    """Evidence for a follow-up, past the doors."""
    file = None if kind == "confirmation" else StoredFile.keep("mail.eml", b"x", by=by)
    happened_at = happened_at or entry.occurred_at
    Evidence.objects.create(
        customer_id=entry.customer_id,
        follow_up=entry,
        kind=kind,
        digest=digest,
        happened_at=happened_at,
        file=file,
        **evidence,
    )
    return entry
