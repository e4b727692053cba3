"""Evidence: what shows that a contact took place, and was not typed by who claims it."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned

DAY = timedelta(hours=24)


class FollowUpQuerySet(tenancy.WalledQuerySet):
    def qualifying(self):
        """Those that extend a claim: recorded within a day, and shown by evidence of the same day that was not made on our
        own side. The mirror of `customers_earned`; a test holds the two against each other."""
        return self.with_evidence().filter(qualifies=True)

    def with_evidence(self):
        """Each with its evidence, and whether it `qualifies`."""
        of_it = Evidence.objects.filter(follow_up=models.OuterRef("pk")).exclude(strength=Evidence.Strength.OWN)
        near = of_it.filter(
            happened_at__gte=models.OuterRef("occurred_at") - DAY, happened_at__lte=models.OuterRef("occurred_at") + DAY
        )
        in_time = models.Q(recorded_at__lte=models.F("occurred_at") + DAY)
        return self.annotate(
            qualifies=models.Exists(near) & models.ExpressionWrapper(in_time, models.BooleanField())
        ).prefetch_related("evidence")


class Evidence(OrganizationOwned):
    """One artefact of one follow-up. The same artefact proves one contact and no second one."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, DELETE"

    class Kind(models.TextChoices):
        MAIL = "mail", pgettext_lazy("evidence", "E-mail")
        INVITATION = "invitation", _("Calendar invitation")
        CALL = "call", _("Call log")
        CONFIRMATION = "confirmation", _("Confirmed by the customer")

    class Strength(models.TextChoices):
        """Who stands behind it. What was made on our own side is shown and counts for nothing."""

        WITNESSED = "witnessed", _("seen by our server, or brought by somebody else")
        BROUGHT = "brought", _("brought as a file")
        OWN = "own", _("made on our side")

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="evidence")
    follow_up = InOrganization("customers.FollowUp", on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind of evidence"), max_length=12, choices=Kind.choices)
    strength = models.CharField(
        _("strength"), max_length=10, choices=Strength.choices, default=Strength.BROUGHT, db_default=Strength.BROUGHT
    )
    digest = models.BinaryField(editable=False)
    happened_at = models.DateTimeField(_("time of the artefact"))
    gathered_at = tenancy.recorded_at_field()
    gathered_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("brought by"))
    file = InOrganization("accounts.StoredFile", null=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("evidence")
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "digest"], name="evidence_proves_once"),
            models.UniqueConstraint(
                fields=["organization", "file"],
                condition=models.Q(kind__in=["mail", "invitation"]),
                name="evidence_one_of_a_file",
            ),
        ]
        indexes = [models.Index(fields=["organization", "follow_up"], name="evidence_of_follow_up")]

    def __str__(self):
        return str(self.said)

    @property
    def counts(self):
        """May it show that a contact took place?"""
        return self.strength != self.Strength.OWN

    @property
    def said(self):
        """What it is, and who stands behind it."""
        return SAID.get((self.kind, self.strength), self.Kind(self.kind).label)


SAID = {
    ("mail", "witnessed"): _("E-mail from the customer, received by our server"),
    ("mail", "brought"): _("E-mail from the customer, brought as a file"),
    ("mail", "own"): _("E-mail to the customer"),
    ("invitation", "brought"): _("Invitation that the customer accepted"),
    ("call", "witnessed"): _("Call log of the telephone system"),
}
