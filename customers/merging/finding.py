"""Which records somebody may choose from, and which merges he may read."""

from uuid import UUID

from django.db.models import Q
from django.http import Http404

from approvals.waiting import one_of, waiting
from customers.models import Customer, Merge, Pool
from customers.pools.masking import hidden_columns
from customers.search import matching

MOST = 20


def choosable(user):
    """What he sees, and what waits by its name in a pool of his."""
    pools = [pool.pk for pool in Pool.objects.open().of(user) if "name" not in hidden_columns(pool)]
    waiting = Customer.objects.in_pool().open_to(user).filter(pool__in=pools)
    return Customer.objects.filter(
        Q(pk__in=Customer.objects.visible_to(user).values("pk")) | Q(pk__in=waiting.values("pk"))
    )


def found(user, typed, *, but) -> list[Customer]:
    """By name or by credit code, never the one it is to be merged with."""
    by_name = matching(choosable(user), typed)[: MOST + 1]
    by_code = choosable(user).filter(credit_code=typed.upper())[:1] if typed else []
    each = {customer.pk: customer for customer in [*by_code, *by_name] if customer.pk != but.pk}
    return list(each.values())[:MOST]


def pair_of(user, *texts) -> list[Customer]:
    """Two different records that he may choose, in the order asked for; anything else is not there."""
    ids = [_id(text) for text in texts]
    rows = choosable(user).filter(pk__in=ids).select_related("owner", "organization", "pool")
    there = {customer.pk: customer for customer in rows}
    if len(set(ids)) != 2 or set(ids) != there.keys():
        raise Http404
    return [there[pk] for pk in ids]


def _id(text):
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None


def merge_seen_by(user, pk) -> Merge:
    merge = (
        Merge.objects.visible_to(user)
        .select_related("winner__owner", "loser__owner", "owner", "asked_by", "done_by", "undone_by")
        .filter(pk=pk)
        .first()
    )
    if merge is None:
        raise Http404
    return merge


def where_it_went(user, pk) -> Merge | None:
    """The merge by which a record passed into one that this person may see; None for everybody else."""
    merge = Merge.objects.standing().filter(loser=pk).select_related("winner", "loser", "done_by").first()
    return merge if merge and Customer.objects.visible_to(user).filter(pk=merge.winner_id).exists() else None


def asked_for(user, *customers) -> list:
    """Requests to merge one of these that wait, each with who decides in words."""
    asked = Merge.objects.of(*customers).filter(done_at=None).values("pk")
    requests = list(waiting(user, "customers.merge", subject_id__in=asked))
    for each in requests:
        each.deciders = one_of(each.deciders)
    return requests
