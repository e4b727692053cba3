"""Sharing a customer with a colleague: to look at or to work on, until a day, told and taken back (R5, R6, R33, R72)."""

import time
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm
from psycopg.errors import LockNotAvailable

from accounts import tenancy
from accounts.models import Notice, User
from audit.deeds import Refused
from audit.models import Entry
from audit.reading import acts
from customers import changing, exporting, follow_ups
from customers.collaborators import CannotShare, is_shared, objection
from customers.denials import deny
from customers.models import Collaborator, Customer
from customers.transfers import ask_for_transfer
from tests.approved import place
from tests.databases import catalogue, connection, enter, signed_in, sql
from tests.factories import TeamFactory, UserFactory, customer_of, founding, shared
from tests.races import at_once

REASON = "he knows the machines"


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "苏州恒川医疗器械有限公司", contact={"name": "Zhou", "phone": "+8613805122297"})


def at(name, customer, *more):
    return reverse(f"customers:{name}", args=[customer.pk, *more])


def names(rows):
    return set(rows.values_list("name", flat=True))


# Sharing


def test_a_share_is_given_on_the_page_and_told(sign_in, hengchuan, wang, li):
    """R33."""
    typed = {"person": li.pk, "way": "view", "until": f"{timezone.localdate() + timedelta(days=7)}", "reason": REASON}
    page = sign_in(wang).post(at("share", hengchuan), typed, follow=True)

    assert "Shared with Li." in page.text
    assert REASON in page.text
    assert at("take_back", hengchuan, Collaborator.objects.get().pk) in page.text
    assert Notice.objects.get(person=li).sentence.startswith(f"Wang shares {hengchuan.name} with you until")


def test_what_is_shared_has_a_list_of_its_own_and_is_found(sign_in, hengchuan, wang, li, mei, shen):
    own = customer_of(li)
    shared(hengchuan, by=wang, person=li)
    client = sign_in(li)
    listed = {view: client.get(f"{reverse('customers:list')}?view={view}").text for view in ("mine", "shared")}

    assert own.name in listed["mine"]
    assert hengchuan.name not in listed["mine"]
    assert hengchuan.name in listed["shared"]
    assert own.name not in listed["shared"]
    assert "Export…" not in listed["shared"]
    assert hengchuan.name in client.get("/search/?q=恒川").text
    assert "Nothing is shared with you" in sign_in(mei).get(f"{reverse('customers:list')}?view=shared").text
    assert "Shared with me" not in sign_in(shen).get(reverse("customers:list")).text
    assert names(Customer.objects.visible_to(li)) == {own.name, hengchuan.name}


def test_to_look_at_is_not_to_work_on(sign_in, hengchuan, wang, li):
    shared(hengchuan, by=wang, person=li)
    page = sign_in(li).get(at("detail", hengchuan))

    assert "Shared with you to look at." in page.text
    assert at("edit", hengchuan) not in page.text
    assert at("follow_up", hengchuan) not in page.text
    with pytest.raises(Refused):
        follow_ups.log(hengchuan, by=li, content="x", occurred_at=timezone.now())


def test_to_work_on_leaves_the_owner_his_customer(sign_in, hengchuan, wang, li):
    shared(hengchuan, by=wang, person=li, way="edit")
    follow_ups.log(hengchuan, by=li, content="Called.", occurred_at=timezone.now())
    changing.change(hengchuan, by=li, industry="Optics")

    page = sign_in(li).get(at("detail", hengchuan)).text
    assert at("edit", hengchuan) in page
    assert not any(at(name, hengchuan) in page for name in ("release", "transfer", "identity", "share", "deny"))
    assert Entry.objects.filter(action="customers.follow_up", table_name="customers_followup").get().actor == li
    assert Customer.objects.get(pk=hengchuan.pk).owner == wang


def test_shares_leave_by_no_export(hengchuan, wang, li):
    own = customer_of(li)
    shared(hengchuan, by=wang, person=li, way="edit")
    for view in ("shared", "mine"):
        export = exporting.ask(by=li, purpose="letters", format="csv", filters={"view": view})
        assert {line.name for line in exporting._lines(export, li)} == {own.name}


