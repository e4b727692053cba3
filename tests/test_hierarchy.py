"""Who stands above whom: up the tree of teams, at last the owner of the organisation (R6, R12)."""

from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.hierarchy import LOWEST, height, last_resort, line_above, superiors
from accounts.models import Team, User
from approvals.kinds import CannotTakeEffect
from tests.approved import lead, place
from tests.factories import TeamFactory, UserFactory


@dataclass
class House:
    """Sales > East > East 1, each with its manager, of whom only Mei is in a team himself; Wang works in East 1."""

    sales: Team
    east: Team
    east_1: Team
    chief: User
    mei: User
    ming: User
    wang: User


@pytest.fixture
def house(acme, zhao, qian):
    def person(name, **fields):
        return UserFactory(name=name, organization=acme, **fields)

    chief, ming = person("Chief", role="manager"), person("Ming", role="manager")
    sales = TeamFactory(name="Sales", manager=chief)
    mei = person("Mei", role="manager", team=sales)
    east = TeamFactory(name="East", manager=mei, parent=sales)
    east_1 = TeamFactory(name="East 1", manager=ming, parent=east)
    return House(sales, east, east_1, chief, mei, ming, wang=person("Wang", team=east_1))


def test_superiors_stand_one_above_the_other_nearest_first(house):
    assert superiors(house.wang) == [house.ming, house.mei, house.chief]
    assert superiors(house.mei) == [house.chief]
    assert superiors(house.chief) == []
    assert superiors(None) == []


def test_a_manager_in_no_team_stands_below_what_his_team_is_part_of(house):
    assert house.ming.team is None
    assert superiors(house.ming) == [house.mei, house.chief]


def test_who_is_in_the_team_he_leads_is_not_his_own_superior(house, zhao, qian):
    place(house.ming, team=house.east_1, by=zhao, decided_by=qian)
    assert superiors(User.objects.get(pk=house.ming.pk)) == [house.mei, house.chief]


def test_who_leads_two_levels_stands_there_once(house, zhao, qian):
    lead(house.east_1, house.mei, by=zhao, decided_by=qian)
    assert superiors(house.wang) == [house.mei, house.chief]


def test_a_team_without_a_manager_is_passed_by(house, zhao, qian):
    lead(house.east_1, None, by=zhao, decided_by=qian)
    assert superiors(house.wang) == [house.mei, house.chief]


def test_who_left_stands_above_nobody(house, zhao):
    house.mei.deactivate(by=zhao)
    assert superiors(house.wang) == [house.ming, house.chief]
    assert house.mei not in line_above(house.wang)


def test_the_line_ends_with_the_owner_and_then_the_administrators(house, zhao, qian):
    assert last_resort() == [qian, zhao], "the owner first, although she joined later"
    assert line_above(house.wang) == [house.ming, house.mei, house.chief, qian, zhao]
    assert line_above(house.chief) == [qian, zhao]


def test_nobody_stands_in_his_own_line_or_twice_in_another(house, zhao, qian):
    assert line_above(qian) == [zhao]
    assert line_above(zhao) == [qian]
    for person in User.objects.all():
        line = line_above(person)
        assert person not in line
        assert len(line) == len(set(line))


def test_an_owner_who_left_ends_no_line(house, zhao, qian):
    qian.deactivate(by=zhao)
    assert last_resort() == [zhao]


def test_height_counts_from_the_top(house, zhao):
    assert [height(person) for person in (house.chief, house.mei, house.ming)] == [0, 1, 2]
    assert height(house.wang) == height(zhao) == LOWEST


def test_who_leads_several_teams_stands_where_the_highest_does(house):
    TeamFactory(name="East 2", manager=house.chief, parent=house.east)
    assert height(house.chief) == 0


@pytest.mark.parametrize("above", ["east_1", "east"])
def test_no_circle_is_approved_into_the_tree(house, above, zhao, qian):
    with pytest.raises(CannotTakeEffect, match="part of itself"):
        lead(house.sales, house.chief, by=zhao, decided_by=qian, parent=getattr(house, above))
    assert superiors(house.wang) == [house.ming, house.mei, house.chief]


def test_it_costs_as_many_queries_for_three_levels_as_for_thirty(house, acme):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            superiors(house.wang)
            line_above(house.wang)
            height(house.mei)
        return len(asked)

    few, top = queries(), None
    for number in range(30):
        manager = UserFactory(name=f"Manager {number}", organization=acme, role="manager")
        top = TeamFactory(name=f"Team {number}", parent=top, manager=manager)
    house.wang = UserFactory(name="Deep", organization=acme, team=top)
    assert len(superiors(house.wang)) == 30
    assert queries() == few == 5
