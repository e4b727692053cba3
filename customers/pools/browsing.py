"""What somebody sees of the pools he is a member of."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.paging import plain_fetcher
from customers import lists
from customers.lots import standing_of
from customers.models import Customer, DrawEntry, Pool
from customers.pools.masking import hidden_columns, masked


class PoolFilter(lists.CustomerFilter):
    """The filters of the list of customers, but for what the pool hides: by that nobody looks."""

    in_order_of = "pooled_at"

    def __init__(self, data, customers, *, pool):
        super().__init__(data, customers)
        hidden = set(hidden_columns(pool))
        for name in [name for name in self.filters if name in hidden or (name == "q" and "name" in hidden)]:
            del self.filters[name]


def pools_of(person) -> list[Pool]:
    """The tabs, in the order in which pools are asked."""
    return list(Pool.objects.open().of(person))


def chosen(pools, asked) -> Pool | None:
    """The pool that the address names, if he is a member; otherwise his first."""
    try:
        wanted = UUID(asked or "")
    except ValueError:
        wanted = None
    return next((pool for pool in pools if pool.pk == wanted), pools[0] if pools else None)


def tab_of(customer) -> str:
    """The address of the tab that a customer is in, or was when it was read."""
    return reverse("customers:pool") + (f"?pool={customer.pool_id}" if customer.pool_id else "")


def waiting_in(pool, person):
    return Customer.objects.in_pool().filter(pool=pool).open_to(person)


def page_of(request, filters, pool):
    """The rows as this pool shows them, each with whether it is open and whether this person wants it."""
    rows, now = rows_of(filters, request.user), timezone.now()
    page = lists.BY_ARRIVAL.page(request, plain_fetcher(rows, filters.places))
    for row in page.rows:
        row.is_open = row.available_at <= now
        masked(row, pool)
    return page


def rows_of(filters, person):
    rows = filters.qs.only(*lists.ABOUT_A_COMPANY, "pooled_at", "available_at")
    return rows.annotate(is_wanted=Exists(_entries_of(person)))


def _entries_of(person):
    """His own for a customer as it waits now. How many others there are, nobody is shown."""
    return DrawEntry.objects.standing().filter(
        person=person,
        customer=OuterRef("pk"),
        draw__opens_at=OuterRef("available_at"),
        entered_at__gte=OuterRef("pooled_at"),
    )


def line_of(person) -> dict:
    """Above the list: what is left of his claims today, what he holds."""
    standing = standing_of(person)
    standing["left"] = max(0, standing["daily_claims"] - standing["claims_today"])
    return standing