def test_a_page_of_what_is_shared_costs_the_same_for_1_3_and_100(wang, li, sign_in):
    counts = set()
    for number in (1, 2, 97):
        for _ in range(number):
            shared(customer_of(wang), by=wang, person=li)
        client = sign_in(li)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{reverse('customers:list')}?view=shared")
        counts.add(len([each for each in asked if "customers_" in each["sql"]]))
    assert len(counts) == 1
    assert counts.pop() <= 4


# It ends


def test_it_stops_at_its_hour_without_a_job(hengchuan, wang, li):
    """R72. The database's clock ends it; nothing has to run."""
    shared(hengchuan, by=wang, person=li, way="edit", days=0.7 / 86400)
    assert is_shared(li, hengchuan)
    time.sleep(0.8)

    assert not li.has_perm("customers.view", hengchuan)
    assert not Customer.objects.visible_to(li).exists()
    assert not Customer.objects.shared_with(li).exists()
    with tenancy.inside(wang.organization, user=li):
        assert sql("UPDATE customers_customer SET industry = 'x' WHERE id = %s", hengchuan.pk) == 0
    again = shared(hengchuan, by=wang, person=li)
    assert [each.pk for each in Collaborator.objects.all()] == [again.pk]
    assert Collaborator.kept.exclude(pk=again.pk).get().ended_at is not None


def release(customer, people):
    customer.release(by=people["wang"], reason="nobody there")


def pass_on(customer, people):
    asked = ask_for_transfer(customer, by=people["wang"], to=people["heir"], reason="x")
    asked.approve(by=people["mei"], seal=asked.seal)


def leave(customer, people):
    people["li"].deactivate(by=people["zhao"])


def become_administrator(customer, people):
    place(people["li"], role="administrator", by=people["zhao"], decided_by=people["sun"])


@pytest.mark.parametrize("happens", [release, pass_on, leave, become_administrator])
def test_it_ends_by_itself(happens, hengchuan, wang, li, mei, zhao, sun):
    heir = UserFactory(name="Heir", organization=wang.organization)
    shared(hengchuan, by=wang, person=li)
    happens(hengchuan, {"wang": wang, "li": li, "mei": mei, "zhao": zhao, "sun": sun, "heir": heir})

    assert Collaborator.kept.get().ended_at is not None
    assert not Collaborator.objects.exists()
    assert not Customer.objects.shared_with(User.objects.get(pk=li.pk)).exists()


@pytest.mark.parametrize(("who", "may"), [("wang", True), ("mei", True), ("li", False), ("fu", False), ("shen", False)])
def test_who_takes_it_back(who, may, hengchuan, wang, li, mei, fu, shen, sign_in, request):
    share = shared(hengchuan, by=wang, person=li)
    person = request.getfixturevalue(who)

    with tenancy.inside(wang.organization, user=person):
        ended = sql("UPDATE customers_collaborator SET ended_at = now() WHERE id = %s AND ended_at IS NULL", share.pk)
        transaction.set_rollback(False)
    assert bool(ended) == may
    if ended:
        share = shared(hengchuan, by=wang, person=li)
    status = sign_in(person).post(at("take_back", hengchuan, share.pk)).status_code
    assert status == (302 if may else 403)
    assert Collaborator.objects.filter(pk=share.pk).exists() != may


def test_history_and_ledger_tell_it_in_words(hengchuan, wang, li, sign_in, shen):
    """R7, R33."""
    shared(hengchuan, by=wang, person=li, way="edit").take_back(by=wang)

    told = acts(Entry.objects.about(hengchuan).filter(table_name="customers_collaborator"))
    assert [str(act.words) for act in told] == [
        "took a share of the customer back", "shared the customer with a colleague",
    ]  # fmt: skip
    said = {str(change["label"]): str(change["after"]) for change in told[1].changes}
    assert said["collaborator"] == "Li"
    assert said["may"] == "sees and works on it"
    assert told[1].reason == REASON
    history = sign_in(wang).get(at("history", hengchuan)).text
    assert "shared the customer with a colleague" in history
    assert "took a share of the customer back" in sign_in(shen).get("/ledger/").text


# With whom, by whom


