"""The people in a company. Their phones and mail addresses are never stored in the clear."""

import phonenumbers
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import tenancy
from accounts.models import PersonKey
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from audit.models import history


def masked(kind, value) -> str:
    """A phone without its middle, a mail address without its name."""
    if not value:
        return ""
    if kind == "phone":
        number = phonenumbers.parse(value)
        return f"+{number.country_code} {str(number.national_number)[:-8]} •••• {value[-4:]}"
    name, at, host = value.partition("@")
    return f"{name[:1]}•••{at}{host}" if at else ""


class Contact(OrganizationOwned):
    """A person at a customer. Phone and e-mail are sealed under his own key; a blind index finds equal ones."""

    recorded_about = "customer_id"

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="contacts")
    person_key = InOrganization("accounts.PersonKey", editable=False)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=80)
    title = models.CharField(_("position"), max_length=80, blank=True)
    phone_sealed = models.BinaryField(_("phone"), null=True, editable=False)
    phone_index = models.BinaryField(null=True, editable=False)
    email_sealed = models.BinaryField(_("e-mail"), null=True, editable=False)
    email_index = models.BinaryField(null=True, editable=False)
    created_by = InOrganization("accounts.User", editable=False)
    created_at = tenancy.recorded_at_field()
    left_at = models.DateTimeField(_("left the company"), null=True, editable=False)

    history = history(no_db_index=["organization", "customer", "person_key", "created_by"])

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("contact")
        indexes = [
            models.Index(fields=["organization", "customer", "id"], name="contact_of_customer"),
            models.Index(fields=["organization", "phone_index"], name="contact_by_phone"),
            models.Index(fields=["organization", "email_index"], name="contact_by_email"),
        ]

    def __str__(self):
        return self.name

    @classmethod
    def sealed(cls, *, phone="", email="", **fields):
        """An unsaved contact with a key of his own; `phone` is E.164."""
        contact = cls(**fields)
        if contact.person_key_id is None:
            contact.person_key = PersonKey.create(contact.organization)
        for name, value in cls.seals(contact.person_key, contact.organization, phone=phone, email=email).items():
            setattr(contact, name, value)
        return contact

    @staticmethod
    def seals(person_key, organization, *, phone="", email="") -> dict:
        """The columns that hold phone (E.164) and e-mail: sealed to read them, and their digest to find them."""
        columns = {}
        for kind, value in (("phone", phone), ("email", email.lower())):
            columns[f"{kind}_sealed"] = person_key.seal(f"contact.{kind}", value) if value else None
            columns[f"{kind}_index"] = organization.digest(kind, value) if value else None
        return columns

    @property
    def phone(self) -> str:
        return self.person_key.unseal("contact.phone", self.phone_sealed)

    @property
    def email(self) -> str:
        return self.person_key.unseal("contact.email", self.email_sealed)

    @property
    def phone_masked(self):
        return masked("phone", self.phone)

    @property
    def email_masked(self):
        return masked("email", self.email)

    @deed("customers.edit_contact")
    def edit(self, *, by, name, title="", phone="", email="", drop=()):
        """Name and position; a phone or mail address that is given replaces the one before, and what is dropped is gone."""
        self.name, self.title = name, title
        seals = self.seals(self.person_key, self.organization, phone=phone, email=email)
        for kind, given in (("phone", phone), ("email", email)):
            if given or kind in drop:
                for column in (f"{kind}_sealed", f"{kind}_index"):
                    setattr(self, column, seals[column])

    @deed("customers.contact_left")
    def leave(self, *, by):
        """He works there no longer. What was said with him stays."""
        self.left_at = tenancy.now()

    @deed("customers.contact_back")
    def come_back(self, *, by):
        self.left_at = None
