"""Changing a customer. What identifies it goes through the contest, as at the first door."""

from django.db import transaction

from accounts.models import Organization
from audit.deeds import allow, locked, stamped
from customers.models import ContestedClaim, Customer, EvidenceKey, IdentityKey, SearchTerm
from customers.names import domain
from customers.search import terms_of, write_terms


@transaction.atomic
def change(customer, *, by, **values) -> Customer:
    """Change what describes the company, and what it is found by."""
    customer.edit(by=by, **values)
    _renew_terms(customer)
    if site := domain(customer.website):
        digest = customer.organization.digest(EvidenceKey.Kind.DOMAIN, site)
        EvidenceKey.objects.bulk_create(
            [EvidenceKey(customer=customer, kind=EvidenceKey.Kind.DOMAIN, digest=digest)], ignore_conflicts=True
        )
    return customer


def _renew_terms(customer):
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
        if holder := _other_holder(coded, code, coded.organization):
            ContestedClaim.keep([holder], by=by, way=ContestedClaim.Way.EDIT)
            return False
        coded.credit_code = code
        coded.save(update_fields=["credit_code"])
    return True


def _other_holder(customer, code, organization: Organization):
    """Insert the key; the customer that has it already, if it is another."""
    kind = IdentityKey.Kind.CREDIT_CODE
    digest = organization.digest(kind, code)
    IdentityKey.objects.bulk_create(
        [IdentityKey(customer=customer, kind=kind, digest=digest, written=code)], ignore_conflicts=True
    )
    held = IdentityKey.objects.select_related("customer").get(kind=kind, digest=digest)
    return held.customer if held.customer_id != customer.pk else None
