"""What somebody reaches with a role, told before it is given to him. The apps above say what there is to reach."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from accounts import verbs
from accounts.models import Role, User

_measures: list = []


@dataclass(frozen=True)
class Reached:
    """One thing: how much of it somebody reaches now, and how much he would."""

    label: Any
    now: str
    then: str

    @property
    def changes(self):
        return self.now != self.then


def reached(label):
    """Register a function `(person) -> str` that counts what a person reaches."""

    def register(count):
        _measures.append((label, count))
        return count

    return register


def as_if(person, role: Role, team_id) -> User:
    """The person with another role and team; never saved."""
    seeming = copy(person)
    for memory in ("people_below", "colleagues", "break_glass"):
        seeming.__dict__.pop(memory, None)
    seeming.team_id, seeming.rights, seeming.live_break_glass = team_id, role, None
    return seeming


def compared(person, seeming) -> list[Reached]:
    """What is reached now and would be then."""
    return [Reached(label, count(person), count(seeming)) for label, count in _measures]


def gained_and_lost(before, after) -> tuple[list, list]:
    """Labels of the verbs that come and of those that go."""
    labels = {each.name: each.label for each in verbs.verbs()}
    return (
        [label for name, label in labels.items() if name in after and name not in before],
        [label for name, label in labels.items() if name in before and name not in after],
    )
