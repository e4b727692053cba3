"""Four eyes on who comes in: a deactivated person again, and a newcomer into a role that leads, administers or audits."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import invitations, tenancy
from accounts.models import Invitation, User
from accounts.rules import rule
from approvals.carrying_out import carried_out
from approvals.kinds import SECURITY, CannotTakeEffect, Kind, a_second_person, register
from audit.deeds import stamped


@register
class Reactivation(Kind):
    """A deactivated person may sign in again, in the role and team he had."""

    name = "accounts.reactivate"
    label = gettext_lazy("Return of a deactivated person")
    subject = "accounts.User"
    policy = a_second_person(SECURITY, hours=24)
    administration = True
    stands_on = ("role", "team", "is_active")

    def interested(self, subject, asked):
        return {subject.pk}

    def title(self, approval):
        return _("%(person)s may sign in again") % {"person": approval.asked["name"]}

    def lines(self, approval):
        asked = approval.asked
        return [
            (_("Person"), None, asked["name"]),
            (_("Role"), None, _role(asked["role"])),
            (_("Team"), None, asked["team_name"] or "—"),
            (_("Signs in"), _("no"), _("yes")),
        ]

    def url(self, approval):
        return reverse("accounts:people")

    def take_effect(self, approval, *, by):
        User.objects.get(pk=approval.subject_id).reactivate(by=by, reason=approval.reason)


def asked_of_return(person) -> dict:
    """The copy for `ask`: who comes back, and as what."""
    team = person.team
    return {
        "name": person.name,
        "role": person.role,
        "team": str(team.pk) if team else None,
        "team_name": team.name if team else "",
    }


@register
class Newcomer(Kind):
    """Somebody new in a role that leads, administers or audits: the letter goes out with the decision."""

    name = "accounts.invitation"
    label = gettext_lazy("Invitation to a role with wide rights")
    subject = "accounts.Invitation"
    policy = a_second_person(SECURITY, hours=24)
    administration = True
    stands_on = ("expires_at",)  # it was taken back

    def title(self, approval):
        return _("Somebody new as %(role)s") % {"role": _role(approval.asked["role"])}

    def lines(self, approval):
        asked = approval.asked
        return [
            (_("E-mail address"), "", asked["email"]),
            (_("Role"), "", _role(asked["role"])),
            (_("Team"), "", asked["team_name"]),
        ]

    def url(self, approval):
        return reverse("accounts:people")

    def take_effect(self, approval, *, by):
        invitation = Invitation.objects.select_related("invited_by__organization").get(pk=approval.subject_id)
        if User.objects.filter(email=invitation.email).exists():
            raise CannotTakeEffect(_("Somebody with this address is here already. Nothing was changed."))
        try:
            with transaction.atomic():
                token = invitation.release(by=by, reason=approval.reason)
        except IntegrityError as refused:
            raise CannotTakeEffect(_("The invitation has changed meanwhile. Nothing was changed.")) from refused
        invitations.post(invitation.email, token, inviter=invitation.invited_by)

    def not_granted(self, approval, *, by):
        """The wish ends with the request."""
        invitation = Invitation.objects.get(pk=approval.subject_id)
        invitation.expires_at = tenancy.now()
        with stamped("accounts.revoke", by=by):
            invitation.save(update_fields=["expires_at"])


def asked_of_newcomer(email, *, role, team) -> dict:
    """The copy for `ask`: who is to come, and as what."""
    return {
        "name": email,
        "email": email,
        "role": role,
        "team": str(team.pk) if team else None,
        "team_name": team.name if team else "",
    }


def _role(code):
    return str(dict(User.Role.choices).get(code, code))


@rule("accounts.invitation")
def administers(user, organization):
    """His role carries the verb; a second person decides."""
    return True


@rule("accounts.let_back_in")
def was_approved_for_the_person(user, person):
    return carried_out("accounts.reactivate", person)


@rule("accounts.send_invitation")
def was_approved_for_the_newcomer(user, invitation):
    return carried_out("accounts.invitation", invitation)
