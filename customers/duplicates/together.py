"""Companies of one list, found among each other as they come: the earlier line has it, whatever stands in the database."""

from collections import defaultdict
from heapq import nlargest
from typing import Any

from customers.duplicates.finding import Candidate, Match, judged
from customers.duplicates.keys import damped, keys_of
from customers.duplicates.record import Record

MOST = 8
HOT = 40  # what more lines than these share says nothing within a list


class Together:
    """What came so far. `alike` is asked before a company is added."""

    def __init__(self, key: bytes):
        self.key = key
        self.records: dict[Any, Record] = {}
        self._holders: dict[int, list] = defaultdict(list)

    def alike(self, record: Record) -> list[Match]:
        """The earlier companies that are not simply different, the most probable first."""
        weights: dict[Any, float] = defaultdict(float)
        for h, weight in keys_of(record, self.key).items():
            if 0 < (shared := len(self._holders.get(h, ()))) <= HOT:
                for company in self._holders[h]:
                    weights[company] += damped(weight, shared)
        return judged(
            record,
            [
                Candidate(pk, weight, self.records[pk])
                for pk, weight in nlargest(MOST, weights.items(), key=lambda each: each[1])
            ],
        )

    def add(self, company, record: Record) -> None:
        self.records[company] = record
        for h in keys_of(record, self.key):
            self._holders[h].append(company)
