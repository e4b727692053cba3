"""Further phones and mail addresses: adding one, looking at one, and how often a person's details were looked at."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.db.models.fields.json import KT
from django.utils import timezone

from accounts.models import PersonKey
from audit.deeds import allow, locked, stamped
from audit.models import Entry
from audit.recording import record
from customers.contacts import keep_evidence
from customers.duplicates.raising import changed
from customers.models import ContactPoint

COMPANY = "company"  # whose details they are, in the ledger, when they are nobody's own
DAYS = 30


@transaction.atomic
def add(customer, *, by, kind, value, label="", contact=None) -> ContactPoint:
    """One more phone (E.164) or mail address, of a contact or of the company itself."""
    with stamped("customers.add_contact_point", by=by):
        allow(by, "customers.add_contact_point", locked(customer))
        key = contact.person_key if contact else PersonKey.create(customer.organization)
        point = ContactPoint.sealed(
            customer=customer, contact=contact, person_key=key, kind=kind, value=value, label=label, added_by=by
        )
        point.save(force_insert=True)
        keep_evidence(customer, {kind: value})
        changed([customer.pk], by=by)
    return point


@transaction.atomic
def end(point, *, by):
    """Nobody is reached there any more."""
    point.end(by=by)
    changed([point.customer_id], by=by)


@transaction.atomic
def reveal(point, *, by) -> str:
    """The number or address in the clear; the look is an entry before anything is shown."""
    point = ContactPoint.objects.select_related("customer", "person_key__organization").get(pk=point.pk)
    allow(by, "customers.reveal", point)
    whose = str(point.contact_id or COMPANY)
    record("customers.reveal", point, about=point.customer, detail={"contact": whose, "point": str(point.pk)})
    return point.value


def looks(customer) -> dict:
    """{contact's id as text, or COMPANY: (how often its details were shown in the last 30 days, to how many people)}."""
    since = timezone.now() - timedelta(days=DAYS)
    shown = Entry.objects.about(customer).filter(action="customers.reveal", op=Entry.Op.EVENT, recorded_at__gte=since)
    counted = shown.order_by().values(whose=KT("after__contact"))
    counted = counted.annotate(times=Count("id"), people=Count("actor", distinct=True))
    return {row["whose"]: (row["times"], row["people"]) for row in counted}
