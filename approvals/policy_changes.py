"""A policy is changed by two people: one writes it, another puts it in force. A kind like any other."""

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.asking import ask, terms_of
from approvals.kinds import SECURITY, Kind, MovesBack, a_second_person, kind_named, register
from approvals.models import ApprovalPolicy
from approvals.policies import must_be_sound
from approvals.wording import policy_in_words
from audit.deeds import allow, stamped


@register
class PolicyChange(Kind):
    """The next version of an approval policy."""

    name = "approvals.policy"
    label = gettext_lazy("Approval policy")
    subject = "approvals.ApprovalPolicy"
    policy = a_second_person(SECURITY, hours=24)
    administration = True
    stands_on = ("content", "effective_from")
    moves_back = MovesBack("state", ("proposed",), "draft")

    def title(self, approval):
        return _("New policy for %(kind)s") % {"kind": kind_named(approval.asked["kind"]).label}

    def lines(self, approval):
        kind = kind_named(approval.asked["kind"])
        names = getattr(approval, "names", None)  # read once for a page of many
        before = policy_in_words(approval.asked["before"], kind, names)
        after = policy_in_words(approval.asked["content"], kind, names)
        when = timezone.localtime(parse_datetime(approval.asked["effective_from"]))
        return [
            (_("Policy"), "\n".join(before), "\n".join(after)),
            (_("Effective from"), None, formats.date_format(when, "DATETIME_FORMAT")),
        ]

    def url(self, approval):
        return reverse("approvals:policy", args=[approval.asked["kind"]])

    def take_effect(self, approval, *, by):
        ApprovalPolicy.objects.get(pk=approval.subject_id).activate(by=by)

    def not_granted(self, approval, *, by):
        policy = ApprovalPolicy.objects.get(pk=approval.subject_id)
        if policy.state == ApprovalPolicy.State.PROPOSED:
            policy.redraft(by=by)


def draft(kind, *, by, content, effective_from) -> ApprovalPolicy:
    """Write the next version of a kind's policy; raises Unsound. A draft that is there is written anew, and no longer proposed."""
    allow(by, "approvals.draft_policy", by.organization)
    must_be_sound(content, kind)
    with stamped("approvals.write_policy", by=by):
        there = ApprovalPolicy.objects.filter(kind=kind.name).exclude(state=ApprovalPolicy.State.ACTIVE).first()
        if there is None:
            return ApprovalPolicy.objects.create(
                kind=kind.name, content=content, effective_from=effective_from, written_by=by
            )
    there.write(by=by, content=content, effective_from=effective_from)
    return ApprovalPolicy.objects.get(pk=there.pk)


def propose(policy, *, by, reason):
    """Ask a second person to put the draft in force."""
    policy.propose(by=by)
    return ask(
        PolicyChange.name, policy, by=by, reason=reason, kind=policy.kind, content=policy.content,
        before=terms_of(kind_named(policy.kind))["terms"], effective_from=policy.effective_from.isoformat(),
    )  # fmt: skip
