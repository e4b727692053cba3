"""Ownership rules in versions: asked for with a replay, decided by another line, never reaching back (R9, R35, R61, R83)."""

import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import Notice
from approvals import lapsing
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval, CannotDecide
from audit.models import Entry
from audit.reading import changes_of
from customers.models import OwnershipRules, Replay
from customers.ownership.changes import ask_for_rules
from customers.ownership.replay import ask_for_replay, work_out
from customers.ownership.versions import standing
from tests.clocks import time_passes
from tests.databases import as_owner, sql, superuser
from tests.factories import rules
from tests.houses import hours_pass, settle

committed = pytest.mark.django_db(transaction=True)


def replayed(house, *, by="zhao", effective_from=None, instead_of=None, **changed) -> Replay:
    """A proposal, worked out as the worker does it: in nobody's name."""
    with house.of():
        person, rules = getattr(house, by), OwnershipRules.objects.in_force().as_asked | changed
    with house.of(person):
        replay = ask_for_replay(by=person, rules=rules, effective_from=effective_from, instead_of=instead_of)
    with house.of():
        work_out(str(replay.pk))
        return Replay.objects.get(pk=replay.pk)


def ask_as(house, replay, *, by="zhao", reason="too many lie idle") -> Approval:
    with house.of():
        person = getattr(house, by)
    with house.of(person):
        return ask_for_rules(replay, by=person, reason=reason)


def approve(house, approval, *, by="sun"):
    with house.of():
        person = getattr(house, by)
    with house.of(person):
        Approval.objects.get(pk=approval.pk).approve(by=person, seal=approval.seal)


def put_in_force(house, *, decided_by="sun", **proposal) -> OwnershipRules:
    approve(house, ask_as(house, replayed(house, **proposal)), by=decided_by)
    with house.of():
        return OwnershipRules.objects.select_related("written_by", "approval__requested_by").latest("number")


def days_in_force(house):
    with house.of():
        return OwnershipRules.objects.in_force().protection_days


@pytest.fixture
def house(transactional_db):
    return settle()


@committed
def test_a_version_comes_by_two_people_and_says_who(house):
    """R9, R83. Who asked, who approved, why, and the request it came from, which the database fills in itself."""
    written = put_in_force(house, protection_days=60)

    with house.of():
        assert (written.protection_days, written.number, written.written_by.name) == (60, 3, "Sun")
        version = standing().in_force
        assert version.rules == written
        assert written.approval.requested_by.name == "Zhao"
        assert [person.name for person in version.approved_by] == ["Sun"]
        assert [each["after"] for each in version.changes] == ["60 days"]
        assert version.is_as_approved


@committed
def test_everybody_who_sells_is_told_and_the_ledger_says_it_in_words(house):
    """R35. A notice with the day from which it holds; the entry carries the reason and the person who decided."""
    written = put_in_force(house, protection_days=60)

    with house.of():
        told = Notice.objects.filter(what="customers.ownership_rules").select_related("person")
        assert {each.person.name for each in told} == {"Mei", "Wang", "Li"}
        assert f"{written.effective_from:%Y-%m}" in told[0].sentence
        entry = Entry.objects.get(action="customers.write_ownership_rules")
        assert (entry.reason, entry.actor_id, entry.after["protection_days"]) == ("too many lie idle", house.sun.pk, 60)
        assert {"label": "protection period in days", "before": "", "after": "60 days"} in changes_of(entry, {})


@committed
@pytest.mark.parametrize("name", ["zhao", "wang", "mei", "shen"])
def test_nobody_puts_his_own_rules_in_force(name, house):
    """R9. Neither who asked nor whoever has no seat."""
    approval = ask_as(house, replayed(house, protection_days=60))
    with pytest.raises((PermissionDenied, CannotDecide)):
        approve(house, approval, by=name)
    assert days_in_force(house) == 90


@committed
@pytest.mark.parametrize("name", ["wang", "mei", "shen", "sun"])
def test_only_who_looks_after_the_rules_proposes(name, house):
    with pytest.raises(PermissionDenied):
        replayed(house, by=name, protection_days=900)


@committed
def test_a_version_reaches_back_to_nothing(house):
    """R83. Dated yesterday, by whatever way, it begins when it is written."""
    with house.of():
        before = tenancy.now()
    written = put_in_force(house, protection_days=60, effective_from=before - timedelta(days=1))

    assert written.effective_from == written.written_at > before


