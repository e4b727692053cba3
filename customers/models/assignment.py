"""Assignment: who gets a customer by a rule or by a manager's word, each with its reason. A rep changes none of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned


class AssignmentRuleQuerySet(tenancy.WalledQuerySet):
    def live(self):
        """In the order in which they are asked; the first that fits decides."""
        return self.filter(ended_at=None).order_by("place")


class AssignmentRule(OrganizationOwned):
    """Customers like this go to these people. Written once, as a second person approved; the next set of rules ends it."""

    grants = "SELECT, INSERT, UPDATE"
    COLUMNS = ("region", "industry", "country", "source", "size", "tier")

    class Method(models.TextChoices):
        TURNS = "turns", _("in turns")
        LOAD = "load", _("who holds fewest")

    name = models.CharField(_("name"), max_length=80)
    place = models.PositiveSmallIntegerField(_("place"))
    conditions = models.JSONField(_("conditions"), default=dict)
    people = ArrayField(models.UUIDField(), verbose_name=_("people"))
    method = models.CharField(_("method"), max_length=5, choices=Method.choices, default=Method.TURNS)
    takes_new = models.BooleanField(_("also what others enter"), default=False)
    began_at = tenancy.recorded_at_field()
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(AssignmentRuleQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("assignment rule")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "place"],
                condition=models.Q(ended_at__isnull=True),
                name="assignment_rule_place",
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(people=[]), name="assignment_rule_is_whole"
            ),
        ]

    def __str__(self):
        return self.name


class Assignment(OrganizationOwned):
    """One act upon one customer, and why: a rule's, or a manager's. By it, and in its own transaction, the claim changes hands."""

    grants = "SELECT, INSERT, DELETE"  # with the customer, and not before
    recorded_about = "customer_id"

    class Act(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        RECALLED = "recalled", _("recalled")

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="assignments")
    act = models.CharField(_("act"), max_length=8, choices=Act.choices)
    to = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("assigned to"))
    was = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("owner before"))
    by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("by"))
    rule = InOrganization("customers.AssignmentRule", null=True, editable=False, verbose_name=_("assignment rule"))
    explanation = models.JSONField(_("explanation"), default=dict, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    made_at = tenancy.recorded_at_field()
    made_in = models.BigIntegerField(null=True, editable=False)  # the database's transaction, set by a trigger

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("assignment")
        indexes = [
            models.Index(fields=["organization", "customer", "-made_at"], name="assignment_of_customer"),
            models.Index(fields=["organization", "rule", "to", "-made_at"], name="assignment_by_rule"),
        ]

    def __str__(self):
        return f"{self.customer} → {self.to or '—'}"
