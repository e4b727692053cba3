"""Logging a contact with a customer: one row, never edited afterwards."""

from django.db import transaction

from audit.deeds import allow, stamped
from customers.models import Customer, FollowUp


@transaction.atomic
def log(customer, *, by, content, kind=FollowUp.Kind.CALL, occurred_at) -> FollowUp:
    """The new follow-up; the customer's list shows it from now on. The protection period is untouched by what one types."""
    allow(by, "customers.follow_up", Customer.objects.get(pk=customer.pk))
    locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    with stamped("customers.follow_up", by=by):
        entry = FollowUp.objects.create(customer=locked, author=by, content=content, kind=kind, occurred_at=occurred_at)
        locked.last_contact_at = max(filter(None, [locked.last_contact_at, occurred_at]))
        locked.save(update_fields=["last_contact_at"])
    return entry
