"""What a request asks of the list: a view of the house or a saved one, and on top of it whatever the URL says."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import Http404, QueryDict

from customers import lists
from customers.models import SavedView
from customers.saved_views import columns, orders

MOST_TABS = 12


@dataclass
class Look:
    """Which rows, filtered by what, in which order, with which columns; and the saved view that it begins with."""

    base: str
    data: QueryDict
    saved: SavedView | None = None
    tabs: tuple = ()

    @cached_property
    def filters(self) -> dict[str, list[str]]:
        """What narrows the list, of the filters there are."""
        return {
            name: kept
            for name in lists.CustomerFilter.base_filters
            if (kept := [v for v in self.data.getlist(name) if v])
        }

    @cached_property
    def columns(self) -> list[str]:
        if "columns" in self.data:
            return columns.chosen(self.data.getlist("columns"))
        return columns.chosen(self.saved.columns) if self.saved else columns.usual(self.base)

    @cached_property
    def order(self) -> str:
        offered = orders.orders_of(self.base)
        asked = self.data.get("order") or (self.saved.order if self.saved else "")
        return asked if asked in offered else next(iter(offered))

    @property
    def ordered(self) -> orders.Order:
        return orders.ORDERS[self.order]

    def page(self, request):
        """The page of the list that the request asks for, the filters by which it is narrowed, and what each row says."""
        person, ordered = request.user, self.ordered
        filters = lists.CustomerFilter(self.data, ordered.told(lists.rows_of(self.base, person)))
        filters.stored = self.saved.filters if self.saved else ()
        fetch = lists.fetcher(self.base, person, filters, columns.fields_of(self.columns))
        page = lists.with_periods(ordered.keyset.page(request, fetch), person)
        texts = columns.texts(self.columns)
        for row in page.rows:
            row.cells = columns.cells(row, texts)
        return page, filters

    @property
    def rows_query(self) -> str:
        """The same rows for pages that know no saved views."""
        return self._query({"view": [self.base]} | self.filters)

    @property
    def whole_query(self) -> str:
        """All of it, to be saved."""
        view = [str(self.saved.pk)] if self.saved else [self.base]
        shown = {"view": view, "order": [self.order], "columns": self.columns or [""]}
        no_longer = {name: [""] for name in (self.saved.filters if self.saved else ())}
        return self._query(shown | no_longer | self.filters)

    @property
    def riding(self) -> list[tuple[str, str]]:
        """What of the URL a form of filters has to carry along."""
        return [(name, value) for name in ("order", "columns") for value in self.data.getlist(name)]

    @staticmethod
    def _query(values):
        data = QueryDict(mutable=True)
        for name, given in values.items():
            data.setlist(name, given)
        return data.urlencode()

    @property
    def headings(self) -> list[tuple]:
        """(name, label, `aria-sort`, query that sorts by it) of each column beside name, state and deadline."""
        return [(name, columns.COLUMNS[name], *self.sorting(name)) for name in self.columns]

    @property
    def by_deadline(self):
        return self.sorting("deadline")

    def sorting(self, column) -> tuple[str, str]:
        """How the list is sorted by this column, or the query that would sort it so; nothing where no index would."""
        for name, order in orders.orders_of(self.base).items():
            if order.column == column:
                return (order.sort, "") if name == self.order else ("", self._with(order=name))
        return "", ""

    def _with(self, **values):
        data = self.data.copy()
        for name in ("after", "before"):
            data.pop(name, None)
        for name, value in values.items():
            data[name] = value
        return data.urlencode()

    def is_current(self, view):
        return self.saved is not None and self.saved.pk == view.pk


def asked_for(query, user, offered) -> Look:
    """What this query asks for. A saved view that is not there for this person is a 404, an unknown name the first view."""
    tabs = tuple(SavedView.objects.shown_to(user).select_related("owner").only(*_SHOWN)[:MOST_TABS])
    asked = query.get("view", "")
    saved = None if asked in offered else _saved(asked, tabs, user)
    base = saved.base if saved else asked
    data = query.copy()
    for name, values in (saved.filters if saved else {}).items():
        if name not in query:
            data.setlist(name, values)
    return Look(base if base in offered else next(iter(offered)), data, saved, tabs)


_SHOWN = ("name", "owner__name", "base", "filters", "columns", "order", "sharing", "saved_at", "organization")


def _saved(asked, tabs, user) -> SavedView | None:
    try:
        pk = UUID(asked)
    except ValueError:
        return None
    among = next((view for view in tabs if view.pk == pk), None)
    found = among or SavedView.objects.shown_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
