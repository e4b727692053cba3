"""Four eyes on administration: somebody's role and team, a team's manager and place."""

from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import duties
from accounts.models import Team, User
from accounts.rules import rule
from accounts.undecided import Undecided, undecided_by
from accounts.verbs import verb
from approvals import juggling
from approvals.carrying_out import carried_out
from approvals.kinds import SECURITY, CannotTakeEffect, Kind, a_second_person, register
from approvals.waiting import one_of, waiting


@register
class Position(Kind):
    """Somebody's role and team: what he may do, and who sees his customers."""

    name = "accounts.position"
    label = gettext_lazy("Role and team")
    subject = "accounts.User"
    policy = a_second_person(SECURITY, hours=24)
    administration = True
    stands_on = ("role", "team", "is_active")

    def interested(self, subject, asked):
        return {subject.pk}

    def title(self, approval):
        return _("%(person)s as %(role)s") % {"person": approval.asked["name"], "role": _role(approval.asked["role"])}

    def lines(self, approval):
        asked = approval.asked
        return [
            (_("Person"), None, asked["name"]),
            (_("Role"), _role(asked["role_before"]), _role(asked["role"])),
            (_("Team"), asked["team_before_name"], asked["team_name"]),
        ]

    def url(self, approval):
        return reverse("accounts:people")

    def take_effect(self, approval, *, by):
        person = User.objects.get(pk=approval.subject_id)
        with _impossible(_("Somebody must be able to administer the organisation. Nothing was changed.")):
            person.take_position(
                by=by, role=approval.asked["role"], team_id=approval.asked["team"], reason=approval.reason
            )
        duties.hand_over(person, by=by)


def asked_of_position(person, *, role, team) -> dict:
    """The copy for `ask`: what was, and what is to be."""
    return {
        "name": person.name,
        "role_before": person.role,
        "team_before_name": person.team.name if person.team else "",
        "role": role,
        "team": str(team.pk) if team else None,
        "team_name": team.name if team else "",
    }


@register
class Tree(Kind):
    """A team's manager and place: whoever leads it sees the customers of everybody below."""

    name = "accounts.tree"
    label = gettext_lazy("Manager and place of a team")
    subject = "accounts.Team"
    policy = a_second_person(SECURITY, hours=24)
    administration = True
    stands_on = ("manager", "parent")

    def interested(self, subject, asked):
        return {subject.manager_id, asked["manager"] and UUID(asked["manager"])} - {None}

    def title(self, approval):
        asked = approval.asked
        return _("%(team)s under %(manager)s") % {
            "team": asked["name"],
            "manager": asked["manager_name"] or _("nobody"),
        }

    def lines(self, approval):
        asked = approval.asked
        return [
            (_("Team"), None, asked["name"]),
            (_("Manager"), asked["manager_before_name"], asked["manager_name"]),
            (_("Part of"), asked["parent_before_name"], asked["parent_name"]),
        ]

    def url(self, approval):
        return reverse("accounts:people")

    def take_effect(self, approval, *, by):
        team = Team.objects.select_related("manager").get(pk=approval.subject_id)
        before, manager = team.manager, approval.asked["manager"]
        if manager and not User.objects.active().filter(pk=manager, role=User.Role.MANAGER).exists():
            raise CannotTakeEffect(_("%(name)s is no longer a manager.") % {"name": approval.asked["manager_name"]})
        with _impossible(_("The teams were changed meanwhile, and this one would be part of itself.")):
            team.move(by=by, manager_id=manager, parent_id=approval.asked["parent"], reason=approval.reason)
        if before:
            duties.hand_over(before, by=by)
        juggling.tell_of(team)


def asked_of_tree(team, *, manager, parent) -> dict:
    """The copy for `ask`: what was, and what is to be."""
    return {
        "name": team.name,
        "manager_before_name": team.manager.name if team.manager else "",
        "parent_before_name": team.parent.name if team.parent else "",
        "manager": str(manager.pk) if manager else None,
        "manager_name": manager.name if manager else "",
        "parent": str(parent.pk) if parent else None,
        "parent_name": parent.name if parent else "",
    }


@contextmanager
def _impossible(sentence):
    """What the database refuses now is told to whoever decides, and his decision is undone."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refused:
        raise CannotTakeEffect(sentence) from refused


WAITS = {
    Position.name: gettext_lazy("Role and team of %(name)s wait for %(people)s."),
    Tree.name: gettext_lazy("Manager and place of %(name)s wait for %(people)s."),
    "accounts.role": gettext_lazy("Rights of the role %(name)s wait for %(people)s."),
    "accounts.reactivate": gettext_lazy("The return of %(name)s waits for %(people)s."),
    "accounts.invitation": gettext_lazy("The invitation of %(name)s waits for %(people)s."),
    "accounts.settings": gettext_lazy("The rules of %(name)s wait for %(people)s."),
    "accounts.sign_in_policy": gettext_lazy("Other rules about signing in wait for %(people)s."),
    "accounts.reset_second_factor": gettext_lazy("The reset of %(name)s's second factor waits for %(people)s."),
}
MOST = 20


@undecided_by
def still_undecided(reader, *names, **subject) -> list[Undecided]:
    """What is asked about people and teams and waits, and for whom. One query."""
    found = waiting(reader, *names or WAITS, **subject)[:MOST]
    return [Undecided(_waits(approval), _page(approval) if approval.is_readable else "") for approval in found]


def _waits(approval):
    people = one_of(approval.deciders) or _("somebody who may decide")
    name = approval.asked.get("name") or _role(approval.asked.get("code", ""))
    return WAITS[approval.kind] % {"name": name, "people": people}


def _page(approval):
    return reverse("approvals:detail", args=[approval.pk])


def _role(code):
    return str(dict(User.Role.choices).get(code, code))


verb(
    "accounts.rights", gettext_lazy("Ask for another role, team or right of somebody"),
    "accounts.position", "accounts.tree", "accounts.role",
    given_to=["administrator", "security"],
)  # fmt: skip


@rule("accounts.position", "accounts.tree")
def asks(user, subject):
    """His role carries the verb; a second person decides."""
    return True


@rule("accounts.take_position")
def was_approved_for_the_person(user, person):
    return carried_out("accounts.position", person)


@rule("accounts.move_team")
def was_approved_for_the_team(user, team):
    return carried_out("accounts.tree", team)
