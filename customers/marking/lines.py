"""A line of a list that leaves: what it says, in the order of its columns."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from customers import countries


class Line(NamedTuple):
    """One company with its first contact. The country is a code, phone and mail address are masked."""

    name: str
    other_name: str = ""
    short_name: str = ""
    credit_code: str = ""
    website: str = ""
    country: str = ""
    region: str = ""
    industry: str = ""
    source: str = ""
    source_number: str = ""
    owner: str = ""
    protected_until: str = ""
    contact: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""

    def cells(self) -> list[str]:
        """As the reader of the file reads it."""
        return list(self._replace(country=countries.name_of(self.country)))


def headings() -> list[str]:
    return [
        _("Registered name"), _("Name in the other language"), _("Short name"), _("Credit code"), _("Web site"),
        _("Country or region"), _("Province or city"), _("Industry"), _("Source"), _("Number in the source"),
        _("Owner"), _("Protected until"), _("Contact"), _("Position"), _("Phone"), _("E-mail"),
    ]  # fmt: skip
