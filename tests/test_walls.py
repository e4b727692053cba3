"""The wall in the database: every table has it, and the application's role cannot climb, dig or take it down."""

import os
from fnmatch import fnmatch

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import ProgrammingError, connection, transaction
from psycopg import errors

from accounts.walls import OUTSIDE, is_history, may_bypass, organization_keys, walled_models
from tests.conftest import sign_in_as
from tests.databases import catalogue, superuser
from tests.neighbours import every_model

# Indexes that do not begin with the organisation, each with the reason why nothing leaks by it.
ACROSS = {
    "accounts_user_email_key": "people sign in by their address before their organisation is known",
    "accounts_user_email_*_like": "Django's companion of the one above",
    "outbox_due": "the relay looks for due jobs of everybody, and tells ids only",
    "customers_historical*_id_*": "the history of one record, by a key that no client chooses; not unique",
    "customers_historical*_history_user_id_*": "django-simple-history's own; not unique",
}
WITHOUT_KEYS = {  # tables without foreign keys, each with the reason
    "audit_entry": "the ledger outlives what it tells of",
    "customers_searchterm": "two dozen a name; one without its customer finds nothing",
    "customers_duplicatekey": "fourteen a customer; one without its customer finds nothing",
    "customers_duplicaterecord": "derived; one without its customer is found by nobody",
    "customers_importkey": "four a line, only while a file is tried; one without its list finds nothing",
}
CALLABLE = {  # what the application may call of the functions that act with more rights than its own
    "audit_make_partitions",
    "audit_record",
    "customers_canaries_at",
    "customers_completeness_of",  # for a trigger, of a row of one's own organisation
    "customers_measure",
    "customers_written_by",
    "customers_engagement",
    "customers_statements_due",
    "customers_is_answered",
    "customers_owed_notices",
    "outbox_claim",
    "schedule_tick",
}


# What stands in the database


