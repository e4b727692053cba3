"""Rules about people and the organisation itself."""

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb

ADMINISTRATORS = ("administrator", "security")

verb(
    "accounts.people", _("Invite people, end their access, build teams"),
    "accounts.invite", "accounts.create_team", "accounts.revoke", "accounts.change_team",
    "accounts.deactivate", "accounts.reactivate", "accounts.invitation",
    given_to=["administrator"],
)  # fmt: skip
verb(
    "accounts.read_people", _("Read who is here, in which role and team"), "accounts.see_people",
    given_to=ADMINISTRATORS, possible_for=["auditor"],
)  # fmt: skip
verb(
    "accounts.explain", _("Have it explained why somebody may or may not do something"), "accounts.explain_access",
    given_to=[*ADMINISTRATORS, "auditor", "manager"],
)  # fmt: skip
verb("accounts.jobs", _("Look after jobs"), "accounts.see_dead_letters", "accounts.retry", given_to=["administrator"])


@rule(
    "accounts.invite",
    "accounts.create_team",
    "accounts.see_people",
    "accounts.see_dead_letters",
    "accounts.explain_access",
)
def administers(user, organization):
    """His role carries the verb; more is not asked."""
    return True


@rule("accounts.revoke", "accounts.change_team", "accounts.retry")
def administers_what_is_there(user, subject):
    return True


@rule("accounts.deactivate", "accounts.reactivate")
def administers_somebody_else(user, person):
    return user.pk != person.pk


@rule("accounts.preferences", "accounts.change_password")
def is_oneself(user, person):
    return user.pk == person.pk
