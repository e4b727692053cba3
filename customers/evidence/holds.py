"""Provisional holds that want evidence, and how many lapsed: shown to who holds them and to his managers."""

from datetime import timedelta

from django.db.models import Count

from accounts import tenancy
from customers.models import Claim, OwnershipRules

WINDOW = timedelta(days=30)


def wanting(user):
    """Claims that wait for evidence, of himself and his people, the next to lapse first."""
    people = [user.pk, *user.people_below]
    return (
        Claim.objects.of_holds()
        .filter(claimant__in=people, protected_until__gt=tenancy.Clock())
        .select_related("customer", "claimant")
    )


def lapses(user) -> list[tuple]:
    """(person, how many of his holds lapsed within 30 days), himself first; his people only where one lapsed."""
    since = tenancy.now() - WINDOW
    lapsed = Claim.objects.filter(ended_as=Claim.End.LAPSED, released_at__gt=since)
    counted = lapsed.filter(claimant__in=[user.pk, *user.people_below]).order_by().values_list("claimant")
    return sorted(counted.annotate(Count("pk")), key=lambda found: (found[0] != user.pk, -found[1]))


def may_lapse() -> int:
    """So many lapses in 30 days, and a manager decides about the next claim."""
    return OwnershipRules.objects.in_force().lapses_at_most
