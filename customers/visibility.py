"""Who can see a customer, and why: shown on its page."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User


def who_can_see(customer) -> list[tuple]:
    """(person, what he is, what he may do), the owner first, then his managers up the tree, then auditors."""
    seeing = [(customer.owner, _("owner"), _("sees, changes"))] if customer.owner else []
    seeing += [(manager, _("manager"), _("sees")) for manager in managers_above(customer.owner)]
    auditors = User.objects.active().filter(role=User.Role.AUDITOR).order_by("name")
    return seeing + [(auditor, _("auditor"), _("sees")) for auditor in auditors]


def managers_above(person) -> list[User]:
    """The managers of a person's team and of every team above it, nearest first."""
    if person is None or person.team_id is None:
        return []
    teams = {team.pk: team for team in Team.objects.select_related("manager")}
    found, team, seen = [], teams.get(person.team_id), set()
    while team is not None and team.pk not in seen:
        seen.add(team.pk)
        if team.manager and team.manager.is_active and team.manager != person and team.manager not in found:
            found.append(team.manager)
        team = teams.get(team.parent_id) if team.parent_id else None
    return found
