"""Somebody leaves: announced with a date from which he takes nothing along, and ended in one step."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import duties, tenancy
from accounts.deeds import deed
from accounts.tenancy import InOrganization, OrganizationOwned


class DepartureQuerySet(tenancy.WalledQuerySet):
    def live(self):
        """Neither cancelled nor completed."""
        return self.filter(cancelled_at=None, completed_at=None)

    def visible_to(self, user):
        """Who looks after people, auditors, his managers, and himself."""
        if user.is_auditor or user.may("accounts.read_people"):
            return self
        return self.filter(person__in=[user.pk, *user.people_below])


class Departure(OrganizationOwned):
    """One leaving. From `notice_on` on the departure mode holds; nobody gets out of it, or ends it, by himself."""

    grants = "SELECT, INSERT, UPDATE"

    person = InOrganization("accounts.User", editable=False, verbose_name=_("person"))
    notice_on = models.DateField(_("departure mode from"), editable=False)
    last_day = models.DateField(_("last day"), editable=False)
    reason = models.CharField(_("reason"), max_length=500, editable=False)
    announced_by = InOrganization("accounts.User", editable=False, verbose_name=_("announced by"))
    announced_at = tenancy.recorded_at_field()
    cancelled_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("cancelled by"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    completed_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("completed by"))
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False)
    completed_in = models.BigIntegerField(null=True, editable=False)  # the database's transaction, set by a trigger

    objects = tenancy.OrganizationManager.from_queryset(DepartureQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("departure")
        indexes = [models.Index(fields=["organization", "person", "-announced_at"], name="departure_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person"],
                condition=models.Q(cancelled_at=None, completed_at=None),
                name="departure_once",
            ),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("notice_on")), name="departure_ends_after_notice"
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None) | models.Q(completed_at=None), name="departure_ends_one_way"
            ),
        ]

    def __str__(self):
        return str(self.person)

    @property
    def is_live(self):
        return self.cancelled_at is None and self.completed_at is None

    @deed("accounts.cancel_departure")
    def cancel(self, *, by, reason):
        """He stays. Another administrator than who announced it says so; a trigger refuses everybody else."""
        self.cancelled_at, self.cancelled_by = tenancy.now(), by

    @deed("accounts.complete_departure")
    def complete(self, *, by):
        """In one step: what is left finds its place, the account is closed, sessions and tokens end."""
        self.completed_at, self.completed_by = tenancy.now(), by
        self.save(update_fields=["completed_at", "completed_by"])
        self.refresh_from_db(fields=["completed_at", "completed_in"])  # as the database wrote them
        duties.dispose(self, by=by)
        self.person.deactivate(by=by)
