"""Who sits at a step: found by the server, never named by who asks. Where nobody is found it rises; nothing passes by itself."""

from dataclasses import dataclass

from accounts.hierarchy import height, last_resort, line_above, superiors
from accounts.models import User
from approvals.independence import is_independent
from approvals.models.delegation import Delegation


@dataclass(frozen=True)
class Seat:
    """A person who may decide a step, why he, and in whose place."""

    person: User
    way: str
    instead_of: User | None = None


def needed(spec, seated: int) -> int:
    """How many have to say yes; at least one, whoever sits there."""
    return max(1, seated) if spec.get("need") == "all" else spec.get("need", 1)


def may_stand_in(delegate, person) -> bool:
    """Of at least equal rank: the same role, and in the tree of teams not below."""
    return delegate.is_active and delegate.role == person.role and height(delegate) <= height(person)


class Router:
    """Finds people for the steps of one request."""

    def __init__(self, approval):
        self.approval = approval
        away = Delegation.objects.now().select_related("delegate").order_by("-begins_at")
        self.away = {absence.person_id: absence for absence in away}

    def seats(self, spec, *, at_least=1, without=frozenset()) -> list[Seat]:
        """Everybody who may decide this step, each once; filled up from above when they are too few. Still too few when the
        whole house has nobody else who is independent: then the step waits, and nothing passes."""
        found = {seat.person.pk: seat for seat in self._found(spec) if seat.person.pk not in without}
        if len(found) < at_least:
            for seat in self._risen([*superiors(self.approval.requested_by), *last_resort()]):
                if len(found) < at_least and seat.person.pk not in without:
                    found.setdefault(seat.person.pk, seat)
        return list(found.values())

    def above(self, seated) -> Seat | None:
        """Who comes in when those seated let the time pass: above the highest of them, never beside or below."""
        taken = {person.pk for person in seated}
        ladder = line_above(min(seated, key=height)) if seated else last_resort()
        return next((seat for seat in self._risen(ladder) if seat.person.pk not in taken), None)

    def _found(self, spec):
        match spec["who"]:
            case "manager":
                above = superiors(self.approval.requested_by)
                ladder = line_above(self.approval.requested_by)[min(spec["level"] - 1, len(above)) :]
                return self._first(ladder, "manager")
            case "role":
                holders = User.objects.active().filter(role=spec["role"]).order_by("joined_at", "pk")
                return [Seat(person, "role") for person in holders if self._is_free(person)]
            case _:
                named = User.objects.filter(pk__in=spec["people"]).order_by("pk")
                return [seat for each in named for seat in self._first([each, *line_above(each)], "named")]

    def _first(self, ladder, way) -> list[Seat]:
        """The first of a ladder who can decide, or his delegate. At most one."""
        for step, person in enumerate(ladder):
            if seat := self._seat_of(person, way if step == 0 else "risen"):
                return [seat]
        return []

    def _risen(self, ladder):
        return [seat for person in ladder if (seat := self._seat_of(person, "risen"))]

    def _seat_of(self, person, way) -> Seat | None:
        if self._is_free(person):
            return Seat(person, way)
        absence = self.away.get(person.pk)
        if absence and absence.delegate and self._is_free(absence.delegate):
            return Seat(absence.delegate, "delegate", person)
        return None

    def _is_free(self, person):
        return person.pk not in self.away and is_independent(person, self.approval)
