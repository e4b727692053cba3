"""Customers of somebody who leaves, offered one by one to who comes after him."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class HandoverQuerySet(tenancy.WalledQuerySet):
    def approved(self):
        """Those that a second person agreed to, the newest first."""
        return self.filter(approval__state="approved").order_by("-approval__decided_at", "-pk")


class Handover(OrganizationOwned):
    """A handover list: written by whom the departure concerns, in force as a second person approved it."""

    grants = "SELECT, INSERT, UPDATE"

    departure = InOrganization("accounts.Departure", editable=False)
    approval = InOrganization("approvals.Approval", null=True, editable=False)
    prepared_by = InOrganization("accounts.User", editable=False, verbose_name=_("prepared by"))
    prepared_at = tenancy.recorded_at_field()

    objects = tenancy.OrganizationManager.from_queryset(HandoverQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("handover")
        indexes = [models.Index(fields=["organization", "departure", "-prepared_at"], name="handover_of_departure")]


class HandoverItemQuerySet(tenancy.WalledQuerySet):
    def offered_to(self, user):
        return self.filter(successor=user, state=HandoverItem.State.OFFERED, handover__departure__completed_at=None,
                           handover__departure__cancelled_at=None)  # fmt: skip

    def open(self):
        """What nobody has taken over."""
        return self.filter(state__in=[HandoverItem.State.OFFERED, HandoverItem.State.DECLINED])


class HandoverItem(OrganizationOwned):
    """One customer and who is to take it over. He says so himself, for each."""

    grants = "SELECT, INSERT, UPDATE"
    recorded_about = "customer_id"

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Not taken over")

    handover = InOrganization("customers.Handover", editable=False, related_name="items")
    customer = InOrganization("customers.Customer", editable=False)
    successor = InOrganization("accounts.User", editable=False, verbose_name=_("successor"))
    state = StateField(_("state"), choices=State.choices, default=State.OFFERED, protected=True)
    note = models.CharField(_("note"), max_length=500, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_in = models.BigIntegerField(null=True, editable=False)  # the database's transaction, set by a trigger

    objects = tenancy.OrganizationManager.from_queryset(HandoverItemQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("item of a handover")
        constraints = [
            models.UniqueConstraint(fields=["organization", "handover", "customer"], name="handover_item_once"),
        ]
        indexes = [
            models.Index(fields=["organization", "successor", "state"], name="handover_item_of_successor"),
            models.Index(fields=["organization", "customer"], name="handover_item_of_customer"),
        ]

    def __str__(self):
        return f"{self.customer} → {self.successor}"

    @deed("customers.accept_handover")
    @transition(field=state, source=State.OFFERED, target=State.ACCEPTED)
    def accept(self, *, by):
        """The successor takes it over, as it is: the protection period goes on."""

    @deed("customers.decline_handover")
    @transition(field=state, source=State.OFFERED, target=State.DECLINED)
    def decline(self, *, by, reason):
        self.note = reason

    @deed("customers.lapse_handover")
    @transition(field=state, source=[State.OFFERED, State.DECLINED], target=State.LAPSED)
    def lapse(self, *, by):
        """Who leaves is gone; what nobody accepted went where the handover says."""
