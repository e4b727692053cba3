"""Who would be asked if somebody asked now: told by the policy and the routing that will decide it, and promised by nobody."""

from accounts.models import User
from approvals.asking import measured, parties, terms_of
from approvals.kinds import kind_named
from approvals.models import Approval
from approvals.policies import wanted
from approvals.routing import Router


def who_would_decide(name, subject, /, *, by, **asked) -> list[User]:
    """The people at the first steps of such a request as things stand; nobody when the policy asks for nobody."""
    kind = kind_named(name)
    steps = wanted(terms_of(kind)["terms"], measured(kind, subject, asked)[0])
    router = Router(_draft(kind, subject, by, asked))
    seats = [seat for step in steps if step.turn == steps[0].turn for seat in router.seats(step.spec)]
    return list({seat.person.pk: seat.person for seat in seats}.values())


def _draft(kind, subject, by, asked):
    """A request that is never written: enough of one for the question who is independent of it."""
    draft = Approval(kind=kind.name, requested_by=by, asked=asked)
    draft.interested = {interest.person_id: interest for interest in parties(draft, subject)}
    return draft
