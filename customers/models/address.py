"""Where a company is: a customer has several addresses, and each says what it is for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from audit.models import history


class AddressQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(ended_at=None)


class Address(OrganizationOwned):
    """A place of the company, not of a person. It is corrected or ended, and stays in the history either way."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, UPDATE"

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("Registered address")
        OFFICE = "office", _("Office")
        DELIVERY = "delivery", _("Delivery address")
        BILLING = "billing", _("Billing address")

    customer = InOrganization("customers.Customer", related_name="addresses", editable=False)
    kind = models.CharField(_("what the address is for"), max_length=10, choices=Kind.choices)
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    region = models.CharField(_("province"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    lines = models.CharField(_("street and number"), max_length=300)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    added_by = InOrganization("accounts.User", editable=False, verbose_name=_("added by"))
    added_at = tenancy.recorded_at_field()
    ended_at = models.DateTimeField(_("out of use"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(AddressQuerySet)()
    history = history(no_db_index=["organization", "customer", "added_by"])

    FIELDS = ("kind", "country", "region", "city", "lines", "postcode")

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("address")
        constraints = [models.CheckConstraint(condition=~models.Q(lines=""), name="address_has_lines")]
        indexes = [models.Index(fields=["organization", "customer", "id"], name="address_of_customer")]

    def __str__(self):
        return self.lines

    @deed("customers.edit_address")
    def edit(self, *, by, kind, lines, country="", region="", city="", postcode=""):
        self.kind, self.lines, self.postcode = kind, lines, postcode
        self.country, self.region, self.city = country, region, city

    @deed("customers.end_address")
    def end(self, *, by):
        """Nobody is found there any more."""
        self.ended_at = tenancy.now()
