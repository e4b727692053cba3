"""Who stands above whom: along the tree of teams, at last the owner of the organisation."""

from itertools import chain

from accounts.models import Team, User


def superiors(person) -> list[User]:
    """The active managers above a person, nearest first; above who leads a team, those of what it is part of. One query."""
    if person is None:
        return []
    teams = {team.pk: team for team in Team.objects.select_related("manager")}
    managers = (team.manager for start in _teams_of(person, teams) for team in _upwards(start, teams))
    above = {manager.pk: manager for manager in managers if manager and manager.is_active and manager.pk != person.pk}
    return list(above.values())


def nearest_superiors(people) -> dict:
    """{id: the nearest active manager above each of these people, or None}. One query for however many."""
    teams = {team.pk: team for team in Team.objects.select_related("manager")}
    return {person.pk: _nearest(person, teams) for person in people}


def _nearest(person, teams):
    above = (team.manager for start in _teams_of(person, teams) for team in _upwards(start, teams))
    return next((each for each in above if each and each.is_active and each.pk != person.pk), None)


def last_resort() -> list[User]:
    """Where a question ends that nobody else can decide: with the owner of the organisation, then with who administers it."""
    active = User.objects.active().order_by("joined_at", "pk")
    return list(active.filter(is_owner=True)) + list(active.filter(role=User.Role.ADMINISTRATOR, is_owner=False))


def line_above(person) -> list[User]:
    """Everybody to whom a question about this person can rise, in this order, each once."""
    people = chain(superiors(person), last_resort())
    return list({each.pk: each for each in people if each.pk != person.pk}.values())


LOWEST = 1000


def height(person) -> int:
    """How far up somebody stands: 0 leads the top, more is lower; who leads nothing stands below all who do."""
    teams = {team.pk: team for team in Team.objects.all()}
    led = [len(list(_upwards(team, teams))) - 1 for team in teams.values() if team.manager_id == person.pk]
    return min(led, default=LOWEST)


def _teams_of(person, teams):
    """His own team first, then those he leads: a head of sales may be in none."""
    own = [teams[person.team_id]] if person.team_id in teams else []
    return own + [team for team in teams.values() if team.manager_id == person.pk]


def _upwards(team, teams):
    seen = set()
    while team is not None and team.pk not in seen:
        seen.add(team.pk)
        yield team
        team = teams.get(team.parent_id)
