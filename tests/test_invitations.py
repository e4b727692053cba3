"""Invitations: a link that lets one person in, once (R49, R76, R102)."""

import re
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts import invitations, tenancy
from accounts.deeds import Refused
from accounts.models import Invitation, Outbox, User
from accounts.outbox import perform
from audit.models import Entry
from tests.factories import UserFactory, founding

PEOPLE = "/people/"
NEWCOMER = {"name": "Sun Yue", "password": "a quite new mirror"}


def invite(by, email="sun@acme.example", role="rep", team=None):
    """The path of the link."""
    return "/" + invitations.invite(email, role=role, team=team, by=by).partition("//")[2].partition("/")[2]


def text(answer):
    return answer.content.decode()


def test_an_invitation_is_mailed_and_its_link_shown_once(zhao, east, sign_in, mailoutbox):
    client = sign_in(zhao)

    page = client.post(
        "/people/invite/", {"email": "Sun@Acme.example", "role": "rep", "team": str(east.pk)}, follow=True
    )

    link = re.search(r"http://\S+?/join/[\w-]+/", text(page)).group()
    perform(Outbox.objects.get(task="accounts.mail").pk, zhao.organization_id)
    assert (mailoutbox[0].to, mailoutbox[0].subject) == (["sun@acme.example"], "Acme: Zhao invites you to Candor")
    assert link in mailoutbox[0].body
    assert link not in text(client.get(PEOPLE))
    assert "sun@acme.example" in text(client.get(PEOPLE))
    assert Entry.objects.filter(table_name="accounts_invitation").get().action == "accounts.invite"


def test_a_link_lets_one_person_in_with_the_role_it_was_made_for(zhao, east, client):
    path = invite(zhao, role="assistant", team=east)
    assert "Join Acme" in text(client.get(path))

    answer = client.post(path, NEWCOMER, follow=True)

    assert answer.status_code == 200
    person = User.objects.get(email="sun@acme.example")
    assert (person.name, person.role, person.team, person.language) == ("Sun Yue", "assistant", east, "en")
    assert client.session["_auth_user_id"] == str(person.pk)
    entry = Entry.objects.filter(action="accounts.join", op="I").get()
    assert (entry.actor, entry.row_id) == (person, str(person.pk))
    client.post("/account/logout/")
    again = client.get(path)
    assert (again.status_code, "no longer works" in text(again)) == (410, True)


@pytest.mark.parametrize("broken", ["unknown", "expired", "revoked", "elsewhere", "nowhere", "replaced"])
def test_a_link_that_is_over_says_so_and_lets_nobody_in(broken, zhao, outsider, client):
    path = invite(zhao)
    invitation = Invitation.objects.get()
    if broken == "unknown":
        path = path[:-4] + "xyz/"
    elif broken == "expired":
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=tenancy.now())
    elif broken == "revoked":
        invitation.revoke(by=zhao)
    elif broken == "elsewhere":
        path = path.replace(f"/{zhao.organization_id}-", f"/{outsider.organization_id}-")
    elif broken == "nowhere":
        path = path.replace(f"/{zhao.organization_id}-", "/999999999999999999-")
    elif broken == "replaced":
        invite(zhao)

    for answer in (client.get(path), client.post(path, NEWCOMER)):
        assert answer.status_code == 410
        assert "Sign in" in text(answer)
    assert not User.objects.filter(email="sun@acme.example").exists()


def test_an_invited_address_of_another_organisation_is_told_to_itself_only(zhao, outsider, client):
    path = invite(zhao, email=outsider.email)

    answer = client.post(path, NEWCOMER)

    assert answer.status_code == 422
    assert "another organisation already" in text(answer)
    assert Invitation.objects.open().exists()


def test_somebody_who_is_signed_in_does_not_use_up_anothers_invitation(zhao, sign_in):
    path = invite(zhao)

    assert sign_in(zhao).post(path, NEWCOMER).status_code == 409
    assert Invitation.objects.open().exists()


@pytest.mark.parametrize("password", ["short", "sun@acme.example", "password1234"])
def test_a_newcomer_needs_a_good_password(zhao, client, password):
    """R102."""
    answer = client.post(invite(zhao), NEWCOMER | {"password": password})

    assert answer.status_code == 422
    assert Invitation.objects.open().exists()


def test_people_who_are_here_are_not_invited_again(zhao, wang, sign_in):
    answer = sign_in(zhao).post("/people/invite/", {"email": wang.email.upper(), "role": "rep"})

    assert answer.status_code == 422
    assert "of Wang, who is here already" in text(answer)


@pytest.mark.parametrize("person", ["wang", "mei", "shen"])
def test_nobody_else_invites(person, request):
    with pytest.raises(Refused):
        invitations.invite("sun@acme.example", role="administrator", team=None, by=request.getfixturevalue(person))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_threads_with_one_link_make_one_person():
    with founding() as organization:
        administrator = UserFactory(organization=organization, role="administrator")
        token = invite(administrator, f"sun@o{organization.pk}.example").rstrip("/").partition("-")[2]
    start, came_in = Barrier(8), []

    def come():
        try:
            start.wait()
            with tenancy.scope(organization, source="test"):
                came_in.append(invitations.accept(token, **NEWCOMER, language="en"))
        finally:
            connection.close()

    threads = [Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(came_in) == 8
    assert len([person for person in came_in if person]) == 1
