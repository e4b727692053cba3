"""Rounds: some customers to verify, picked by somebody from a list."""

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery

from audit.deeds import allow, stamped
from customers.models import Claim, Customer, Verification, VerificationItem, VerificationRound
from customers.standards import FIELDS, standard_of
from customers.verification.values import Held, held_by

MOST = 200


class NothingToVerify(Exception):
    """Of what was picked, this person verifies nothing."""


@transaction.atomic
def open_round(title, customers, *, by, filters=None) -> VerificationRound:
    """A round of these customers, as far as this person verifies them, at most 200."""
    allow(by, "customers.open_round", by.organization)
    picked = list(verifiable(customers, by).order_by("pk").values_list("pk", flat=True)[:MOST])
    if not picked:
        raise NothingToVerify
    with stamped("customers.open_round", by=by):
        opened = VerificationRound.objects.create(title=title, filters=filters or {}, opened_by=by)
        VerificationItem.objects.bulk_create(VerificationItem(round=opened, customer_id=pk) for pk in picked)
    return opened


def verifiable(customers, user):
    """Of these customers, those that this person verifies: seen by his place, never his own."""
    his = Claim.objects.filter(claimant=user).values("customer")
    return customers.within(user.reach("view")).owned().exclude(pk__in=his)


def items_of(opened, user):
    """The customers of a round that this person sees, each with how many of its fields were compared."""
    seen = Customer.objects.open_to(user).within(user.reach("view"))
    compared = Verification.objects.filter(item=OuterRef("pk")).order_by().values("item")
    done, differ = (
        Subquery(rows.annotate(number=Count("pk")).values("number"))
        for rows in (compared, compared.filter(result=Verification.Result.DIFFERS))
    )
    items = VerificationItem.objects.filter(round=opened, customer__in=seen).select_related("customer__owner")
    return items.annotate(done=done, differ=differ)


def fields_of(organization) -> list[str]:
    """The fields that count, in their order."""
    counts = standard_of(organization).counts
    return [field for field in FIELDS if field in counts]


def to_compare(customer, *, revealed=False) -> dict[str, Held]:
    """{field: what stands here}: the fields that count, and what else stands in the record. Tier and source are the house's
    own words: no source outside knows them."""
    counts, held = fields_of(customer.organization), held_by(customer, revealed=revealed)
    return {
        field: each
        for field, each in held.items()
        if field in counts or (each.value and field not in ("tier", "source"))
    }
