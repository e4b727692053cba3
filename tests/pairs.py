"""Pairs of customers for tests, as the search finds them."""

from customers.duplicates.scoring import weights
from customers.models import DuplicatePair


def pair_of(one, other, score=0.95, verdict="same", **more) -> DuplicatePair:
    """A pair that waits to be decided."""
    first, second = sorted((one, other), key=lambda customer: customer.pk)
    stamp = {"weights_version": weights().version, "weights_fingerprint": weights().fingerprint}
    fields = {"reasons": [["name_alike", 3.5, 1.0], ["city_differs", -0.7, 1.0]], "found_by": "scan"} | stamp | more
    return DuplicatePair.objects.create(first=first, second=second, score=score, verdict=verdict, **fields)
