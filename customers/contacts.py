"""People in a company: adding them, and looking at what is masked."""

from django.db import transaction

from accounts import arrays
from accounts.models import PersonKey
from audit.deeds import allow, locked, stamped
from audit.recording import record
from customers.duplicates.raising import changed
from customers.models import Contact, EvidenceKey
from customers.names import domain


@transaction.atomic
def add(customer, *, by, **details) -> Contact:
    """A new contact with a key of his own; phone (E.164) and mail domain become evidence of the customer."""
    with stamped("customers.add_contact", by=by):
        allow(by, "customers.add_contact", locked(customer))
        contact = Contact.sealed(customer=customer, created_by=by, **details)
        contact.save(force_insert=True)
        keep_evidence(customer, details)
        changed([customer.pk], by=by)
    return contact


@transaction.atomic
def change(contact, *, by, **details):
    """Name, position, another phone or mail address; what identified the customer before stays its evidence."""
    contact.edit(by=by, **details)
    keep_evidence(contact.customer, details)
    changed([contact.customer_id], by=by)


@transaction.atomic
def leave(contact, *, by):
    """He works there no longer, and the company is no longer found by him."""
    contact.leave(by=by)
    changed([contact.customer_id], by=by)


@transaction.atomic
def come_back(contact, *, by):
    """He is there again."""
    contact.come_back(by=by)
    changed([contact.customer_id], by=by)


def add_many(contacts: dict, *, by):
    """{customer's id: contact}, for companies that come in with theirs: each is sealed under a key of his own."""
    people = zip(contacts.items(), PersonKey.create_many(by.organization, len(contacts)), strict=True)
    rows = [_row(customer, contact, key, by) for (customer, contact), key in people]
    if rows:
        arrays.insert_columns(Contact, {name: [row[name] for row in rows] for name in rows[0]})


def _row(customer_id, contact, key, by):
    reachable = {name: contact.get(name, "") for name in ("phone", "email")}
    return {
        "customer_id": customer_id,
        "person_key_id": key.pk,
        "name": contact["name"],
        "title": contact.get("title", ""),
        "created_by_id": by.pk,
        **Contact.seals(key, by.organization, **reachable),
    }


def keep_evidence(customer, details):
    """A phone and a mail domain may belong to several companies: a reason to look, kept also when the number is another by now."""
    kinds = EvidenceKey.Kind
    found = {kinds.PHONE: details.get("phone"), kinds.DOMAIN: domain(details["email"]) if details.get("email") else ""}
    EvidenceKey.objects.bulk_create(
        (
            EvidenceKey(customer=customer, kind=kind, digest=customer.organization.digest(kind, value))
            for kind, value in found.items()
            if value
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def reveal(contact, *, by) -> dict:
    """Phone and e-mail in the clear. Each look is an entry, written before anything is shown."""
    contact = Contact.objects.select_related("customer").get(pk=contact.pk)
    allow(by, "customers.reveal", contact)
    record("customers.reveal", contact, about=contact.customer, detail={"contact": str(contact.pk)})
    return {"phone": contact.phone, "email": contact.email}
