"""Provisional holds that want evidence, and how many lapsed: shown to who holds them and to his managers."""

from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F
from django.db.models.functions import JSONArray

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


def lapses(user) -> tuple[int, int, list[tuple[str, int]]]:
    """How many of his holds lapsed within 30 days, from how many on his manager decides, and (name, how many) of each of his
    people who let one lapse, the most first. One statement."""
    lapsed = Claim.objects.filter(ended_as=Claim.End.LAPSED, released_at__gt=tenancy.Clock() - WINDOW)
    of_them = lapsed.filter(claimant__in=[user.pk, *user.people_below]).order_by().values("claimant")
    counted = of_them.annotate(many=Count("pk"), name=F("claimant__name")).values_list(
        JSONArray("claimant", "name", "many")
    )
    most, found = OwnershipRules.objects.now_first().values_list("lapses_at_most", ArraySubquery(counted))[0]
    his_own = sum(many for person, _name, many in found if person == str(user.pk))
    others = [(name, many) for person, name, many in found if person != str(user.pk)]
    return his_own, most, sorted(others, key=lambda each: (-each[1], each[0]))
