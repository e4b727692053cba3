"""What became of the customers of somebody who left: those that fell silent or were released in the 90 days after."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accounts import tenancy
from accounts.departures import Part, shown_on_departure
from accounts.paging import counted
from customers.handover import in_words, listed
from customers.models import Claim, Customer, Handover, HandoverItem

DAYS, SILENT = timedelta(days=90), timedelta(days=30)
MOST = 100


@dataclass
class Watched:
    """A customer he had, whose it is, and what is to be told about it."""

    customer: Customer
    released: bool
    since: Any


@shown_on_departure
def what_he_leaves(departure, reader):
    """How much there is to hand over, how the handover stands, and what was lost afterwards."""
    context = {
        "departure": departure,
        "count": counted(Customer.objects.filter(owner=departure.person)),
        "handover": Handover.objects.filter(departure=departure)
        .select_related("approval")
        .order_by("-prepared_at")
        .first(),
        "may_hand_over": reader.has_perm("customers.hand_over", departure),
        "items": _items(departure, reader),
        "may_watch": _may_watch(reader, departure),
        "watched": lost(departure) if _may_watch(reader, departure) else [],
    }
    return Part("customers/handover/_part.html", context)


def _items(departure, reader):
    """Every item with its state: names only for who sees customers."""
    if not (_may_watch(reader, departure) or reader.pk == departure.person_id):
        return []
    items = HandoverItem.objects.filter(handover__departure=departure).select_related("customer", "successor")
    return items.order_by("handover__prepared_at", "customer__name", "pk")[:MOST]


def _may_watch(reader, departure):
    return reader.is_auditor or reader.manages(departure.person_id)


def lost(departure) -> list[Watched]:
    """Within 90 days after the end: in the pool, or without a follow-up for 30 days under the new owner. Two queries."""
    if departure.completed_at is None:
        return []
    his = Claim.objects.filter(claimant=departure.person, released_at__gte=departure.announced_at).values("customer")
    until = departure.completed_at + DAYS
    customers = Customer.objects.filter(pk__in=his).select_related("owner").order_by("name")[:MOST]
    return [found for customer in customers if (found := _watched(customer, departure, min(until, tenancy.now())))]


def _watched(customer, departure, until):
    if customer.owner_id is None:
        return Watched(customer, True, customer.pooled_at) if customer.pooled_at <= until else None
    since = max(filter(None, [customer.last_contact_at, departure.completed_at]))
    return Watched(customer, False, since) if until - since > SILENT else None


def to_hand_over(departure) -> list[dict]:
    """The list as the page of the handover shows it."""
    return [item | {"words": in_words(item)} for item in listed(departure.person)]
