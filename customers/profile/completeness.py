"""What is missing in a record, what has not been touched for too long, and where to put that right."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from customers.standards import FIELDS, Standard, standard_of

RECORD, PEOPLE = "customers_customer", ("customers_contact", "customers_contactpoint")
LOOKED_AT = 300  # entries; what was last touched before them is as old as the oldest
IN_OTHER_TABLES = ("contact", "phone", "email", "address")


@dataclass
class Gap:
    """A field that counts and is missing, or one that is older than the standard wants. `since` only for the second."""

    name: str
    label: Any
    url: str
    since: Any = None


@dataclass
class Completeness:
    percent: int
    missing: list[Gap]
    stale: list[Gap]


def completeness_of(customer, filled, user) -> Completeness:
    """`filled` are the names of the fields that hold something. Two queries: the standard, and what was last touched when."""
    standard = standard_of(customer.organization)
    missing = [_gap(name, customer, user) for name in FIELDS if name in standard.counts - filled]
    return Completeness(customer.completeness, missing, _stale(customer, filled, standard, user))


def filled_in(customer, contacts, points, addresses) -> set:
    """Names of the fields that hold something; contacts who left and points that ended hold nothing."""
    found = {name for name in FIELDS if name not in IN_OTHER_TABLES and getattr(customer, name)}
    here = [contact for contact in contacts if contact.left_at is None]
    gone = {contact.pk for contact in contacts if contact.left_at}
    found |= {"contact"} if here else set()
    found |= {"phone"} if any(contact.phone_sealed for contact in here) else set()
    found |= {"email"} if any(contact.email_sealed for contact in here) else set()
    found |= {point.kind for point in points if point.contact_id not in gone}
    return found | ({"address"} if addresses else set())


def _stale(customer, filled, standard: Standard, user) -> list[Gap]:
    now, touched = timezone.now(), last_touched(customer)
    stale = []
    for name in FIELDS:
        days, since = standard.fresh_days.get(name), touched.get(name, customer.created_at)
        if name in filled and days and now - since > timedelta(days=days):
            stale.append(_gap(name, customer, user, since))
    return stale


def last_touched(customer) -> dict:
    """{field: when its value was last written}, as the ledger has it. One query."""
    entries = (
        Entry.objects.about(customer).filter(table_name__in=[RECORD, *PEOPLE, "customers_address"]).exclude(op="E")
    )
    found: dict = {}
    for table, at, after in entries.order_by("-id").values_list("table_name", "recorded_at", "after")[:LOOKED_AT]:
        for name in _written(table, after or {}):
            found.setdefault(name, at)
    return found


def _written(table, after):
    """The fields that an entry wrote."""
    if table == RECORD:
        return FIELDS.keys() & after.keys()
    if table == "customers_address":
        return ["address"]
    return [
        "contact",
        *(kind for kind in ("phone", "email") if after.get(f"{kind}_sealed") or after.get("kind") == kind),
    ]


def _gap(name, customer, user, since=None):
    return Gap(name, FIELDS[name], _way(name, customer, user), since)


def _way(name, customer, user) -> str:
    """Where this person fills it in; '' where he does not."""
    if name in ("source", "name"):
        action = "customers.source" if name == "source" else "customers.identity"
        return reverse(action.replace(".", ":"), args=[customer.pk]) if user.has_perm(action, customer) else ""
    if not user.has_perm("customers.edit", customer):
        return ""
    page = {"contact": "add_contact", "phone": "add_contact", "email": "add_contact", "address": "add_address"}.get(
        name
    )
    return reverse(f"customers:{page or 'edit'}", args=[customer.pk]) + ("" if page else f"#id_{name}")
