"""My day: what somebody who sells begins with. The page is made of parts that register themselves."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from customers.next_steps import today

FIRST, ASIDE, AFTER = "first", "aside", "after"  # what is to be done, what waits beside it, what was done
_parts: list = []


@dataclass(frozen=True)
class Day:
    """The day as it is where a person's organisation is, by the database's clock."""

    person: Any
    date: date

    @cached_property
    def begins(self) -> datetime:
        return self._midnight(self.date)

    @cached_property
    def ends(self) -> datetime:
        return self.in_days(1)

    def in_days(self, days) -> datetime:
        """The beginning of the day so many days from now."""
        return self._midnight(self.date + timedelta(days=days))

    def _midnight(self, day):
        return datetime.combine(day, time(), tzinfo=ZoneInfo(self.person.organization.time_zone))


@dataclass
class Part:
    """A template and what it shows as `part`."""

    template: str
    shown: dict


def part_of_the_day(place, order):
    """Register a function `(day) -> Part | None`; None where it has nothing to say to this person today.

    The number of its queries may not grow with its rows.
    """

    def register(make):
        _parts.append((order, place, make))
        _parts.sort(key=lambda each: each[0])
        return make

    return register


def has_a_day(person) -> bool:
    return person.may("customers.work")


def parts_of(person) -> dict:
    """{place: parts}, and the day they are of."""
    day = Day(person, today())
    made: dict = {FIRST: [], ASIDE: [], AFTER: []}
    for _order, place, make in _parts:
        if part := make(day):
            made[place].append(part)
    return made | {"day": day}
