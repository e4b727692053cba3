"""Who is told of a merge, and what the ledger and a refusal say about it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notices import sentences, tell
from accounts.refusals import constraint_of
from approvals.models import Approval
from audit.words import words

sentences(
    {
        "customers.merged": _("%(who)s has merged %(loser)s into %(winner)s. Owner: %(owner)s. Reason: %(reason)s"),
        "customers.unmerged": _("%(who)s has undone the merge of %(loser)s into %(winner)s: %(reason)s"),
        "customers.void_by_merge": _("%(loser)s was merged into %(winner)s, so your request no longer applies."),
    }
)
words(
    {
        "customers.merge": _("asked to merge two customers"),
        "customers.carry_out_merge": _("merged two customers"),
        "customers.unmerge": _("asked to undo a merge"),
        "customers.undo_merge": _("undid a merge"),
        "customers.view_merge": _("read a merge"),
    }
)
# What the database answers, by the name of its refusal.
SENTENCES = {
    "merge_once": _("One of them has passed into another record by now. Nothing was changed."),
    "merged_once": _("One of them has passed into another record by now. Nothing was changed."),
    "merge_as_compared": _("One of the two was changed since they were compared. Compare them again."),
    "merge_as_approved": _("This is not what was approved. Nothing was changed."),
    "merge_with_four_eyes": _("A second person decides about this merge. Nothing was changed."),
    "merge_takes_nothing_from_the_pool": _("The one in the pool cannot be claimed by the other's owner now."),
    "owner_is_not_denied": _("The owner it would have is denied one of them. Choose another owner."),
    "group_has_no_circle": _("In its group, one of them stands above the other. Ask first for another place in the group."),
    "customer_is_in_a_group": _("In its group, one of them stands above the other. Ask first for another place in the group."),
    "undone_in_time": _("The 30 days in which a merge can be undone are over. Enter the company anew, or ask an auditor."),
    "undone_last_first": _("One of them was merged again since. Undo the later merge first."),
    "undone_name_taken": _(
        "The customer that stayed bears the other's name or credit code by now. Ask first that it is called otherwise."
    ),
    "undone_with_four_eyes": _("A second person decides about undoing this merge. Nothing was changed."),
    "merge_stands": _("This was done already. Nothing was changed."),
}  # fmt: skip


def sentence_of(error) -> str:
    """What a refusal of the database says to people, or ''."""
    return str(SENTENCES.get(constraint_of(error), ""))


def tell_merged(merge, *, by):
    """Whoever owned one of them, whoever asked, and whose request ended with it."""
    said = _said(merge, by) | {"owner": merge.owner.name if merge.owner else "—"}
    tell(_concerned(merge, by), "customers.merged", url=_page(merge), key=str(merge.pk), reason=merge.reason, **said)
    for request in Approval.objects.filter(pk__in=merge.moved["requests"] or []).select_related("requested_by"):
        tell(
            [request.requested_by], "customers.void_by_merge", url=reverse("approvals:detail", args=[request.pk]),
            key=str(request.pk), winner=merge.compared["winner"]["name"], loser=merge.compared["loser"]["name"],
        )  # fmt: skip


def tell_undone(merge, *, by, reason):
    tell(
        _concerned(merge, by), "customers.unmerged", url=_page(merge), key=f"{merge.pk} undone", reason=reason,
        **_said(merge, by),
    )  # fmt: skip


def _said(merge, by):
    return {"who": by.name, "winner": merge.compared["winner"]["name"], "loser": merge.compared["loser"]["name"]}


def _concerned(merge, by):
    ids = {merge.compared["winner"]["owner"], merge.compared["loser"]["owner"], str(merge.asked_by_id)} - {None}
    return User.objects.active().filter(pk__in=ids).exclude(pk=by.pk)


def _page(merge):
    return reverse("customers:merge_page", args=[merge.pk])
