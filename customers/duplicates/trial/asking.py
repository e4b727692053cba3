"""The questions of a trial, each asked as a person's question is: alone, in a transaction of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import nlargest
from multiprocessing.pool import Pool
from time import perf_counter
from typing import NamedTuple

from django.db import connection
from django.utils.translation import override

from accounts import tenancy
from accounts.models import Organization
from customers.duplicates.fields import key_of
from customers.duplicates.finding import find
from customers.duplicates.reasons import SENTENCES
from customers.duplicates.record import keyed
from customers.duplicates.rivals import MOST, settled
from customers.duplicates.scoring import judge, weigh
from customers.duplicates.trial.tables import Row

BEST = 5
ALONE = 20_000  # more questions than these are asked by all processes at once


class Answer(NamedTuple):
    id: str
    best: list[tuple[int, float, str, str]]  # number of the customer, score, verdict, reasons
    seconds: float
    in_database: float


def ask(pool: Pool, organization: int, rows: list[Row]) -> Iterator[Answer]:
    """The answers in the order of the questions. A few are asked one after the other: what each takes is told."""
    if len(rows) <= ALONE:
        yield from map(_asked, ((organization, row) for row in rows))
    else:
        yield from pool.imap(_asked, ((organization, row) for row in rows), chunksize=200)


def _asked(question):
    organization, row = question
    began = perf_counter()
    with _timed() as database, tenancy.scope(organization, source="trial"):
        record = row.as_compared(keyed(key_of(Organization.objects.get())))
        candidates = find({None: record})[None]
    best = [
        (found.customer.int, each.score, each.verdict, _told(each.reasons)) for each, found in _best(record, candidates)
    ]
    return Answer(row.id, best, perf_counter() - began, sum(database))


def _best(record, candidates):
    """The most probable ones; reasons are only put together for what comes near."""
    weighed = [(weigh(record, each.record)[0], -each.customer.int, each) for each in candidates]
    near = [each for _score, _number, each in nlargest(MOST, weighed)]
    judgements = settled([(each.record, judge(record, each.record)) for each in near])
    return sorted(zip(judgements, near, strict=True), key=lambda pair: (-pair[0].score, pair[1].customer))[:BEST]


@contextmanager
def _timed():
    """How long each statement took."""
    seconds: list[float] = []

    def timed(execute, *call):
        began = perf_counter()
        try:
            return execute(*call)
        finally:
            seconds.append(perf_counter() - began)

    with connection.execute_wrapper(timed):
        yield seconds


def _told(reasons):
    """What speaks for the same company and what against it, the strongest first."""
    with override("en"):
        return " ".join(f"{'+' if each.weight > 0 else '-'} {SENTENCES[each.code]}" for each in reasons)
