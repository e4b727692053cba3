"""What a good record is: which fields count, and for how many days a verified value stays fresh."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

FIELDS = {
    "name": _("registered name"),
    "credit_code": _("credit code"),
    "region": _("province or city"),
    "website": _("web site"),
    "contact": _("contact"),
    "phone": _("phone"),
}
HOUSE_DAYS = {"name": 365, "credit_code": 365, "region": 365, "website": 180, "contact": 180, "phone": 180}


@dataclass(frozen=True)
class Standard:
    """The fields that count towards a good record, and how long each stays fresh once it was verified."""

    counts: frozenset
    fresh_days: dict


def standard_of(organization) -> Standard:
    """The house's own, for every organisation."""
    return Standard(frozenset(FIELDS), dict(HOUSE_DAYS))
