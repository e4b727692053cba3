"""Nobody writes, changes or silences an entry; and what cannot be recorded does not happen (R2, R8)."""

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone
from psycopg import errors

from accounts import tenancy
from audit.models import Entry
from audit.recording import record
from customers import contacts
from customers.models import Claim, Customer
from tests import ledger
from tests.databases import as_owner, catalogue, sql, superuser
from tests.factories import customer_of, pool_customer
from tests.neighbours import settle

FORBIDDEN, UNSUPPORTED = "42501", "0A000"
OPENING = f"audit_entry_{timezone.now():%Y_%m}"  # the part that takes the entries of this month


def tables():
    parts = [name for (name,) in catalogue("SELECT relname::text FROM pg_class WHERE relispartition AND relkind = 'r'")]
    return ["audit_entry", *parts, *(model._meta.db_table for model in ledger.HISTORY.values())]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO {0} OVERRIDING SYSTEM VALUE SELECT * FROM {0}",
        "INSERT INTO {0} DEFAULT VALUES",
        "UPDATE {0} SET organization_id = organization_id",
        "DELETE FROM {0}",
        "TRUNCATE {0}",
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "DROP TABLE {0}",
        "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
)
def test_the_application_cannot_touch_what_was_written(statement, wang):
    for table in tables():
        with pytest.raises(ProgrammingError) as refusal, transaction.atomic():
            sql(statement.format(f'"{table}"'))
        assert refusal.value.__cause__.sqlstate == FORBIDDEN, (table, refusal.value)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT audit_capture_rows()",
        "SELECT audit_capture_update()",
        "SELECT history_customers_customer()",
        "CREATE TRIGGER forged AFTER INSERT ON customers_customer FOR EACH STATEMENT EXECUTE FUNCTION audit_capture_rows()",
        "DROP TRIGGER ledger_update ON customers_customer",
        "ALTER TABLE customers_customer DISABLE TRIGGER ledger_update",
        "ALTER FUNCTION audit_record(text, text, text, text, jsonb) OWNER TO crm_app",
        "SET LOCAL session_replication_role = replica",
    ],
)
def test_the_application_cannot_forge_or_silence_an_entry(statement, db):
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic():
        sql(statement)
    assert refusal.value.__cause__.sqlstate in (FORBIDDEN, UNSUPPORTED), refusal.value


def test_even_with_a_table_of_its_own_the_application_cannot_use_the_writers(wang):
    """If the database lent it temporary tables, a trigger on one of them would still be refused."""
    with superuser() as line:
        database = line.info.dbname
        line.execute(f'GRANT TEMPORARY ON DATABASE "{database}" TO crm_app')
        line.execute("SET SESSION AUTHORIZATION crm_app")
        line.execute("CREATE TEMPORARY TABLE customers_customer (id uuid, organization_id bigint)")
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
            line.execute(
                "CREATE TRIGGER forged AFTER INSERT ON customers_customer REFERENCING NEW TABLE AS fresh"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_capture_rows('id', '{}', 'organization_id')"
            )


def test_a_temporary_table_cannot_stand_before_the_ledger(transactional_db):
    """The oldest trick with functions that have more rights: their names are looked up in one's own tables first."""
    neighbour = settle("Shadowed")
    with superuser() as line:
        line.execute(f'GRANT TEMPORARY ON DATABASE "{line.info.dbname}" TO PUBLIC')
        line.execute("SET SESSION AUTHORIZATION crm_app")
        line.execute("SELECT set_config('app.organization_id', %s, true)", [str(neighbour.pk)])
        (before,) = line.execute("SELECT count(*) FROM public.audit_entry").fetchone()
        for table in ("audit_entry", "customers_historicalcustomer", "customers_claim", "customers_identitykey"):
            line.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING DEFAULTS)")
            line.execute(f"GRANT ALL ON pg_temp.{table} TO PUBLIC")
        line.execute("UPDATE public.accounts_team SET name = name || ' 2'")
        (after,) = line.execute("SELECT count(*) FROM public.audit_entry").fetchone()
        assert after > before


