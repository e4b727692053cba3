"""Every organisation table x read, write, remove, move x another organisation: nothing, with either wall taken away.

Derived from the models: a new table is in here without anybody thinking of it.
"""

from contextlib import contextmanager, suppress
from copy import copy
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models import F

from accounts import tenancy
from accounts.models import Organization
from accounts.models.people import UserManager
from accounts.walls import organization_keys, walled_models
from audit.models import WalledHistoryManager
from tests.databases import as_owner
from tests.neighbours import every_model, settle

MODELS = every_model()
FORBIDDEN, CHECKED = "42501", "23514"  # insufficient privilege (row-level security too); a check or a guarding trigger
KEPT = "approvals_are_kept"  # refused to everybody, before the statement has looked at a single row
REFUSALS = (tenancy.OutsideScope, ObjectDoesNotExist, DatabaseError)
every_table = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
every_walled_table = pytest.mark.parametrize("model", MODELS[1:], ids=lambda model: model._meta.db_table)
whole = pytest.mark.parametrize("walls", ["both walls"], indirect=True)


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield settle("Here"), settle("There")


@pytest.fixture(scope="module", params=["both walls", "without the ORM wall", "without row-level security"])
def walls(request, committed):
    """The walls that stand while a test runs."""
    taken_away = {"without the ORM wall": no_orm_wall, "without row-level security": no_row_level_security}
    if request.param in taken_away:
        with taken_away[request.param]():
            yield request.param
    else:
        yield request.param


@contextmanager
def no_orm_wall():
    """Managers that find everything and write anywhere."""
    with pytest.MonkeyPatch.context() as patch:
        for manager in (tenancy.OrganizationManager, UserManager, WalledHistoryManager, type(Organization.objects)):
            patch.setattr(manager, "get_queryset", lambda self: self._queryset_class(self.model, using=self._db))
        patch.setattr(tenancy, "must_be_in_scope", lambda organization: None)
        yield


