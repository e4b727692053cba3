"""What the ledger says about requests and policies."""

from django.utils.translation import gettext_lazy as _

from approvals.kinds import UnknownKind, kind_named
from audit.words import read_as, words

words(
    {
        "accounts.position": _("asked for another role or team of a person"),
        "accounts.tree": _("asked for another manager or place of a team"),
        "accounts.role": _("asked for other rights of a role"),
        "accounts.adapt_role": _("changed the rights of a role as approved"),
        "accounts.reactivate": _("asked for a deactivated person to come back"),
        "accounts.let_back_in": _("let a deactivated person in again as approved"),
        "accounts.invitation": _("asked for somebody new in a role with wide rights"),
        "accounts.send_invitation": _("sent an invitation as approved"),
        "accounts.describe_organization": _("changed name, language or time zone of the organisation"),
        "accounts.settings": _("asked for other rules of the organisation"),
        "accounts.set_rules": _("changed the rules of the organisation as approved"),
        "accounts.role_juggling": _("gave and took back within a day"),
        "approvals.alone": _("took effect after 24 hours, nobody else administers"),
        "approvals.expire": _("nobody decided within 24 hours"),
        "accounts.take_position": _("changed a person's role or team as approved"),
        "accounts.move_team": _("changed a team's manager or place as approved"),
        "accounts.sign_in_policy": _("asked for other rules about signing in"),
        "accounts.change_sign_in_policy": _("changed the rules about signing in as approved"),
        "accounts.reset_second_factor": _("asked for the reset of a second factor"),
        "approvals.approve": _("approved a request"),
        "approvals.reject": _("rejected a request"),
        "approvals.send_back": _("returned a request"),
        "approvals.grant": _("said the last yes to a request"),
        "approvals.refuse": _("closed a rejected request"),
        "approvals.hand_back": _("handed a returned request back"),
        "approvals.withdraw": _("withdrew a request"),
        "approvals.take_back": _("closed a withdrawn request"),
        "approvals.void": _("a request no longer applies"),
        "approvals.carry_out": _("carried out what was approved"),
        "approvals.add_step": _("asked for one more person to approve"),
        "approvals.recuse": _("recused himself from a request"),
        "approvals.escalate": _("the time had passed, the next level came in"),
        "approvals.reroute": _("somebody else decides a request now"),
        "approvals.comment": _("commented on a request"),
        "approvals.open_attachment": _("opened an attachment of a request"),
        "approvals.view": _("read a request"),
        "approvals.policy": _("proposed an approval policy"),
        "approvals.write_policy": _("wrote an approval policy"),
        "approvals.propose_policy": _("proposed an approval policy"),
        "approvals.redraft_policy": _("took an approval policy back to a draft"),
        "approvals.activate_policy": _("put an approval policy in force"),
        "approvals.delegate": _("named a delegate"),
        "approvals.lapse_delegation": _("ended a delegation that was not confirmed"),
        "approvals.end_delegation": _("ended a delegation"),
    }
)


def _kind(code):
    try:
        return kind_named(code).label
    except UnknownKind:
        return code


read_as("approvals_approval.kind", _kind)
read_as("approvals_approvalpolicy.kind", _kind)
