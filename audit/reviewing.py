"""Who has what, asked again each quarter: opened, answered, and closed with what was not confirmed ended.

The floors above register what there is beyond role and team (`reviewed`): how to find it, what it is called, how it ends.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts import tenancy
from accounts.deeds import allow, stamped
from accounts.hierarchy import last_resort, nearest_superiors
from accounts.models import User
from audit.models import AccessItem, AccessReview, ReviewTerms

State = AccessItem.State


@dataclass(frozen=True)
class Thing:
    """Something that somebody has. `reviewer` is who answers for it, if it is not his manager."""

    key: UUID
    person: User
    facts: dict = field(default_factory=dict)
    since: datetime | None = None
    last_used: datetime | None = None
    dormant: bool = False
    reviewer: User | None = None


@dataclass(frozen=True)
class Sort:
    """Things of one sort: their name, how they are found and read aloud, and how one ends."""

    name: str
    label: Any
    find: Callable[[ReviewTerms], Iterable[Thing]]
    describe: Callable[[dict], str]
    end: Callable[[AccessItem, User], None]


_sorts: dict[str, Sort] = {}


def reviewed(name, label, *, describe, end):
    """Register `(terms) -> things`; `describe(facts)` reads one aloud, `end(item, by)` ends it when it lapses."""

    def register(find):
        if name in _sorts:
            raise ValueError(f"{name} is reviewed already")
        _sorts[name] = Sort(name, label, find, describe, end)
        return find

    return register


def sort_of(item) -> Sort:
    return _sorts[item.kind]


def lapses_now(kind, record) -> bool:
    """Is this thing ending in this very transaction because nobody confirmed it? Rules ask, as their tables' triggers do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_lapses_now(%s, %s)", [kind, record.pk])
        return cursor.fetchone()[0]


@transaction.atomic
def open_review(*, by=None, days=None) -> AccessReview:
    """Ask about everything there is now. By somebody, or by the calendar; it is the same."""
    terms = ReviewTerms.of_organization()
    if by is not None:
        allow(by, "audit.open_review", by.organization)
    answerable = by if by is not None and by.is_administrator else administrators()[0]
    with stamped("audit.open_review", by=by):
        due_at = tenancy.now() + timedelta(days=terms.answer_days if days is None else days)
        review = AccessReview.objects.create(
            opened_by=by, answerable=answerable, due_at=due_at, dormant_days=terms.dormant_days
        )
        AccessItem.objects.bulk_create(_items(review, terms))
    return review


def administrators() -> list[User]:
    """Who administers the organisation, its owner first."""
    return [person for person in last_resort() if person.is_administrator]


def _items(review, terms):
    found = [(sort, thing) for sort in _sorts.values() for thing in sort.find(terms)]
    reviewers = reviewers_of({thing.person.pk: thing.person for _sort, thing in found}.values())
    for sort, thing in sorted(found, key=lambda each: not each[1].dormant):  # what sleeps is asked first
        chosen = (
            thing.reviewer if thing.reviewer and thing.reviewer.pk != thing.person.pk else reviewers[thing.person.pk]
        )
        yield AccessItem(
            review=review, kind=sort.name, thing=thing.key, person=thing.person, reviewer=chosen, facts=thing.facts,
            since=thing.since, last_used=thing.last_used, dormant=thing.dormant,
        )  # fmt: skip


def reviewers_of(people) -> dict:
    """{id: who answers for each}: the nearest manager above; without one the security administrator, the owner, another
    administrator. Nobody himself; None where there is nobody else."""
    people = list(people)
    above = nearest_superiors(people)
    security = list(User.objects.active().filter(role=User.Role.SECURITY).order_by("joined_at", "pk"))
    others = [*security, *last_resort()]
    return {
        person.pk: above[person.pk] or next((each for each in others if each.pk != person.pk), None)
        for person in people
    }
