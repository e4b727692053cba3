"""Pairs of customers that may be one company, and a search that is done, for the pages that show them."""

from customers.duplicates import scanning
from customers.duplicates.pairing import Outcome
from customers.models import Customer, DuplicateBlock, DuplicateScan
from tests.pairs import pair_of


def pairs(company, customers) -> dict:
    """One that waits, one that was told apart; a search of the night, and a telephone that many share."""
    own = Customer.objects.filter(owner=company.wang).order_by("pk")
    first = own.get(pk=customers["customer"])
    second, third = own.exclude(pk=first.pk)[:2]
    reasons = [
        ["name_alike", 3.5, 1.0],
        ["phone_same", 2.1, 1.0],
        ["city_differs", -0.7, 1.0],
        ["mark_differs", -1.9, 1.0],
    ]
    waits, apart = pair_of(first, second, reasons=reasons), pair_of(second, third, score=0.42, verdict="review")
    apart.tell_apart(by=company.mei, reason="two plants, two licences · 两个工厂，两张执照")
    run = DuplicateScan.objects.create(
        whole=True, parts=1, weights_fingerprint=waits.weights_fingerprint, record_version=1
    )
    DuplicateBlock.objects.create(scan=run, h=1, kind="P", customers=120, examples=[str(first.pk), str(second.pk)])
    scanning.count(run, Outcome(4_812, 2))
    return {"pair": waits.pk, "told_apart": apart.pk}
