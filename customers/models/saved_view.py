"""A list of customers as somebody likes to look at it."""

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class SavedViewQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(removed_at=None)

    def shown_to(self, user):
        """One's own, those shared with everybody, and those that a team mate shares with his team; one's own first."""
        with_team = models.Q(sharing=SavedView.Sharing.TEAM, owner__team__isnull=False, owner__team=user.team_id)
        shown = models.Q(owner=user) | models.Q(sharing=SavedView.Sharing.ORGANIZATION) | with_team
        return self.live().filter(shown).order_by("saved_at", "pk")


class SavedView(OrganizationOwned):
    """Filters, columns and order under a name. Whose rows are in it depends on who looks: it opens nothing to anybody."""

    class Sharing(models.TextChoices):
        PRIVATE = "private", _("Only I")
        TEAM = "team", _("My team")
        ORGANIZATION = "organization", _("Everybody")

    name = models.CharField(_("name"), max_length=40)
    owner = InOrganization("accounts.User", editable=False, verbose_name=_("owner"))
    base = models.CharField(_("list shown"), max_length=10)
    filters = models.JSONField(_("filters"), default=dict)
    columns = models.JSONField(_("columns"), default=list)
    order = models.CharField(_("sort order"), max_length=12)
    sharing = models.CharField(_("shared with"), max_length=12, choices=Sharing.choices, default=Sharing.PRIVATE)
    saved_at = tenancy.recorded_at_field()
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(SavedViewQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("saved view")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "owner", "name"], condition=models.Q(removed_at=None), name="view_name_once"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="view_has_a_name"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "sharing", "saved_at"],
                condition=models.Q(removed_at=None),
                name="view_of_others",
            )
        ]

    def __str__(self):
        return self.name

    def asked(self) -> QueryDict:
        """Its filters as the URL of a list says them."""
        data = QueryDict(mutable=True)
        for name, values in self.filters.items():
            data.setlist(name, values)
        return data

    @deed("customers.change_view")
    def change(self, *, by, **values):
        """Another name, other filters, columns or order, shared with others."""
        for name in values.keys() & {"name", "base", "filters", "columns", "order", "sharing"}:
            setattr(self, name, values[name])

    @deed("customers.remove_view")
    def remove(self, *, by):
        self.removed_at = tenancy.now()
