"""What too many customers share: no pair is made of it, and a telephone of a hundred customers is a finding of its own."""

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from customers.duplicates.fields import key_of
from customers.duplicates.keys import kinds_of
from customers.duplicates.pairing import records_of
from customers.models import Customer, DuplicateBlock, DuplicateScan

MOST = 40  # customers that are paired by one key
SHOWN = 20
KINDS = {
    "U": _("One credit code"),
    "P": _("One telephone number"),
    "T": _("One telephone number without its area code"),
    "E": _("One e-mail address"),
    "W": _("One web or mail domain"),
    "A": _("One address with its room"),
}


def find(scan: DuplicateScan) -> None:
    """Set apart the keys that more customers have, and say of each what it is a key of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_find_blocks(%s, %s)", [scan.pk, MOST])
    found = list(scan.blocks.all())
    records = records_of({block.examples[0] for block in found})
    key = key_of(Organization.objects.get())
    for block in found:
        example = records.get(UUID(block.examples[0]))
        block.kind = kinds_of(example, key).get(block.h, "") if example else ""
    DuplicateBlock.objects.bulk_update([block for block in found if block.kind], ["kind"], batch_size=500)


def shared_by_many(user) -> list[DuplicateBlock]:
    """The largest of the last search that say something about companies, each with those of its customers that this person sees."""
    found = list(DuplicateBlock.objects.filter(kind__in=KINDS).order_by("-customers", "id")[:SHOWN])
    ids = {pk for block in found for pk in block.examples}
    seen = {str(each.pk): each for each in Customer.objects.visible_to(user).filter(pk__in=ids)}
    for block in found:
        block.label = KINDS[block.kind]
        block.seen = [seen[pk] for pk in block.examples if pk in seen]
    return found