@committed
def test_a_version_approved_after_its_day_begins_with_the_approval(house):
    replay = replayed(house, protection_days=60)
    with house.of():
        replay.effective_from = tenancy.now() + timedelta(seconds=1)
    approval = ask_as(house, replay)
    time.sleep(1.2)
    approve(house, approval)

    with house.of():
        written = OwnershipRules.objects.latest("number")
        assert written.effective_from == written.written_at > replay.effective_from


@committed
def test_a_coming_version_waits_and_another_from_the_same_moment_takes_its_place(house):
    """It is taken back by nobody's deletion: the later one of two that begin at one moment holds, and the page says so."""
    with house.of():
        begins = tenancy.now() + timedelta(days=10)
    coming = put_in_force(house, protection_days=60, effective_from=begins)
    assert days_in_force(house) == 90
    instead = put_in_force(house, effective_from=coming.effective_from, instead_of=coming.number)

    with house.of():
        stands = standing()
        assert [each.number for each in stands.coming] == [instead.number]
        assert stands.numbered(coming.number).replaced_by == instead.number
        assert instead.approval.asked["before"]["protection_days"] == 60
    time_passes(house.organization, days=11)
    with house.of():
        assert OwnershipRules.objects.in_force() == instead
        assert standing().in_force.before.protection_days == 90
        assert standing().in_force.changes == []


@committed
@pytest.mark.parametrize("name", ["zhao", "mei", "sun"])
def test_sql_writes_no_version_past_the_two(name, house):
    """As crm_app, with exactly the rules that were approved and carried out before, in another transaction."""
    approved = put_in_force(house, protection_days=60).as_asked
    with house.of():
        person = getattr(house, name)
    with house.of(person), pytest.raises(IntegrityError) as refused, transaction.atomic():
        OwnershipRules.objects.create(**approved)
    assert refused.value.__cause__.diag.constraint_name == "rules_as_approved"


@committed
def test_one_decision_brings_one_version(house):
    """Whoever runs code within the decision's own transaction writes what was approved, and writes it once."""
    approval = ask_as(house, replayed(house, protection_days=60))
    with house.of():
        sun = house.sun
    with house.of(sun):
        approval.approve(by=sun, seal=approval.seal)
        for more, name in ((60, "ownership_rules_of_request"), (900, "rules_as_approved")):
            with pytest.raises(IntegrityError) as refused, transaction.atomic():
                OwnershipRules.objects.create(**approval.asked["rules"] | {"protection_days": more})
            assert refused.value.__cause__.diag.constraint_name == name


def test_a_hold_is_no_longer_than_the_protection_that_follows_it(acme):
    """Whatever way the rules come, even while an organisation is founded."""
    rules(protection_days=1, hold_hours=24)
    with pytest.raises(IntegrityError, match="ownership_holds_no_longer_than_it_protects"), transaction.atomic():
        rules(protection_days=1, hold_hours=25)


@committed
def test_nobody_decides_about_rules_that_were_not_replayed(house):
    """A request that names the replay of other rules cannot be carried out."""
    other, replay = replayed(house, protection_days=30), replayed(house, protection_days=60)
    replay.pk, replay.sha256 = other.pk, other.sha256
    approval = ask_as(house, replay)
    with pytest.raises(CannotTakeEffect):
        approve(house, approval)
    assert days_in_force(house) == 90


@committed
def test_a_replay_says_what_the_database_found_whatever_is_sent(house):
    """Its result is nobody's to write: not when it is asked for, not instead of the worker, not afterwards."""
    forged = "UPDATE customers_replay SET result = '{\"people\": []}', finished_at = now()"
    with house.of():
        zhao, rules = house.zhao, OwnershipRules.objects.in_force().as_asked
    with house.of(zhao):
        replay = ask_for_replay(by=zhao, rules=rules, effective_from=None, instead_of=None)
        with pytest.raises(IntegrityError, match="worked out once"), transaction.atomic():
            sql(forged)
    with house.of():
        sql(forged)
        found = Replay.objects.get(pk=replay.pk)
        assert found.result.keys() == {"people", "differing", "customers"}
        with pytest.raises(IntegrityError, match="worked out once"), transaction.atomic():
            sql(forged)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            sql("DELETE FROM customers_replay")


@committed
def test_an_old_replay_is_asked_for_by_nobody(house):
    replay = replayed(house, protection_days=60)
    replay.finished_at -= timedelta(days=2)
    with pytest.raises(CannotTakeEffect, match="older than a day"):
        ask_as(house, replay)


