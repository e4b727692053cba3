"""What happened to a customer, newest first: what people said about contacts, beside what the database did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext_lazy as _

from customers.models import Claim, Confirmation, FollowUp, FollowUpFile

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
    for before, claim, after in zip([None, *claims], claims, [*claims[1:], None], strict=False):
        yield Happening(claim.claimed_at, claim.claimant, _began(before, claim), "flag", "led")
        if claim.released_at:
            kind, icon = _ended(claim, after)
            yield Happening(claim.released_at, claim.released_by, kind, icon, "led", claim.release_reason)


def _began(before, claim):
    if claim.way == Claim.Way.MERGED:
        return _("became the owner by a merge")
    if claim.way == Claim.Way.ASSIGNED:
        return _("was assigned the customer")
    return _("became the owner by a transfer") if before and _passed_on(before) else _("claimed the customer")


def _ended(claim, after):
    if claim.ended_as in (Claim.End.MERGED, Claim.End.UNMERGED):
        return claim.get_ended_as_display(), "copy"
    if claim.ended_as == Claim.End.RECALLED:
        return _("recalled the customer to the pool"), "undo-2"
    if claim.ended_as == Claim.End.PASSED and after and after.way == Claim.Way.ASSIGNED:
        return _("assigned the customer"), "arrow-right"
    if _passed_on(claim):
        return _("approved the transfer"), "check"
    return _("released the customer to the pool"), "waves"


def _passed_on(claim):
    return claim.released_by_id not in (None, claim.claimant_id) and claim.ended_as != Claim.End.RECALLED
