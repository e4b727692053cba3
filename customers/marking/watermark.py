"""What a list says of itself: which export it is, who took it, when, what for. It can be cut off; the other marks cannot be
seen."""

import re

from django.utils import formats, timezone
from django.utils.translation import gettext as _

NUMBER = re.compile(r"\bEX-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
SIGN = "# "  # the usual sign of a remark in lists of values; no spreadsheet runs it
_LINE = re.compile(rf"{SIGN}(?:{NUMBER.pattern})")
MOST_IN_FOOTER = 220  # of the 255 that Excel takes, its own signs included


def line(export, at) -> str:
    """One line that stands at the end of the rows."""
    return SIGN + said(export, at)


def said(export, at) -> str:
    person = export.requested_by
    when = formats.date_format(timezone.localtime(at), "Y-m-d H:i")
    return " · ".join((export.number, f"{person.name} <{person.email}>", when, _one_line(export.purpose)))


def is_line(cell: str) -> bool:
    """Is this the line at the end of a list of ours?"""
    return bool(_LINE.match(cell))


def file_name(export, at) -> str:
    return f"customers-{export.number}-{timezone.localtime(at):%Y-%m-%d}.{export.format}"


def properties(export, at) -> dict:
    """Of a workbook, as Excel and the file managers show them."""
    return {
        "title": export.number,
        "subject": _one_line(export.purpose),
        "author": export.requested_by.name,
        "company": export.organization.name,
        "comments": said(export, at),
        "category": _("Export"),
        "created": timezone.localtime(at).replace(tzinfo=None),
    }


def footer(export, at) -> str:
    """For each printed page. Excel reads `&` as a sign of its own; two of them are one that is printed."""
    text = said(export, at)
    while len(printed := text.replace("&", "&&")) > MOST_IN_FOOTER:
        text = text[:-1]
    return f"&L&8{printed}&R&8&P / &N"


def _one_line(text):
    return " ".join(text.split())
