"""Collaborators: colleagues with whom one record is shared, for a time and a reason."""

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.managers import UserObjectPermissionManager
from guardian.models import UserObjectPermissionBase

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed

LONGEST = timedelta(days=180)


class CollaboratorQuerySet(tenancy.WalledQuerySet):
    def live(self):
        """What counts now, by the database's clock: no job has to end what has run out."""
        return self.filter(ended_at=None, until__gt=tenancy.Clock())


class LiveManager(UserObjectPermissionManager, tenancy.OrganizationManager.from_queryset(CollaboratorQuerySet)):
    """What django-guardian looks through: it knows neither expiry nor ends, so it is given only what counts."""

    def get_queryset(self):
        return super().get_queryset().live()  # type: ignore[attr-defined]


class Grant(UserObjectPermissionBase, OrganizationOwned):
    """An object permission as django-guardian shapes it, behind our walls. A floor above adds `content_object`, its record."""

    grants = "SELECT, INSERT, UPDATE"

    class Way(models.TextChoices):
        VIEW = "view", pgettext_lazy("a collaborator", "sees")
        EDIT = "edit", pgettext_lazy("a collaborator", "sees and works on it")

    user = InOrganization("accounts.User", db_column="person_id", verbose_name=_("collaborator"))
    permission = models.ForeignKey(Permission, models.PROTECT, related_name="+", db_index=False, editable=False)
    way = models.CharField(_("may"), max_length=4, choices=Way.choices)
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=500)
    given_by = InOrganization("accounts.User", verbose_name=_("shared by"))
    given_at = tenancy.recorded_at_field()
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    kept = tenancy.OrganizationManager.from_queryset(CollaboratorQuerySet)()
    objects = LiveManager()

    class Meta(OrganizationOwned.Meta):
        abstract = True
        base_manager_name = default_manager_name = "kept"

    def save(self, *args, **kwargs):
        """As any row of ours: that permission and record fit is the database's to say, and not a look at the record."""
        models.Model.save(self, *args, **kwargs)


class Collaborator(Grant):
    """A colleague with whom a customer is shared. `objects` are those that count now; `kept` holds what was, too."""

    recorded_about = "customer_id"

    content_object = InOrganization(
        "customers.Customer", db_column="customer_id", related_name="collaborators", verbose_name=_("customer")
    )

    class Meta(Grant.Meta):
        verbose_name = _("collaborator")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "content_object", "user"],
                condition=models.Q(ended_at__isnull=True),
                name="collaborator_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("given_at"), until__lte=models.F("given_at") + LONGEST),
                name="collaborator_for_a_time",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="collaborator_has_a_reason"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "user", "content_object"],
                name="collaborator_of_person",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.user} / {self.content_object}"

    @property
    def customer(self):
        return self.content_object

    @property
    def is_by_verdict(self):
        """Does it say the number of a case? The database looks whether that case shared it."""
        return self.reason.startswith("C-")

    @deed("customers.lapse_share")
    def lapse(self, *, by):
        """An access review did not confirm it."""
        self.ended_at = tenancy.now()

    @deed("customers.take_back")
    def take_back(self, *, by):
        """It ends now; what was seen meanwhile stays in the ledger."""
        self.ended_at = tenancy.now()