@pytest.mark.django_db
def test_every_table_is_walled_or_stands_outside_for_a_reason():
    tables = catalogue(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, (SELECT array_agg(polname::text) FROM pg_policy"
        " WHERE polrelid = c.oid) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    )
    walled = {name for name, is_forced, policies in tables if is_forced and "wall" in (policies or [])}
    assert {name for name, *_ in tables} - walled == OUTSIDE.keys()
    assert walled == {model._meta.db_table for model in every_model()}
    assert all(OUTSIDE.values())


@pytest.mark.django_db
def test_nothing_but_tables_shows_rows():
    """A view or a foreign table answers as its owner, whom no policy holds back."""
    others = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')"
    assert catalogue(others) == []


@pytest.mark.django_db
def test_partitions_of_the_ledger_are_open_to_nobody():
    """Row-level security of the whole table does not hold for who asks a part of it directly."""
    parts = catalogue("SELECT relname, relacl::text FROM pg_class WHERE relispartition AND relkind = 'r'")
    assert len(parts) > 24
    assert {grants for _name, grants in parts} == {None}


@pytest.mark.django_db
def test_policies_are_bare_comparisons():
    """`(select current_setting(..))` would hide the organisation from the planner: counts take 2.8 times as long."""
    walls = catalogue("SELECT tablename, qual, with_check FROM pg_policies WHERE policyname = 'wall' AND cmd = 'ALL'")
    column = {"accounts_organization": "id"}
    for table, using, check in walls:
        bare = f"({column.get(table, 'organization_id')} = (current_setting('app.organization_id'::text))::bigint)"
        assert (using, check) == (bare, bare), table


@pytest.mark.django_db
def test_only_functions_owners_see_across_organisations():
    """`USING (true)` is for roles nobody signs in as. A restrictive policy opens nothing: it only takes away."""
    open_to = catalogue(
        "SELECT DISTINCT unnest(roles)::text FROM pg_policies"
        " WHERE permissive = 'PERMISSIVE' AND (qual = 'true' OR with_check = 'true')"
    )
    assert {role for (role,) in open_to} <= {"crm_ledger", "crm_search", "crm_relay"}
    doors = "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND rolcanlogin"
    assert catalogue(doors, ["crm_ledger", "crm_search", "crm_relay"]) == []


@pytest.mark.django_db
def test_foreign_keys_between_walled_tables_carry_the_organisation():
    keys = catalogue(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, ARRAY(SELECT attname::text FROM unnest(conkey)"
        " WITH ORDINALITY k(n, i) JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY i), ARRAY(SELECT"
        " attname::text FROM unnest(confkey) WITH ORDINALITY k(n, i) JOIN pg_attribute ON attrelid = confrelid"
        " AND attnum = n ORDER BY i) FROM pg_constraint WHERE contype = 'f'"
    )
    walled = {model._meta.db_table for model in walled_models()}
    for table, target, columns, targets in keys:
        if table in walled and target in walled:
            key = "code" if target == "accounts_role" else "id"  # a person's role is named, and so is his organisation
            assert (columns[0], targets) == ("organization_id", ["organization_id", key]), table
    wanted = {(m._meta.db_table, f.column) for m in walled_models() for f in organization_keys(m)}
    assert wanted | {("accounts_user", "role")} == {
        (table, columns[1]) for table, _, columns, _ in keys if len(columns) == 2
    }


@pytest.mark.django_db
def test_every_row_names_an_organisation_that_is_there():
    """By a foreign key to it, or by a composite one that is never empty."""
    keys = catalogue(
        "SELECT conrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = 'accounts_organization'::regclass"
    )
    for model in walled_models():
        if (model._meta.db_table,) not in keys and not is_history(model):
            is_led_to = any(not field.null for field in organization_keys(model))
            assert is_led_to or model._meta.db_table in WITHOUT_KEYS, model._meta.label


@pytest.mark.django_db
def test_every_index_begins_with_the_organisation():
    """Nothing is told by a collision, and the data can be spread by organisation without a rewrite."""
    indexes = catalogue(
        "SELECT i.relname::text, t.relname::text, x.indisprimary, array_length(x.indkey::int2[], 1), a.attname::text"
        " FROM pg_index x JOIN pg_class i ON i.oid = indexrelid JOIN pg_class t ON t.oid = indrelid"
        " LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]"
        " WHERE t.relnamespace = 'public'::regnamespace AND NOT t.relispartition"
    )
    outside = {*OUTSIDE, "accounts_organization"}
    astray = {
        name
        for name, table, is_primary, _columns, first in indexes
        if table not in outside and first != "organization_id" and not is_primary
    }
    assert {name for name in astray if not any(fnmatch(name, pattern) for pattern in ACROSS)} == set()
    assert {pattern for pattern in ACROSS if not any(fnmatch(name, pattern) for name in astray)} == set()
    assert {first for *_, is_primary, _n, first in indexes if is_primary} <= {
        "id",
        "history_id",
        "kind",  # of the house's policies, which belong to nobody
        "code",  # of the house's roles, which belong to nobody
        "organization_id",
        "session_key",
    }


@pytest.mark.django_db
def test_functions_with_more_rights_cannot_be_led_astray():
    """A path without pg_temp at its end looks there first: a temporary table named like the ledger would stand before it."""
    functions = catalogue(
        "SELECT proname::text, prosecdef, coalesce(array_to_string(proconfig, '; ') || ';', ''), proowner::regrole::text, proleakproof"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND prosqlbody IS NULL"  # names in such a body were looked up when it was made
    )
    assert functions
    for name, is_definer, settings, owner, is_leakproof in functions:
        assert "search_path=" in settings, name
        assert "public" not in settings or "search_path=pg_catalog, public, pg_temp;" in settings, name
        assert not is_leakproof, name
        assert not is_definer or owner in ("crm_ledger", "crm_search", "crm_relay", "crm_owner"), name


@pytest.mark.django_db
def test_the_application_may_call_few_functions_that_have_more_rights():
    callable_ones = catalogue(
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND has_function_privilege('crm_app', oid, 'EXECUTE')"
    )
    assert {name for (name,) in callable_ones} == CALLABLE


# What the application's role may not do


def test_tests_run_as_the_application(db):
    assert catalogue("SELECT current_user::text, session_user::text") == [("crm_app", "crm_app")]


@pytest.mark.django_db
def test_the_application_holds_rows_and_nothing_else():
    """No TRUNCATE, which asks no policy; no TRIGGER, no REFERENCES, no counter of the ledger."""
    held = catalogue(
        "SELECT relname::text, p FROM pg_class, unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) p"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege('crm_app', oid, p)"
    )
    assert held == []
    counters = catalogue(
        "SELECT sequencename::text FROM pg_sequences WHERE schemaname = 'public'"
        " AND has_sequence_privilege('crm_app', 'public.' || quote_ident(sequencename), 'USAGE, SELECT, UPDATE')"
    )
    assert counters == [("accounts_organization_id_seq",)]


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE crm_owner",
        "SET ROLE crm_ledger",
        "SET ROLE crm_search",
        "SET ROLE crm_relay",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION crm_owner",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE audit_entry (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION pg_trgm",
        "CREATE ROLE mine",
        "ALTER ROLE crm_app BYPASSRLS",
        "ALTER ROLE crm_app SET app.organization_id = '1'",
        "ALTER TABLE customers_customer DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE customers_customer NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE customers_customer DISABLE TRIGGER ALL",
        "ALTER TABLE customers_customer ADD COLUMN mine int",
        "ALTER TABLE customers_customer OWNER TO crm_app",
        "DROP POLICY wall ON customers_customer",
        "DROP TRIGGER history_insert ON customers_customer",
        "CREATE POLICY mine ON customers_customer USING (true)",
        "CREATE TRIGGER mine AFTER INSERT ON customers_customer EXECUTE FUNCTION audit_append_only()",
        "CREATE RULE mine AS ON DELETE TO customers_customer DO INSTEAD NOTHING",
        "TRUNCATE customers_customer",
        "DROP TABLE customers_customer",
        "DROP FUNCTION audit_capture_rows()",
        "COPY customers_customer FROM PROGRAM 'true'",
        "SET session_replication_role = replica",
        "SELECT schedule_everywhere('x', interval '1 second')",
        "SELECT nextval('audit_entry_id_seq')",
    ],
)
def test_the_application_cannot(statement, db):
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert refusal.value.__cause__.sqlstate == "42501", refusal.value


def test_what_the_house_ships_is_read_and_never_written(db):
    """Policies and roles stand outside the walls, so the application only reads them: one row holds for every organisation."""
    for table in ("approvals_housepolicy", "accounts_permissiontemplate"):
        assert catalogue(f"SELECT count(*) > 0 FROM {table}") == [(True,)]
    for statement in (
        "UPDATE accounts_permissiontemplate SET verbs = '{}'",
        "DELETE FROM accounts_permissiontemplate",
        "SELECT accounts_ship_role('rep', 'own', 'own', 'own', '{}', '{}')",
        "INSERT INTO approvals_housepolicy (kind, content) VALUES ('x.y', '{}')",
        "UPDATE approvals_housepolicy SET content = '{}'",
        "DELETE FROM approvals_housepolicy",
    ):
        with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert refusal.value.__cause__.sqlstate == "42501", statement


def test_switching_row_security_off_shows_an_error_and_no_rows(wang):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        catalogue("SELECT count(*) FROM accounts_user")


def test_copying_into_a_walled_table_is_not_a_way_in(wang):
    with pytest.raises(errors.FeatureNotSupported), transaction.atomic():
        connection.connection.execute("COPY accounts_team (organization_id, name) FROM STDIN")


# Who may serve


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("variable", "problems"), [("DATABASE_URL", 0), ("DATABASE_OWNER_URL", 1)])
def test_the_deploy_check_refuses_the_owner_and_lets_the_application_serve(variable, problems, monkeypatch):
    try:
        sign_in_as(os.environ[variable])
        assert len(complaints()) == problems
    finally:
        sign_in_as(os.environ["DATABASE_URL"])


def complaints():
    try:
        call_command("check", deploy=True, tags=["security"])
    except SystemCheckError as error:
        return [line for line in str(error).splitlines() if "accounts.E001" in line]
    return []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("makings", "reason"),
    [
        ("SUPERUSER", "superuser"),
        ("BYPASSRLS", "BYPASSRLS"),
        ("IN ROLE crm_owner", "owns tables"),
        ("IN ROLE crm_ledger", "owns tables or functions"),
        ("NOINHERIT IN ROLE crm_search", "owns tables or functions"),
    ],
)
def test_a_role_that_could_bypass_is_recognised_by_what_it_may_become(makings, reason):
    with superuser() as line:
        line.execute(f"CREATE ROLE somebody LOGIN {makings}")
        line.execute("SET SESSION AUTHORIZATION somebody")
        assert any(reason in found for found in may_bypass(line.cursor()))


@pytest.mark.django_db
def test_a_superuser_in_the_clothes_of_the_application_is_recognised():
    """`SET ROLE` is taken off as easily as it was put on."""
    with superuser() as line:
        line.execute("SET ROLE crm_app")
        assert may_bypass(line.cursor())
