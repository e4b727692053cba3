"""Mail that comes in by a person's own forwarding address."""

import base64
import hashlib
import json
import secrets

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import keys, tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


class MailAddress(OrganizationOwned):
    """Where one person lets mail come in. Who knows its secret part can bring mail in his name, so it can be renewed."""

    unrecorded_fields = {"sealed": "it holds the secret", "digest": "it finds the address of a secret"}

    person = InOrganization("accounts.User", editable=False)
    sealed = models.CharField(max_length=200, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    since = models.DateTimeField(_("since"), db_default=tenancy.Clock(), editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("forwarding address")
        constraints = [
            models.UniqueConstraint(fields=["organization", "person"], name="mail_address_of_person"),
            models.UniqueConstraint(fields=["organization", "digest"], name="mail_address_once"),
        ]

    def __str__(self):
        token = self.organization.unseal("mail address", self.sealed)
        return f"log+{self.organization_id}-{token}@{settings.INBOUND_DOMAIN}"

    @staticmethod
    def digest_of(token):
        """Mail servers change the case of a local part as they like."""
        return hashlib.sha256(token.lower().encode()).hexdigest()

    def draw(self):
        """Another secret; it has 120 bits, so that nobody finds it by trying."""
        token = base64.b32encode(secrets.token_bytes(15)).decode().lower()
        self.sealed, self.digest = self.organization.seal("mail address", token), self.digest_of(token)
        self.since = tenancy.now()
        return self

    @deed("customers.renew_mail_address")
    def renew(self, *, by):
        """From this moment on the old address is nobody's."""
        self.draw()


class InboundMailQuerySet(tenancy.WalledQuerySet):
    def to_sort(self):
        """Read, and neither logged nor discarded."""
        return self.filter(read_at__isnull=False, follow_up=None, discarded_at=None)


class InboundMail(OrganizationOwned):
    """One mail that came in for a person: kept sealed, read by a worker, then logged, or left for him to sort.

    Only he sees it (a policy of the database): until it belongs to a customer it is his correspondence.
    """

    unrecorded_fields = {"sealed": "what the list shows of it: names and addresses of people"}

    class Problem(models.TextChoices):
        """Why a mail was not logged by itself."""

        UNKNOWN = "unknown", _("None of its addresses is that of a contact")
        SEVERAL = "several", _("It may belong to several customers")
        UNREADABLE = "unreadable", _("It cannot be read as a mail")
        CIRCULAR = "circular", _("It went to so many people that it shows no contact")
        REPEATED = "repeated", _("It has been logged before")
        NO_DATE = "no_date", _("It does not say when it was written")
        FORWARDED = "forwarded", _("It was forwarded as text: forward it as an attachment, and the original counts")
        NOT_OPEN = "not_open", _("It belongs to a customer on which you do not work")

    person = InOrganization("accounts.User", editable=False)
    file = InOrganization("accounts.StoredFile", editable=False)
    arrived_at = tenancy.recorded_at_field()
    read_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=12, choices=Problem.choices, blank=True, editable=False)
    sealed = models.BinaryField(null=True, editable=False)
    follow_up = InOrganization("customers.FollowUp", on_delete=models.CASCADE, null=True, editable=False)
    discarded_at = models.DateTimeField(_("discarded"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(InboundMailQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("incoming mail")
        constraints = [models.UniqueConstraint(fields=["organization", "file"], name="inbound_mail_of_file")]
        indexes = [
            models.Index(fields=["organization", "person", "-id"], name="inbound_mail_of_person"),
            models.Index(fields=["organization", "follow_up"], name="inbound_mail_of_follow_up"),
        ]

    def summarise(self, **words):
        """What the list shows of it, sealed under the organisation's key."""
        text = json.dumps(words).encode()
        self.sealed = keys.seal(self.organization.key, text, f"inbound mail:{self.file_id}")

    @cached_property
    def summary(self) -> dict:
        if not self.sealed:
            return {}
        return json.loads(keys.unseal(self.organization.key, self.sealed, f"inbound mail:{self.file_id}"))

    @deed("customers.discard_mail")
    def discard(self, *, by):
        """It shows no contact with a customer. The file stays where it is, sealed."""
        self.discarded_at = tenancy.now()
