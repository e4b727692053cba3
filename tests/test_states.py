"""State machines: the database refuses what the decorators do not declare, by whatever door it comes (R63)."""

import pytest
from django.db import IntegrityError, transaction

from accounts import tenancy
from accounts.models import User
from audit.transitions import declared, machines
from customers.reconciliation.arriving import bring
from tests.databases import as_owner, catalogue, sql
from tests.neighbours import settle

MACHINES = list(machines())
# Guards that ask for more than a declared pair: who decided, and that it was exactly this. They have tests of their own.
MORE_THAN_PAIRS = {
    "approvals_approval": "request_is_sealed",
    "approvals_approvalpolicy": "policy_stands",
    "audit_accessitem": "access_item",
    "customers_collisioncase": "stands_as_a_case",
    "customers_correction": "correction_stands",
    "customers_duplicatepair": "pair_stands",
    "customers_handoveritem": "handover_item",
}
BESIDE = {  # what a state wants of another column
    "customers_duplicatepair": ", decided_at = CASE '{state}' WHEN 'open' THEN NULL ELSE now() END,"
    " decided_by_id = CASE '{state}' WHEN 'open' THEN NULL ELSE (SELECT id FROM accounts_user LIMIT 1) END",
    "approvals_approvalpolicy": ", version = 1",
    "customers_nextstep": ", reason = CASE '{state}' WHEN 'dropped' THEN 'x' ELSE '' END",
}
every_machine = pytest.mark.parametrize(
    ("model", "field"), MACHINES, ids=[f"{m.__name__}.{f.name}" for m, f in MACHINES]
)


def guard(model, field):
    """What the trigger was told: the column, the first state, the pairs."""
    query = "SELECT tgargs FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s AND tgenabled = 'O'"
    ((arguments,),) = catalogue(query, model._meta.db_table, f"guard_{field.column}")
    column, first, pairs = bytes(arguments).decode().removesuffix("\0").split("\0")
    return column, first, {tuple(pair.split(">")) for pair in pairs.strip("{}").split(",")}


def test_there_is_a_machine_to_guard():
    assert MACHINES


@every_machine
def test_the_guard_knows_what_the_decorators_declare(model, field, db):
    assert guard(model, field) == (field.column, str(field.default), declared(model, field))


def way_to(state, first, pairs):
    """The states to go through from the first one; None when there is no way."""
    ways, waiting = {first: []}, [first]
    while waiting:
        here = waiting.pop(0)
        for target in sorted(target for source, target in pairs if source == here and target not in ways):
            ways[target] = [*ways[here], target]
            waiting.append(target)
    return ways.get(state)


@every_machine
def test_every_state_can_be_reached_and_is_a_state(model, field):
    states, pairs = {str(value) for value, _ in field.choices}, declared(model, field)
    assert {state for pair in pairs for state in pair} <= states
    assert all(way_to(state, str(field.default), pairs) is not None for state in states)


@pytest.fixture
def pairs_alone(django_db_setup, django_db_blocker):
    """An organisation with a row of everything, over which only the guards of the state machines stand."""
    with django_db_blocker.unblock():
        neighbour = settle("Machines")
        with tenancy.scope(neighbour.organization, source="test"):
            bring("erp.csv", b"name", by=User.objects.get(name="Mei"), system="erp")
        as_owner(*(f"ALTER TABLE {table} DISABLE TRIGGER {guard}" for table, guard in MORE_THAN_PAIRS.items()))
        yield neighbour
        as_owner(*(f"ALTER TABLE {table} ENABLE TRIGGER {guard}" for table, guard in MORE_THAN_PAIRS.items()))


@every_machine
def test_sql_moves_a_row_only_along_declared_pairs(model, field, pairs_alone, db):
    """Every state to every state, tried: what is declared goes, everything else is refused."""
    neighbour = pairs_alone
    states, pairs = [str(value) for value, _ in field.choices], declared(model, field)
    with tenancy.scope(neighbour.organization, source="test"):
        row = model._base_manager.filter(**{field.name: field.default}).first()
        for source in states:
            for target in states:
                with transaction.atomic():
                    for step in way_to(source, str(field.default), pairs):
                        move(model, field, row, step)
                    assert goes(model, field, row, target) == (source == target or (source, target) in pairs), (
                        source,
                        target,
                    )
                    transaction.set_rollback(True)


@every_machine
def test_a_row_begins_in_the_first_state(model, field, db):
    neighbour = settle("Beginners")
    with tenancy.scope(neighbour.organization, source="test"):
        row = neighbour.rows[model]
        for state in (str(value) for value, _ in field.choices if value != field.default):
            row.pk, row._state.adding = None, True
            row.__dict__[field.attname] = state
            with pytest.raises(IntegrityError, match="begins as"), transaction.atomic():
                row.save(force_insert=True)


def goes(model, field, row, state):
    try:
        with transaction.atomic():
            return move(model, field, row, state) == 1
    except IntegrityError as refusal:
        return "cannot go from" not in str(refusal)


def move(model, field, row, state):
    table = model._meta.db_table
    beside = BESIDE.get(table, "").format(state=state)
    return sql(f'UPDATE "{table}" SET "{field.column}" = %s{beside} WHERE id = %s', state, str(row.pk))
