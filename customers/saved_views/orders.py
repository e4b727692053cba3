"""In which order a list of customers can be read. Each is one that an index serves at a million rows, or that sorts
one person's customers; others are not offered (docs/decisions/0034-exports-and-saved-views.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.paging import Keyset, moment


def as_they_are(rows):
    return rows


def quiet_since(rows):
    """Each with the moment since which nothing has happened: the last follow-up, or when it came."""
    return rows.annotate(quiet_since=Coalesce("last_contact_at", "created_at"))


@dataclass(frozen=True)
class Order:
    """What it is called, how pages follow each other, the column whose heading chooses it, and where it is not offered."""

    label: Any
    keyset: Keyset
    column: str
    told: Callable = as_they_are
    only_in: tuple[str, ...] = ()

    @property
    def sort(self):
        return "descending" if self.keyset.descending else "ascending"


ORDERS = {
    "deadline": Order(_("next deadline"), Keyset(protected_until=moment, id=UUID), "deadline"),
    "newest": Order(_("newest first"), Keyset(id=UUID, descending=True), "created", only_in=("mine", "all")),
    "quiet": Order(
        _("longest without a follow-up"), Keyset(quiet_since=moment, id=UUID), "contact", quiet_since, only_in=("mine",)
    ),
}


def orders_of(base) -> dict[str, Order]:
    """The orders that this view offers, the usual one first."""
    return {name: order for name, order in ORDERS.items() if not order.only_in or base in order.only_in}
