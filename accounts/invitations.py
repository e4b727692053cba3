"""Invitations: an administrator lets somebody in by a link that works once."""

from django.conf import settings
from django.urls import reverse

from accounts import mailing, tenancy
from accounts.deeds import allow, stamped
from accounts.models import Invitation, User


def invite(email, *, role, team, by) -> str:
    """Mail a link to the address and return it."""
    token = issue(email, role=role, team=team, by=by)
    link = settings.BASE_URL + reverse("accounts:join", args=[by.organization_id, token])
    organization = by.organization
    mailing.write(
        "invitation", to=email, language=organization.language, organization=organization,
        inviter=by.name, company=organization.name, link=link,
    )  # fmt: skip
    return link


def issue(email, *, role, team, by) -> str:
    """The token of a new invitation. Those that went to the same address before end here."""
    allow(by, "accounts.invite", by.organization)
    for earlier in Invitation.objects.open().filter(email=email):
        earlier.revoke(by=by)
    with stamped("accounts.invite", by=by):
        return Invitation.issue(email=email, role=role, team=team, invited_by=by)[1]


def open_by(token):
    """The open invitation of a token in the organisation in scope, or None."""
    invitations = Invitation.objects.open().select_related("organization", "team", "invited_by")
    return invitations.filter(token_hash=Invitation.hash(token)).first()


def accept(token, *, name, password, language) -> User | None:
    """The new person, or None when somebody used the link a moment before: the row lock lets one through."""
    waiting = Invitation.objects.open().select_for_update(of=("self",))
    invitation = waiting.filter(token_hash=Invitation.hash(token)).first()
    if invitation is None:
        return None
    newcomer = User.objects.newcomer()
    with stamped("accounts.join", by=newcomer):
        invitation.accepted_at = tenancy.now()
        invitation.save(update_fields=["accepted_at"])
        return User.objects.create_user(
            invitation.email,
            password,
            pk=newcomer.pk,
            name=name,
            role=invitation.role,
            team_id=invitation.team_id,
            language=language,
        )
