"""Where a company is: adding an address."""

from django.db import transaction

from audit.deeds import allow, locked, stamped
from customers.models import Address


@transaction.atomic
def add(customer, *, by, **values) -> Address:
    with stamped("customers.add_address", by=by):
        allow(by, "customers.add_address", locked(customer))
        return Address.objects.create(customer=customer, added_by=by, **values)
