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
    """A customer carries a tag. The name stands here as well, for the ledger and for every page that shows it; and so does the
    customer's place in the lists, or who carries a tag could not be read in their order (the database copies it)."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, DELETE"
    derived_fields = dict.fromkeys(["owner_id", "protected_until", "pooled_at"], "those of the customer")

    customer = InOrganization("customers.Customer", related_name="tags", editable=False)
    tag = InOrganization("customers.Tag", editable=False)
    name = models.CharField(_("tag"), max_length=40, editable=False)
    tagged_by = InOrganization("accounts.User", editable=False, verbose_name=_("tagged by"))
    tagged_at = tenancy.recorded_at_field()
    owner_id = models.UUIDField(null=True, editable=False)
    protected_until = models.DateTimeField(null=True, editable=False)
    pooled_at = models.DateTimeField(null=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("tag")
        constraints = [models.UniqueConstraint(fields=["organization", "tag", "customer"], name="customer_tag_once")]
        indexes = [
            models.Index(fields=["organization", "customer"], name="tag_of_customer"),
            models.Index(
                fields=["organization", "tag", "protected_until", "customer"],
                name="tag_by_deadline",
                condition=models.Q(protected_until__isnull=False),
            ),
            models.Index(
                fields=["organization", "tag", "owner_id", "protected_until", "customer"],
                name="tag_of_owner",
                condition=models.Q(protected_until__isnull=False),
            ),
            models.Index(
                fields=["organization", "tag", "-pooled_at", "-customer"],
                name="tag_in_pool",
                condition=models.Q(pooled_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name
