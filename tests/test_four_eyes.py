"""Four eyes on administration: roles, settings, invitations and the way back; from another line, within a day (R23, R48, R49,
R80, R85, R107)."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts import invitations, tenancy
from accounts.deeds import Refused, stamped
from accounts.models import Invitation, Notice, Organization, Role, Team, User
from approvals import deadlines
from approvals.asking import ask
from approvals.deciding import decide
from approvals.kinds import CannotTakeEffect, about_rights
from approvals.letting_in import asked_of_newcomer, asked_of_return
from approvals.models import Approval, ApprovalPolicy, Approver, Decision
from approvals.policy_changes import propose
from approvals.role_changes import asked_of_role
from approvals.settings_changes import asked_of_settings, key_of
from audit.models import Entry
from tests import policies
from tests.approved import approved, lead, place
from tests.databases import sql
from tests.factories import UserFactory, founding
from tests.houses import ask_for, hours_pass, settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    return settle()


def refused(work) -> str:
    """The name of the constraint that refused this."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        work()
    return error.value.__cause__.diag.constraint_name


def names(approval):
    return [seat.person.name for seat in approval.approvers.live().order_by("person__name")]


def state(approval):
    return Approval.objects.get(pk=approval.pk).state


def invite(email, role, *, by, team=None):
    invitation = invitations.wish(email, role=role, team=team, by=by)
    asked = asked_of_newcomer(email, role=role, team=team)
    return ask("accounts.invitation", invitation, by=by, reason="as agreed", **asked)


def come(email, role, *, by, decided_by):
    """Somebody new through the approved door; his token is caught where it is posted."""
    email = email.replace("x.example", f"o{by.organization_id}.example")
    approval = invite(email, role, by=by)
    token = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(invitations, "post", lambda email, its, inviter: token.append(its))
        approval.approve(by=decided_by, seal=approval.seal)
    return invitations.accept(token[0], name=email.partition("@")[0].title(), password="x" * 12, language="en")


def forge(approval, person, verdict="approve"):
    """A decision past Python, from a seat of its own."""
    step = approval.steps.get()
    if not approval.approvers.live().filter(person=person).exists():
        Approver.objects.bulk_create(
            [Approver(approval=approval, step=step, person=person, way="role", due_at=step.due_at)]
        )
    row = {"approval": approval, "step": step, "person": person, "verdict": verdict, "seal": approval.seal}
    with stamped("test.forge", by=person):
        Decision.objects.bulk_create([Decision(**row, reason="x")])


# What the database itself refuses


def test_nobody_comes_back_but_as_a_second_person_approved(house):
    with house.of():
        house.wang.deactivate(by=house.zhao)
        wang = house.wang
        assert (
            refused(lambda: sql("UPDATE accounts_user SET is_active = true WHERE id = %s", wang.pk))
            == "reactivation_as_approved"
        )
        with pytest.raises(Refused):
            wang.reactivate(by=house.zhao)
        approved("accounts.reactivate", wang, by=house.zhao, decided_by=house.sun, **asked_of_return(wang))
        assert house.wang.is_active
        assert house.wang.deactivated_at is None


def test_the_way_back_is_asked_for_by_no_rep_and_decided_by_no_administrator_who_asked(house):
    with house.of():
        house.wang.deactivate(by=house.zhao)
        for who in (house.mei, house.li, house.shen, house.sun):
            with pytest.raises(Refused):
                ask("accounts.reactivate", house.wang, by=who, reason="x", **asked_of_return(house.wang))
        approval = ask("accounts.reactivate", house.wang, by=house.zhao, reason="x", **asked_of_return(house.wang))
        assert names(approval) == ["Sun"]
        assert refused(lambda: forge(approval, house.wang)) == "decision_without_interest"


def test_rules_of_the_organisation_change_only_as_approved(house):
    with house.of():
        statement = "UPDATE accounts_organization SET access_log_days = access_log_days + 1"
        assert refused(lambda: sql(statement)) == "settings_as_approved"
        organization = Organization.objects.get()
        asked = asked_of_settings(organization, {"access_log_days": 365})
        approval = approved("accounts.settings", organization, by=house.zhao, decided_by=house.sun, **asked)
        after = Organization.objects.get()
        assert after.access_log_days == 365
        assert Approval.objects.get(pk=approval.pk).subject == after
        entry = Entry.objects.filter(action="accounts.set_rules").get()
        assert (entry.actor, entry.reason, entry.before["access_log_days"]) == (house.sun, "as agreed", 400)
        organization.describe(by=house.zhao, name="House Ltd", language="en", time_zone="UTC")
        with pytest.raises(Refused):
            organization.describe(by=house.sun, name="x", language="en", time_zone="UTC")


