"""What tells companies apart, as rows: identity is unique, evidence is not, search terms are neither."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned, Walled


class IdentityKey(OrganizationOwned):
    """What names a legal entity, unique in an organisation: credit code, and registered name however it is written."""

    recorded_about = "customer_id"
    organization = tenancy.implied_organization()

    class Kind(models.TextChoices):
        NAME = "name", _("registered name")
        CREDIT_CODE = "credit_code", _("credit code")

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="identity_keys")
    kind = models.CharField(_("what it is"), max_length=12, choices=Kind.choices)
    digest = models.BinaryField()
    written = models.CharField(_("as written"), max_length=200)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("identity key")
        constraints = [models.UniqueConstraint(fields=["organization", "kind", "digest"], name="identity_once")]
        indexes = [models.Index(fields=["organization", "customer"], name="identity_of_customer")]


class EvidenceKey(OrganizationOwned):
    """What companies may share (a switchboard, a web site): it says to whom a mail belongs, and never blocks."""

    unrecorded = "derived from the customer and its contacts"

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("web or mail domain")
        PHONE = "phone", _("phone")

    organization = tenancy.implied_organization()
    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="evidence_keys")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    digest = models.BinaryField()

    class Meta(OrganizationOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "digest", "customer"], name="evidence_once"),
        ]
        indexes = [models.Index(fields=["organization", "customer"], name="evidence_of_customer")]


class SearchTerm(Walled):
    """A term under which a customer is found, looked up by `=`.

    It has walls and no foreign keys: a name has two dozen terms, and checking one takes longer than writing it. A term
    without its customer finds nothing.
    """

    unrecorded = "derived from the customer's names"

    pk = models.CompositePrimaryKey("organization_id", "term", "customer_id")
    organization = tenancy.implied_organization()
    term = models.CharField(max_length=12)
    customer = models.ForeignKey(
        "customers.Customer", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    objects = tenancy.OrganizationManager()

    class Meta(Walled.Meta):
        indexes = [models.Index(fields=["organization", "customer"], name="term_of_customer")]
