"""What is asked for a customer and not decided yet, as its page says it."""

from approvals.models import Approval
from approvals.waiting import one_of, waiting
from customers.identity_changes import IdentityChange
from customers.transfers import Transfer


def waiting_for(customer, user) -> list[Approval]:
    """Each with `deciders` in words, `until`, and whether this user may read it. One query."""
    found = list(waiting(user, Transfer.name, IdentityChange.name, subject_id=customer.pk))
    for request in found:
        request.deciders = one_of(request.deciders)
    return found
