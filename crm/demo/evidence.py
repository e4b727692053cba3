"""What shows some contacts of the demo: a mail from the customer, one of our own, an invitation that was accepted."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.utils import timezone

from customers.evidence.gathering import log_with

INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Candor//Demo//EN
METHOD:REPLY
BEGIN:VEVENT
UID:spindle-pilot@demo
DTSTAMP:{at:%Y%m%dT%H%M%SZ}
DTSTART:{at:%Y%m%dT%H%M%SZ}
SUMMARY:样机试用 · Pilot of the spindle
ATTENDEE;PARTSTAT=ACCEPTED:mailto:{attendee}
END:VEVENT
END:VCALENDAR
"""


def show_some(people, customer):
    """`customer` finds a company by its line in the list; both have a contact with an address."""
    li = people["li.wei"]
    _bring(
        customer(0), li, _mail(_address_of(customer(0)), li.email, "样机协议 · Pilot agreement"), "对方确认周二签协议。"
    )
    _bring(customer(3), li, _mail(li.email, _address_of(customer(3)), "预算 · Budget"), "已发送预算明细。")
    at = timezone.now() - timedelta(hours=3)
    answer = INVITATION.format(at=at, attendee=_address_of(customer(9))).replace("\n", "\r\n").encode()
    log_with(customer(9), "answer.ics", answer, by=li, kind="meeting", content="They accepted the pilot meeting.")


def _bring(customer, person, mail, words):
    log_with(customer, "mail.eml", mail, by=person, kind="mail", content=words)


def _address_of(customer):
    return next(contact.email for contact in customer.contacts.select_related("person_key") if contact.email)


def _mail(sender, to, subject):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = (
        format_datetime(timezone.now() - timedelta(hours=2)),
        make_msgid(domain="demo"),
    )
    message.set_content("…")
    return message.as_bytes()
