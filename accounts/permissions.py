"""Rules about people and the organisation itself."""

from accounts.rules import rule


@rule("accounts.invite", "accounts.see_people", "accounts.see_dead_letters", "accounts.create_team")
def administers(user, organization):
    return user.is_administrator


@rule("accounts.revoke")
def administers_invitations(user, invitation):
    return user.is_administrator


@rule("accounts.change_team")
def administers_teams(user, team):
    return user.is_administrator


@rule("accounts.retry")
def administers_jobs(user, job):
    return user.is_administrator


@rule("accounts.deactivate", "accounts.reactivate")
def administers_somebody_else(user, person):
    return user.is_administrator and user.pk != person.pk


@rule("accounts.preferences", "accounts.change_password", "accounts.add_second_factor")
def is_oneself(user, person):
    return user.pk == person.pk


@rule("accounts.use_second_factor", "accounts.remove_second_factor", "accounts.use_recovery_code")
def is_ones_own(user, row):
    return user.pk == row.person_id


@rule("accounts.end_session")
def is_ones_own_or_looked_after(user, session):
    return user.pk == session.person_id or user.looks_after_sign_ins


@rule("accounts.see_person")
def looks_after_sign_ins(user, person):
    return user.looks_after_sign_ins
