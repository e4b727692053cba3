"""Who would be asked if somebody asked now: told by the policy and the routing that will decide it, and promised by nobody."""

from accounts.models import User
from approvals.asking import before, terms_of
from approvals.kinds import kind_named
from approvals.models import Approval, Interest
from approvals.policies import wanted
from approvals.routing import Router


def who_would_decide(name, subject, /, *, by, **asked) -> list[User]:
    """The people at the first steps of such a request as things stand; nobody when the policy asks for nobody."""
    kind = kind_named(name)
    steps = wanted(terms_of(kind)["terms"], _measures(kind, subject, asked))
    router = Router(_draft(kind, subject, by, asked))
    seats = [seat for step in steps if step.turn == steps[0].turn for seat in router.seats(step.spec)]
    return list({seat.person.pk: seat.person for seat in seats}.values())


def _draft(kind, subject, by, asked):
    """A request that is never written: enough of one for the question who is independent of it."""
    draft = Approval(kind=kind.name, requested_by=by, asked=asked)
    draft.interested = {pk: Interest(person_id=pk, why="party") for pk in kind.interested(subject, asked) - {by.pk}}
    return draft


def _measures(kind, subject, asked):
    measures = kind.measure(subject, asked)
    if kind.rolling is None:
        return measures
    so_far = before(kind, kind.group(subject, asked), subject)
    return measures | {kind.rolling.name: measures[kind.rolling.measure] + so_far}
