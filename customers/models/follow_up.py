"""What was done for a customer: what a person says, beside what the database recorded."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.models import history
from customers.models.evidence import Evidence, FollowUpQuerySet


class FollowUp(OrganizationOwned):
    """One contact with a customer. `occurred_at` is typed, `recorded_at` is the database's; neither is ever edited.

    What was wrong is answered by another one that `corrects` it: both stay, and the correction gives nothing.
    """

    recorded_about = "customer_id"
    LATE = timedelta(hours=24)

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")
        MAIL = "mail", pgettext_lazy("follow-up", "E-mail")
        MESSAGE = "message", _("Message")
        MEETING = "meeting", _("Meeting")
        NOTE = "note", _("Note")

    IN_PERSON = (Kind.CALL, Kind.VISIT, Kind.MEETING)  # the customer knows of these, and can be asked

    class Intention(models.TextChoices):
        """How much the customer wants to buy, as the one who spoke with him says it."""

        HIGH = "high", pgettext_lazy("intention", "High")
        MEDIUM = "medium", pgettext_lazy("intention", "Medium")
        LOW = "low", pgettext_lazy("intention", "Low")
        NONE = "none", pgettext_lazy("intention", "None")

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="follow_ups")
    author = InOrganization("accounts.User")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CALL)
    content = models.TextField(_("what happened"), max_length=4000)
    needs = models.TextField(_("needs"), max_length=1000, blank=True, db_default="")
    intention = models.CharField(_("intention"), max_length=10, choices=Intention.choices, blank=True, db_default="")
    corrects = InOrganization(
        "customers.FollowUp",
        null=True,
        on_delete=models.CASCADE,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    occurred_at = models.DateTimeField(_("occurred"))
    recorded_at = tenancy.recorded_at_field()

    objects = tenancy.OrganizationManager.from_queryset(FollowUpQuerySet)()
    history = history(no_db_index=["organization", "customer", "author", "corrects"])

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("follow-up")
        indexes = [
            models.Index(fields=["organization", "customer", "-recorded_at"], name="follow_up_of_customer"),
            models.Index(fields=["organization", "author", "-recorded_at"], name="follow_up_of_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(occurred_at__lte=models.F("recorded_at") + timedelta(minutes=5)),
                name="follow_up_not_in_the_future",
            ),
            models.UniqueConstraint(
                fields=["organization", "corrects"],
                condition=models.Q(corrects__isnull=False),
                name="follow_up_corrected_once",
            ),
        ]

    def __str__(self):
        return self.content[:60]

    @property
    def can_be_asked_about(self):
        """Somebody at the customer was there, and it is not the correction of another one."""
        return self.kind in self.IN_PERSON and self.corrects_id is None

    @property
    def is_confirmed(self):
        """Has the customer said yes? Read from its evidence, which the timeline brings along."""
        return any(each.kind == Evidence.Kind.CONFIRMATION for each in self.evidence.all())

    @property
    def is_late(self):
        return self.recorded_at - self.occurred_at > self.LATE


class FollowUpFile(OrganizationOwned):
    """A file that came with a follow-up, at the same moment and from the same person."""

    grants = "SELECT, INSERT"
    recorded_about = "customer_id"

    customer = InOrganization("customers.Customer", editable=False)
    follow_up = InOrganization("customers.FollowUp", editable=False, related_name="files")
    file = InOrganization("accounts.StoredFile", editable=False, verbose_name=_("file"))

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("file of a follow-up")
        indexes = [models.Index(fields=["organization", "customer"], name="follow_up_file_of_customer")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "follow_up", "file"], name="follow_up_file_once"),
        ]
