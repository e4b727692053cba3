"""Everything the page of a customer shows in its record, read in a fixed number of queries."""

from customers import countries
from customers.models import IdentityKey
from customers.names import normalised
from customers.profile.completeness import completeness_of, filled_in
from customers.profile.contact_points import COMPANY, looks
from customers.profile.groups import group_of
from customers.profile.key_accounts import key_account_of


def record_of(customer, user) -> dict:
    """What the partials under customers/record/ are drawn from."""
    contacts = _contacts(customer)
    points = _points(customer)
    addresses = list(customer.addresses.live().order_by("pk"))
    filled = filled_in(customer, contacts, points, addresses)
    times = looks(customer)
    for contact in contacts:
        contact.further = [point for point in points if point.contact_id == contact.pk]
        contact.looks = times.get(str(contact.pk))
    return {
        "country": countries.name_of(customer.country),
        "former_names": former_names(customer),
        "contacts": [contact for contact in contacts if contact.left_at is None],
        "left": [contact for contact in contacts if contact.left_at],
        "company_points": [point for point in points if point.contact_id is None],
        "company_looks": times.get(COMPANY),
        "addresses": addresses,
        "tags": list(customer.tags.order_by("name")),
        "group": group_of(customer, user),
        "key_account": key_account_of(customer),
        "may_name_key_account": user.has_perm("customers.name_key_account", customer),
        "completeness": completeness_of(customer, filled, user),
    }


def _contacts(customer):
    return list(customer.contacts.select_related("person_key__organization").order_by("pk"))


def _points(customer):
    return list(customer.contact_points.live().select_related("person_key__organization").order_by("pk"))


def former_names(customer) -> list[str]:
    """曾用名: the names that lead to this customer and are no longer its own; another writing of the present name is none."""
    now = customer.organization.digest(IdentityKey.Kind.NAME, normalised(customer.name))
    keys = customer.identity_keys.filter(kind=IdentityKey.Kind.NAME).order_by("-pk")
    return [written for written, digest in keys.values_list("written", "digest") if bytes(digest) != now]
