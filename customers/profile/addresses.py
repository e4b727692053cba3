"""Where a company is: addresses added, corrected and out of use. Each is part of what it is compared by."""

from django.db import transaction

from audit.deeds import allow, locked, stamped
from customers.duplicates.raising import changed
from customers.models import Address


@transaction.atomic
def add(customer, *, by, **values) -> Address:
    with stamped("customers.add_address", by=by):
        allow(by, "customers.add_address", locked(customer))
        address = Address.objects.create(customer=customer, added_by=by, **values)
        changed([customer.pk], by=by)
    return address


@transaction.atomic
def edit(address, *, by, **values):
    """Corrected, as it should have been written."""
    address.edit(by=by, **values)
    changed([address.customer_id], by=by)


@transaction.atomic
def end(address, *, by):
    """Nobody is found there any more."""
    address.end(by=by)
    changed([address.customer_id], by=by)
