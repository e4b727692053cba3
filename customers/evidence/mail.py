"""What a mail says: who wrote to whom, when, and how it begins. Nothing of it is executed, and no attachment is opened but
the mail that somebody forwards.

The parts are told apart by the old policy of the standard library, which is quick whatever it is given; the words of a
header by `policy.default`, which needs some 0.1 s for 6 KB of addresses, and so is given no more (decision 0036).
"""

import codecs
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import NamedTuple

from customers.evidence.artefacts import Problem, Unusable, plain_text


class Limits(NamedTuple):
    """How large a mail may be that is looked at; whatever is more is kept, and not read."""

    upload: int = 5 * 1024 * 1024
    inbound: int = 20 * 1024 * 1024
    headings: int = 64 * 1024  # before the first empty line
    addresses: int = 6 * 1024  # of one header
    header: int = 2 * 1024  # any other that is read
    parts: int = 100
    levels: int = 20
    recipients: int = 50
    originals: int = 2  # mails that hang on one: exactly one is the original of a forwarded mail


LIMITS = Limits()
EMPTY_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")
PARTS = re.compile(rb"(?i)(?:\A|[\r\n])content-type[ \t]*:")
LEVELS = re.compile(rb"(?i)boundary[*0-9]*[ \t]*=|message/")
ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
QUOTED = re.compile(r"^(>|-- ?$|-{3,}|_{5,}|(on .*wrote|from|发件人|原始邮件|在.*写道)\s*[:：])", re.IGNORECASE)
CHARSETS = frozenset(
    codecs.lookup(name).name
    for name in [
        "ascii",
        "utf-8",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "big5hkscs",
        "iso-2022-jp",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "koi8-r",
        "iso8859-1",
        "iso8859-2",
        "iso8859-9",
        "iso8859-15",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1254",
    ]
)
LINES, LETTERS = 6, 500


@dataclass
class Letter:
    """A mail as far as it is looked at. `to_many` is a mail to more people than a contact has."""

    name: str
    sender: str
    recipients: list[str]
    written_at: datetime | None
    subject: str
    opening: str
    to_many: bool = False
    originals: list["Letter"] = field(default_factory=list)

    @property
    def words(self):
        """What a follow-up says of it."""
        return "\n".join(filter(None, (self.subject, self.opening)))


def read(content: bytes, most=LIMITS.upload) -> Letter:
    """The mail in a file; raises Unusable."""
    _look_outside(content, most)
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(content)
        return _letter(message, with_originals=True)
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError):
        raise Unusable(Problem.UNREADABLE) from None  # the library stumbled over what no mail program writes


def _look_outside(content, most):
    """Before a parser sees it: size, headings, parts and levels."""
    if len(content) > most:
        raise Unusable(Problem.TOO_LARGE)
    if b"\0" in content or not content.strip():
        raise Unusable(Problem.UNREADABLE)
    end = EMPTY_LINE.search(content, 0, LIMITS.headings)
    if end is None and len(content) > LIMITS.headings:
        raise Unusable(Problem.TOO_COMPLEX)
    if _more_than(PARTS, content, LIMITS.parts) or _more_than(LEVELS, content, LIMITS.levels):
        raise Unusable(Problem.TOO_COMPLEX)


def _more_than(pattern, content, most):
    return any(number > most for number, _found in enumerate(pattern.finditer(content), start=1))


def _letter(message, with_originals=False) -> Letter:
    sender, senders_many = _addresses(message, "from")
    to, to_many = _addresses(message, "to")
    copies, copies_many = _addresses(message, "cc")
    if senders_many or len(sender) != 1:
        raise Unusable(Problem.UNREADABLE)
    written_at, subject = _date(_only(message, "date")), plain_text(_words(_only(message, "subject"), "subject"), 200)
    recipients = list(dict.fromkeys([*to, *copies]))
    return Letter(
        name=_name(message, sender[0], recipients, written_at, subject),
        sender=sender[0],
        recipients=recipients[: LIMITS.recipients],
        written_at=written_at,
        subject=subject.replace("\n", " "),
        opening=_opening(message),
        to_many=to_many or copies_many or len(recipients) > LIMITS.recipients,
        originals=[_letter(each) for each in islice(_originals(message), LIMITS.originals)] if with_originals else [],
    )


def _name(message, sender, recipients, written_at, subject):
    """Its Message-ID; without one, what is the same in every copy of it."""
    if given := "".join(_only(message, "message-id").split()).strip("<>"):
        return given
    same = "\0".join([sender, *sorted(recipients), str(written_at), subject])
    return hashlib.sha256(same.encode(errors="replace")).hexdigest()


def _values(message, name):
    """The raw values of a header, unfolded. Bytes that are no ASCII are read as UTF-8, as mail programs mean them."""
    for header, value in message.raw_items():
        if header.lower() == name:
            raw = "".join(str(value).splitlines())
            yield raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _only(message, name):
    """The one value of a header that stands at most once; twice, and two readers could read two mails."""
    found = list(_values(message, name))
    if len(found) > 1 or any(len(each) > LIMITS.header for each in found):
        raise Unusable(Problem.TOO_COMPLEX)
    return found[0] if found else ""


def _words(raw, name):
    return str(policy.default.header_factory(name, raw))


def _addresses(message, name) -> tuple[list[str], bool]:
    """The addresses of a header, and whether it has more than are read."""
    found: list[str] = []
    values = list(_values(message, name))
    if sum(map(len, values)) > LIMITS.addresses:
        return [], True
    for raw in values:
        for address in policy.default.header_factory(name, raw).addresses:
            if ADDRESS.fullmatch(written := address.addr_spec.lower()):
                found.append(written)
    return found, False


def _date(raw) -> datetime | None:
    try:
        written = parsedate_to_datetime(raw)
        return (written if written.tzinfo else written.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _originals(message):
    """The mails that hang on this one, as their senders wrote them."""
    for part in message.get_payload() if message.is_multipart() else []:
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            yield part.get_payload(0)
        elif (part.get_filename() or "").lower().endswith(".eml"):
            content = part.get_payload(decode=True) or b""
            _look_outside(content, LIMITS.inbound)
            yield BytesParser(policy=policy.compat32).parsebytes(content)


def _opening(message) -> str:
    """The first lines that the sender wrote himself, as text."""
    part = next(_texts(message), None)
    if part is None:
        return ""
    raw = (part.get_payload(decode=True) or b"")[:65536]
    kept: list[str] = []
    for line in plain_text(raw.decode(_charset(part), "replace"), 20_000).split("\n"):
        if QUOTED.match(line):
            break
        kept.append(line)
    return "\n".join(kept[:LINES])[:LETTERS].strip()


def _texts(message):
    """Parts of plain text that are the mail itself and hang on nothing."""
    if message.get_content_type() == "message/rfc822":
        return
    if message.is_multipart():
        for part in message.get_payload():
            yield from _texts(part)
    elif message.get_content_type() == "text/plain" and not message.get_filename():
        yield message


def _charset(part):
    """One that text is written in. Others (utf-7, and the codecs that are none) are read as ASCII."""
    try:
        name = codecs.lookup(str(part.get_content_charset("utf-8"))).name
    except (LookupError, ValueError):
        return "ascii"
    return name if name in CHARSETS else "ascii"