def test_the_access_log_is_kept_for_half_a_year_even_if_two_want_less(house):
    with house.of():
        organization = Organization.objects.get()
        asked = asked_of_settings(organization, {"access_log_days": 199})
        approval = ask("accounts.settings", organization, by=house.zhao, reason="x", **asked)
        with pytest.raises(CannotTakeEffect):
            approval.approve(by=house.sun, seal=approval.seal)
        assert Organization.objects.get().access_log_days == 400
        assert state(approval) == "pending"


FORGED_INVITATIONS = {
    "invitation_as_approved": lambda h: Invitation.issue(email="x@x.example", role="auditor", invited_by=h.zhao),
    "invitation_stands": lambda h: sql("UPDATE accounts_invitation SET role = 'manager' WHERE email = 'rep@x.example'"),
    "newcomer_as_invited": lambda h: User.objects.create_user("x@x.example", name="X", role="manager"),
}


@pytest.mark.parametrize("constraint", FORGED_INVITATIONS)
def test_nobody_comes_into_a_wide_role_past_a_second_person(constraint, house):
    with house.of():
        Invitation.issue(email="rep@x.example", role="rep", invited_by=house.zhao)
        assert refused(lambda: FORGED_INVITATIONS[constraint](house)) == constraint


@pytest.mark.parametrize("forged", ["his token", "its end", "another accepts", "too late", "another team", "an owner"])
def test_an_invitation_is_worth_what_was_approved(forged, house):
    """Everything fits but one thing."""
    with house.of():
        approval = invite("new@x.example", "manager", by=house.zhao)
        wish = Invitation.objects.get()
        if forged == "his token":
            with pytest.raises(Refused):
                wish.release(by=house.sun)
            forge_token = lambda: sql("UPDATE accounts_invitation SET token_hash = 'x'")  # noqa: E731
            assert refused(forge_token) == "invitation_as_approved"
            return
        approval.approve(by=house.sun, seal=approval.seal)
        if forged == "its end":
            later = lambda: sql("UPDATE accounts_invitation SET expires_at = expires_at + interval '1 day'")  # noqa: E731
            assert refused(later) == "invitation_stands"
            return
        assert refused(lambda: take(forged, house)) == "newcomer_as_invited"


def take(forged, house):
    """Accept the invitation and come in, past every form."""
    newcomer = User.objects.newcomer()
    accepted_by = house.li.pk if forged == "another accepts" else newcomer.pk
    if forged == "too late":
        sql("UPDATE accounts_invitation SET expires_at = clock_timestamp() - interval '1 second'")
    sql("UPDATE accounts_invitation SET accepted_at = clock_timestamp(), accepted_by_id = %s", accepted_by)
    values = {"name": "New", "role": "manager", "pk": newcomer.pk}
    values |= {"team": Team.objects.get()} if forged == "another team" else {}
    values |= {"is_owner": True} if forged == "an owner" else {}
    User.objects.create_user("new@x.example", **values)


def test_a_manager_comes_by_an_approved_invitation_and_its_link_goes_by_mail_only(house):
    with house.of():
        newcomer = come("new@x.example", "manager", by=house.zhao, decided_by=house.sun)
        assert newcomer.role == "manager"
        assert Invitation.objects.get().accepted_by == newcomer
        token = sql("UPDATE accounts_invitation SET accepted_by_id = accepted_by_id")
        assert token == 1
        again = lambda: sql("UPDATE accounts_invitation SET accepted_by_id = %s", uuid4())  # noqa: E731
        assert refused(again) == "invitation_stands"


def test_a_founder_who_is_alone_needs_nobody_to_invite_the_first_people():
    with founding() as organization:
        founder = UserFactory(organization=organization, role="administrator", is_owner=True)
    first, second = (f"{name}@o{organization.pk}.example" for name in ("first", "second"))
    with tenancy.scope(organization, source="test"):
        tokens = [invitations.issue(email, role="security", team=None, by=founder) for email in (first, second)]
        invitations.accept(tokens[0], name="First", password=None, language="en")
        with pytest.raises(Refused):
            invitations.issue("third@x.example", role="security", team=None, by=founder)
        issued = lambda: Invitation.issue(email="third@x.example", role="security", invited_by=founder)  # noqa: E731
        assert refused(issued) == "invitation_as_approved"
        assert invitations.accept(tokens[1], name="Second", password=None, language="en"), "it was made in time"
        assert User.objects.filter(role="security").count() == 2


