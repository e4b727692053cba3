"""Two records of one company with two owners: who goes on with it is decided in a case, which nobody of the two opens."""

from accounts.outbox import job
from accounts.the_clock import CLOCK
from customers.collisions.opening import CannotOpen, open_case
from customers.models import Claim, CollisionCase, DuplicatePair


@job("customers.open_case_of_pair")
def open_case_of_pair(pair):
    """Party A is whose claim began first. Nothing is done where one owner is left, or a case about one of them is open."""
    found = DuplicatePair.objects.select_related("first__owner", "second__owner").get(pk=pair)
    if found.status == DuplicatePair.Status.SAME and found.has_two_owners:
        one, other = in_order_of_claims(found)
        try:
            open_case(one, by=CLOCK, party_b=other.owner, origin=CollisionCase.Origin.SCAN, other_customer=other)
        except CannotOpen:
            return


def in_order_of_claims(pair) -> list:
    """Both customers, the one that was claimed first in front."""
    began = dict(
        Claim.objects.live().filter(customer__in=[pair.first, pair.second]).values_list("customer", "chain_began_at")
    )
    return sorted((pair.first, pair.second), key=lambda customer: (began[customer.pk], customer.pk))
