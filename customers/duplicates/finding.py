"""Who may be the same company: retrieved by the database among all customers of the organisation, then judged."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from accounts.arrays import written
from accounts.models import Organization
from customers.duplicates.fields import key_of
from customers.duplicates.keys import keys_of
from customers.duplicates.record import VERSION, Record
from customers.duplicates.rivals import settled
from customers.duplicates.scoring import Judgement, judge

MOST = 40


class Candidate(NamedTuple):
    customer: UUID
    weight: float  # of the keys they share, less where many share them
    record: Record


class Match(NamedTuple):
    customer: UUID
    judgement: Judgement


def find(records: Mapping[Any, Record], *, most: int = MOST, key: bytes = b"") -> dict[Any, list[Candidate]]:
    """The customers that share keys with each of these records, the weightiest first, in one statement for all of them.

    A question that is the id of a customer does not find itself. Customers whose record is of another version are left out.
    """
    found: dict[Any, list[Candidate]] = {question: [] for question in records}
    asked = asked_of(records, key)
    questions = list(records)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT question, customer, weight, record FROM customers_candidates(%s, %s, %s, %s)",
            [*map(written, zip(*asked, strict=True)), most + 1] if asked else ["{}", "{}", "{}", most],
        )
        for place, customer, weight, kept in cursor.fetchall():
            fields = json.loads(kept)
            if customer != questions[place] and fields[:1] == [VERSION]:
                found[questions[place]].append(Candidate(customer, weight, Record.from_list(fields)))
    return {question: candidates[:most] for question, candidates in found.items()}


def asked_of(records, key=b""):
    """(place of the question, key, weight), for all keys of all of them; who has the organisation's key at hand gives it."""
    key = key or key_of(Organization.objects.get())
    return [
        (place, h, weight)
        for place, record in enumerate(records.values())
        for h, weight in keys_of(record, key).items()
    ]


def matches(records: Mapping[Any, Record], *, most: int = MOST, key: bytes = b"") -> dict[Any, list[Match]]:
    """Of each of these records, the customers that are not simply different, the most probable first."""
    return {
        question: judged(records[question], candidates)
        for question, candidates in find(records, most=most, key=key).items()
    }


def judged(record: Record, candidates: list[Candidate]) -> list[Match]:
    """The candidates that are not simply different, the most probable first."""
    found = settled([(each.record, judge(record, each.record)) for each in candidates])
    matched = [Match(each.customer, judgement) for each, judgement in zip(candidates, found, strict=True)]
    kept = [match for match in matched if match.judgement.verdict != "different"]
    return sorted(kept, key=lambda match: -match.judgement.score)


def answer(record: Record, *, most: int = MOST) -> list[Match]:
    """`matches` of one record."""
    return matches({None: record}, most=most)[None]
