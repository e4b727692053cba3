"""Two records of one company become one: which stays, what was chosen, what was moved, and the way back."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed

WAY_BACK = timedelta(days=30)


class MergeQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        """Of customers within his reach, and what he asked for himself."""
        within = user.reach("view")
        return self if within is None else self.filter(Q(winner__owner__among=within) | Q(asked_by=user))

    def standing(self):
        """Done, and not undone."""
        return self.filter(done_at__isnull=False, undone_at=None)

    def of(self, *customers):
        return self.filter(Q(winner__in=customers) | Q(loser__in=customers))


class Merge(OrganizationOwned):
    """One record passes into another. What it asks for never changes; the database does it, writes down exactly what it moved,
    and takes exactly that back (`customers/sql/merging.sql`)."""

    grants = "SELECT, INSERT, UPDATE"
    recorded_about = "winner_id"

    winner = InOrganization("customers.Customer", editable=False, related_name="merges", verbose_name=_("stays"))
    loser = InOrganization(
        "customers.Customer", editable=False, related_name="merged_by", verbose_name=_("passes into it")
    )
    owner = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("owner afterwards"))
    chosen = models.JSONField(_("taken from the other record"), default=list, editable=False)  # names of fields
    compared = models.JSONField(_("as both were"), default=dict, editable=False)  # {"winner": values, "loser": values}
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = InOrganization("accounts.User", editable=False, verbose_name=_("asked by"))
    asked_at = tenancy.recorded_at_field()
    done_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("merged by"))
    done_at = models.DateTimeField(_("merged"), null=True, editable=False)
    reversible_until = models.DateTimeField(_("can be undone until"), null=True, editable=False)
    moved = models.JSONField(_("what was moved"), null=True, editable=False)
    undone_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("undone by"))
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)
    working_in = models.BigIntegerField(null=True, editable=False)  # the database's transaction, set by a trigger

    objects = tenancy.OrganizationManager.from_queryset(MergeQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("merge")
        constraints = [
            models.CheckConstraint(condition=~Q(winner=models.F("loser")), name="merge_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="merge_has_a_reason"),
            models.UniqueConstraint(
                fields=["organization", "loser"],
                condition=Q(done_at__isnull=False, undone_at__isnull=True),
                name="merged_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "winner", "-id"], name="merge_of_winner"),
            models.Index(fields=["organization", "loser", "-id"], name="merge_of_loser"),
            models.Index(fields=["organization", "asked_by", "-id"], name="merge_asked_by"),
        ]

    def __str__(self):
        return f"{self.loser} → {self.winner}"

    @property
    def customer(self):
        """Whose denials hold for it."""
        return self.winner

    @property
    def stands(self):
        return self.done_at is not None and self.undone_at is None

    @property
    def can_go_back(self):
        """Is the way back still open, by our clock? The database asks its own."""
        return self.stands and self.reversible_until > tenancy.now()

    @deed("customers.carry_out_merge")
    def carry_out(self, *, by, reason):
        """The database moves everything in this statement, under locks of both customers."""
        self.done_at = tenancy.now()

    @deed("customers.undo_merge")
    def undo(self, *, by, reason):
        """The database takes back exactly what it moved."""
        self.undone_at = tenancy.now()
