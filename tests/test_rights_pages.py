"""Pages around four eyes: inviting, the way back, the settings, and the list of changes of rights (R23, R48, R49, R107)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Invitation, Organization, Outbox, User
from accounts.outbox import perform
from approvals.administration import asked_of_position
from approvals.asking import ask
from approvals.models import Approval
from audit.models import Entry
from tests.approved import place
from tests.factories import UserFactory

RIGHTS, INVITE, SETTINGS = "/people/changes/", "/people/invite/", "/people/settings/"
NEW = {"email": "new@acme.example", "role": "manager", "team": "", "reason": "leads the West"}


def text(answer):
    return answer.content.decode()


# Inviting


def test_a_manager_is_invited_by_two_and_the_link_goes_by_mail_only(zhao, sun, sign_in, mailoutbox, client):
    asked = sign_in(zhao).post(INVITE, NEW, follow=True)

    approval = Approval.objects.get()
    assert asked.redirect_chain == [(f"/approvals/{approval.pk}/", 302)]
    assert "/join/" not in text(asked)
    page = text(sign_in(zhao).get("/people/"))
    assert "The invitation of new@acme.example waits for Sun." in page
    assert "Waits for a second person" in page

    sign_in(sun).post(f"/approvals/{approval.pk}/approve/", {"seal": approval.seal})
    for pk in Outbox.objects.filter(task="accounts.mail", done_at=None).values_list("pk", flat=True):
        perform(pk, zhao.organization_id)
    letter = next(mail for mail in mailoutbox if mail.to == ["new@acme.example"])
    path = re.search(r"/join/\S+/", letter.body).group()
    client.logout()
    joined = client.post(path, {"name": "New", "password": "a quite new mirror"}, follow=True)
    assert joined.status_code == 200
    newcomer = User.objects.get(email="new@acme.example")
    assert newcomer.role == "manager"
    sent = Entry.objects.filter(action="accounts.send_invitation").get()
    assert (sent.actor, sent.reason) == (sun, "leads the West")


def test_without_a_reason_nothing_is_asked(zhao, sun, wang, sign_in):
    answer = sign_in(zhao).post(INVITE, NEW | {"reason": ""})

    assert answer.status_code == 422
    assert "Say why this role" in text(answer)
    assert not Invitation.objects.exists()


def test_a_rep_is_invited_as_before(zhao, wang, sign_in):
    page = sign_in(zhao).post(INVITE, NEW | {"role": "rep", "reason": ""}, follow=True)

    assert "/join/" in text(page)
    assert not Approval.objects.exists()


@pytest.mark.parametrize("who", ["wang", "mei", "shen", "sun", "fu"])
def test_nobody_else_invites_lets_in_again_or_sets(who, request, wang, li, zhao, sign_in):
    li.deactivate(by=zhao)
    client = sign_in(request.getfixturevalue(who))
    for address in (INVITE, SETTINGS, f"/people/{li.pk}/reactivate/"):
        assert client.get(address).status_code == client.post(address, NEW).status_code == 403
    assert client.post("/people/settings/rules/", {"access_log_days": "300"}).status_code == 403


# The way back


def test_the_way_back_is_a_page_with_a_reason(zhao, sun, wang, sign_in):
    wang.deactivate(by=zhao)
    client, address = sign_in(zhao), f"/people/{wang.pk}/reactivate/"
    assert address in text(client.get("/people/"))
    assert client.post(address, {"reason": ""}).status_code == 422

    client.post(address, {"reason": "back from leave"})

    assert "The return of Wang waits for Sun." in text(client.get("/people/"))
    again = client.post(address, {"reason": "really"})
    assert (again.status_code, Approval.objects.count()) == (409, 1)
    assert not User.objects.get(pk=wang.pk).is_active


def test_who_is_active_has_no_way_back(zhao, wang, sign_in):
    assert sign_in(zhao).get(f"/people/{wang.pk}/reactivate/").status_code == 404


# Settings


def test_name_and_time_zone_change_at_once(zhao, sign_in):
    sent = {"name": "Acme Ltd", "language": "en", "time_zone": "Europe/Berlin"}

    assert sign_in(zhao).post(SETTINGS, sent).status_code == 302

    organization = Organization.objects.get()
    assert (organization.name, organization.time_zone) == ("Acme Ltd", "Europe/Berlin")
    assert Entry.objects.filter(action="accounts.describe_organization").count() == 1


@pytest.mark.parametrize("wrong", [{"name": ""}, {"time_zone": "Middle/Earth"}, {"language": "tlh"}])
def test_what_cannot_be_is_said_beside_the_field(wrong, zhao, sign_in):
    sent = {"name": "Acme Ltd", "language": "en", "time_zone": "UTC"} | wrong

    answer = sign_in(zhao).post(SETTINGS, sent)

    assert answer.status_code == 422
    assert Organization.objects.get().name == "Acme"


def test_rules_are_asked_for_and_come_with_the_decision(zhao, sun, sign_in):
    client = sign_in(zhao)
    sent = {"access_log_days": "365", "reason": "shorter season"}

    answer = client.post("/people/settings/rules/", sent)

    approval = Approval.objects.get()
    assert answer["Location"] == f"/approvals/{approval.pk}/"
    page = text(client.get(SETTINGS))
    assert "The rules of Acme wait for Sun." in page
    detail = text(client.get(f"/approvals/{approval.pk}/"))
    assert "<del>400 days</del>" in detail
    assert "<ins>365 days</ins>" in detail
    approval.approve(by=sun, seal=approval.seal)
    assert Organization.objects.get().access_log_days == 365


@pytest.mark.parametrize(
    "wrong",
    [
        {"access_log_days": "199"},
        {"reason": ""},
        {"access_log_days": "400"},
    ],
)
def test_rules_below_the_least_or_as_they_were_are_refused_by_a_sentence(wrong, zhao, sun, sign_in):
    sent = {"access_log_days": "365", "reason": "x"} | wrong

    assert sign_in(zhao).post("/people/settings/rules/", sent).status_code == 422
    assert not Approval.objects.exists()


# Changes of rights


def position(person, role, *, by):
    return ask(
        "accounts.position", person, by=by, reason="as agreed", **asked_of_position(person, role=role, team=None)
    )


def test_the_list_says_who_asked_what_exactly_and_who_decided(zhao, sun, shen, wang, li, sign_in):
    place(wang, role="manager", by=zhao, decided_by=sun)
    position(li, "auditor", by=zhao)

    page = text(sign_in(shen).get(RIGHTS))

    assert "Wang as Manager" in page
    assert "Sun: Approved" in page
    assert "<del>Rep</del>" in page
    assert "as agreed" in page
    only = text(sign_in(shen).get(f"{RIGHTS}?state=pending&kind=accounts.position"))
    assert ("Li as Auditor" in only, "Wang as Manager" in only) == (True, False)
    assert "Nothing was asked" in text(sign_in(shen).get(f"{RIGHTS}?kind=accounts.settings"))


@pytest.mark.parametrize(
    ("who", "status"), [("wang", 403), ("mei", 403), ("fu", 403), ("shen", 200), ("zhao", 200), ("sun", 200)]
)
def test_who_administers_or_audits_reads_it(who, status, request, sign_in):
    assert sign_in(request.getfixturevalue(who)).get(RIGHTS).status_code == status


def test_the_list_asks_as_much_of_the_database_for_one_as_for_a_hundred(zhao, sun, acme, sign_in):
    client = sign_in(zhao)
    counts = []
    for number in (1, 2, 97):
        for _ in range(number):
            person = UserFactory(organization=acme)
            approval = position(person, "assistant", by=zhao)
            if number == 2:
                approval.approve(by=sun, seal=approval.seal)
        client.get(RIGHTS)
        with CaptureQueriesContext(connection) as asked:
            client.get(RIGHTS)
        counts.append([each["sql"] for each in asked if "approvals_" in each["sql"]])
    assert len(set(map(len, counts))) == 1, counts[-1]
    assert len(counts[0]) <= 8, counts[0]


def test_a_request_between_others_is_named_without_a_link(zhao, qian, sun, wang, sign_in):
    approval = position(wang, "manager", by=zhao)

    page = text(sign_in(qian).get(RIGHTS))

    assert "Wang as Manager" in page
    assert f"/approvals/{approval.pk}/" not in page


@pytest.mark.parametrize(("who", "linked"), [("shen", True), ("zhao", True), ("sun", True), ("wang", False)])
def test_the_inbox_leads_there_whoever_may_read_it(who, linked, request, sign_in):
    assert (RIGHTS in text(sign_in(request.getfixturevalue(who)).get("/approvals/"))) is linked
