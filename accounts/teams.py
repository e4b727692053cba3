"""The tree of teams."""

from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.deeds import allow, stamped
from accounts.models import Team, User


@dataclass
class Branch:
    """A team and the teams that are part of it."""

    team: Team
    below: list = field(default_factory=list)


def create(name, *, parent, manager, by) -> Team:
    """A new team, at its place in the tree."""
    allow(by, "accounts.create_team", by.organization)
    with stamped("accounts.create_team", by=by):
        return Team.objects.create(name=name, parent=parent, manager=manager)


def tree() -> list[Branch]:
    """The branches at the top; each team knows how many active people are directly in it."""
    people = (
        User.objects.active().filter(team=OuterRef("pk")).order_by().values("team").annotate(n=Count("pk")).values("n")
    )
    teams = Team.objects.select_related("manager").annotate(people=Coalesce(Subquery(people), 0)).order_by("name")
    branches = {team.pk: Branch(team) for team in teams}
    for branch in branches.values():
        if branch.team.parent_id and (above := branches.get(branch.team.parent_id)):
            above.below.append(branch)
    return [branch for branch in branches.values() if branch.team.parent_id not in branches]
