"""What stands in a customer for each field that can be verified, as text, and what of it is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from customers.forms import CustomerForm
from customers.models import Contact
from customers.models.contact import masked
from customers.names import normalised
from customers.standards import FIELDS

OF_A_PERSON = {"contact": "name", "phone": "phone", "email": "email"}
MASKED = ("phone", "email")
IN_THE_FORM = {"contact": "contact_name"}
_readers: dict[str, Callable] = {}


def held_as(field):
    """Register `customer -> text` for a field that is no column of the customer and belongs to no contact."""

    def register(reader):
        _readers[field] = reader
        return reader

    return register


@held_as("address")
def first_address(customer) -> str:
    """The oldest address in use, in one line."""
    address = customer.addresses.live().order_by("pk").first()
    return " ".join(filter(None, [address.postcode, address.region, address.city, address.lines])) if address else ""


@dataclass(frozen=True)
class Held:
    """One field of a customer: the value, what a page shows of it, and the contact it belongs to."""

    field: str
    value: str
    shown: str
    contact: Contact | None = None

    @property
    def label(self):
        return FIELDS[self.field]

    @property
    def is_masked(self):
        return self.shown != self.value

    def is_seen_as(self, customer) -> str:
        """A word that changes with the value, and tells nothing of it."""
        return customer.organization.digest("seen", f"{customer.pk} {self.field} {self.value}").hex()[:24]


def first_contact(customer) -> Contact | None:
    """Whose details are compared: the oldest contact who still works there."""
    there = customer.contacts.filter(left_at=None).select_related("person_key__organization")
    return there.order_by("pk").first()


def held_by(customer, *, names=None, revealed=False) -> dict[str, Held]:
    """{field: what stands here}, of all the fields there are or of these."""
    contact = first_contact(customer)
    return {field: _held(customer, field, contact, revealed) for field in (FIELDS if names is None else names)}


def _held(customer, field, contact, revealed):
    if attribute := OF_A_PERSON.get(field):
        value = _of(contact, attribute) if contact else ""
        shown = masked(field, value) if field in MASKED and not revealed else value
        return Held(field, value, shown, contact)
    reader = _readers.get(field, lambda customer: getattr(customer, field))
    value = str(reader(customer) or "")
    return Held(field, value, value)


def _of(contact, attribute):
    """What stands in the contact, or, where it has no phone or mail address, his oldest further one in use."""
    value = getattr(contact, attribute)
    if value or attribute not in MASKED:
        return value
    points = contact.points.live().filter(kind=attribute).select_related("person_key__organization")
    point = points.order_by("pk").first()
    return point.value if point else ""


def cleaned(field, text) -> str:
    """What a source says, as the form of customers would take it; raises ValidationError."""
    name = IN_THE_FORM.get(field, field)
    if name not in CustomerForm.base_fields:
        return text
    form = CustomerForm({name: text})
    form.is_valid()
    if errors := form.errors.get(name):
        raise forms.ValidationError(list(errors))
    value = form.cleaned_data[name]
    if not value:
        raise forms.ValidationError(_("Write down what the source says."))
    return value


def is_the_same(field, here, there) -> bool:
    """Do two values say the same? Their writing does not matter: width, case, spaces, a www before the site."""
    return _bare(field, here) == _bare(field, there)


def _bare(field, value):
    if field == "website":
        return value.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return value if field == "phone" else normalised(value)
