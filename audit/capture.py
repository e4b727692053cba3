"""Who writes history and ledger: triggers, put on every recorded table after each migration, derived from the models.

A model says `unrecorded = "reason"` to stay out of the ledger, or `unrecorded_fields = {"column": "reason"}` to keep a
secret out of it. A test reads these reasons, so nothing is left out in silence.
"""

from accounts.models import Organization
from accounts.walls import is_history, walled_models
from audit.transitions import guards


def recorded_models():
    """Every organisation-owned model with a ledger trigger. History tables are records already."""
    owned = [Organization, *walled_models()]
    return [model for model in owned if model._meta.managed and not is_history(model) and not unrecorded(model)]


def unrecorded(model):
    return getattr(model, "unrecorded", "")


def install(connection):
    """Idempotent; runs as the owner of the tables."""
    with connection.cursor() as cursor:
        for model in recorded_models():
            for statement in ledger_triggers(model):
                cursor.execute(statement)
        for model in walled_models():
            if is_history(model):
                for statement in history_writer(model):
                    cursor.execute(statement)
        for statement in guards():
            cursor.execute(statement)
        cursor.execute("SELECT audit_make_partitions(24)")


def ledger_triggers(model):
    table = model._meta.db_table
    about = getattr(model, "recorded_about", "id")
    secret = ",".join(sorted(getattr(model, "unrecorded_fields", {})))
    organization = "id" if model is Organization else "organization_id"
    arguments = f"'{about}', '{{{secret}}}', '{organization}'"
    yield _trigger(
        table,
        "ledger_insert",
        "AFTER INSERT",
        "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT",
        f"audit_capture_rows({arguments})",
    )
    yield _trigger(table, "ledger_update", "AFTER UPDATE", "FOR EACH ROW", f"audit_capture_update({arguments})")
    yield _trigger(
        table,
        "ledger_delete",
        "AFTER DELETE",
        "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT",
        f"audit_capture_rows({arguments})",
    )


def _trigger(table, name, event, level, function):
    return f'CREATE OR REPLACE TRIGGER {name} {event} ON "{table}" {level} EXECUTE FUNCTION {function}'


def history_writer(model):
    """The trigger that fills a django-simple-history table: a static INSERT, made anew when the columns change."""
    history, table = model._meta.db_table, model.instance_type._meta.db_table
    columns = [field.column for field in model.tracked_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(f'r."{column}"' for column in columns)
    yield f'GRANT INSERT ON "{history}" TO crm_ledger'
    yield f'DROP POLICY IF EXISTS ledger ON "{history}"'
    yield f'CREATE POLICY ledger ON "{history}" FOR INSERT TO crm_ledger WITH CHECK (true)'
    # Only its owner could replace the function; a new one is put on first and handed over last, when nobody may call it.
    yield f'DROP TRIGGER IF EXISTS history ON "{table}"'
    yield f"DROP FUNCTION IF EXISTS history_{table}()"
    yield f"""
        CREATE FUNCTION history_{table}() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE r "{table}"; kind text;
        BEGIN
          IF tg_op = 'DELETE' THEN r := old; kind := '-';
          ELSIF tg_op = 'UPDATE' THEN
            IF old IS NOT DISTINCT FROM new THEN RETURN NULL; END IF;
            r := new; kind := '~';
          ELSE r := new; kind := '+'; END IF;
          INSERT INTO "{history}" ({names}, history_date, history_type, history_change_reason, history_user_id)
          VALUES ({values}, clock_timestamp(), kind, nullif(audit_setting('reason'), ''), nullif(audit_setting('user_id'), '')::uuid);
          RETURN NULL;
        END $$"""
    yield (
        f'CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
        f" FOR EACH ROW EXECUTE FUNCTION history_{table}()"
    )
    yield f"REVOKE ALL ON FUNCTION history_{table}() FROM PUBLIC"
    yield f"ALTER FUNCTION history_{table}() OWNER TO crm_ledger"
