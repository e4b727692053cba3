"""What is asked for a customer and not decided yet, as its page says it."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, Min, OuterRef, Q
from django.utils.translation import pgettext

from approvals.models import Approval
from customers.identity_changes import IdentityChange
from customers.transfers import Transfer


def waiting_for(customer, user) -> list[Approval]:
    """Each with `deciders` in words, `until`, and whether this user may read it. One query."""
    seated = Q(approvers__isnull=False, approvers__ended_at=None)
    found = Approval.objects.pending().filter(subject_id=customer.pk, kind__in=[Transfer.name, IdentityChange.name])
    found = found.annotate(
        names=ArrayAgg("approvers__person__name", filter=seated, distinct=True, default=[]),
        until=Min("approvers__due_at", filter=seated),
        is_readable=Exists(Approval.objects.visible_to(user).filter(pk=OuterRef("pk"))),
    )
    waiting = list(found.order_by("opened_at"))
    for request in waiting:
        request.deciders = one_of(request.names)
    return waiting


def one_of(names) -> str:
    """Several people of whom each may decide, in a line."""
    return pgettext("between people of whom one decides", " or ").join(names)
