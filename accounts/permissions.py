"""Rules about people and the organisation itself."""

from django.utils.translation import gettext_lazy as _

from accounts.models.break_glass import BreakGlass
from accounts.rules import rule
from accounts.verbs import verb

ADMINISTRATORS = ("administrator", "security")

verb(
    "accounts.people", _("Invite people, end their access, build teams"),
    "accounts.invite", "accounts.create_team", "accounts.revoke", "accounts.change_team",
    "accounts.deactivate", "accounts.reactivate", "accounts.invitation", "accounts.complete_departure",
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
verb(
    "accounts.departures", _("Announce that somebody leaves"), "accounts.announce_departure",
    given_to=["administrator", "manager"],
)  # fmt: skip
verb(
    "accounts.cancel_departures", _("Cancel a departure that somebody else announced"), "accounts.cancel_departure",
    given_to=ADMINISTRATORS,
)  # fmt: skip
verb("accounts.jobs", _("Look after jobs"), "accounts.see_dead_letters", "accounts.retry", given_to=["administrator"])
verb(
    "accounts.break_glass", _("Read customers in an emergency, by break-glass access"), "accounts.break_glass",
    given_to=ADMINISTRATORS,
)  # fmt: skip
verb("accounts.break_glass_reviews", _("Review break-glass access"), given_to=["security", "auditor"])


@rule("accounts.break_glass")
def has_nothing_overdue(user, organization):
    """His role carries the verb, and none of his uses has waited for its review too long."""
    return not BreakGlass.objects.overdue().filter(person=user).exists()


def reviews_break_glass(user):
    """The owner of the organisation, and whose role reviews."""
    return user.is_owner or user.may("accounts.break_glass_reviews")


@rule("accounts.see_break_glass")
def reviews_or_breaks(user, organization):
    return reviews_break_glass(user) or user.may("accounts.break_glass")


@rule("accounts.view_break_glass")
def reviews_or_had_it(user, glass):
    return glass.person_id == user.pk or reviews_break_glass(user)


@rule("accounts.end_break_glass")
def has_it_or_may_review_it(user, glass):
    return glass.person_id == user.pk or user.pk in glass.reviewers


@rule("accounts.review_break_glass")
def somebody_else_reviews(user, glass):
    """Once, when it is over, and not while he looks by break-glass himself."""
    open_to = glass.reviewed_at is None and not glass.is_live and user.pk in glass.reviewers
    return open_to and not BreakGlass.objects.live().filter(person=user).exists()


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


@rule("accounts.preferences", "accounts.change_password", "accounts.add_second_factor")
def is_oneself(user, person):
    return user.pk == person.pk


@rule(
    "accounts.announce_departure",
    no=_("Only his managers and administrators announce that somebody leaves, never he himself."),
)
def answers_for(user, person):
    """An administrator for everybody, a manager for his people; nobody for himself."""
    return person.is_active and user.pk != person.pk and (user.is_administrator or user.manages(person))


@rule(
    "accounts.cancel_departure", "accounts.complete_departure",
    no=_("Another administrator than who announced it cancels or completes a departure."),
)  # fmt: skip
def did_not_announce(user, departure):
    """Not who announced it, and not who leaves."""
    return departure.is_live and user.pk not in (departure.announced_by_id, departure.person_id)


@rule("accounts.use_second_factor", "accounts.remove_second_factor", "accounts.use_recovery_code")
def is_ones_own(user, row):
    return user.pk == row.person_id


@rule("accounts.end_session")
def is_ones_own_or_looked_after(user, session):
    return user.pk == session.person_id or user.looks_after_sign_ins


@rule("accounts.see_person")
def looks_after_sign_ins(user, person):
    """His role carries the verb; more is not asked."""
    return True
