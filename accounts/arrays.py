"""Many rows in one statement: each column is one array, so that the database plans, parses and answers once.

Django's bulk_create resolves, quotes and splits every value of every row, and `__in` every value it looks for. Policies,
triggers and constraints hold as ever; the wall of the ORM is checked here.
"""

import json
import re

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, ForeignKey, Lookup, Subquery
from django.db.models.expressions import DatabaseDefault

from accounts import tenancy


def insert(rows, *, ignore_conflicts=False) -> list:
    """Insert unsaved rows of one walled model that have their keys. What the database fills in (`db_default`) is read back."""
    rows = list(rows)
    for row in rows:
        tenancy.must_be_in_scope(row.organization_id)
    if rows:
        given, filled = _columns(rows[0])
        columns = {name: [getattr(row, name) for row in rows] for name in given}
        _read_back(rows, insert_columns(type(rows[0]), columns, ignore_conflicts, filled), filled)
    return rows


def insert_columns(model, columns, ignore_conflicts=False, returning=()) -> dict:
    """Insert `{column: list of values}`, all of one length, into the organisation in scope; {id: what is to be returned}."""
    arrays = ", ".join(f"%s::{_type(_field(model, name))}[]" for name in columns)
    statement = f'INSERT INTO "{model._meta.db_table}" (organization_id, {", ".join(columns)}) SELECT %s, * FROM unnest({arrays})'
    statement += " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    statement += f" RETURNING id, {', '.join(returning)}" if returning else ""
    with connection.cursor() as cursor:
        cursor.execute(statement, [tenancy.organization_id(), *map(written, columns.values())])
        return {pk: values for pk, *values in cursor.fetchall()} if returning else {}


def written(values) -> str:
    """The values as PostgreSQL reads an array: the driver asks of each value anew what it is, and takes ten times as long."""
    return "{" + ",".join(map(_element, values)) + "}"


def as_json(value) -> str:
    """A value for a column of JSON, as short as it goes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _element(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes | memoryview):
        return rf'"\\x{value.hex()}"'
    text = str(value)
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`digest__among=digests`: what `__in` says, with one parameter however many values there are. Of an `ArraySubquery` the
    database finds the values first, once, instead of asking of each row whether it is among them."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, Subquery):
            values, asked = compiler.compile(self.rhs)
            return f"{column} = ANY({values})", [*parameters, *asked]
        return f"{column} = ANY(%s::{_type(self.lhs.output_field)}[])", [*parameters, written(self.rhs)]


def _columns(row):
    """Names of the columns that are given, and of those that the database fills in."""
    names = [field.attname for field in row._meta.concrete_fields if field.attname != "organization_id"]
    filled = [name for name in names if isinstance(getattr(row, name), DatabaseDefault)]
    return [name for name in names if name not in filled], filled


def _read_back(rows, written, filled):
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        for name, value in zip(filled, written.get(row.pk, ()), strict=False):
            setattr(row, name, value)


def _field(model, name):
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _type(field):
    """The column's type without its length: a cast to varchar(80) would cut in silence what the column refuses."""
    return re.sub(r"\(.*\)", "", field.db_type(connection))