@committed
def test_who_administers_alone_waits_a_day():
    """R83. Nobody else administers: the clock brings it about, in nobody's name, and not before a day has passed."""
    house = settle(without=("Qian", "Sun"))
    replay = replayed(house, protection_days=60)
    approval = ask_as(house, replay)
    with house.of():
        lapsing.a_day_later()
    assert days_in_force(house) == 90
    long_ago(house)
    hours_pass(house, 25)
    with house.of():
        lapsing.a_day_later()
        assert Approval.objects.get(pk=approval.pk).state == "approved"
        assert OwnershipRules.objects.in_force().written_by is None
    assert days_in_force(house) == 60


def long_ago(house):
    """The replay was worked out a day earlier, as the request was asked."""
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        line.execute("UPDATE customers_replay SET finished_at = finished_at - interval '25 hours' WHERE organization_id = %s", [house.organization.pk])  # fmt: skip
        line.commit()


@committed
def test_the_owner_of_the_tables_changes_no_version_unseen(house):
    """A statement of the owner is refused; whoever switches the triggers off leaves a version that differs from its request."""
    written = put_in_force(house, protection_days=60)
    for statement in (
        "UPDATE customers_ownershiprules SET protection_days = 900",
        "DELETE FROM customers_ownershiprules",
        "TRUNCATE customers_ownershiprules CASCADE",
    ):
        with pytest.raises(Exception, match="never changed or removed"):
            as_owner(f"SET app.organization_id = '{house.organization.pk}'", statement)
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        line.execute("UPDATE customers_ownershiprules SET protection_days = 900 WHERE id = %s", [written.pk])
        line.commit()
    with house.of():
        assert not standing().in_force.is_as_approved


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


def test_everybody_reads_the_rules_and_only_administrators_propose(acme, wang, mei, shen, zhao, an, fu, sun, sign_in):
    """R35. Rules are public; the button is not."""
    for person in (wang, mei, shen, zhao, an, fu, sun):
        answer = page(sign_in(person), "customers:ownership_rules")
        assert answer.status_code == 200, person
        assert ("Propose other rules" in answer.text) == (person == zhao)
        assert "protection period in days" in answer.text


def typed(**changed):
    rules = OwnershipRules.objects.in_force().as_asked | {"begins": "now", "effective_from": ""} | changed
    return {name: "" if value is None else value for name, value in rules.items()}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"protection_days": "0"}, "protection_days"),
        ({"protection_days": "x"}, "protection_days"),
        ({"hold_hours": "73"}, "hold_hours"),
        ({"protection_days": "1", "hold_hours": "48"}, "hold_hours"),
        ({"daily_claims": ""}, "daily_claims"),
        ({"holding_limit": "99999999999"}, "holding_limit"),
        ({"begins": "later"}, "effective_from"),
        ({"begins": "later", "effective_from": "2020-01-01T00:00"}, "effective_from"),
        ({"begins": "instead 77"}, "begins"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(changed, field, acme, zhao, sign_in):
    answer = sign_in(zhao).post(reverse("customers:propose_rules"), typed(warn_days=5, **changed))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert 'value="5"' in answer.text
    assert not Replay.objects.exists()


def test_a_proposal_is_replayed_and_asked_for_on_its_page(acme, zhao, sun, mei, wang, sign_in):
    """From the form to the request; reps and managers do not find the replay."""
    client = sign_in(zhao)
    answer = client.post(reverse("customers:propose_rules"), typed(protection_days=60))
    replay = Replay.objects.get()
    assert answer.url == reverse("customers:replay", args=[replay.pk])
    assert "Whom does it favour?" not in page(client, "customers:replay", replay.pk).text
    with tenancy.scope(acme, source="job"):
        work_out(str(replay.pk))
    shown = page(client, "customers:replay", replay.pk)
    assert "Whom does it favour?" in shown.text
    assert client.post(reverse("customers:replay", args=[replay.pk]), {"reason": ""}).status_code == 422

    client.post(reverse("customers:replay", args=[replay.pk]), {"reason": "idle"})

    approval = Approval.objects.get(kind="customers.ownership_rules")
    assert (approval.asked["replay"], approval.asked["rules"]["protection_days"]) == (str(replay.pk), 60)
    detail = page(sign_in(sun), "approvals:detail", approval.pk).text
    assert "60 days" in detail
    assert page(sign_in(sun), "customers:replay", replay.pk).status_code == 200
    for person in (mei, wang):
        assert page(sign_in(person), "customers:replay", replay.pk).status_code == 404
