"""Between whom an artefact stands: our own people, and whose contacts the others are. Addresses are compared by their blind
index; what is not a contact's is nobody's."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import CharField, F, Func, Value

from accounts.models import Organization, User
from customers.models import Contact, Customer, EvidenceKey
from customers.names import domain

HOST = Func(F("email"), Value("@"), Value(2), function="split_part", output_field=CharField())


@dataclass
class Parties:
    """Who wrote, and to whom, without our own people: their addresses are no customer's, whoever entered them as one."""

    organization: Organization
    sender: str
    recipients: list

    @cached_property
    def ours(self) -> frozenset:
        """Addresses of colleagues, and of the domains in which they have theirs."""
        written = {self.sender, *self.recipients}
        domains = {domain(each) for each in written} - {""}
        people = User.objects.annotate(host=HOST)
        theirs = set(people.filter(host__in=domains).values_list("host", flat=True))
        known = set(User.objects.filter(email__in=written).values_list("email", flat=True))
        return frozenset(
            each for each in written
            if each in known or domain(each) in theirs or each.endswith(f"@{settings.INBOUND_DOMAIN or '.'}")
        )  # fmt: skip

    @property
    def from_us(self) -> bool:
        return self.sender in self.ours

    @cached_property
    def others(self) -> dict:
        """{digest: address} of everybody who is none of us."""
        outside = {self.sender, *self.recipients} - self.ours
        return {self.organization.digest("email", each): each for each in outside}

    @cached_property
    def contacts(self) -> dict:
        """{customer's id: addresses of its contacts}."""
        found: dict = {}
        rows = Contact.objects.filter(email_index__in=list(self.others)).values_list("customer_id", "email_index")
        for customer, digest in rows:
            found.setdefault(customer, set()).add(self.others[bytes(digest or b"")])
        return found

    def wrote(self, customer) -> bool:
        """Is the sender a contact of this customer?"""
        return self.sender in self.contacts.get(customer.pk, ())

    def belongs_to(self, customer) -> bool:
        return customer.pk in self.contacts

    def likely(self) -> list:
        """Customers with whom these addresses share a domain: a reason to look, and no evidence."""
        domains = {domain(address) for address in self.others.values()} - {""}
        digests = [self.organization.digest(EvidenceKey.Kind.DOMAIN, each) for each in domains]
        keys = EvidenceKey.objects.filter(kind=EvidenceKey.Kind.DOMAIN, digest__in=digests)
        return list(Customer.objects.filter(pk__in=keys.values("customer"))[:20])


def is_at(customer, address) -> bool:
    """Is this an address of the customer: of one of its contacts, or in one of its own domains?"""
    organization, host = customer.organization, domain(address)
    if customer.contacts.filter(email_index=organization.digest("email", address)).exists():
        return True
    kind = EvidenceKey.Kind.DOMAIN
    return bool(host) and customer.evidence_keys.filter(kind=kind, digest=organization.digest(kind, host)).exists()
