"""A request about rights is decided within 24 hours, or lapses; where nobody else administers, it takes effect then."""

from accounts import tenancy
from accounts.deeds import locked
from accounts.the_clock import CLOCK, due
from approvals import alone, telling
from approvals.kinds import about_rights
from approvals.models import Approval, Approver
from approvals.models.approval import A_DAY
from audit.deeds import stamped

MOST = 500


def a_day_later():
    """Everything about rights that a day has passed over, undecided. The rows are locked: a decision is before or after."""
    begun = tenancy.Clock() - tenancy.Seconds(A_DAY.total_seconds())
    over = Approval.objects.pending().filter(kind__in=about_rights(), opened_at__lte=begun)
    for approval in over.select_related("requested_by").order_by("opened_at")[:MOST]:
        end(locked(approval))


@due("approvals.expire", "approvals.alone")
def a_day_is_over(approval):
    return approval.lapses_at is not None and approval.lapses_at <= tenancy.now()


def end(approval):
    """By the clock and in nobody's name."""
    if approval.state != Approval.State.PENDING:
        return
    if alone.waits_alone(approval) and alone.take_effect(approval):
        return
    approval = Approval.objects.select_related("requested_by").get(pk=approval.pk)
    approval.expire(by=CLOCK)
    with stamped("approvals.expire"):
        for seat in approval.approvers.live():
            seat.end(Approver.End.CLOSED)
    approval.kind_of.not_granted(approval, by=approval.requested_by)
    telling.tell_lapsed(approval)
