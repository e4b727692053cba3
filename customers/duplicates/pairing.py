"""Pairs among some of an organisation's customers: likely ones from the database, judged here, kept once each."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts import tenancy
from accounts.arrays import as_json, written
from customers.duplicates.finding import matches
from customers.duplicates.record import VERSION, Record
from customers.duplicates.scoring import REVIEW, Judgement, judge, score, weights
from customers.models import DuplicatePair, DuplicateRecord

LEAST = 0.8  # what two customers share at least, to be compared in a whole search
MOST = 5  # how many are compared with one customer, the likeliest first
TOGETHER = 100
FIRST_ID, LAST_ID = UUID(int=0), UUID(int=2**128 - 1)
Pair = tuple[UUID, UUID]


class Outcome(NamedTuple):
    compared: int
    found: int


class Changed(NamedTuple):
    """A customer that was not compared since it changed."""

    customer: UUID
    at: datetime
    record: list


def compare_changed(rows: list[Changed]) -> Outcome:
    """Compare these with all others, and mark as compared what has not changed meanwhile."""
    found, compared = 0, [row for row in rows if row.record[:1] == [VERSION]]
    for start in range(0, len(compared), TOGETHER):
        some = compared[start : start + TOGETHER]
        records = {row.customer: Record.from_list(row.record) for row in some}
        pairs = {
            ordered(question, match.customer): match.judgement
            for question, answers in matches(records).items()
            for match in answers
        }
        before = DuplicatePair.objects.open().of(records)
        found += propose(pairs | _judged_anew(before, pairs))
        customers, states = written(records), written(row.at for row in some)
        _fetch("SELECT customers_settle_compared(%s, %s)", [customers, states])
    return Outcome(len(compared), found)


def compare_part(scan, part: int) -> Outcome:
    """Of a whole search one part: each of its customers with those behind it, by what few others share with them."""
    since, until = (given or end for given, end in zip(scan.range_of(part), (FIRST_ID, LAST_ID), strict=True))
    asked = [scan.pk, since, until, LEAST, MOST]
    likely = _fetch("SELECT one, other FROM customers_likely_pairs(%s, %s, %s, %s, %s)", asked)
    pairs = judged(likely)
    before = DuplicatePair.objects.open().filter(Q(first__gt=since), Q(first__lte=until))
    found = propose(pairs | _judged_anew(before, pairs))
    _fetch("SELECT customers_settle_scanned(%s, %s, %s)", [since, until, scan.horizon])
    return Outcome(DuplicateRecord.objects.filter(customer__gt=since, customer__lte=until).count(), found)


def judged(likely: Iterable[Pair]) -> dict[Pair, Judgement]:
    """What is to be said of those of these pairs that are worth a look; reasons are only put together for them."""
    likely = list(likely)
    records = records_of({customer for pair in likely for customer in pair})
    pairs = [(pair, records[pair[0]], records[pair[1]]) for pair in likely if records.keys() >= set(pair)]
    return {pair: judge(one, other) for pair, one, other in pairs if score(one, other) >= REVIEW}


def _judged_anew(before, pairs) -> dict[Pair, Judgement]:
    """Open pairs that were not met again: what the comparison says of them now, though it be nothing."""
    left = [pair for pair in before.values_list("first", "second") if pair not in pairs]
    records = records_of({customer for pair in left for customer in pair})
    return {pair: judge(records[pair[0]], records[pair[1]]) for pair in left if records.keys() >= set(pair)}


def records_of(customers) -> dict[UUID, Record]:
    """The records of these customers, read once for however many pairs."""
    asked = "SELECT customer_id, record::text FROM customers_duplicaterecord WHERE organization_id = %s AND customer_id = ANY(%s::uuid[])"
    kept = {pk: json.loads(record) for pk, record in _fetch(asked, [tenancy.organization_id(), written(customers)])}
    return {pk: Record.from_list(record) for pk, record in kept.items() if record[:1] == [VERSION]}


def propose(pairs: Mapping[Pair, Judgement]) -> int:
    """Keep what was said of each of these pairs; how many are new. Those of which nothing is to be said only lose what was."""
    if not pairs:
        return 0
    said = list(pairs.values())
    columns = [
        [one for one, _ in pairs],
        [other for _, other in pairs],
        [each.score for each in said],
        [each.verdict for each in said],
        [as_json([list(reason) for reason in each.reasons]) for each in said],
    ]
    stamp = [weights().version, weights().fingerprint]
    return _fetch("SELECT customers_propose_pairs(%s, %s, %s, %s, %s, %s, %s)", [*map(written, columns), *stamp])[0][0]


def ordered(one: UUID, other: UUID) -> Pair:
    return (one, other) if one < other else (other, one)


def _fetch(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
