"""Rules about requests and policies."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb
from approvals.independence import is_independent

ADMINISTRATORS = ("administrator", "security")

verb(
    "approvals.read_policies", _("Read who decides what"), "approvals.see_policies",
    given_to=[*ADMINISTRATORS, "manager", "auditor"], possible_for=["rep", "assistant", "service"],
)  # fmt: skip
verb(
    "approvals.write_policies", _("Propose who decides what"),
    "approvals.draft_policy", "approvals.policy", "approvals.write_policy", "approvals.propose_policy",
    given_to=ADMINISTRATORS,
)  # fmt: skip
verb(
    "approvals.read_rights", _("Read which rights were asked for, given and refused"), "approvals.see_rights",
    given_to=[*ADMINISTRATORS, "auditor"],
)  # fmt: skip


@rule("approvals.view", "approvals.open_attachment")
def sees(user, approval):
    """Who asked, his managers, everybody who ever sat at a step, auditors."""
    return type(approval).objects.visible_to(user).filter(pk=approval.pk).exists()


@rule("approvals.comment")
def takes_part(user, approval):
    """An auditor reads along; he speaks only where he was asked to decide."""
    return sees(user, approval) and (not user.is_auditor or approval.approvers.filter(person=user).exists())


@rule("approvals.approve", "approvals.reject", "approvals.send_back", "approvals.add_step", "approvals.recuse")
def decides(user, approval):
    """Who sits or sat at a step, and has no share in the outcome. Whether he still sits there, the deed says."""
    return approval.approvers.filter(person=user).exclude(end_reason="rerouted").exists() and is_independent(
        user, approval
    )


@rule("approvals.grant")
def has_all_steps(user, approval):
    """Nobody grants: the last step that is done does."""
    return not approval.steps.filter(done_at=None).exists()


@rule("approvals.refuse", "approvals.hand_back")
def has_such_a_decision(user, approval):
    return approval.decisions.filter(person=user).exclude(verdict="approve").exists()


@rule("approvals.withdraw", "approvals.take_back")
def asked_for_it(user, approval):
    return approval.requested_by_id == user.pk


@rule("approvals.void")
def whose_requester_left(user, approval):
    """The database does it when the subject changes; people only when who asked is gone."""
    return not approval.requested_by.is_active


@rule("approvals.expire", "approvals.alone")
def is_the_clocks(user, approval):
    """No person does what only time may bring about (`accounts.the_clock`)."""
    return False


@rule("approvals.carry_out")
def has_an_approved_copy(user, approval):
    return approval.state == approval.State.APPROVED


@rule("approvals.see_policies", "approvals.draft_policy", "approvals.see_rights")
def in_his_organization(user, organization):
    """His role carries the verb; more is not asked."""
    return True


@rule("approvals.policy", "approvals.write_policy", "approvals.propose_policy")
def writes_policies(user, policy):
    """Until it is in force; then its next version is written."""
    return policy.state != policy.State.ACTIVE


@rule("approvals.redraft_policy", "approvals.activate_policy")
def after_a_decision(user, policy):
    """What the decision about a proposed policy brings about; the database looks for that decision."""
    return policy.state == policy.State.PROPOSED


@rule("approvals.delegate")
def decides_sometimes(user, organization):
    return True


@rule("approvals.end_delegation")
def is_the_absent(user, delegation):
    return delegation.person_id == user.pk
