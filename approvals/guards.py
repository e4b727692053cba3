"""What the registered kinds need in the database, put there after each migration: the house's policies, and the triggers
that make a request void when its subject changes."""

import json

from django.apps import apps

from approvals.kinds import kinds
from approvals.policies import must_be_sound

VOID = """
    CREATE OR REPLACE FUNCTION approvals_void() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      UPDATE approvals_approval SET state = 'void'
       WHERE organization_id = new.organization_id AND subject_id = new.id AND kind = tg_argv[0]
         AND (state = 'pending' OR state = 'approved' AND carried_out_at IS NULL);
      IF FOUND THEN
        UPDATE approvals_approver SET ended_at = clock_timestamp(), end_reason = 'closed'
         WHERE organization_id = new.organization_id AND ended_at IS NULL AND approval_id IN (
           SELECT id FROM approvals_approval WHERE organization_id = new.organization_id AND subject_id = new.id AND state = 'void');
      END IF;
      RETURN NULL;
    END $$"""
MOVE_BACK = """
    CREATE OR REPLACE FUNCTION approvals_move_back() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
      IF to_jsonb(old) ->> tg_argv[0] = to_jsonb(new) ->> tg_argv[0] AND to_jsonb(old) ->> tg_argv[0] = ANY (tg_argv[1]::text[]) THEN
        new := jsonb_populate_record(new, jsonb_build_object(tg_argv[0], tg_argv[2]));
      END IF;
      RETURN new;
    END $$"""


def install(connection):
    """Idempotent; runs as the owner of the tables."""
    with connection.cursor() as cursor:
        for kind in kinds():
            must_be_sound(kind.policy, kind)
            cursor.execute(
                "INSERT INTO approvals_housepolicy (kind, content, administration) VALUES (%s, %s, %s)"
                " ON CONFLICT (kind) DO UPDATE SET content = excluded.content, administration = excluded.administration",
                [kind.name, json.dumps(kind.policy), kind.administration],
            )
        for statement in statements(kinds()):
            cursor.execute(statement)


def statements(registered):
    yield "REVOKE ALL ON approvals_housepolicy FROM crm_app"
    yield "GRANT SELECT ON approvals_housepolicy TO crm_app"
    yield VOID
    yield MOVE_BACK
    for kind in registered:
        if kind.stands_on:
            yield from triggers(kind)


def triggers(kind):
    """One that makes requests of this kind void, and one that moves the subject's state machine back before."""
    model = apps.get_model(kind.subject)
    table, name = model._meta.db_table, kind.name.replace(".", "_")
    columns = [model._meta.get_field(field).column for field in kind.stands_on]
    of, old, new = (", ".join(f'{prefix}"{column}"' for column in columns) for prefix in ("", "old.", "new."))
    changed = f'UPDATE OF {of} ON "{table}" FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new}))'
    yield f"CREATE OR REPLACE TRIGGER void_{name} AFTER {changed} EXECUTE FUNCTION approvals_void('{kind.name}')"
    if back := kind.moves_back:
        sources = ",".join(back.sources)
        # Named to fire before the guard of the state machine, which then judges the state it moved to.
        yield (
            f"CREATE OR REPLACE TRIGGER back_{name} BEFORE {changed}"
            f" EXECUTE FUNCTION approvals_move_back('{back.field}', '{{{sources}}}', '{back.target}')"
        )