def test_what_is_asked_for_may_be_taken_back_and_ends_when_it_is_refused(house):
    with house.of():
        approval = invite("new@x.example", "manager", by=house.zhao)
        Invitation.objects.get().revoke(by=house.zhao)
        assert state(approval) == "void"
        other = invite("new@x.example", "auditor", by=house.zhao)
        other.reject(by=house.sun, seal=other.seal, reason="not needed")
        assert not Invitation.objects.open().exists()


# Another reporting line


@pytest.mark.parametrize("owner", [False, True])
def test_who_leads_the_one_who_asked_does_not_decide_except_the_owner(owner):
    house = settle(leads="Qian" if owner else "Mei", also_in_the_east="Sun")
    with house.of():
        approval = ask_for(house.li, "service", by=house.sun)
        assert names(approval) == ["Qian"]
        if owner:
            forge(approval, house.qian)
        else:
            assert refused(lambda: forge(approval, house.mei)) == "decision_from_another_line"


def test_self_elevation_in_two_steps_is_refused_both_ways_for_thirty_days(house):
    """Zhao has an administrator made, who then decides for him; or who asks, so that Zhao decides."""
    with house.of():
        place(house.li, role="administrator", by=house.zhao, decided_by=house.sun)
        zhaos = ask_for(house.wang, "auditor", by=house.zhao)
        lis = ask_for(house.mei, "rep", by=house.li)
        assert "Li" not in names(zhaos)
        assert "Zhao" not in names(lis)
        assert refused(lambda: forge(zhaos, house.li)) == "decision_not_by_brought_in"
        assert refused(lambda: forge(lis, house.zhao)) == "decision_not_by_brought_in"
        forge(lis, house.qian)
    hours_pass(house, 24 * 30 + 1)
    with house.of():
        forge(ask_for(house.shen, "rep", by=house.zhao), house.li)


def test_an_invited_accomplice_does_not_decide_either(house):
    with house.of():
        friend = come("friend@x.example", "security", by=house.zhao, decided_by=house.sun)
        approval = ask_for(house.wang, "manager", by=house.zhao)
        assert names(approval) == ["Sun"]
        assert refused(lambda: forge(approval, friend)) == "decision_not_by_brought_in"


def test_a_friend_who_was_let_back_in_does_not_decide_either(house):
    with house.of():
        house.sun.deactivate(by=house.zhao)
        approved("accounts.reactivate", house.sun, by=house.zhao, decided_by=house.qian, **asked_of_return(house.sun))
        approval = ask_for(house.wang, "manager", by=house.zhao)
        assert names(approval) == ["Qian"]
        assert refused(lambda: forge(approval, house.sun)) == "decision_not_by_brought_in"


def test_other_requests_know_nothing_of_another_line(house):
    """A transfer is decided by the manager: that is its point."""
    assert "customers.transfer" not in about_rights()
    assert {"accounts.position", "accounts.tree", "accounts.role", "accounts.reactivate", "accounts.invitation",
            "accounts.settings", "approvals.policy"} <= set(about_rights())  # fmt: skip


# Within a day


def test_undecided_it_lapses_after_a_day_and_who_asked_is_told(house):
    with house.of():
        approval = ask_for(house.wang, "manager", by=house.zhao)
    hours_pass(house, 24)
    with house.of():
        assert refused(lambda: forge(approval, house.sun)) == "decision_within_a_day"
        ok, sentence = decide(approval, "approve", by=house.sun, seal=approval.seal, reason="")
        assert not ok
        assert "has lapsed" in sentence
        deadlines.watch()
        deadlines.watch()
        assert state(approval) == "void"
        assert Approval.objects.get().has_lapsed
        assert names(approval) == []
        assert house.wang.role == "rep"
        assert Notice.objects.filter(person=house.zhao, what="approvals.lapsed").count() == 1
        entry = Entry.objects.filter(action="approvals.expire", table_name="approvals_approval").get()
        assert entry.actor is None
        ask_for(house.wang, "manager", by=house.zhao)


def test_an_hour_before_it_is_still_decided(house):
    with house.of():
        approval = ask_for(house.wang, "manager", by=house.zhao)
    hours_pass(house, 23)
    with house.of():
        deadlines.watch()
        approval = Approval.objects.get()
        approval.approve(by=house.sun, seal=approval.seal)
        assert house.wang.role == "manager"


def test_a_policy_that_nobody_put_in_force_is_a_draft_again(house):
    with house.of():
        content = policies.always(policies.ADMINISTRATOR)
        propose(policies.drafted("customers.export", content, by=house.zhao), by=house.zhao, reason="x")
    hours_pass(house, 25)
    with house.of():
        deadlines.watch()
        assert ApprovalPolicy.objects.get().state == "draft"


