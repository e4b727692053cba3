"""What stands verified: field by field on a customer's page, as a filter of lists, and as one answer for whoever pays by it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from customers.models import Verification, VerifiedField
from customers.standards import FIELDS, standard_of

FRESH, DUE, NEVER = "fresh", "due", "never"
LABELS = {FRESH: _("verified"), DUE: _("due again"), NEVER: _("never verified")}
IDENTITY = ("name", "credit_code")


def on_the_page(customer, user) -> dict:
    """What a customer's page says about verification."""
    return {
        "freshness": freshness_of(customer),
        "verified": verified(customer),
        "open_corrections": customer.corrections.open().count(),
        "verifies": user.may("customers.verify") and user.has_perm("customers.verify", customer),
    }


@dataclass(frozen=True)
class Freshness:
    """One field: is what stands there verified, by what, until when; and what was said against it last."""

    field: str
    state: str
    verification: Verification | None = None
    expires_at: datetime | None = None

    @property
    def label(self):
        return FIELDS[self.field]

    @property
    def state_label(self):
        return LABELS[self.state]


def freshness_of(customer) -> list[Freshness]:
    """Of every field that counts, in their order. One query, and one for the clock."""
    counts = standard_of(customer.organization).counts
    standing = {each.field: each for each in _standing(customer).select_related("verification__verified_by")}
    now = tenancy.now() if standing else None
    return [_freshness(field, standing.get(field), now) for field in FIELDS if field in counts]


def _standing(customer):
    return VerifiedField.objects.filter(customer=customer)


def _freshness(field, standing, now):
    if standing is None:
        return Freshness(field, NEVER)
    state = FRESH if standing.expires_at > now else DUE
    return Freshness(field, state, standing.verification, standing.expires_at)


def due(customers, organization):
    """Those of which some field that counts is not freshly verified."""
    counts = standard_of(organization).counts
    fresh = VerifiedField.objects.filter(customer=OuterRef("pk"), field__in=counts, expires_at__gt=tenancy.Clock())
    number = fresh.order_by().values("customer").annotate(number=Count("pk")).values("number")
    return customers.alias(fresh=Coalesce(Subquery(number), Value(0))).filter(fresh__lt=len(counts))


@dataclass(frozen=True)
class Independent:
    """Somebody from outside the owner's team found that the company is what it says."""

    at: datetime
    by: Any


def verified(customer) -> Independent | None:
    """Name, and the credit code if there is one, stand verified from outside the owner's team: when that was complete and by whom."""
    names = [field for field in IDENTITY if getattr(customer, field)]
    outside = Q(verification__independent=True) & ~Q(verification__verified_by=customer.owner_id)
    standing = _standing(customer).filter(outside, field__in=names, expires_at__gt=tenancy.Clock())
    found = list(standing.select_related("verification__verified_by").order_by("verification__verified_at"))
    found = [each for each in found if not _is_of_the_team(each.verification.verified_by, customer.owner)]
    if len(found) < len(names):
        return None
    return Independent(found[-1].verification.verified_at, found[-1].verification.verified_by)


def _is_of_the_team(person, owner):
    """As things stand now: who was outside may have come in since, or the customer have passed to his team."""
    return owner is not None and person.team_id is not None and person.team_id == owner.team_id


def is_verified(customer) -> bool:
    """Does it count as a real customer? What pays for new customers asks this (R117)."""
    return verified(customer) is not None