@pytest.mark.parametrize("who", ["wang", "zhao", "sun", "shen", "gone", "denied"])
def test_with_whom_nothing_is_shared(who, hengchuan, wang, mei, zhao, sun, shen, li, acme):
    people = {"wang": wang, "zhao": zhao, "sun": sun, "shen": shen, "denied": li}
    people["gone"] = UserFactory(name="Gone", organization=acme, is_active=False)
    deny(hengchuan, by=mei, person=li, reason="his brother works there")

    with pytest.raises(CannotShare):
        shared(hengchuan, by=wang, person=people[who])
    constraint = {"denied": "collaborator_not_denied"}.get(who, "collaborator_works_here")
    assert refused(hengchuan, wang, people[who]) == constraint


def test_a_role_that_changes_nothing_gets_it_to_look_at(hengchuan, wang, fu):
    assert "role changes no customers" in objection(hengchuan, wang, fu, "edit")
    assert objection(hengchuan, wang, fu, "view") == ""


def test_a_manager_shares_to_look_at_and_no_further(hengchuan, mei, li, sign_in, wang):
    """R6."""
    assert shared(hengchuan, by=mei, person=li).way == "view"
    with pytest.raises(CannotShare, match="Only the owner lets somebody work on it"):
        shared(hengchuan, by=mei, person=UserFactory(name="Other", organization=mei.organization), way="edit")
    page = sign_in(mei).get(at("share", hengchuan)).text
    assert 'value="edit"' not in page
    fu = UserFactory(name="Third", organization=mei.organization)
    assert refused(hengchuan, mei, fu, way="edit") == "collaborator_by_owner"
    assert refused(hengchuan, mei, fu) is None


def test_a_collaborator_shares_nothing_on(hengchuan, wang, li, fu):
    shared(hengchuan, by=wang, person=li, way="edit")
    with pytest.raises(Refused):
        shared(hengchuan, by=li, person=fu)
    assert refused(hengchuan, li, fu) == "collaborator_by_owner"


def test_one_share_lives_for_a_person_and_a_customer(hengchuan, wang, li):
    shared(hengchuan, by=wang, person=li)
    with pytest.raises(CannotShare, match="already"):
        shared(hengchuan, by=wang, person=li, way="edit")
    assert refused(hengchuan, wang, li) == "collaborator_once"


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"days": 181}, "collaborator_for_a_time"),
        ({"days": -1}, "collaborator_for_a_time"),
        ({"reason": ""}, "collaborator_has_a_reason"),
        ({"way": "edit", "codename": "view_customer"}, "collaborator_says_one_thing"),
        ({"codename": "delete_customer"}, "collaborator_says_one_thing"),
        ({"way": "own"}, "collaborator_way"),
        ({"given_by": "li"}, "collaborator_stands"),
        ({}, None),
    ],
)
def test_each_guard_of_the_database_by_its_name(changed, constraint, hengchuan, wang, li, fu):
    given_by = li if changed.pop("given_by", None) else wang
    assert refused(hengchuan, wang, fu, given_by=given_by, **changed) == constraint


def test_a_share_is_not_changed_or_removed_afterwards(hengchuan, wang, li, fu):
    share = shared(hengchuan, by=wang, person=li)
    for change in ("way = 'edit'", "until = until + interval '9 days'", f"person_id = '{fu.pk}'", "reason = 'another'"):
        assert (
            constraint_of(f"UPDATE customers_collaborator SET {change} WHERE id = '{share.pk}'")
            == "collaborator_stands"
        )
    with pytest.raises(ProgrammingError), transaction.atomic():
        sql("DELETE FROM customers_collaborator")
    share.take_back(by=wang)
    assert constraint_of("UPDATE customers_collaborator SET ended_at = NULL") == "collaborator_stands"


def refused(customer, by, person, *, way="view", days=3, reason="x", codename=None, given_by=None):
    """The constraint that refuses a share by SQL as crm_app, or None when it is let through; undone."""
    codename = codename or {"edit": "change_customer"}.get(way, "view_customer")
    with tenancy.inside(by.organization, user=by):
        return constraint_of(
            "INSERT INTO customers_collaborator (organization_id, customer_id, person_id, permission_id, way, until, reason,"
            " given_by_id) SELECT %s, %s, %s, p.id, %s, clock_timestamp() + make_interval(days => %s), %s, %s"
            " FROM auth_permission p JOIN django_content_type t ON t.id = content_type_id AND t.model = 'customer'"
            " WHERE p.codename = %s",
            by.organization_id, customer.pk, person.pk, way, days, reason, (given_by or by).pk, codename,
        )  # fmt: skip


