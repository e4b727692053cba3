"""What the ledger and the history ought to say, worked out from the tables themselves."""

import json

from accounts.walls import is_history, walled_models
from audit.capture import recorded_models
from tests.databases import catalogue

DERIVED = {model._meta.db_table: set(getattr(model, "derived_fields", ())) for model in recorded_models()}
HISTORY = {model.instance_type._meta.db_table: model for model in walled_models() if is_history(model)}


def images():
    """{(table, id): the row as the ledger would keep it} of everything recorded in the scope's organisation."""
    found = {}
    for model in recorded_models():
        secret = getattr(model, "unrecorded_fields", {})
        for row_id, text in catalogue(f'SELECT id::text, to_jsonb(t) FROM "{model._meta.db_table}" t'):
            image = without_derived(model._meta.db_table, read(text))
            masked = {column: "***" for column in secret if column in image}
            found[model._meta.db_table, row_id] = image | masked
    return found


def difference(before, after):
    """The entries that lead from one set of images to the other: (table, id, op, before, after)."""
    entries = []
    for place in before.keys() | after.keys():
        old, new = before.get(place), after.get(place)
        if old is None:
            entries.append((*place, "I", None, new))
        elif new is None:
            entries.append((*place, "D", old, None))
        elif old != new:
            changed = [column for column in new if new[column] != old[column]]
            entries.append((*place, "U", {c: old[c] for c in changed}, {c: new[c] for c in changed}))
    return in_order(entries)


def in_order(entries):
    return sorted(entries, key=repr)


def entries_since(number):
    """What the ledger says since an entry, events left out."""
    query = (
        "SELECT table_name, row_id, op::text, before, after FROM audit_entry WHERE id > %s AND op <> 'E' ORDER BY id"
    )
    entries = [
        (table, row_id, op, without_derived(table, read(before)), without_derived(table, read(after)))
        for table, row_id, op, before, after in catalogue(query, number)
    ]
    return in_order(entries)


def without_derived(table, image):
    """What follows from the rest is reckoned anew without an entry of its own."""
    return image and {column: value for column, value in image.items() if column not in DERIVED[table]}


def read(image):
    """Django leaves JSON as text."""
    return image and json.loads(image)


def last_number():
    return catalogue("SELECT coalesce(max(id), 0) FROM audit_entry")[0][0]


def history_marks():
    return {
        table: catalogue(f'SELECT coalesce(max(history_id), 0) FROM "{model._meta.db_table}"')[0][0]
        for table, model in HISTORY.items()
    }


def history_since(marks):
    """(table, id, kind, the whole row) of the history written since."""
    rows = []
    for table, model in HISTORY.items():
        columns = {field.column for field in model.tracked_fields}
        query = (
            f'SELECT id::text, history_type::text, to_jsonb(h) FROM "{model._meta.db_table}" h WHERE history_id > %s'
        )
        for row_id, kind, text in catalogue(query, marks[table]):
            image = read(text)
            rows.append((table, row_id, kind, {column: image[column] for column in columns}))
    return in_order(rows)


def history_of(before, after):
    """The history that those two sets of images ought to have left: a whole row for each change."""
    kinds = {"I": "+", "U": "~", "D": "-"}
    return in_order(
        (table, row_id, kinds[op], after.get((table, row_id), before.get((table, row_id))))
        for table, row_id, op, *_ in difference(before, after)
        if table in HISTORY
    )


def folded():
    """The tables as the ledger alone would rebuild them."""
    rows = {}
    entries = "SELECT table_name, row_id, op::text, after FROM audit_entry WHERE op <> 'E' ORDER BY id"
    for table, row_id, op, after in catalogue(entries):
        if op == "D":
            rows.pop((table, row_id))
        else:
            rows[table, row_id] = rows.get((table, row_id), {}) | without_derived(table, read(after))
    return rows
