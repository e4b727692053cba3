"""Time that passes: reminders, and escalation upwards only. And what waited for somebody who left finds somebody else."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import Exists, OuterRef

from accounts import tenancy
from accounts.duties import handed_over_by
from accounts.schedules import every
from approvals import lapsing, telling
from approvals.models import Approval, ApprovalStep, Approver, Delegation
from approvals.routing import Router
from audit.deeds import stamped

MOST = 500


@every("approvals.deadlines", timedelta(minutes=10))
def watch():
    """Remind when half the time is over, go up when all of it is, and look again for whoever was missing. What is about
    rights does not wait for ever."""
    lapsing.a_day_later()
    now = tenancy.now()
    waiting = ApprovalStep.objects.open().filter(approval__state=Approval.State.PENDING)
    waiting = waiting.select_related("approval", "approval__requested_by")
    for step in waiting.filter(due_at__lte=now).order_by("due_at")[:MOST]:
        escalate(step)
    half_over = waiting.filter(reminded_at=None, due_at__gt=now).order_by("due_at")[:MOST]
    for step in half_over:
        if step.due_at - now < step.approval.time_to_decide / 2:
            remind(step, now)
    seated = Approver.objects.live().filter(step=OuterRef("pk"))
    away = seated.filter(person__in=Delegation.objects.now().values("person"))
    for step in waiting.filter(Exists(away) | ~Exists(seated))[:MOST]:
        reseat(step)


def remind(step, now):
    step.reminded_at = now
    step.save(update_fields=["reminded_at"])
    telling.tell_approvers(step.approval, "approvals.reminded", steps=[step], number=f"{step.due_at:%Y%m%d%H%M}")


def escalate(step):
    """Somebody above comes in beside those who sit there, and the time begins anew. At the top, they are reminded again."""
    seated = [seat.person for seat in step.approvers.live().select_related("person")]
    seat = Router(step.approval).above(seated)
    with stamped("approvals.escalate"):
        step.due_at, step.reminded_at = tenancy.now() + step.approval.time_to_decide, None
        step.save(update_fields=["due_at", "reminded_at"])
        for waiting in step.approvers.live():
            waiting.due_at = step.due_at
            waiting.save(update_fields=["due_at"])
        step.let_in([replace(seat, way=Approver.Way.ESCALATED)] if seat else [])
    if seat:
        telling.tell_approvers(step.approval, steps=[step])


def reseat(step):
    with stamped("approvals.reroute"):
        step.reseat()
    telling.tell_approvers(step.approval, steps=[step])


@handed_over_by
def pass_on(person, by):
    """He left, or is something else now: his open seats go to whom the house finds now, in this transaction. What he asked
    for and nobody decided waits no longer."""
    seated = Approver.objects.live().filter(person=person).values("step")
    for step in ApprovalStep.objects.open().filter(pk__in=seated).select_related("approval__requested_by"):
        reseat(step)
    if not person.is_active:
        for approval in Approval.objects.pending().filter(requested_by=person):
            approval.lapse(by=by)
