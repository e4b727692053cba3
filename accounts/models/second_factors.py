"""What somebody shows besides his password: an authenticator app, a passkey, a recovery code."""

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import keys, tenancy
from accounts.deeds import deed
from accounts.tenancy import InOrganization, OrganizationOwned


class SecondFactor(OrganizationOwned):
    """A secret shared with somebody's authenticator app, or the public half of a passkey; sealed either way."""

    unrecorded_fields = {"sealed": "secret"}
    recorded_about = "person_id"

    class Kind(models.TextChoices):
        APP = "app", _("Authenticator app")
        PASSKEY = "passkey", _("Passkey")

    person = InOrganization("accounts.User", verbose_name=_("person"))
    kind = models.CharField(_("second factor"), max_length=10, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    sealed = models.BinaryField(editable=False)
    # The last time step of an app, or what a passkey counts. It only rises: the database refuses a code a second time.
    counter = models.BigIntegerField(_("used up to"), default=0, editable=False)
    added_at = tenancy.recorded_at_field()
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("second factor")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person"], condition=models.Q(kind="app"), name="second_factor_one_app"
            )
        ]
        indexes = [models.Index(fields=["organization", "person"], name="second_factor_of_person")]

    def __str__(self):
        return self.name

    @cached_property
    def secret(self) -> bytes:
        return keys.unseal(self.organization.key, self.sealed, self.place(self.person_id))

    @staticmethod
    def place(person_id):
        return f"second-factor:{person_id}"

    @deed("accounts.use_second_factor")
    def use(self, *, by, counter):
        """Shown and accepted. A counter that was used up already is refused by the database."""
        self.counter, self.used_at = counter, tenancy.now()

    @deed("accounts.remove_second_factor")
    def remove(self, *, by):
        SecondFactor.objects.filter(pk=self.pk).delete()


class RecoveryCode(OrganizationOwned):
    """One of ten ways in when the second factor is lost. Only its digest is kept, and it works once."""

    unrecorded_fields = {"digest": "secret"}
    recorded_about = "person_id"

    person = InOrganization("accounts.User", verbose_name=_("person"))
    digest = models.BinaryField(editable=False)
    made_at = tenancy.recorded_at_field()
    used_at = models.DateTimeField(_("used"), null=True, editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("recovery code")
        constraints = [models.UniqueConstraint(fields=["organization", "person", "digest"], name="recovery_code_once")]

    @deed("accounts.use_recovery_code")
    def use(self, *, by):
        self.used_at = tenancy.now()
