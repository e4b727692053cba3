"""Being away: who decides meanwhile is named beforehand, by the absent himself."""

from django.db import transaction

from accounts.deeds import allow, stamped
from accounts.duties import hand_over
from accounts.models import User
from approvals.models import Delegation
from approvals.routing import may_stand_in


@transaction.atomic
def announce(*, by, begins_at, ends_at, delegate=None) -> Delegation:
    """Write down an absence. One that has begun passes on at once what waits."""
    allow(by, "approvals.delegate", by.organization)
    with stamped("approvals.delegate", by=by):
        absence = Delegation.objects.create(person=by, delegate=delegate, begins_at=begins_at, ends_at=ends_at)
    if Delegation.objects.now().filter(pk=absence.pk).exists():
        hand_over(by, by=by)
    return absence


def candidates(person) -> list[User]:
    """Who may stand in for somebody: active, the same role, not below in the tree of teams."""
    colleagues = User.objects.active().filter(role=person.role).exclude(pk=person.pk).order_by("name")
    return [colleague for colleague in colleagues if may_stand_in(colleague, person)]
