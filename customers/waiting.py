"""What is asked for a customer and not decided yet, as its page says it."""

from approvals.models import Approval
from approvals.waiting import one_of, waiting
from customers.identity_changes import IdentityChange
from customers.profile.groups import GroupChange
from customers.profile.sources import SourceChange
from customers.profile.terms import PaymentTerms
from customers.transfers import Transfer

ASKED_FOR = (Transfer, IdentityChange, PaymentTerms, GroupChange, SourceChange)


def waiting_for(customer, user) -> list[Approval]:
    """Each with `deciders` in words, `until`, and whether this user may read it. One query."""
    found = list(waiting(user, *(kind.name for kind in ASKED_FOR), subject_id=customer.pk))
    for request in found:
        request.deciders = one_of(request.deciders)
    return found
