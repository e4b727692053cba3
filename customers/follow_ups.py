"""Logging a contact with a customer: one row, never edited afterwards."""

from django.db import transaction

from audit.deeds import allow, locked, stamped
from customers.models import FollowUp


@transaction.atomic
def log(customer, *, by, content, kind=FollowUp.Kind.CALL, occurred_at) -> FollowUp:
    """The new follow-up; the customer's list shows it from now on. The protection period is untouched by what one types."""
    with stamped("customers.follow_up", by=by):
        followed = locked(customer)
        allow(by, "customers.follow_up", followed)
        entry = FollowUp.objects.create(
            customer=followed, author=by, content=content, kind=kind, occurred_at=occurred_at
        )
        followed.last_contact_at = max(filter(None, [followed.last_contact_at, occurred_at]))
        followed.save(update_fields=["last_contact_at"])
    return entry
