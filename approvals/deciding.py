"""The decision as a page makes it: which verb, what it says when it worked, and when somebody else was faster."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.refusals import constraint_of
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval, CannotDecide

VERBS = ("approve", "reject", "send_back")


def decide(approval, verb, *, by, seal, reason) -> tuple[bool, str]:
    """(did it work, the sentence about it). What could not be done left nothing behind."""
    try:
        with transaction.atomic():
            getattr(approval, verb)(by=by, seal=seal, reason=reason)
    except CannotDecide as late:
        return _how_it_stands(late.approval, by, verb)
    except CannotTakeEffect as impossible:
        return False, str(impossible)
    except IntegrityError as refused:
        return False, _why_refused(refused)
    return True, _done(Approval.objects.get(pk=approval.pk), verb)


def _done(approval, verb):
    if verb != "approve":
        return {
            "reject": _("Rejected. Nothing was changed."),
            "send_back": _("Returned. The person who asked can ask anew."),
        }[verb]
    if approval.state == approval.State.APPROVED:
        return _("Approved, and done as asked.")
    return _("Approved. The next step is told.")


def _how_it_stands(approval, by, verb):
    """A repeated own decision is no error; anybody else's is told with a name."""
    decisions = approval.decisions.select_related("person").order_by("-decided_at")
    verdict = {"approve": "approve", "reject": "reject", "send_back": "return"}[verb]
    if any(each.person_id == by.pk and each.verdict == verdict for each in decisions):
        return True, _done(approval, verb)
    if approval.has_lapsed:
        return False, _(
            "Nobody decided within 24 hours, so this request has lapsed. The person who asked can ask anew."
        )
    if approval.state == approval.State.VOID:
        return False, _(
            "What this request stood on has changed, so it no longer applies. The person who asked can ask anew."
        )
    if approval.state == approval.State.WITHDRAWN:
        return False, _("%(person)s has withdrawn this request.") % {"person": approval.requested_by.name}
    if last := decisions.first():
        return False, _("Somebody else was faster: %(person)s has decided. Your decision was not counted.") % {
            "person": last.person.name
        }
    return False, _("Somebody else decides this now. Your decision was not counted.")


def _why_refused(error):
    name = constraint_of(error)
    if name == "decision_on_what_was_asked":
        return _("This page showed another copy than the one that was asked. Load it again and look.")
    if name == "break_glass_reads_only":
        return _("As long as your break-glass access is open, you change nothing about customers. End it first.")
    if name == "decision_within_a_day":
        return _("Nobody decided within 24 hours, so this request has lapsed. The person who asked can ask anew.")
    if name in ("decision_from_another_line", "decision_not_by_brought_in"):
        return _(
            "About rights somebody from another line decides: nobody who leads the person who asked, and for 30 days nobody"
            " of whom one brought the other into his duty. Nothing was decided."
        )
    if name == "decided_once":
        return _("You have decided this step already.")
    return _(
        "You cannot decide this request: you asked for it, work for who asked, or have a share in it. Nothing was decided."
    )
