"""Further phones and mail addresses: of a person at a customer, or of the company itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from audit.models import history
from customers.models.contact import masked


class ContactPointQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(ended_at=None)


class ContactPoint(OrganizationOwned):
    """One phone or one mail address, sealed as those of a contact are: under the key of its person, or under one of its own
    where it is the company's. It is never changed; another one is added and this one ends."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, UPDATE"

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")

    customer = InOrganization("customers.Customer", related_name="contact_points", editable=False)
    contact = InOrganization("customers.Contact", null=True, related_name="points", editable=False)
    person_key = InOrganization("accounts.PersonKey", editable=False)
    kind = models.CharField(_("what it is"), max_length=5, choices=Kind.choices)
    label = models.CharField(_("what for"), max_length=40, blank=True)
    value_sealed = models.BinaryField(_("phone or e-mail"), editable=False)
    value_index = models.BinaryField(editable=False)
    added_by = InOrganization("accounts.User", editable=False, verbose_name=_("added by"))
    added_at = tenancy.recorded_at_field()
    ended_at = models.DateTimeField(_("out of use"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(ContactPointQuerySet)()
    history = history(no_db_index=["organization", "customer", "contact", "person_key", "added_by"])

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("phone or e-mail")
        indexes = [
            models.Index(fields=["organization", "customer", "id"], name="point_of_customer"),
            models.Index(fields=["organization", "kind", "value_index"], name="point_by_value"),
        ]

    def __str__(self):
        return str(self.label or self.get_kind_display())

    @classmethod
    def sealed(cls, *, person_key, kind, value, **fields):
        """An unsaved point; `value` is E.164 or a mail address."""
        plain = value.lower() if kind == cls.Kind.EMAIL else value
        point = cls(person_key=person_key, kind=kind, **fields)
        point.value_sealed = person_key.seal(f"contact.{kind}", plain)
        point.value_index = point.organization.digest(kind, plain)
        return point

    @property
    def value(self) -> str:
        return self.person_key.unseal(f"contact.{self.kind}", self.value_sealed)

    @property
    def masked(self) -> str:
        return masked(self.kind, self.value)

    @deed("customers.end_contact_point")
    def end(self, *, by):
        """Nobody is reached there any more."""
        self.ended_at = tenancy.now()
