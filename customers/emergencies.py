"""Customers that were read by break-glass: kept with each list, and told to their owners when it is over."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.notices import sentences, tell
from audit.break_glass.using import afterwards
from audit.models import Entry
from audit.recording import record
from customers.models import Customer

MOST_NAMED = 5

sentences(
    {
        "customers.read_by_break_glass": _(
            "%(who)s has read customers of yours by break-glass access (reason: %(reason)s): %(customers)s"
        )
    }
)


def shown(customers, *, by):
    """A list is an entry only when it is seen by break-glass: which customers stood in it."""
    if by.break_glass and customers:
        ids = [str(each.pk) for each in customers]
        record("customers.list", detail={"name": f"× {len(ids)}", "customers": ids})


@afterwards
def tell_owners(glass):
    """Each owner once, with the names of his customers whose pages were opened."""
    for owner, customers in _opened(glass).items():
        names = ", ".join(each.name for each in customers[:MOST_NAMED]) + (" …" if len(customers) > MOST_NAMED else "")
        one = customers[0] if len(customers) == 1 else None
        url = reverse("customers:history", args=[one.pk]) if one else reverse("customers:list")
        tell(
            [owner], "customers.read_by_break_glass", url=url, key=f"read {glass.pk}",
            who=glass.person.name, reason=glass.reason, customers=names,
        )  # fmt: skip


def _opened(glass):
    """{owner: his customers}, of those that were opened by this use."""
    entries = Entry.objects.under(glass).filter(table_name=Customer._meta.db_table)
    found = defaultdict(list)
    ids = set(entries.order_by().values_list("about_id", flat=True))
    for customer in Customer.objects.owned().filter(pk__in=ids).select_related("owner").order_by("name"):
        found[customer.owner].append(customer)
    return found