def test_no_person_lets_something_lapse(house):
    with house.of():
        approval = ask_for(house.wang, "manager", by=house.zhao)
        for who in (house.zhao, house.sun, house.qian):
            for verb in ("expire", "grant_alone"):
                with pytest.raises(Refused):
                    getattr(approval, verb)(by=who)


def test_a_closed_request_is_left_alone_by_the_clock(house):
    with house.of():
        approval = ask_for(house.wang, "manager", by=house.zhao)
        approval.reject(by=house.sun, seal=approval.seal, reason="no")
    hours_pass(house, 49)
    with house.of():
        deadlines.watch()
        assert state(approval) == "rejected"
        assert names(approval) == []


# Given and taken back


def test_a_role_for_an_hour_stands_in_the_ledger_and_is_told(house):
    """Grant, use, revoke within an hour."""
    with house.of():
        place(house.wang, role="auditor", by=house.zhao, decided_by=house.sun)
    hours_pass(house, 1)
    with house.of():
        place(house.wang, role="rep", by=house.zhao, decided_by=house.sun)
        entry = Entry.objects.filter(action="accounts.role_juggling").get()
        assert (entry.about_id, entry.after["role"], entry.after["name"]) == (str(house.wang.pk), "auditor", "Wang")
        told = {notice.person.name: notice.sentence for notice in Notice.objects.filter(what="accounts.brief_role")}
        assert told.keys() == {"Shen", "Qian"}
        assert told["Shen"].startswith("Wang had the role Auditor for less than a day: ")


@pytest.mark.parametrize(("hours", "role", "told"), [(23, "auditor", 1), (25, "auditor", 0), (1, "rep", 0)])
def test_what_lasted_a_day_or_gave_nothing_is_not_told(hours, role, told, house):
    with house.of():
        if role == "rep":
            place(house.mei, role="rep", by=house.zhao, decided_by=house.sun)
        else:
            place(house.wang, role=role, by=house.zhao, decided_by=house.sun)
    hours_pass(house, hours)
    with house.of():
        who = house.mei if role == "rep" else house.wang
        place(who, role="service", by=house.zhao, decided_by=house.sun)
        assert Entry.objects.filter(action="accounts.role_juggling").count() == told


def test_deactivating_is_taking_back_too(house):
    with house.of():
        newcomer = come("new@x.example", "auditor", by=house.zhao, decided_by=house.sun)
        newcomer.deactivate(by=house.zhao)
        assert Entry.objects.filter(action="accounts.role_juggling").get().after["name"] == "New"
        assert Notice.objects.filter(what="accounts.brief_role", person=house.qian).count() == 1


def test_the_lead_of_a_team_for_an_hour_is_told(house):
    with house.of():
        place(house.li, role="manager", by=house.zhao, decided_by=house.sun)
        team = Team.objects.get(name="East")
        lead(team, house.li, by=house.zhao, decided_by=house.sun)
        lead(Team.objects.get(name="East"), house.mei, by=house.zhao, decided_by=house.sun)
        entry = Entry.objects.filter(action="accounts.role_juggling").get()
        assert (entry.after["name"], entry.after["team"]) == ("Li", "East")
        assert Notice.objects.filter(what="accounts.brief_lead", person=house.shen).count() == 1


@pytest.mark.parametrize("what", ["view", "verbs"])
def test_rights_of_a_role_for_an_hour_are_told(what, house):
    with house.of():
        before = Role.objects.get(code="rep").written
        more = {"view": "team"} if what == "view" else {"verbs": [*before["verbs"], "approvals.read_policies"]}
        for values in (before | more, before):
            role = Role.objects.get(code="rep")
            approved("accounts.role", role, by=house.zhao, decided_by=house.sun, **asked_of_role(role, values))
        assert Entry.objects.filter(action="accounts.role_juggling").get().after["rights_of"] == "rep"
        assert Notice.objects.filter(what="accounts.brief_right", person=house.shen).count() == 1


def test_past_every_page_a_short_role_still_stands_in_the_ledger(house):
    """By SQL, as crm_app under the names of two who may."""
    with house.of():
        place(house.wang, role="auditor", by=house.zhao, decided_by=house.sun)
        sql("UPDATE accounts_user SET is_active = false WHERE name = 'Wang'")
        assert Entry.objects.filter(action="accounts.role_juggling").count() == 1


def test_key_of_an_organisation_is_its_number(house):
    assert key_of(house.organization).int == house.organization.pk
