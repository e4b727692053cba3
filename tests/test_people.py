"""People: listed, deactivated, in teams; by administrators and nobody else (R6, R48, R49, R76, R85)."""

from threading import Barrier, Thread
from time import sleep

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import teams, tenancy
from accounts.models import Invitation, Team, User
from approvals.models import Approval
from audit.models import Entry
from tests.factories import TeamFactory, UserFactory, customer_of, founding

PEOPLE = "/people/"
ADMINISTRATORS_ONLY = ["accounts:people", "approvals:invite", "accounts:create_team", "accounts:dead_letters"]


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("name", ADMINISTRATORS_ONLY)
@pytest.mark.parametrize("person", ["wang", "mei", "shen", "zhao"])
def test_only_administrators_administer(name, person, request, sign_in):
    """R48."""
    person = request.getfixturevalue(person)

    assert sign_in(person).get(reverse(name)).status_code == (200 if person.is_administrator else 403)


def test_the_people_page_shows_people_and_no_customers(zhao, wang, mei, sign_in):
    customer_of(wang, "Zhuoran Mirrorworks Ltd")

    page = text(sign_in(zhao).get(PEOPLE))

    assert all(person.email in page for person in (zhao, wang, mei))
    assert "Zhuoran" not in page


def test_the_people_page_asks_as_much_of_the_database_for_three_as_for_forty(zhao, acme, east, sign_in):
    client = sign_in(zhao)
    client.get(PEOPLE)
    with CaptureQueriesContext(connection) as few:
        client.get(PEOPLE)
    for number in range(40):
        UserFactory(
            organization=acme,
            name=f"Person {number}",
            team=TeamFactory(organization=acme, parent=east, name=f"Team {number}"),
        )
        Invitation.issue(email=f"p{number}@acme.example", invited_by=zhao, team=east)
    with CaptureQueriesContext(connection) as many:
        client.get(PEOPLE)
    assert len(few) == len(many)


# Deactivation


def test_an_administrator_deactivates_at_once_and_a_second_person_lets_him_in_again(zhao, sun, wang, sign_in):
    """R49, R85."""
    client = sign_in(zhao)

    client.post(f"/people/{wang.pk}/deactivate/")
    assert not User.objects.get(pk=wang.pk).is_active
    client.post(f"/people/{wang.pk}/reactivate/", {"reason": "back from leave"})
    assert not User.objects.get(pk=wang.pk).is_active
    approval = Approval.objects.get()
    approval.approve(by=sun, seal=approval.seal)
    assert User.objects.get(pk=wang.pk).is_active

    told = Entry.objects.filter(row_id=str(wang.pk), op="U").order_by("id").values_list("action", "actor", "reason")
    assert list(told) == [("accounts.deactivate", zhao.pk, ""), ("accounts.let_back_in", sun.pk, "back from leave")]


@pytest.mark.parametrize(
    ("person", "allowed"), [("wang", False), ("mei", False), ("li", False), ("shen", False), ("zhao", True)]
)
def test_who_may_deactivate_wang(person, allowed, wang, request):
    assert request.getfixturevalue(person).has_perm("accounts.deactivate", wang) is allowed


def test_nobody_deactivates_himself(zhao, sign_in):
    assert sign_in(zhao).post(f"/people/{zhao.pk}/deactivate/").status_code == 403
    assert f"/people/{zhao.pk}/deactivate/" not in text(sign_in(zhao).get(PEOPLE))


def test_an_organisation_keeps_an_administrator(zhao):
    with pytest.raises(IntegrityError, match="last administrator"), transaction.atomic():
        User.objects.filter(pk=zhao.pk).update(is_active=False)
    with pytest.raises(IntegrityError, match="last administrator"), transaction.atomic():
        User.objects.filter(pk=zhao.pk).update(role="rep")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_deactivate_each_other_at_once():
    with founding() as organization:
        pair = [UserFactory(organization=organization, role="administrator", name=f"Admin {n}") for n in range(2)]
    start, refused = Barrier(2), []

    def act(by, whom):
        try:
            with tenancy.scope(organization, source="test"):
                start.wait()
                whom.deactivate(by=by)
                sleep(0.3)
        except IntegrityError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=act, args=pair), Thread(target=act, args=pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with tenancy.scope(organization, source="test"):
        assert User.objects.active().get() in pair


# Teams


def test_a_team_has_a_manager_and_a_place(zhao, mei, east, sign_in):
    """R6: the manager of a team sees what is below it."""
    sign_in(zhao).post("/people/teams/new/", {"name": "East 1", "parent": str(east.pk), "manager": str(mei.pk)})

    team = Team.objects.get(name="East 1")
    assert (team.parent, team.manager) == (east, mei)
    assert Entry.objects.filter(row_id=str(team.pk)).get().action == "accounts.create_team"
    assert "East 1" in text(sign_in(zhao).get(PEOPLE))


def test_only_managers_are_offered_as_managers(zhao, wang, sign_in):
    answer = sign_in(zhao).post("/people/teams/new/", {"name": "North", "manager": str(wang.pk)})

    assert answer.status_code == 422


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_circle_of_teams_is_refused_by_the_database(zhao, east, steps):
    lowest = east
    for number in range(steps):
        lowest = teams.create(f"East {number}", parent=lowest, manager=None, by=zhao)

    with pytest.raises(IntegrityError, match="part of itself"), transaction.atomic():
        Team.objects.filter(pk=east.pk).update(parent=lowest)
