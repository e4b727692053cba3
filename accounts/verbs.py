"""What roles are given: verbs, each a handful of actions that belong together. Each app registers its own.

A rule says who may do something to one record; the verb says whether his role does such things at all.
"""

from dataclasses import dataclass
from typing import Any

_verbs: dict[str, "Verb"] = {}
_of_action: dict[str, "Verb"] = {}


@dataclass(frozen=True)
class Verb:
    """A right that a role carries or does not: the roles that have it from the house, and those that may have it at most."""

    name: str
    label: Any
    actions: tuple[str, ...]
    given_to: frozenset[str]
    possible_for: frozenset[str]
    opens_in_emergency: bool = False


def verb(name, label, /, *actions, given_to, possible_for=(), opens_in_emergency=False):
    """Register a verb. What only one duty may do is possible for no other role: nobody can give it away. What opens in an
    emergency is done, for its length, by who has broken the glass."""
    if name in _verbs:
        raise ValueError(f"{name} is a verb already")
    most = frozenset(given_to) | frozenset(possible_for)
    made = Verb(name, label, actions, frozenset(given_to), most, opens_in_emergency)
    for action in actions:
        if action in _of_action:
            raise ValueError(f"{action} belongs to {_of_action[action].name} already")
        _of_action[action] = made
    _verbs[name] = made


def verb_of(action) -> Verb | None:
    """The verb an action belongs to; None for what everybody may ask the rules for."""
    return _of_action.get(action)


def opens_in_emergency(name) -> bool:
    """Is this a verb that break-glass access opens?"""
    return name in _verbs and _verbs[name].opens_in_emergency


def verbs() -> list[Verb]:
    return list(_verbs.values())


def given_to(role) -> list[str]:
    """Names of the verbs that a role has from the house."""
    return sorted(each.name for each in verbs() if role in each.given_to)


def possible_for(role) -> list[str]:
    """Names of the verbs that a role can have at most."""
    return sorted(each.name for each in verbs() if role in each.possible_for)
