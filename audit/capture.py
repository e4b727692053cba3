"""Who writes history and ledger: triggers, put on every recorded table after each migration, derived from the models.

A model says `unrecorded = "reason"` to stay out of the ledger, or `unrecorded_fields = {"column": "reason"}` to keep a
secret out of it. `derived_fields = {"column": "reason"}` follow from the rest: reckoning them anew is no change. A test reads
these reasons, so nothing is left out in silence.
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
    about = getattr(model, "recorded_about", "id")
    secret = ",".join(sorted(getattr(model, "unrecorded_fields", {})))
    organization = "id" if model is Organization else "organization_id"
    arguments = f"'{about}', '{{{secret}}}', '{organization}'"
    rows, update = f"audit_capture_rows({arguments})", f"audit_capture_update({arguments})"
    yield from _triggers(model, "ledger", insert=rows, update=update, delete=rows)


def _triggers(model, name, *, insert, update, delete):
    """One call for all rows of an INSERT or DELETE; one a row for an UPDATE, where old and new must be told together."""
    for event, level, function in (
        ("INSERT", "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT", insert),
        (f"UPDATE{_of_what_is_not_derived(model)}", "FOR EACH ROW", update),
        ("DELETE", "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT", delete),
    ):
        yield (
            f'CREATE OR REPLACE TRIGGER {name}_{event[:6].lower()} AFTER {event} ON "{model._meta.db_table}" {level}'
            f" EXECUTE FUNCTION {function}"
        )


def _of_what_is_not_derived(model):
    """OF all columns but those that follow from the others; nothing where there are none."""
    derived = getattr(model, "derived_fields", {})
    columns = [field.column for field in model._meta.local_concrete_fields if field.name not in derived]
    return f" OF {', '.join(columns)}" if derived else ""


def history_writer(model):
    """The triggers that fill a django-simple-history table: static INSERTs, made anew when the columns change."""
    history, owner = model._meta.db_table, model.instance_type
    table = owner._meta.db_table
    yield f'GRANT INSERT ON "{history}" TO crm_ledger'
    yield f'DROP POLICY IF EXISTS ledger ON "{history}"'
    yield f'CREATE POLICY ledger ON "{history}" FOR INSERT TO crm_ledger WITH CHECK (true)'
    # Only its owner could replace the function; a new one is put on first and handed over last, when nobody may call it.
    yield f"DROP FUNCTION IF EXISTS history_{table}() CASCADE"
    yield f"""
        CREATE FUNCTION history_{table}() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE why text := nullif(audit_setting('reason'), ''); who uuid := nullif(audit_setting('user_id'), '')::uuid;
        BEGIN
          IF tg_op = 'INSERT' THEN {_into_history(model, "+", "FROM fresh r")};
          ELSIF tg_op = 'DELETE' THEN {_into_history(model, "-", "FROM gone r")};
          ELSIF old IS DISTINCT FROM new THEN {_into_history(model, "~", "FROM (SELECT new.*) r")}; END IF;
          RETURN NULL;
        END $$"""
    writer = f"history_{table}()"
    yield from _triggers(owner, "history", insert=writer, update=writer, delete=writer)
    yield f"REVOKE ALL ON FUNCTION history_{table}() FROM PUBLIC"
    yield f"ALTER FUNCTION history_{table}() OWNER TO crm_ledger"


def _into_history(model, kind, source):
    columns = [field.column for field in model.tracked_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(f'r."{column}"' for column in columns)
    return (
        f'INSERT INTO "{model._meta.db_table}"'
        f" ({names}, history_date, history_type, history_change_reason, history_user_id)"
        f" SELECT {values}, clock_timestamp(), '{kind}', why, who {source}"
    )
