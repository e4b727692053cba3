"""Role, team and the tree change only as a second person approved: the pages that ask for it (R11, R48)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import teams
from accounts.models import Team, User
from approvals.administration import asked_of_position, asked_of_tree
from approvals.asking import ask
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval
from audit.models import Entry
from tests.approved import lead, place
from tests.factories import TeamFactory, UserFactory


def text(answer):
    return answer.content.decode()


def position_of(person, **changed):
    return {"role": person.role, "team": str(person.team_id or ""), "reason": "as agreed"} | changed


def fields_of(team, **changed):
    given = {"name": team.name, "manager": str(team.manager_id or ""), "parent": str(team.parent_id or "")}
    return given | {"reason": ""} | changed


# Role and team of a person


def test_another_role_is_asked_for_and_comes_with_the_decision(zhao, qian, wang, sign_in):
    answer = sign_in(zhao).post(f"/people/{wang.pk}/position/", position_of(wang, role="manager"))

    approval = Approval.objects.get()
    assert answer["Location"] == f"/approvals/{approval.pk}/"
    assert User.objects.get(pk=wang.pk).role == "rep"
    assert [seat.person for seat in approval.approvers.live()] == [qian]
    approval.approve(by=qian, seal=approval.seal)
    assert User.objects.get(pk=wang.pk).role == "manager"


def test_the_people_page_says_for_whom_it_waits(zhao, qian, wang, sign_in):
    client = sign_in(zhao)
    assert f"/people/{wang.pk}/position/" in text(client.get("/people/"))

    client.post(f"/people/{wang.pk}/position/", position_of(wang, role="manager"))

    page = text(client.get("/people/"))
    assert "Role and team of Wang wait for Qian." in page
    assert f"/approvals/{Approval.objects.get().pk}/" in page


def test_a_request_that_somebody_may_not_read_is_named_without_a_link(zhao, qian, wang, sign_in):
    newest = UserFactory(name="Sun", organization=zhao.organization, role="administrator")
    approval = ask("accounts.position", newest, by=zhao, reason="x", **asked_of_position(newest, role="rep", team=None))

    page = text(sign_in(newest).get("/people/"))

    assert "Role and team of Sun wait for Qian." in page
    assert f"/approvals/{approval.pk}/" not in page


@pytest.mark.parametrize("missing", ["reason", "role"])
def test_what_is_missing_is_said_beside_the_field(missing, zhao, wang, sign_in):
    answer = sign_in(zhao).post(f"/people/{wang.pk}/position/", position_of(wang, role="manager") | {missing: ""})

    assert answer.status_code == 422
    assert not Approval.objects.exists()


def test_values_as_they_were_are_refused_by_a_sentence(zhao, wang, sign_in):
    answer = sign_in(zhao).post(f"/people/{wang.pk}/position/", position_of(wang))

    assert answer.status_code == 422
    assert "Role and team of Wang are as they were" in text(answer)
    assert not Approval.objects.exists()


def test_one_request_at_a_time_and_nothing_typed_is_lost(zhao, qian, wang, sign_in):
    client, address = sign_in(zhao), f"/people/{wang.pk}/position/"
    client.post(address, position_of(wang, role="manager"))

    answer = client.post(address, position_of(wang, role="auditor", reason="a second thought"))

    assert answer.status_code == 409
    assert f"/approvals/{Approval.objects.get().pk}/" in text(answer)
    assert "a second thought" in text(answer)
    assert "<textarea" not in text(client.get(address)), "whoever only looks is not invited to type in vain"


def test_who_is_alone_is_told_before_he_asks(qian, wang, east, sign_in):
    """The owner is the only administrator: the clock would decide."""
    client = sign_in(qian)
    for address in (f"/people/{wang.pk}/position/", f"/people/teams/{east.pk}/"):
        assert "Nobody else administers." in text(client.get(address))
    UserFactory(name="Zhao", organization=qian.organization, role="administrator")
    for address in (f"/people/{wang.pk}/position/", f"/people/teams/{east.pk}/"):
        assert "Nobody else administers." not in text(client.get(address))
        assert "Zhao, as things stand now" in text(client.get(address))


@pytest.mark.parametrize("who", ["wang", "mei", "shen"])
def test_only_administrators_ask(who, request, wang, east, sign_in):
    client = sign_in(request.getfixturevalue(who))
    for address, typed in (
        (f"/people/{wang.pk}/position/", position_of(wang, role="manager")),
        (f"/people/teams/{east.pk}/", fields_of(east, name="Mine")),
    ):
        assert client.get(address).status_code == client.post(address, typed).status_code == 403
    assert not Approval.objects.exists()
    assert Team.objects.get(pk=east.pk).name == "East"


def test_an_organisation_does_not_lose_its_last_administrator_by_a_decision(zhao, wang, mei, acme):
    """Zhao wants to do something else; the owner, who administers no more, is the one who is left to decide."""
    owner = UserFactory(name="Owner", organization=acme, role="manager", is_owner=True)
    approval = ask("accounts.position", zhao, by=zhao, reason="x", **asked_of_position(zhao, role="rep", team=None))
    assert [seat.person for seat in approval.approvers.live()] == [owner]

    with pytest.raises(CannotTakeEffect, match="administer"):
        approval.approve(by=owner, seal=approval.seal)
    assert Approval.objects.get().state == "pending"


# Manager and place of a team


def test_a_name_changes_at_once(zhao, east, sign_in):
    answer = sign_in(zhao).post(f"/people/teams/{east.pk}/", fields_of(east, name="East China"))

    assert answer["Location"] == "/people/"
    entry = Entry.objects.filter(action="accounts.change_team").get()
    assert (entry.before["name"], entry.after["name"]) == ("East", "East China")
    assert not Approval.objects.exists()


def test_another_manager_is_asked_for_with_a_reason(zhao, qian, east, mei, acme, sign_in):
    client, address = sign_in(zhao), f"/people/teams/{east.pk}/"
    other = UserFactory(name="Other", organization=acme, role="manager")

    assert client.post(address, fields_of(east, name="East 1", manager=str(other.pk))).status_code == 422
    answer = client.post(address, fields_of(east, name="East 1", manager=str(other.pk), reason="Mei goes abroad"))

    approval = Approval.objects.get()
    assert answer["Location"] == f"/approvals/{approval.pk}/"
    team = Team.objects.get(pk=east.pk)
    assert (team.name, team.manager) == ("East 1", mei)
    assert "Manager and place of East 1 wait for Qian." in text(client.get("/people/"))
    approval.approve(by=qian, seal=approval.seal)
    assert Team.objects.get(pk=east.pk).manager == other


def test_a_second_request_for_a_team_changes_nothing_not_even_the_name(zhao, qian, east, sign_in):
    client, address = sign_in(zhao), f"/people/teams/{east.pk}/"
    client.post(address, fields_of(east, manager="", reason="Mei goes abroad"))

    answer = client.post(address, fields_of(east, name="East 1", manager="", reason="again"))

    assert answer.status_code == 409
    assert f"/approvals/{Approval.objects.get().pk}/" in text(answer)
    assert Team.objects.get(pk=east.pk).name == "East"
    assert client.post(address, fields_of(east, name="East 1")).status_code == 302, "the name alone waits for nobody"


def test_a_circle_of_teams_is_refused_by_a_sentence(zhao, east, sign_in):
    below = teams.create("East 1", parent=east, manager=None, by=zhao)

    answer = sign_in(zhao).post(f"/people/teams/{east.pk}/", fields_of(east, parent=str(below.pk), reason="x"))

    assert answer.status_code == 422
    assert "would be a circle" in text(answer)


def test_two_requests_that_make_a_circle_together_do_not_both_take_effect(zhao, qian, east):
    west = TeamFactory(name="North")
    asked = ask("accounts.tree", east, by=zhao, reason="x", **asked_of_tree(east, manager=east.manager, parent=west))
    lead(west, None, by=zhao, decided_by=qian, parent=east)

    with pytest.raises(CannotTakeEffect, match="part of itself"):
        asked.approve(by=qian, seal=asked.seal)
    assert Team.objects.get(pk=east.pk).parent is None


def test_nobody_leads_a_team_who_is_no_manager_any_more(zhao, qian, east, acme):
    other = UserFactory(name="Other", organization=acme, role="manager")
    asked = ask("accounts.tree", east, by=zhao, reason="x", **asked_of_tree(east, manager=other, parent=None))
    place(other, role="rep", by=zhao, decided_by=qian)

    with pytest.raises(CannotTakeEffect, match="no longer a manager"):
        asked.approve(by=qian, seal=asked.seal)


def test_the_people_page_asks_as_much_of_the_database_for_three_requests_as_for_twenty(zhao, qian, acme, sign_in):
    client, people = sign_in(zhao), [UserFactory(name=f"Person {n}", organization=acme) for n in range(20)]

    def ask_for(some):
        for person in some:
            asked = asked_of_position(person, role="manager", team=None)
            ask("accounts.position", person, by=zhao, reason="x", **asked)

    ask_for(people[:3])
    client.get("/people/")
    with CaptureQueriesContext(connection) as few:
        client.get("/people/")
    ask_for(people[3:])
    with CaptureQueriesContext(connection) as many:
        page = text(client.get("/people/"))
    assert page.count("wait for Qian") == 20
    assert len(few) == len(many)
