"""Changing a customer. What identifies it goes through the contest, as at the first door."""

from uuid import UUID

from django.db import transaction

from audit.deeds import allow, locked, stamped
from customers.duplicates.raising import changed
from customers.models import ContestedClaim, Customer, EvidenceKey, IdentityKey, SearchTerm
from customers.names import domain
from customers.search import terms_of, write_terms


@transaction.atomic
def change(customer, *, by, **values) -> Customer:
    """Change what describes the company, and what it is found by."""
    customer.edit(by=by, **values)
    renew_terms(customer)
    if site := domain(customer.website):
        digest = customer.organization.digest(EvidenceKey.Kind.DOMAIN, site)
        EvidenceKey.objects.bulk_create(
            [EvidenceKey(customer=customer, kind=EvidenceKey.Kind.DOMAIN, digest=digest)], ignore_conflicts=True
        )
    changed([customer.pk], by=by)
    return customer


def renew_terms(customer):
    wanted = terms_of(customer.name, customer.other_name, customer.short_name)
    kept = SearchTerm.objects.filter(customer=customer)
    kept.exclude(term__in=wanted).delete()
    write_terms({customer.pk: wanted})


@transaction.atomic
def add_credit_code(customer, *, by, code) -> bool:
    """Give a company the credit code it came without; False when another company has it, and the attempt is kept."""
    with stamped("customers.add_credit_code", by=by):
        coded = locked(customer)
        allow(by, "customers.add_credit_code", coded)
        if coded.credit_code:
            return coded.credit_code == code
        kind = IdentityKey.Kind.CREDIT_CODE
        wanted = {(kind, coded.organization.digest(kind, code)): code}
        if not take_keys(coded, wanted):
            ContestedClaim.keep([(holder_of_another(coded, wanted), code)], by=by, way=ContestedClaim.Way.EDIT)
            return False
        coded.credit_code = code
        coded.save(update_fields=["credit_code"])
        changed([coded.pk], by=by)
    return True


def take_keys(customer, wanted) -> bool:
    """Insert these identity keys, {(kind, digest): as written}; False when another customer has one of them."""
    IdentityKey.objects.bulk_create(
        (IdentityKey(customer=customer, kind=kind, digest=digest, written=written) for (kind, digest), written in sorted(wanted.items())),
        ignore_conflicts=True,
    )  # fmt: skip
    if holder_of_another(customer, wanted):
        return False
    for key in IdentityKey.objects.filter(customer=customer):
        written = wanted.get((key.kind, bytes(key.digest)), key.written)
        if written != key.written:  # the same name in another writing
            key.written = written
            key.save(update_fields=["written"])
    return True


def holder_of_another(customer, wanted) -> UUID | None:
    """The id of the other customer that has one of these keys, of those too that nobody here may see."""
    held = IdentityKey.objects.filter(
        kind__in={kind for kind, _ in wanted}, digest__in=[digest for _, digest in wanted]
    )
    for key in held.exclude(customer=customer):
        if (key.kind, bytes(key.digest)) in wanted:
            return key.customer_id
    return None
