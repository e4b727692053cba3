"""Invitations: an administrator lets somebody in by a link that works once.

To a role that leads, administers or audits a second person decides first: the invitation is written without a token, and
nobody can come in by it. As long as nobody but the founder ever came, there is no second person to ask.
"""

from django.conf import settings
from django.urls import reverse

from accounts import mailing, tenancy
from accounts.deeds import Refused, allow, stamped
from accounts.models import Invitation, User
from accounts.roles import DUTIES

WIDE = (User.Role.MANAGER, *DUTIES)


def wants_second_person(role) -> bool:
    """The database counts again (`invitation_as_approved`)."""
    return role in WIDE and User.objects.order_by()[:2].count() > 1


def invite(email, *, role, team, by) -> str:
    """Mail a link to the address and return it."""
    return post(email, issue(email, role=role, team=team, by=by), inviter=by)


def post(email, token, *, inviter) -> str:
    organization = inviter.organization
    link = settings.BASE_URL + reverse("accounts:join", args=[organization.pk, token])
    mailing.write(
        "invitation", to=email, language=organization.language, organization=organization,
        inviter=inviter.name, company=organization.name, link=link,
    )  # fmt: skip
    return link


def issue(email, *, role, team, by) -> str:
    """The token of a new invitation. Those that went to the same address before end here."""
    if wants_second_person(role):
        raise Refused("accounts.invitation", by.organization)
    _replaces(email, by)
    with stamped("accounts.invite", by=by):
        return Invitation.issue(email=email, role=role, team=team, invited_by=by)[1]


def wish(email, *, role, team, by) -> Invitation:
    """An invitation without a token, for a second person to decide about. Those that went to the same address before end."""
    _replaces(email, by)
    with stamped("accounts.invite", by=by):
        expires = tenancy.now() + Invitation.LIFE
        return Invitation.objects.create(email=email, role=role, team=team, invited_by=by, expires_at=expires)


def _replaces(email, by):
    allow(by, "accounts.invite", by.organization)
    for earlier in Invitation.objects.open().filter(email=email):
        earlier.revoke(by=by)


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
        invitation.accepted_at, invitation.accepted_by_id = tenancy.now(), newcomer.pk
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        return User.objects.create_user(
            invitation.email,
            password,
            pk=newcomer.pk,
            name=name,
            role=invitation.role,
            team_id=invitation.team_id,
            language=language,
        )
