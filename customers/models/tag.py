"""Tags: a vocabulary of the organisation, and which customer carries which."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class TagQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(archived_at=None)


class Tag(OrganizationOwned):
    """A word that everybody means the same by. It keeps its name; what nobody needs any more is archived."""

    grants = "SELECT, INSERT, UPDATE"

    name = models.CharField(pgettext_lazy("of a tag", "name"), max_length=40)
    folded = models.CharField(max_length=40, editable=False)
    made_by = InOrganization("accounts.User", editable=False, verbose_name=_("made by"))
    made_at = tenancy.recorded_at_field()
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(TagQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("tag")
        constraints = [
            models.UniqueConstraint(fields=["organization", "folded"], name="tag_once"),
            models.CheckConstraint(condition=~models.Q(folded=""), name="tag_has_a_name"),
        ]

    def __str__(self):
        return self.name

    @deed("customers.archive_tag")
    def archive(self, *, by):
        """Customers keep it and are found by it; nobody puts it on another."""
        self.archived_at = tenancy.now()

    @deed("customers.restore_tag")
    def restore(self, *, by):
        self.archived_at = None


class CustomerTag(OrganizationOwned):
    """A customer carries a tag. The name stands here as well, for the ledger and for every page that shows it."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, DELETE"

    customer = InOrganization("customers.Customer", related_name="tags", editable=False)
    tag = InOrganization("customers.Tag", editable=False)
    name = models.CharField(_("tag"), max_length=40, editable=False)
    tagged_by = InOrganization("accounts.User", editable=False, verbose_name=_("tagged by"))
    tagged_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("tag")
        constraints = [models.UniqueConstraint(fields=["organization", "tag", "customer"], name="customer_tag_once")]
        indexes = [models.Index(fields=["organization", "customer"], name="tag_of_customer")]

    def __str__(self):
        return self.name