def test_an_event_never_passes_for_a_change(wang):
    customer = customer_of(wang)
    sql(
        "SELECT audit_record('customers.claim', 'customers_customer', %s, %s, '{}')", str(customer.pk), str(customer.pk)
    )
    entry = Entry.objects.latest("id")
    assert (entry.op, entry.before) == (Entry.Op.EVENT, None)
    assert entry not in Entry.objects.changes_and()


def test_an_event_is_written_for_the_own_organisation_and_now(wang, outsider):
    sql(
        "SELECT audit_record('customers.view', NULL, NULL, NULL, %s)",
        f'{{"organization_id": {outsider.organization_id}}}',
    )
    entry = Entry.objects.latest("id")
    assert entry.organization_id == wang.organization_id
    assert abs((timezone.now() - entry.recorded_at).total_seconds()) < 60
    with tenancy.scope(outsider.organization_id):
        assert not Entry.objects.filter(action="customers.view").exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_even_a_superuser_has_to_take_the_guards_away_first(statement, transactional_db):
    settle("Guarded")
    with superuser() as line, pytest.raises(errors.InsufficientPrivilege, match="the ledger is append-only"):
        line.execute(statement)


def test_parts_of_the_ledger_are_guarded_as_the_whole_is(transactional_db):
    settle("Parted")
    for statement in (f"UPDATE {OPENING} SET reason = 'x'", f"DELETE FROM {OPENING}", f"TRUNCATE {OPENING}"):
        with superuser() as line, pytest.raises(errors.InsufficientPrivilege, match="the ledger is append-only"):
            line.execute(statement)


# What cannot be recorded does not happen


@pytest.fixture
def ledger_shut(django_db_setup, django_db_blocker):
    """As if the disk were full: nobody can write entries."""
    with django_db_blocker.unblock():
        as_owner("REVOKE INSERT ON audit_entry FROM crm_ledger")
        yield
        as_owner("GRANT INSERT ON audit_entry TO crm_ledger")


@pytest.fixture
def history_shut(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        as_owner("REVOKE INSERT ON customers_historicalcustomer FROM crm_ledger")
        yield
        as_owner("GRANT INSERT ON customers_historicalcustomer TO crm_ledger")


@pytest.mark.parametrize("shut", ["ledger_shut", "history_shut"])
def test_what_cannot_be_recorded_does_not_happen(shut, wang, li, request):
    mine, pooled = customer_of(wang), pool_customer(wang)
    request.getfixturevalue(shut)
    for change in (
        lambda: mine.edit(by=wang, industry="Medical"),
        lambda: mine.release(by=wang, reason="x"),
        lambda: Customer.objects.filter(pk=mine.pk).update(industry="Medical"),
        lambda: pooled.claim(by=li),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()
    customer = Customer.objects.get(pk=mine.pk)
    assert (customer.owner, customer.industry) == (wang, "")
    assert not Claim.objects.filter(customer=pooled).exists()


def test_what_is_not_recorded_is_not_shown(wang, request):
    """R7. A reveal whose entry cannot be written reveals nothing."""
    customer = customer_of(wang, contact={"name": "Chen", "phone": "+8613800138000"})
    request.getfixturevalue("ledger_shut")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        contacts.reveal(customer.contacts.get(), by=wang)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        record("customers.view", customer)


# Months


@pytest.mark.django_db
def test_months_ahead_have_their_place_and_nothing_falls_beside_it(wang):
    parts = {name for (name,) in catalogue("SELECT relname::text FROM pg_class WHERE relispartition AND relkind = 'r'")}
    now = timezone.now()
    for ahead in range(25):
        year, month = divmod(now.year * 12 + now.month - 1 + ahead, 12)
        assert f"audit_entry_{year}_{month + 1:02}" in parts
    assert {place for (place,) in catalogue("SELECT DISTINCT tableoid::regclass::text FROM audit_entry")} == {OPENING}


def test_the_application_cannot_flood_the_house_with_partitions(db):
    with transaction.atomic():
        sql("SELECT audit_make_partitions(100000)")
        ((count,),) = catalogue("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_entry'::regclass")
        transaction.set_rollback(True)
    assert count <= 38
