"""Where somebody is signed in, and on which devices he was before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned


class SessionQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(ended_at=None)


class Session(OrganizationOwned):
    """One sign-in on one device, until it ends. The cookie leads to it; ended here, it is ended at the next request."""

    unrecorded = "machinery: signing in, signing out and ending are recorded as events"

    class Factor(models.TextChoices):
        NONE = "", _("Password only")
        APP = "app", _("Password and app")
        PASSKEY = "passkey", _("Password and passkey")
        RECOVERY = "recovery", _("Password and recovery code")

    person = InOrganization("accounts.User")
    began_at = tenancy.recorded_at_field()
    seen_at = models.DateTimeField(db_default=tenancy.Clock())
    proved_at = models.DateTimeField(db_default=tenancy.Clock())  # when he last showed that it is he
    factor = models.CharField(max_length=10, choices=Factor.choices, blank=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    place = models.JSONField(null=True)  # {name, latitude, longitude}, where the operator gave a map
    ended_at = models.DateTimeField(null=True)
    live_break_glass = None  # the number of its person's, where the query asks for it
    device = ""  # the words for its agent, put here by pages that show it

    objects = tenancy.OrganizationManager.from_queryset(SessionQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("session")
        indexes = [models.Index(fields=["organization", "person", "-began_at"], name="session_of_person")]


class Device(OrganizationOwned):
    """A browser that somebody has signed in with before: the digest of its cookie, and what it calls itself."""

    unrecorded = "machinery: a new device is recorded as an event"

    person = InOrganization("accounts.User")
    digest = models.BinaryField()
    agent_class = models.CharField(max_length=60)
    first_seen_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("device")
        constraints = [
            models.UniqueConstraint(fields=["organization", "person", "digest", "agent_class"], name="device_once")
        ]
