"""Evidence: what shows that a contact took place, and was not typed by who claims it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned


class Evidence(OrganizationOwned):
    """One artefact of one follow-up. The same artefact proves one contact and no second one."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, DELETE"

    class Kind(models.TextChoices):
        MAIL = "mail", pgettext_lazy("evidence", "E-mail")
        INVITATION = "invitation", _("Calendar invitation")
        CALL = "call", _("Call log")
        CONFIRMATION = "confirmation", _("Confirmed by the customer")

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="evidence")
    follow_up = InOrganization("customers.FollowUp", on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind of evidence"), max_length=12, choices=Kind.choices)
    digest = models.BinaryField(editable=False)
    happened_at = models.DateTimeField(_("time of the artefact"))
    gathered_at = tenancy.recorded_at_field()
    gathered_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("brought by"))
    file = InOrganization("accounts.StoredFile", null=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("evidence")
        constraints = [models.UniqueConstraint(fields=["organization", "kind", "digest"], name="evidence_proves_once")]
        indexes = [models.Index(fields=["organization", "follow_up"], name="evidence_of_follow_up")]

    def __str__(self):
        return str(self.Kind(self.kind).label)
