"""Phone numbers of the organisation's own, for canary contacts: whoever calls one has the number from a list."""

from django.db import transaction

from accounts import keys
from audit.deeds import allow, stamped
from customers.models import CanaryPhone


@transaction.atomic
def add(numbers, *, by) -> int:
    """How many of these (E.164) are new."""
    organization = by.organization
    allow(by, "customers.add_canary_phones", organization)
    digests = {organization.digest("canary-phone", number): number for number in numbers}
    held = CanaryPhone.objects.live().filter(number_index__among=set(digests)).values_list("number_index", flat=True)
    fresh = {digest: digests[digest] for digest in digests.keys() - {bytes(each) for each in held}}
    with stamped("customers.add_canary_phones", by=by):
        for digest, number in fresh.items():
            sealed = keys.seal(organization.key, number.encode(), "canary-phone")
            CanaryPhone.objects.create(number_sealed=sealed, number_index=digest, added_by=by)
    return len(fresh)