def constraint_of(statement, *values):
    try:
        with transaction.atomic():
            assert sql(statement, *values) == 1
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        return refusal.__cause__.diag.constraint_name
    return None


# django-guardian: lent, and held


def test_guardian_finds_what_counts_and_grants_nothing(hengchuan, wang, li):
    """Its list is ours; its ways to give and take rights end at the walls."""
    options = {"use_groups": False, "with_superuser": False, "accept_global_perms": False}
    share = shared(hengchuan, by=wang, person=li)
    assert list(get_objects_for_user(li, "customers.view_customer", **options)) == [hengchuan]
    assert not get_objects_for_user(li, "customers.change_customer", **options).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        assign_perm("change_customer", li, hengchuan)
    with pytest.raises(ProgrammingError), transaction.atomic():
        remove_perm("view_customer", li, hengchuan)
    share.take_back(by=wang)
    assert not get_objects_for_user(li, "customers.view_customer", **options).exists()


def test_guardians_own_tables_are_closed_and_names_of_rights_only_read(db):
    for statement in (
        "SELECT FROM guardian_userobjectpermission",
        "SELECT FROM guardian_groupobjectpermission",
        "UPDATE auth_permission SET codename = 'change_customer' WHERE codename = 'view_customer'",
        "INSERT INTO auth_permission (name, content_type_id, codename) SELECT 'x', content_type_id, 'y' FROM auth_permission",
        "UPDATE django_content_type SET model = 'x'",
    ):
        with pytest.raises(ProgrammingError) as refusal, transaction.atomic():
            sql(statement)
        assert refusal.value.__cause__.sqlstate == "42501", statement


# At the same moment


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_share_given_while_the_customer_is_released_does_not_outlive_it():
    with founding(name="Arena") as arena:
        mei = UserFactory(name="Mei", organization=arena, role=User.Role.MANAGER)
        wang = UserFactory(name="Wang", organization=arena, team=TeamFactory(organization=arena, manager=mei))
        li = UserFactory(name="Li", organization=arena)
    for _ in range(8):
        with tenancy.scope(arena, user=wang):
            customer = customer_of(wang)
        at_once([partial(share_it, customer, mei, li), partial(let_go, customer, wang)])
        with tenancy.scope(arena):
            assert Customer.objects.get(pk=customer.pk).owner_id is None
            assert not Collaborator.kept.filter(content_object=customer, ended_at=None).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_who_changes_the_owner_waits_for_a_share_that_is_being_written():
    with founding(name="Arena") as arena:
        wang, li = UserFactory(name="Wang", organization=arena), UserFactory(name="Li", organization=arena)
        customer = customer_of(wang)
    with signed_in("crm_app") as writing, signed_in("crm_app") as releasing:
        for line in (writing, releasing):
            enter(line, arena, wang)
        writing.execute(
            "INSERT INTO customers_collaborator (organization_id, customer_id, person_id, permission_id, way, until, reason,"
            " given_by_id) SELECT %s, %s, %s, id, 'view', now() + interval '1 day', 'x', %s FROM auth_permission"
            " WHERE codename = 'view_customer'",
            [arena.pk, customer.pk, li.pk, wang.pk],
        )
        releasing.execute("SET LOCAL lock_timeout = '300ms'")
        with pytest.raises(LockNotAvailable):
            releasing.execute(
                "UPDATE customers_customer SET owner_id = NULL, protected_until = NULL, pooled_at = now() WHERE id = %s",
                [customer.pk],
            )


def share_it(customer, mei, li):
    with suppress(Refused, IntegrityError), tenancy.scope(mei.organization_id, user=mei):
        shared(customer, by=mei, person=li)


def let_go(customer, wang):
    with tenancy.scope(wang.organization_id, user=wang):
        Customer.objects.get(pk=customer.pk).release(by=wang, reason="x")


def test_nothing_of_this_is_another_organisations(hengchuan, wang, li, outsider):
    share = shared(hengchuan, by=wang, person=li)
    with tenancy.scope(outsider.organization_id, user=outsider):
        assert catalogue("SELECT id FROM customers_collaborator") == []
        assert not Collaborator.kept.filter(pk=share.pk).exists()
