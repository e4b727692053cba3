"""Paging by key: the page after a row is found by comparing rows, so page 2,000 costs what page 1 costs."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Func, Subquery, UUIDField
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from accounts.arrays import written

SIZE = 50
MOST_COUNTED = 1000
MOST_MERGED = 500


@dataclass
class Page:
    """The rows of one page and the query strings of its neighbours ('' when there is none)."""

    rows: list
    earlier: str = ""
    later: str = ""


class Keyset:
    """An order of fields (each with how its value is read), all ascending or all descending, ending with a unique one."""

    def __init__(self, *, descending=False, **fields):
        self.fields, self.descending = fields, descending

    def page(self, request, fetch, size=SIZE) -> Page:
        """`fetch(cursor or None, order, count)` gives rows; the cursor stands in ?after= or ?before= of the request."""
        before, after = request.GET.get("before"), request.GET.get("after")
        backwards = bool(before)
        cursor = self._parse(before or after)
        rows = list(fetch(cursor, self.order(backwards), size + 1))
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        has_earlier = more if backwards else cursor is not None
        has_later = backwards or more
        return Page(
            rows,
            self._link(request, "before", rows[0]) if rows and has_earlier else "",
            self._link(request, "after", rows[-1]) if rows and has_later else "",
        )

    def order(self, backwards=False):
        sign = "-" if self.descending != backwards else ""
        return [f"{sign}{name}" for name in self.fields]

    def _link(self, request, way, row):
        query = request.GET.copy()
        for name in ("after", "before"):
            query.pop(name, None)
        query[way] = "~".join(_written(getattr(row, name)) for name in self.fields)
        return f"?{query.urlencode()}"

    def _parse(self, text):
        """The cursor's values, or None for one that nobody of ours wrote."""
        parts = (text or "").split("~")
        if len(parts) != len(self.fields):
            return None
        try:
            return [read(part) for read, part in zip(self.fields.values(), parts, strict=True)]
        except ValueError:
            return None


def moment(part) -> datetime:
    """A time with its zone."""
    if (value := datetime.fromisoformat(part)).tzinfo is None:
        raise ValueError("a cursor's time has a zone")
    return value


def number(part) -> int:
    if abs(value := int(part)) >= 2**63:
        raise ValueError("a cursor's number is a bigint")
    return value


def _written(value):
    return value.isoformat() if isinstance(value, datetime) else str(value)


def plain_fetcher(rows, places=None):
    """How a page of a queryset is read. `places`: {field of the order: the same in a joined table whose index has that order}."""
    return lambda cursor, order, count: cut(rows, cursor, order, count, places)


def merged_fetcher(rows, field, values, places=None):
    """How a page is read that holds the rows of several people: the first of each, merged. One ordered index scan per
    person instead of a sort of everything they have together, and a statement that is no longer for a hundred people."""
    if not 1 < len(values) <= MOST_MERGED:
        return plain_fetcher(rows, places)

    def of_each(cursor, order, count):
        whose = {(places or {}).get(field, field): Func(template="whose.id", output_field=UUIDField())}
        first = cut(rows.filter(**whose), cursor, order, count, places)
        return rows.model.objects.filter(pk__in=Merged(first, values, order, count)).order_by(*order)

    return of_each


class Merged(Subquery):
    """Ids of the first rows of all these people, of what `first` finds for each of them."""

    template = "(SELECT first.id FROM unnest(%%s::uuid[]) AS whose(id), LATERAL (%(subquery)s) AS first ORDER BY %(order)s LIMIT %%s)"

    def __init__(self, first, values, order, count):
        names = [name.removeprefix("-") for name in order]
        super().__init__(first.values_list(*names), output_field=UUIDField())
        self.values, self.count = written(values), count
        self.order = ", ".join(f"first.{name} {'DESC' if f'-{name}' in order else 'ASC'}" for name in names)

    def as_sql(self, compiler, connection, template=None, **context):
        sql, parameters = super().as_sql(compiler, connection, template, order=self.order, **context)
        return sql, (self.values, *parameters, self.count)


def cut(rows, cursor, order, count, places=None):
    """The first rows of a queryset, beyond the cursor, in this order."""
    sign = "-" if order[0].startswith("-") else ""
    fields = [(places or {}).get(name.removeprefix("-"), name.removeprefix("-")) for name in order]
    if cursor is not None:
        beyond = TupleLessThan if sign else TupleGreaterThan
        rows = rows.filter(beyond(Tuple(*map(F, fields)), tuple(cursor)))
    return rows.order_by(*(f"{sign}{name}" for name in fields))[:count]


def counted(rows) -> str:
    """How many rows, at most: "1000+" tells enough and costs little."""
    return str(capped(rows.order_by()[: MOST_COUNTED + 1].count()))


def capped(number, most=MOST_COUNTED) -> int | str:
    """What is said of a count that stopped one above the most."""
    return number if number <= most else f"{most}+"
