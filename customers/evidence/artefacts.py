"""What a file shows, whatever kind it is, and why a file shows nothing."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Evidence

TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd")


class Problem(models.TextChoices):
    """Why a file is no evidence here. Each says what would be."""

    TOO_LARGE = "too_large", _("This file is larger than 5 MB. Forward the mail to your own address instead, or save it without its attachments.")  # fmt: skip
    TOO_COMPLEX = "too_complex", _("This file has more parts, levels or headings than a mail or an invitation has.")
    UNREADABLE = "unreadable", _("This is neither a mail (.eml) nor an invitation (.ics). Save it from your mail program as one of them.")  # fmt: skip
    NO_DATE = "no_date", _("This file does not say when it was written, so it shows no contact.")
    FUTURE = "future", _("The date in this file lies in the future. A mail shows a contact after it was sent, a meeting after it began.")  # fmt: skip
    CIRCULAR = "circular", _("This mail went to more than 50 people. A circular shows no contact with this customer.")
    STRANGERS = "strangers", _("Nobody in this file is a contact of this customer. Add the contact with the address first, or choose the customer it belongs to.")  # fmt: skip
    USED = "used", _("This has shown a contact already, and counts once.")
    OTHER_DAY = "other_day", _("This file is of another day than the contact. Leave “Occurred” empty, and the time of the file is taken.")  # fmt: skip
    NOT_ACCEPTED = "not_accepted", _("Nobody of this customer has accepted this invitation. One that only you sent shows no contact.")  # fmt: skip


class Unusable(Exception):
    """This file shows no contact here; `problem` says why."""

    def __init__(self, problem):
        super().__init__(problem)
        self.problem = Problem(problem)

    @property
    def sentence(self):
        return self.problem.label


@dataclass(frozen=True)
class Artefact:
    """One artefact of one customer. `name` tells it from every other of its kind, and is kept as a digest only."""

    kind: Evidence.Kind
    name: str
    happened_at: datetime
    strength: Evidence.Strength = Evidence.Strength.BROUGHT

    def digest(self, organization) -> bytes:
        return organization.digest(f"evidence {self.kind}", self.name)

    def is_used(self, organization) -> bool:
        return Evidence.objects.filter(kind=self.kind, digest=self.digest(organization)).exists()


def plain_text(text, most) -> str:
    """What may be kept of a stranger's text: no control characters, no turned direction, no lone surrogates, not long."""
    kept = "".join(sign for sign in text if sign == "\n" or _is_visible(sign))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in kept.split("\n"))
    return "\n".join(line for line in lines if line)[:most].strip()


def _is_visible(sign):
    return unicodedata.category(sign) not in ("Cc", "Cs", "Cn", "Co") and sign not in TURNING
