"""Customers that hang together by pairs that are probably, or certainly, the same company: looked at together."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from accounts.arrays import written

MOST = 500  # pairs that are followed from a page


def clusters(pairs: Iterable[tuple]) -> dict:
    """{customer: all of its cluster}, by union-find over these pairs."""
    parent: dict = {}

    def root(each):
        parent.setdefault(each, each)
        while parent[each] != each:
            parent[each] = parent[parent[each]]
            each = parent[each]
        return each

    for one, other in pairs:
        parent[root(one)] = root(other)
    members = defaultdict(set)
    for each in parent:
        members[root(each)].add(each)
    return {each: members[root(each)] for each in parent}


def around(customers) -> dict[UUID, set[UUID]]:
    """The clusters in which these customers (ids) are; one without others is in none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT one, other FROM customers_cluster_pairs(%s, %s)", [written(customers), MOST])
        return clusters(cursor.fetchall())
