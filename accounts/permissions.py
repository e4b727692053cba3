"""Rules about people and the organisation itself."""

from accounts.rules import rule


@rule("accounts.invite", "accounts.see_people", "accounts.see_dead_letters")
def administers(user, organization):
    return user.is_administrator


@rule("accounts.revoke")
def administers_invitations(user, invitation):
    return user.is_administrator


@rule("accounts.deactivate", "accounts.reactivate")
def administers_somebody_else(user, person):
    return user.is_administrator and user.pk != person.pk
