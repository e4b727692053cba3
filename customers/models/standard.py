"""What an organisation calls a complete record, and how long what stands in it counts as fresh."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import OrganizationOwned
from audit.deeds import deed

FIELDS = {
    "name": _("Registered name"),
    "credit_code": _("Credit code"),
    "other_name": _("Name in the other language"),
    "short_name": _("Short name"),
    "website": _("Web site"),
    "country": _("Country or region"),
    "region": _("Province or city"),
    "industry": _("Industry"),
    "size": _("Size"),
    "tier": _("Tier"),
    "source": _("Source"),
    "contact": _("Contact"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
}
HOUSE_COUNTS = ("address", "contact", "country", "industry", "name", "phone", "region", "size")
HOUSE_FRESH_DAYS = {
    "name": 365, "credit_code": 365, "website": 365, "region": 365, "industry": 730, "size": 365,
    "contact": 180, "phone": 180, "email": 180, "address": 365,
}  # fmt: skip


def house_counts() -> list[str]:
    return list(HOUSE_COUNTS)


def house_fresh_days() -> dict:
    return dict(HOUSE_FRESH_DAYS)


class RecordStandard(OrganizationOwned):
    """One row for an organisation; as long as there is none, the house's own standard holds."""

    grants = "SELECT, INSERT, UPDATE"

    counts = ArrayField(models.CharField(max_length=20), verbose_name=_("counts as complete"), default=house_counts)
    fresh_days = models.JSONField(_("days it stays fresh"), default=house_fresh_days)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("standard of records")
        constraints = [models.UniqueConstraint(fields=["organization"], name="record_standard_once")]

    @classmethod
    def of_organization(cls):
        """That of the organisation in scope, or the house's own."""
        return cls.objects.first() or cls()

    @deed("customers.set_standard")
    def set_to(self, *, by, counts, fresh_days):
        self.counts, self.fresh_days = sorted(counts), fresh_days
