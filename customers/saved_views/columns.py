"""Columns of the list beside name, state and protection period. None costs a further query: what they say stands in the row."""

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from customers import countries

MOST, LONGEST = 4, 28  # columns; characters of a cell
WHO, WHEN = "owner", "contact"  # drawn with a mark of their own
_TEXTS = {
    "industry": (_("Industry"), lambda row: row.industry),
    "region": (_("Province or city"), lambda row: row.region),
    "country": (_("Country or region"), lambda row: countries.name_of(row.country)),
    "source": (_("Source"), lambda row: row.source),
    "credit_code": (_("Credit code"), lambda row: row.credit_code),
    "website": (_("Web site"), lambda row: row.website),
    "created": (_("Created on"), lambda row: formats.date_format(timezone.localtime(row.created_at), "Y-m-d")),
}
COLUMNS = {WHO: _("Owner"), WHEN: _("Last follow-up")} | {name: label for name, (label, _reads) in _TEXTS.items()}
_FIELDS = {"created": "created_at", WHO: "owner_id", WHEN: "last_contact_at"}


def usual(base) -> list[str]:
    """The columns of a list that nobody has chosen any for; among one's own customers the owner says nothing."""
    return [WHEN] if base == "mine" else [WHO, WHEN]


def chosen(names) -> list[str]:
    """Those of the names that are columns, in the order of the house, as many as a page is wide for."""
    return [name for name in COLUMNS if name in set(names)][:MOST]


def fields_of(names) -> list[str]:
    """The columns of the table that they read."""
    return [_FIELDS.get(name, name) for name in names]


def texts(names) -> list[str]:
    return [name for name in names if name in _TEXTS]


def cells(row, names) -> list[str]:
    """What the row says in the columns that are plain text."""
    return [_short(_TEXTS[name][1](row)) for name in names]


def _short(text):
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