@contextmanager
def no_row_level_security():
    """A table that a migration forgot, or an owner who switched it off."""
    tables = [model._meta.db_table for model in MODELS]
    as_owner(*(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY' for table in tables))
    yield
    as_owner(*(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY' for table in tables))


@pytest.fixture
def sides(walls, committed, db):
    """(here, there), in the scope of here."""
    here, there = committed
    with tenancy.scope(here.organization, source="test"):
        yield here, there


def owner_field(model):
    return "id" if model is Organization else "organization_id"


def fingerprint(model, neighbour):
    """What stands in the other's table, seen from his own side."""
    column = owner_field(model)
    with tenancy.scope(neighbour.organization, source="test"), connection.cursor() as cursor:
        table = f'SELECT t::text AS row FROM "{model._meta.db_table}" t WHERE {column} = %s'
        cursor.execute(f"SELECT count(*), md5(string_agg(row, '|' ORDER BY row)) FROM ({table}) x", [neighbour.pk])
        return cursor.fetchone()


def outcome(attempt):
    """What an attempt found or changed: nothing, or a refusal that leaves the transaction as it was."""
    try:
        with transaction.atomic():
            return attempt() or 0
    except IntegrityError as refusal:
        if refusal.__cause__.diag.constraint_name != KEPT:  # that was the row's own luck, and no wall
            raise
        return 0
    except REFUSALS:
        return 0


# The matrix


@every_table
def test_nothing_of_another_organisation_is_read(model, sides):
    here, there = sides
    row = there.rows[model]
    for rows in (model._default_manager.all(), model._base_manager.all()):
        assert rows.filter(**{owner_field(model): there.pk}).count() == 0
        assert not rows.filter(pk=row.pk).exists()
        assert rows.in_bulk([row.pk]) == {}
        assert {getattr(each, owner_field(model)) for each in rows} == {here.pk}
    assert outcome(lambda: row.refresh_from_db() or 1) == 0


@every_table
def test_nothing_of_another_organisation_is_changed(model, sides):
    _here, there = sides
    row, before, column = there.rows[model], fingerprint(model, there), owner_field(model)
    other = next(f.name for f in model._meta.concrete_fields if not f.primary_key and f.attname != column)

    assert outcome(lambda: model._base_manager.filter(**{column: there.pk}).update(**{other: F(other)})) == 0
    assert outcome(lambda: model._base_manager.filter(pk=row.pk).update(**{other: F(other)})) == 0
    assert outcome(lambda: row.save(force_update=True) or 1) == 0
    if not is_composite(model):
        assert outcome(lambda: model._base_manager.bulk_update([row], [other])) == 0
    assert fingerprint(model, there) == before


@every_table
def test_nothing_of_another_organisation_is_removed(model, sides):
    _here, there = sides
    row, before = there.rows[model], fingerprint(model, there)

    assert outcome(lambda: model._base_manager.filter(**{owner_field(model): there.pk}).delete()[0]) == 0
    assert outcome(lambda: model._base_manager.filter(pk=row.pk)._raw_delete("default")) == 0
    with suppress(IntegrityError):  # an organisation is held by everything that belongs to it
        outcome(lambda: copy(row).delete() and connection.check_constraints())
    assert fingerprint(model, there) == before


@every_walled_table
def test_nothing_is_written_into_another_organisation(model, sides):
    _here, there = sides
    before = fingerprint(model, there)
    stranger = as_new(there.rows[model])

    assert is_refused(lambda: stranger.save(force_insert=True))
    assert is_refused(lambda: model._base_manager.bulk_create([stranger]))
    assert is_refused(lambda: model._default_manager.bulk_create([stranger], ignore_conflicts=True))
    assert fingerprint(model, there) == before


@every_walled_table
def test_nothing_is_moved_to_another_organisation(model, sides):
    here, there = sides
    before = fingerprint(model, here), fingerprint(model, there)
    moved = model._base_manager.get(pk=here.rows[model].pk)

    assert is_refused(lambda: model._base_manager.filter(pk=moved.pk).update(organization=there.organization))
    moved.organization_id = there.pk
    if not is_composite(model):
        assert is_refused(lambda: moved.save(update_fields=["organization_id"]))
        assert is_refused(lambda: model._base_manager.bulk_update([moved], ["organization"]))
    assert is_refused(lambda: moved.save())
    assert (fingerprint(model, here), fingerprint(model, there)) == before


def is_composite(model):
    """Django itself writes no field of a composite key."""
    return isinstance(model._meta.pk, models.CompositePrimaryKey)


def as_new(row):
    """The same values as a row that is not there yet, as somebody would write it who knows the other's by heart."""
    fresh = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
    fresh._state.adding = True
    if isinstance(fresh._meta.pk, models.UUIDField):
        fresh.pk = uuid4()
    return fresh


def is_refused(attempt):
    """A move or an insert has to be refused in so many words: by the scope, or by the database."""
    try:
        with transaction.atomic():
            attempt()
    except (tenancy.OutsideScope, ProgrammingError):
        return True
    except IntegrityError as refusal:
        return refusal.__cause__.sqlstate == CHECKED
    return False


# The second wall by itself, spoken to in its own language


@whole
@every_table
def test_sql_finds_and_changes_nothing_of_another_organisation(model, walls, committed, db):
    here, there = committed
    table, column = model._meta.db_table, owner_field(model)
    with tenancy.scope(here.organization, source="test"):
        assert rows_hit(f'SELECT FROM "{table}" WHERE {column} = %s', there.pk) == 0
        assert rows_hit(f'SELECT FROM "{table}" WHERE {column} <> %s', here.pk) == 0
        assert rows_hit(f'SELECT FROM "{table}"') > 0, "the scope's own rows are there"
        assert rows_hit(f'UPDATE "{table}" SET {column} = {column} WHERE {column} = %s', there.pk) == 0
        assert rows_hit(f'DELETE FROM "{table}" WHERE {column} = %s', there.pk) == 0
        assert rows_hit(f'UPDATE "{table}" SET {column} = %s WHERE {column} = %s', there.pk, here.pk) == 0
        assert rows_hit(insert_of(model), image(model, there)) == 0


def rows_hit(statement, *values):
    """How many rows a statement found or changed; none when the database forbids it. A wrong statement fails the test."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount
    except (ProgrammingError, IntegrityError) as refusal:
        if refusal.__cause__.sqlstate not in (FORBIDDEN, CHECKED):
            raise
        return 0


def image(model, neighbour):
    """A row of the neighbour as JSON, with a key that is not taken yet."""
    with tenancy.scope(neighbour.organization, source="test"), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT to_jsonb(t) || %s FROM "{model._meta.db_table}" t LIMIT 1', [fresh_key(model, neighbour)]
        )
        return cursor.fetchone()[0]


def fresh_key(model, neighbour):
    if model is Organization:
        return f'{{"id": {neighbour.pk + 10**9}}}'
    if isinstance(model._meta.pk, models.UUIDField):
        return '{"id": "019a0000-0000-7000-8000-000000000001"}'
    return '{"history_id": 1, "id": 1}' if hasattr(model, "history_id") else '{"term": "zz"}'


def insert_of(model):
    table = f'"{model._meta.db_table}"'
    return f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"


POINTERS = [(model, field) for model in walled_models() for field in organization_keys(model)]


@whole
@pytest.mark.parametrize(("model", "field"), POINTERS, ids=[f"{m._meta.db_table}.{f.column}" for m, f in POINTERS])
def test_no_row_points_into_another_organisation(model, field, walls, committed, db):
    """The database checks foreign keys without row-level security, so each carries the organisation with it."""
    here, there = committed
    foreign = there.rows[field.related_model].pk
    with tenancy.scope(here.organization, source="test"), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                statement = f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE organization_id = %s'
                cursor.execute(statement, [foreign, here.pk])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the house reckons itself is put right by then
                cursor.execute(f'SELECT FROM "{model._meta.db_table}" WHERE "{field.column}" = %s', [foreign])
            hit = cursor.rowcount
        except (IntegrityError, ProgrammingError):
            hit = 0
    assert hit == 0
