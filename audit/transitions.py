"""State machines in the database: a trigger refuses what the decorators of django-fsm do not declare.

`protected=True` guards attribute assignment only; bulk writes, raw SQL and the constructor go past it.
"""

from django.apps import apps
from django_fsm import FSMFieldMixin


def machines():
    """(model, field) for every state machine of the house."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FSMFieldMixin) and not hasattr(model, "history_id"):
                yield model, field


def declared(model, field):
    """The (from, to) pairs that the transition decorators declare."""
    states = [value for value, _ in field.choices]
    pairs = set()
    for transition in field.get_all_transitions(model):
        sources = states if transition.source in ("*", "+") else [transition.source]
        pairs |= {(source, transition.target) for source in sources if source != transition.target}
    return pairs


def guards():
    yield """
        CREATE OR REPLACE FUNCTION audit_guard_transition() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
        DECLARE n text := to_jsonb(new) ->> tg_argv[0]; o text;
        BEGIN
          IF tg_op = 'INSERT' THEN
            IF n <> tg_argv[1] THEN
              RAISE EXCEPTION '% begins as %, not %', tg_table_name, tg_argv[1], n USING errcode = 'check_violation';
            END IF;
            RETURN new;
          END IF;
          o := to_jsonb(old) ->> tg_argv[0];
          IF n <> o AND NOT (o || '>' || n = ANY (tg_argv[2]::text[])) THEN
            RAISE EXCEPTION '% cannot go from % to %', tg_table_name, o, n USING errcode = 'check_violation';
          END IF;
          RETURN new;
        END $$"""
    for model, field in machines():
        pairs = ",".join(sorted(f"{source}>{target}" for source, target in declared(model, field)))
        yield (
            f'CREATE OR REPLACE TRIGGER guard_{field.column} BEFORE INSERT OR UPDATE OF "{field.column}"'
            f' ON "{model._meta.db_table}" FOR EACH ROW'
            f" EXECUTE FUNCTION audit_guard_transition('{field.column}', '{field.default}', '{{{pairs}}}')"
        )
