"""Pairs of customers for tests, as the search finds them."""

from unittest.mock import patch

from customers.duplicates import finding
from customers.duplicates.scoring import weights
from customers.models import Customer, DuplicatePair
from tests.factories import customer_of


def pair_of(one, other, score=0.95, verdict="same", **more) -> DuplicatePair:
    """A pair that waits to be decided; the door's own, when the two were alike to it."""
    first, second = sorted((one, other), key=lambda customer: customer.pk)
    if there := DuplicatePair.objects.filter(first=first, second=second).first():
        return there
    stamp = {"weights_version": weights().version, "weights_fingerprint": weights().fingerprint}
    fields = {"reasons": [["name_alike", 3.5, 1.0], ["city_differs", -0.7, 1.0]], "found_by": "scan"} | stamp | more
    return DuplicatePair.objects.create(first=first, second=second, score=score, verdict=verdict, **fields)


def entered_unseen(owner, name, **fields) -> Customer:
    """A company that came in at the very moment in which another one wrote the same: the door saw nothing."""
    with patch.object(finding, "matches", lambda records, **_: {question: [] for question in records}):
        return customer_of(owner, name, **fields)
