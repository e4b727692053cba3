"""Scopes: one organisation at a time, loud outside, gone when they end; and the one door for signing in."""

import threading
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, transaction
from psycopg import errors

from accounts import arrays, tenancy
from accounts.models import Team, User
from customers.models import Customer
from tests.databases import catalogue, enter, signed_in
from tests.factories import PASSWORD, OrganizationFactory, TeamFactory, UserFactory
from tests.neighbours import every_model

every_table = pytest.mark.parametrize("model", every_model(), ids=lambda model: model._meta.db_table)


@pytest.fixture(scope="module")
def inhabited(django_db_setup, django_db_blocker):
    """Somebody is there: an empty table asks no policy."""
    with django_db_blocker.unblock():
        organization = OrganizationFactory()
        with tenancy.scope(organization):
            UserFactory(organization=organization)


@pytest.mark.django_db
@every_table
def test_without_a_scope_the_orm_raises(model):
    for manager in (model._default_manager, model._base_manager):
        with pytest.raises(tenancy.OutsideScope):
            manager.all()
        with pytest.raises(tenancy.OutsideScope):
            manager.create()


@pytest.mark.django_db
@every_table
def test_without_a_scope_sql_fails_loudly(model, inhabited):
    """An error, never an empty answer that somebody could take for the truth."""
    with signed_in("crm_app") as line, pytest.raises(errors.UndefinedObject, match=r"app\.organization_id"):
        line.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')


@pytest.mark.django_db(transaction=True)
def test_the_settings_of_a_scope_end_with_it():
    """The next request on the same connection is nobody's, and asking for rows is an error again."""
    organization = OrganizationFactory()
    with tenancy.scope(organization, source="web"):
        assert catalogue("SELECT current_setting('app.organization_id')") == [(str(organization.pk),)]
    settings = ("organization_id", "user_id", "source", "request_id", "signing_in")
    for name in settings:
        assert catalogue("SELECT coalesce(current_setting(%s, true), '')", f"app.{name}") == [("",)], name
    with pytest.raises(DataError):
        catalogue("SELECT count(*) FROM accounts_team")


def test_an_inner_scope_gives_the_outer_one_back(acme, outsider):
    with tenancy.scope(outsider.organization_id, user=outsider):
        assert seen_by_database() == (str(outsider.organization_id), str(outsider.pk))
    assert seen_by_database() == (str(acme.pk), "")
    assert tenancy.organization_id() == acme.pk


@pytest.mark.parametrize("breakage", ["SELECT 1/0", None])
def test_an_inner_scope_that_fails_gives_the_outer_one_back(breakage, acme, outsider):
    """Whether the statement failed in the database or only in Python: the savepoint takes the settings back."""
    with pytest.raises((DataError, ZeroDivisionError)), tenancy.scope(outsider.organization_id, user=outsider):
        catalogue(breakage) if breakage else 1 / 0
    assert seen_by_database() == (str(acme.pk), "")
    assert tenancy.organization_id() == acme.pk


def test_who_enters_within_a_savepoint_is_out_again_when_it_is_undone(acme, wang):
    with pytest.raises(DataError), tenancy.scope(acme):
        enter_and_stumble(wang)
    assert seen_by_database() == (str(acme.pk), "")


def enter_and_stumble(person):
    tenancy.enter_as(person)
    catalogue("SELECT 1/0")


def seen_by_database():
    return catalogue("SELECT current_setting('app.organization_id'), current_setting('app.user_id')")[0]


def test_a_query_made_in_one_scope_finds_nothing_in_another(acme, wang, outsider):
    people = User.objects.all()
    with tenancy.scope(outsider.organization_id):
        assert list(people) == []


def test_a_thread_begins_outside_every_scope(acme):
    found = []

    def look():
        try:
            found.append(Team.objects.count())
        except tenancy.OutsideScope:
            found.append("outside")

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == ["outside"]


def test_a_row_in_hand_is_neither_saved_nor_removed_in_another_scope(acme, wang, outsider):
    team = TeamFactory(organization=acme)
    with tenancy.scope(outsider.organization_id):
        for attempt in (team.save, team.delete, team.refresh_from_db):
            with pytest.raises((tenancy.OutsideScope, ObjectDoesNotExist)), transaction.atomic():
                attempt()
        with pytest.raises(tenancy.OutsideScope), transaction.atomic():
            Team(organization=acme, name="Ours now").save()
        with pytest.raises(tenancy.OutsideScope), transaction.atomic():
            arrays.insert([Team(pk=uuid4(), organization=acme, name="Ours now")])
    assert Team.objects.filter(pk=team.pk).exists()


def test_rows_written_as_arrays_hold_what_was_given(acme):
    """Whatever means something in the writing of arrays, and nothing at all."""
    names = ['a"b', "a\\b", "a,b", "{a}", "NULL", " a ", "", "a\nb", "恒川"]
    with tenancy.scope(acme):
        lead = TeamFactory(organization=acme, name="Lead")
        parents = [lead.pk, *[None] * (len(names) - 1)]
        arrays.insert_columns(Team, {"name": names, "parent_id": parents, "manager_id": [None] * len(names)})

        found = dict(Team.objects.filter(name__among=names).values_list("name", "parent_id"))
        assert found == dict(zip(names, parents, strict=True))
        assert not Team.objects.filter(name__among=[]).exists()


# The door at sign-in


def test_people_are_found_at_sign_in_and_nothing_else_is(wang, outsider):
    with tenancy.anonymous(signing_in=True):
        assert set(User.objects.filter(pk__in=[wang.pk, outsider.pk])) == {wang, outsider}
        for model in (Team, Customer):
            with pytest.raises(tenancy.OutsideScope):
                model.objects.count()
            with pytest.raises(DataError), transaction.atomic():
                catalogue(f'SELECT count(*) FROM "{model._meta.db_table}"')


def test_at_sign_in_nobody_is_changed_added_or_removed(wang, outsider):
    """The door is for reading: every other command finds no organisation, and says so."""
    for statement in (
        "UPDATE accounts_user SET name = name",
        "DELETE FROM accounts_user",
        "INSERT INTO accounts_user (organization_id, email) VALUES (1, 'a@b.example')",
    ):
        with tenancy.anonymous(signing_in=True), pytest.raises(DataError), transaction.atomic():
            catalogue(statement)


def test_before_sign_in_no_person_is_found(wang):
    with tenancy.anonymous():
        with pytest.raises(tenancy.OutsideScope):
            User.objects.count()
        with pytest.raises(DataError), transaction.atomic():
            catalogue("SELECT count(*) FROM accounts_user")


def test_signing_in_opens_the_own_organisation_only(client, wang, outsider):
    client.post("/account/login/", {"login": wang.email, "password": PASSWORD})
    assert client.session["organization_id"] == wang.organization_id


def test_plain_connections_are_held_by_the_same_wall(transactional_db):
    """Another program with the application's password, without our Python."""
    here, there = OrganizationFactory(), OrganizationFactory()
    with tenancy.scope(there):
        UserFactory(organization=there)
    with signed_in("crm_app") as line:
        enter(line, here)
        assert line.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            line.execute("INSERT INTO accounts_team (organization_id, name) VALUES (%s, 'Ours')", [there.pk])
