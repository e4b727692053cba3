"""All customers against all: who shares the most keys is compared, every pair once.

The database sorts who shares a key with whom (an index only scan); what it answers fits into a few numbers a customer. Several
processes then take customers in turn, each compared with the strongest of those that stand before it.
"""

import json
from array import array
from collections.abc import Iterator
from multiprocessing.pool import Pool
from typing import NamedTuple

from django.db import connection

from accounts import tenancy
from customers.duplicates.keys import damped, weight_of
from customers.duplicates.record import Record
from customers.duplicates.scoring import PROPOSED, weigh

LARGEST = 40  # a key that more have tells nothing about two of them
STRONGEST = 12
LEAST = 2.5  # what is shared, in weights of keys; less than this was the same company in no set
PORTION = 1_000
KEPT_READY = 200_000  # records that a process holds at once

BLOCKS = """
SELECT h, string_agg(right(customer_id::text, 8), '' ORDER BY customer_id) FROM customers_duplicatekey
 WHERE organization_id = %s GROUP BY h HAVING count(*) BETWEEN 2 AND %s
"""
RECORDS = "SELECT right(customer_id::text, 8), record::text FROM customers_duplicaterecord WHERE organization_id = %s"


class Pair(NamedTuple):
    one: int
    other: int
    score: float
    verdict: str


class Blocks:
    """Who shares a key with whom: members one after the other, and for each customer where its blocks begin."""

    def __init__(self, customers: int) -> None:
        self.members, self.weights = array("I"), array("f")
        self.starts = array("I", [0])
        self.of: list[array] = [array("I") for _ in range(customers)]

    def add(self, members: list[int], weight: float) -> None:
        number = len(self.weights)
        self.weights.append(damped(weight, len(members)))
        for member in members[1:]:  # before the first nobody stands
            self.of[member].append(number)
        self.members.extend(members)
        self.starts.append(len(self.members))

    def before(self, customer: int) -> list[tuple[float, int]]:
        """The customers before this one that share most with it, the strongest first."""
        found: dict[int, float] = {}
        members, starts = self.members, self.starts
        for number in self.of[customer]:
            weight = self.weights[number]
            for other in members[starts[number] : starts[number + 1]]:
                if other >= customer:
                    break
                found[other] = found.get(other, 0.0) + weight
        strong = sorted(((weight, other) for other, weight in found.items() if weight >= LEAST), reverse=True)
        return strong[:STRONGEST]


class Table:
    """What the processes share: set before they begin, so that each finds it in its own memory."""

    blocks: Blocks
    kept: list[bytes]
    ready: dict[int, Record]


def gather(organization: int, customers: int) -> None:
    """Read blocks and records of all customers; call it before the processes begin."""
    Table.blocks, Table.kept, Table.ready = Blocks(customers), [b""] * customers, {}
    with tenancy.scope(organization, source="trial"):
        for h, members in _read(BLOCKS, organization, LARGEST):
            numbers = [int(members[place : place + 8], 16) for place in range(0, len(members), 8)]
            Table.blocks.add(numbers, weight_of(h))
        for number, record in _read(RECORDS, organization):
            Table.kept[int(number, 16)] = record.encode()


def _read(statement, *values):
    """Row by row: what the database answers is larger than what is kept of it."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(20_000):
            yield from rows


def pairs(pool: Pool, customers: int) -> Iterator[Pair]:
    """Every pair that is the same company, or that a person should look at. Related ones, by the ten thousand, are no duplicates."""
    for portion in pool.imap_unordered(_compare, range(0, customers, PORTION)):
        yield from portion


def _compare(first):
    found = []
    for customer in range(first, min(first + PORTION, len(Table.kept))):
        for _weight, other in Table.blocks.before(customer):
            score, verdict = weigh(_record(customer), _record(other))
            if verdict in PROPOSED:
                found.append(Pair(other, customer, score, verdict))
    return found


def _record(customer):
    record = Table.ready.get(customer)
    if record is None:
        if len(Table.ready) >= KEPT_READY:
            Table.ready.clear()
        record = Table.ready[customer] = Record.from_list(json.loads(Table.kept[customer]))
    return record
