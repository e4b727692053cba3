"""What an invitation says: which meeting, when, and who accepted. Definitions of time zones are left out before the library
sees them: it would work out every change of time that they describe."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils import timezone
from icalendar import Calendar

from customers.evidence.artefacts import Problem, Unusable, plain_text

MOST = 512 * 1024
EVENTS = 20
BLOCKS = re.compile(rb"(?i)(?:\A|[\r\n])BEGIN:")
ZONES = re.compile(rb"(?is)(?:\A|(?<=[\r\n]))BEGIN:VTIMEZONE.*?END:VTIMEZONE[ \t]*(?:\r\n|\r|\n|\Z)")
BEGINS = re.compile(rb"(?i)\A(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR")


@dataclass(frozen=True)
class Meeting:
    """One meeting. `is_answer` is what an attendee's calendar sent back; its time is when he answered."""

    name: str
    happened_at: datetime
    accepted_by: tuple[str, ...]
    organizer: str
    is_answer: bool
    summary: str

    @property
    def agreed(self):
        """Who said by it that he comes: who accepted, and who invited."""
        return self.accepted_by if self.is_answer else (*self.accepted_by, self.organizer)


def is_calendar(content: bytes) -> bool:
    return bool(BEGINS.match(content))


def read(content: bytes) -> list[Meeting]:
    """The meetings in a file; raises Unusable."""
    if len(content) > MOST:
        raise Unusable(Problem.TOO_LARGE)
    if b"\0" in content:
        raise Unusable(Problem.UNREADABLE)
    if sum(1 for _block in BLOCKS.finditer(content)) > 4 * EVENTS:
        raise Unusable(Problem.TOO_COMPLEX)
    try:
        calendar = Calendar.from_ical(ZONES.sub(b"", content))
        method = str(calendar.get("METHOD", "")).upper()
        events = [] if method == "CANCEL" else calendar.walk("VEVENT")[:EVENTS]
        return [_meeting(event, method == "REPLY") for event in events if event.get("STATUS", "") != "CANCELLED"]
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Unusable(Problem.UNREADABLE) from None


def _meeting(event, is_answer) -> Meeting:
    uid = str(event["UID"])[:500]
    again = event.get("RECURRENCE-ID")
    at = event.decoded("DTSTAMP" if is_answer else "DTSTART")
    return Meeting(
        name=f"{uid}\0{_moment(again.dt).isoformat() if again else ''}",
        happened_at=_moment(at),
        accepted_by=tuple(_address(each) for each in _attendees(event) if _has_accepted(each)),
        organizer=_address(event.get("ORGANIZER", "")),
        is_answer=is_answer,
        summary=plain_text(str(event.get("SUMMARY", "")), 200),
    )


def _attendees(event):
    found = event.get("ATTENDEE", [])
    return (found if isinstance(found, list) else [found])[:100]


def _has_accepted(attendee):
    return str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper() == "ACCEPTED"


def _address(calendar_user):
    return str(calendar_user).strip().lower().removeprefix("mailto:")


def _moment(at) -> datetime:
    """A day begins at midnight where the organisation is, and so does a time without a zone."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, time.min) if isinstance(at, date) else None
    if at is None:
        raise ValueError("no time")
    return (timezone.make_aware(at) if at.tzinfo is None else at).astimezone(UTC)
