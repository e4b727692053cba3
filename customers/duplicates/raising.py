"""A customer that changed is read anew, and what it is like by now is kept as a pair for a person to decide."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from customers.duplicates.finding import Match, matches
from customers.duplicates.scoring import PROPOSED
from customers.duplicates.storing import renew
from customers.models import DuplicatePair
from customers.models.duplicates import Found

NOTHING: Mapping[UUID, str] = MappingProxyType({})
MOST_PAIRS = 5  # of one customer at once: who is like dozens is like a name that many have


def changed(customers, *, by=None) -> None:
    """To be called last by whatever changes a name, the credit code, the web site, the region, a contact, a number or an address."""
    raise_pairs(matches(renew(customers)), found_by=DuplicatePair.FoundBy.EDIT, by=by)


def raise_pairs(likes: Mapping[UUID, list[Match]], *, found_by, by=None, said: Mapping[UUID, str] = NOTHING) -> None:
    """An open pair of each customer with each that it may be; related ones are none."""
    pairs = [
        Found(customer, match.customer, match.judgement, said.get(customer, ""))
        for customer, found in likes.items()
        for match in [each for each in found if each.judgement.verdict in PROPOSED][:MOST_PAIRS]
    ]
    DuplicatePair.objects.keep(pairs, found_by=found_by, raised_by=by)
