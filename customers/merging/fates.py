"""What becomes of every row that hangs on a customer when its record passes into another one: said once, for each table.

A floor above says it for its own: `becomes("opportunities.Opportunity", MOVES, _("opportunities"))`. A test walks every foreign
key to the customer and fails where nobody has said it. After each `migrate` the database is told (`install`).
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps

# Passes to the customer that stays. A guard of the table that holds its row to its customer steps aside while
# `current_user = 'crm_search' AND customers_merges_now()`.
MOVES = "moves"
UNION = "union"  # passes, but for what the customer that stays has already
SETTLED = "settled"  # the house's own function decides row by row (`customers/sql/merging_moves.sql`)
STAYS = "stays"  # it is about the record it was about, and is read there


@dataclass(frozen=True)
class Fate:
    model: str
    fate: str
    label: Any = ""  # what it is called in the preview, or '' for what nobody has to be told
    alike: tuple[str, ...] = ()  # columns that make two rows of one customer the same
    why: str = ""

    @property
    def table(self):
        return apps.get_model(self.model)._meta.db_table


_fates: dict[str, Fate] = {}


def becomes(model, fate, label="", *, alike=(), why=""):
    """Say what becomes of the rows of a model ("app.Model") with a column `customer_id`."""
    _fates[model] = Fate(model, fate, label, tuple(alike), why)


def fates() -> dict[str, Fate]:
    return dict(_fates)


def moving() -> list[Fate]:
    return [each for each in _fates.values() if each.fate in (MOVES, UNION)]


def install(connection):
    """Idempotent; runs as the owner of the tables, after each migration."""
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def statements():
    rows = ", ".join(
        f"('{each.table}', {'ARRAY[' + ', '.join(map(repr, each.alike)) + ']' if each.alike else 'NULL'}::text[])"
        for each in moving()
    )
    yield (
        "CREATE OR REPLACE FUNCTION customers_moving() RETURNS TABLE (relation text, alike text[]) LANGUAGE sql IMMUTABLE"
        f" SET search_path = pg_catalog AS $$ SELECT * FROM (VALUES {rows}) AS each (relation, alike) $$"
    )
    for each in moving():
        yield from _opened(each.table)
    yield from _held()


def _opened(table):
    """For the function that merges, and for nobody who signs in."""
    wall = "organization_id = current_setting('app.organization_id')::bigint"
    yield f'GRANT SELECT, UPDATE ON "{table}" TO crm_search'
    yield f'DROP POLICY IF EXISTS merges ON "{table}"'
    yield f'CREATE POLICY merges ON "{table}" TO crm_search USING ({wall}) WITH CHECK ({wall})'


def _held():
    """Rows pass by a merge and by nothing else, and what is new comes to a customer that stands. Keys and terms are written with
    their customer and need no question."""
    derived = {"customers.IdentityKey", "customers.EvidenceKey", "customers.SearchTerm", "customers.Touch"}
    held = {each.model: each.table for each in _fates.values() if each.fate != STAYS}
    yield "SET LOCAL ROLE crm_search"
    yield "GRANT EXECUTE ON FUNCTION customers_comes_to_what_stands() TO crm_owner"
    yield "RESET ROLE"
    for model, table in held.items():
        yield (
            f'CREATE OR REPLACE TRIGGER moved_by_a_merge BEFORE UPDATE OF customer_id ON "{table}" FOR EACH ROW WHEN'
            " (old.customer_id IS DISTINCT FROM new.customer_id AND NOT (current_user = 'crm_search' AND customers_merges_now()))"
            " EXECUTE FUNCTION customers_stays_where_it_is()"
        )
        if model not in derived:
            yield (
                f'CREATE OR REPLACE TRIGGER comes_to_what_stands AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS fresh'
                " FOR EACH STATEMENT EXECUTE FUNCTION customers_comes_to_what_stands()"
            )
