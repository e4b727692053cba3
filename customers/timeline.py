"""What happened to a customer, newest first: what people said about contacts, beside what the database did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext_lazy as _

from customers.models import Confirmation, FollowUp, FollowUpFile

ICONS = {
    "call": "phone", "visit": "map-pin", "mail": "mail", "message": "message-circle", "meeting": "users",
    "note": "message-square",
}  # fmt: skip
LONGEST = 30


@dataclass
class Happening:
    at: datetime
    who: object
    kind: Any
    icon: str
    mark: str = ""
    text: str = ""
    follow_up: FollowUp | None = None


def timeline(customer) -> list[Happening]:
    """The latest follow-ups and every claim and release among them."""
    told = (
        customer.follow_ups.with_evidence()
        .annotate(asked_at=_asked_at())
        .select_related("author")
        .prefetch_related(
            Prefetch("files", FollowUpFile.objects.select_related("file")), "corrections", "plans", "finishes"
        )
    )
    follow_ups = told.order_by("-recorded_at")[:LONGEST]
    happenings = [
        Happening(
            f.occurred_at, f.author, f.get_kind_display(), ICONS.get(f.kind, "message-square"),
            "q" if f.qualifies else "", f.content, f,
        )
        for f in follow_ups
    ]  # fmt: skip
    return sorted([*happenings, *_claims(customer)], key=lambda happening: happening.at, reverse=True)[:LONGEST]


def _asked_at():
    """When its author asked the customer to confirm it. A question that chance picked shows nowhere here, nor do answers."""
    asked = Confirmation.objects.filter(follow_up=OuterRef("pk"), chosen=Confirmation.Chosen.ASKED)
    return Subquery(asked.values("asked_at")[:1])


def _claims(customer):
    """Who claimed it and how it ended. An owner's claim that another person ended was passed on, to the next one."""
    claims = list(customer.claims.select_related("claimant", "released_by").order_by("-claimed_at")[:LONGEST])[::-1]
    for before, claim in zip([None, *claims], claims, strict=False):
        if before and _passed_on(before):
            yield Happening(claim.claimed_at, claim.claimant, _("became the owner by a transfer"), "flag", "led")
        else:
            yield Happening(claim.claimed_at, claim.claimant, _("claimed the customer"), "flag", "led")
        if claim.released_at and _passed_on(claim):
            yield Happening(
                claim.released_at, claim.released_by, _("approved the transfer"), "check", "led", claim.release_reason
            )
        elif claim.released_at:
            yield Happening(
                claim.released_at,
                claim.released_by,
                _("released the customer to the pool"),
                "waves",
                "led",
                claim.release_reason,
            )


def _passed_on(claim):
    return claim.released_by_id not in (None, claim.claimant_id)
