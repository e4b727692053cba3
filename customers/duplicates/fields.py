"""What of a customer is compared: everything it is called, reached and found at, gathered for many in a handful of queries."""

from functools import lru_cache

from django.conf import settings
from django.utils import translation

from customers.duplicates.record import Record, keyed, read
from customers.models import Address, Contact, ContactPoint, Customer, IdentityKey

NAMES = ("name", "other_name", "short_name")
PARTS = ("name", "credit_code", "phone", "email", "website", "city", "address", "contact")


def key_of(organization) -> bytes:
    """The organisation's key for this purpose: what is compared says nothing to who knows a digest of another one."""
    return organization.digest("key", "duplicates")


def of_draft(draft, organization) -> Record:
    """The record of a company as somebody wrote it down."""
    said, contact = {"name": draft.name, **draft.fields}, draft.contact
    fields = {
        "name": [said[name] for name in NAMES if said.get(name)],
        "credit_code": said.get("credit_code") or "",
        "website": said.get("website") or "",
        "city": said.get("region") or "",
        **{kind: contact.get(kind) or "" for kind in ("phone", "email")},
        "contact": _person(contact.get("name") or ""),
    }
    return read(fields, keyed(key_of(organization)))


def _person(name):
    """Nothing for the name that the form gives to a contact who has none: it would make two people of one number."""
    return "" if name in _nobody() else name


@lru_cache(maxsize=1)
def _nobody():
    names = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names.add(translation.gettext("Main contact"))
    return names


def of_customers(ids) -> dict:
    """{id: record} of these customers, read from what stands in the database now."""
    gathered = {}
    organization = None
    for customer in Customer.objects.select_related("organization").filter(pk__among=ids):
        organization = customer.organization
        gathered[customer.pk] = {part: [] for part in PARTS}
        _add(gathered[customer.pk], name=[getattr(customer, name) for name in NAMES], city=[customer.region])
        _add(gathered[customer.pk], credit_code=[customer.credit_code], website=[customer.website])
    if not gathered:
        return {}
    for gather in (_former_names, _contacts, _points, _addresses):
        for pk, found in gather(list(gathered), organization):
            _add(gathered[pk], **found)
    digest = keyed(key_of(organization))
    return {pk: read(fields, digest) for pk, fields in gathered.items()}


def _add(fields, **found):
    for part, texts in found.items():
        fields[part] += [text for text in texts if text and text not in fields[part]]


def _former_names(ids, organization):
    """Identity keys of a name lead to a customer also when it is called otherwise by now."""
    keys = IdentityKey.objects.filter(kind=IdentityKey.Kind.NAME, customer__among=ids).order_by("pk")
    return [(pk, {"name": [written]}) for pk, written in keys.values_list("customer", "written")]


def _contacts(ids, organization):
    """People who are there; who left is no longer reached by way of this company."""
    people = Contact.objects.filter(customer__among=ids, left_at=None).select_related("person_key").order_by("pk")
    for person in people:
        person.person_key.organization = organization
        yield person.customer_id, {"contact": [_person(person.name)], "phone": [person.phone], "email": [person.email]}


def _points(ids, organization):
    """Further numbers and boxes that are in use: the company's own, and those of people who are there."""
    points = ContactPoint.objects.live().filter(customer__among=ids, contact__left_at=None)
    for point in points.select_related("person_key").order_by("pk"):
        point.person_key.organization = organization
        yield point.customer_id, {point.kind: [point.value]}


def _addresses(ids, organization):
    for place in Address.objects.live().filter(customer__among=ids).order_by("pk"):
        yield place.customer_id, {"city": [place.city or place.region], "address": [_written(place)]}


def _written(place):
    """As one would write it on a letter: Chinese from the large to the small, others the other way."""
    if place.lines.isascii():
        return ", ".join(filter(None, (place.lines, place.city, place.region)))
    return f"{place.region}{place.city}{place.lines}"
