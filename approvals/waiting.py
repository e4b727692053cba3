"""What waits for a decision, with the names of those for whom it waits."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, Min, OuterRef, Q
from django.utils.translation import pgettext

from approvals.models import Approval


def waiting(user, *names, **subject):
    """Pending requests of these kinds, oldest first, each with `deciders` (names), `until` and whether this user may read it."""
    seated = Q(approvers__isnull=False, approvers__ended_at=None)
    return (
        Approval.objects.pending()
        .filter(kind__in=names, **subject)
        .annotate(
            deciders=ArrayAgg("approvers__person__name", filter=seated, distinct=True, default=[]),
            until=Min("approvers__due_at", filter=seated),
            is_readable=Exists(Approval.objects.visible_to(user).filter(pk=OuterRef("pk"))),
        )
        .order_by("opened_at")
    )


def one_of(names) -> str:
    """Several people of whom each may decide, in a line."""
    return pgettext("between people of whom one decides", " or ").join(names)
