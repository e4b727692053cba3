"""A line of a list that leaves: what it says, in the order of its columns."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from customers import countries
from customers.models import Customer


class Line(NamedTuple):
    """One company with its first contact. Country and size are codes, phone and mail address are masked."""

    name: str
    other_name: str = ""
    short_name: str = ""
    credit_code: str = ""
    website: str = ""
    country: str = ""
    region: str = ""
    industry: str = ""
    size: str = ""
    tier: str = ""
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
        size = Customer.Size(self.size).label if self.size else ""
        return list(self._replace(country=countries.name_of(self.country), size=str(size)))


def headings() -> list[str]:
    return [
        _("Registered name"), _("Name in the other language"), _("Short name"), _("Credit code"), _("Web site"),
        _("Country or region"), _("Province or city"), _("Industry"), _("Size"), _("Tier"), _("Source"), _("Number in the source"),
        _("Owner"), _("Protected until"), _("Contact"), _("Position"), _("Phone"), _("E-mail"),
    ]  # fmt: skip
