"""The customer is asked whether a contact took place. Chance picks which; what he answers is not for the rep to read."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import keys, tenancy
from accounts.tenancy import InOrganization, OrganizationOwned


class ConfirmationDay(OrganizationOwned):
    """One day whose contacts are sampled: its seed is committed to before the day begins and shown when it is over."""

    grants = "SELECT, INSERT, UPDATE"
    unrecorded_fields = {"sealed": "key material until the day is over"}

    day = models.DateField(_("day"))
    percent = models.PositiveSmallIntegerField(_("contacts asked about, in percent"), default=10)
    commitment = models.BinaryField(_("SHA-256 of the seed"), max_length=32)
    sealed = models.TextField(editable=False)
    seed = models.BinaryField(_("seed"), null=True, max_length=32)
    revealed_at = models.DateTimeField(_("seed revealed"), null=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("day of confirmations")
        constraints = [
            models.UniqueConstraint(fields=["organization", "day"], name="confirmation_day_once"),
            models.CheckConstraint(condition=models.Q(percent__range=(1, 100)), name="confirmation_percent"),
        ]

    def __str__(self):
        return self.day.isoformat()


class ConfirmationQuerySet(tenancy.WalledQuerySet):
    def open(self):
        """Neither answered nor too old, by the database's clock. Asked of the database, because not everybody reads answers."""
        answered = models.Func("pk", function="customers_is_answered", output_field=models.BooleanField())
        return self.filter(expires_at__gt=tenancy.Clock()).alias(is_answered=answered).filter(is_answered=False)

    def to_deliver(self):
        """Those without a mail address that is the company's own: somebody of the service desk brings them to the customer."""
        return self.open().filter(mailed=False)


class Confirmation(OrganizationOwned):
    """One question about one contact: a link that works once. Only its hash is kept, and for the service desk the sealed link."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, DELETE"  # with the customer, and not before
    unrecorded_fields = {
        "sealed": "whoever reads the ledger does not answer for the customer",
        "token_hash": "as above",
    }

    class Chosen(models.TextChoices):
        SAMPLE = "sample", _("picked by chance")
        KEY_ACCOUNT = "key", _("a visit to a key account")
        ASKED = "asked", _("asked for by the rep")

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="confirmations")
    follow_up = InOrganization("customers.FollowUp", on_delete=models.CASCADE, related_name="confirmations")
    contact = InOrganization("customers.Contact", null=True, on_delete=models.CASCADE, verbose_name=_("contact"))
    chosen = models.CharField(_("chosen"), max_length=8, choices=Chosen.choices)
    asked_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("asked by"))
    asked_at = tenancy.recorded_at_field()
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    token_hash = models.CharField(max_length=64, editable=False)
    sealed = models.TextField(editable=False)
    mailed = models.BooleanField(_("sent by mail"), default=False)

    objects = tenancy.OrganizationManager.from_queryset(ConfirmationQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("question to a customer")
        constraints = [
            models.UniqueConstraint(fields=["organization", "follow_up"], name="asked_once_about_a_contact"),
            models.UniqueConstraint(fields=["organization", "token_hash"], name="confirmation_token_once"),
        ]
        indexes = [models.Index(fields=["organization", "mailed", "expires_at"], name="confirmation_to_deliver")]

    def __str__(self):
        return str(self.follow_up)

    @staticmethod
    def hash(token):
        return hashlib.sha256(token.encode()).hexdigest()

    @property
    def digest(self) -> bytes:
        """What its evidence is known by."""
        return hashlib.sha256(b"confirmation" + self.pk.bytes).digest()

    @property
    def token(self) -> str:
        """For who delivers the link (`customers.confirmation.asking.show`)."""
        return self.organization.unseal(f"confirmation:{self.token_hash}", self.sealed)


class ConfirmationAnswer(OrganizationOwned):
    """What the customer said. Whoever had the contact, and whoever owns the customer, does not find it here."""

    recorded_about = "customer_id"
    grants = "SELECT, INSERT, DELETE"  # with the customer, and not before

    customer = InOrganization("customers.Customer", on_delete=models.CASCADE, related_name="+")
    confirmation = InOrganization("customers.Confirmation", on_delete=models.CASCADE, related_name="answers")
    met = models.BooleanField(_("the contact took place"))
    others = models.BooleanField(_("others of us were in touch, too"))
    said_sealed = models.BinaryField(_("in the customer's words"), null=True, editable=False)
    answered_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("answer of a customer")
        constraints = [models.UniqueConstraint(fields=["organization", "confirmation"], name="answered_once")]
        indexes = [models.Index(fields=["organization", "-answered_at", "-id"], name="answers_by_time")]

    @property
    def is_telling(self):
        """Does somebody have to look at it?"""
        return self.others or not self.met

    def seal(self, words):
        self.said_sealed = keys.seal(self.organization.key, words.encode(), self._place) if words else None

    @property
    def said(self) -> str:
        return keys.unseal(self.organization.key, self.said_sealed, self._place).decode() if self.said_sealed else ""

    @property
    def _place(self):
        return f"answer:{self.confirmation_id}"
