"""What tells a list that left again when somebody finds it: its rows, its canary records, and who came across them."""

import json

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import keys, tenancy
from accounts.tenancy import InOrganization, OrganizationOwned, Walled
from audit.deeds import deed
from customers.models.contact import masked

WRITTEN_ONCE = "SELECT, INSERT"


class ExportedRow(Walled):
    """A row of a list that left, as digests: of the company's name, and of all that the row said."""

    unrecorded = "derived from the file, whose hash is recorded"
    grants = WRITTEN_ONCE

    pk = models.CompositePrimaryKey("organization_id", "export_id", "digest")
    organization = tenancy.implied_organization()
    export = InOrganization("customers.Export", on_delete=models.CASCADE)
    digest = models.BinaryField()
    text_digest = models.BinaryField()

    objects = tenancy.OrganizationManager()

    class Meta(Walled.Meta):
        indexes = [models.Index(fields=["organization", "digest"], name="exported_row_by_company")]


class Canary(OrganizationOwned):
    """A company that does not exist, made for one person's lists. Whoever has it in hand has it from there.

    It stands in no list of the product. Its line is sealed; digests find it: its address by the host across organisations,
    because a letter does not say whose it is.
    """

    recorded_about = "export_id"
    grants = WRITTEN_ONCE

    person = InOrganization("accounts.User", verbose_name=_("person"))
    export = InOrganization("customers.Export", verbose_name=_("export"))
    line_sealed = models.BinaryField()
    name_index = models.BinaryField()
    code_index = models.BinaryField(null=True)
    email_index = models.BinaryField(null=True)
    host_index = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    made_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("canary record")
        constraints = [models.UniqueConstraint(fields=["organization", "name_index"], name="canary_name_once")]
        indexes = [
            models.Index(fields=["organization", "person", "-made_at"], name="canary_of_person"),
            models.Index(fields=["organization", "host_index"], name="canary_by_host"),
        ]

    @cached_property
    def line(self) -> dict:
        """What stands in the list about it."""
        return json.loads(keys.unseal(self.organization.key, self.line_sealed, f"canary:{self.pk}"))

    def seal(self, line: dict):
        self.line_sealed = keys.seal(self.organization.key, json.dumps(line).encode(), f"canary:{self.pk}")


class Planting(OrganizationOwned):
    """A canary record in one list that left."""

    recorded_about = "export_id"
    grants = WRITTEN_ONCE

    canary = InOrganization("customers.Canary", related_name="plantings", verbose_name=_("canary record"))
    export = InOrganization("customers.Export", related_name="plantings", verbose_name=_("export"))
    planted_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("canary record in a list")
        constraints = [models.UniqueConstraint(fields=["organization", "export", "canary"], name="planted_once")]
        indexes = [models.Index(fields=["organization", "canary"], name="planting_of_canary")]


class CanaryHit(OrganizationOwned):
    """Somebody came across a canary record: wrote to its address, or brought it back in a list."""

    recorded_about = "export_id"
    grants = WRITTEN_ONCE

    class Way(models.TextChoices):
        MAIL = "mail", _("A letter to its address")
        LIST = "list", _("An imported list")

    class Mark(models.TextChoices):
        """What gave it away. Somebody real may have the same name; nobody real has the rest."""

        ADDRESS = "address", _("its mail address")
        HOST = "host", _("its web or mail domain")
        CODE = "code", _("its credit code")
        PHONE = "phone", _("its phone")
        NAME = "name", _("its name, which somebody real may have too")

    canary = InOrganization("customers.Canary", related_name="hits", verbose_name=_("canary record"))
    export = InOrganization("customers.Export", verbose_name=_("export"))
    way = models.CharField(_("found by"), max_length=4, choices=Way.choices)
    mark = models.CharField(_("recognised by"), max_length=7, choices=Mark.choices)
    detail_sealed = models.BinaryField()
    digest = models.BinaryField()
    batch = InOrganization("customers.Import", null=True, verbose_name=_("import"))
    seen_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("trace of a canary record")
        constraints = [models.UniqueConstraint(fields=["organization", "canary", "digest"], name="hit_once")]

    @cached_property
    def detail(self) -> dict:
        """Who wrote, about what; which list."""
        return json.loads(keys.unseal(self.organization.key, self.detail_sealed, f"hit:{self.canary_id}"))

    def seal(self, detail: dict):
        self.detail_sealed = keys.seal(self.organization.key, json.dumps(detail).encode(), f"hit:{self.canary_id}")


class CanaryPhoneQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(removed_at=None)

    def visible_to(self, user):
        return self.live() if user.may("customers.canary_phones") else self.none()


class CanaryPhone(OrganizationOwned):
    """A phone number of the organisation's own that canary contacts may have."""

    number_sealed = models.BinaryField(editable=False)
    number_index = models.BinaryField(editable=False)
    added_by = InOrganization("accounts.User", editable=False, verbose_name=_("entered by"))
    added_at = tenancy.recorded_at_field()
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(CanaryPhoneQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("number for canary contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "number_index"], condition=models.Q(removed_at=None), name="canary_phone_once"
            )
        ]

    @cached_property
    def number(self) -> str:
        return keys.unseal(self.organization.key, self.number_sealed, "canary-phone").decode()

    @property
    def masked(self) -> str:
        return masked("phone", self.number)

    @deed("customers.remove_canary_phone")
    def remove(self, *, by):
        """No new canary gets it. Lists that left with it are recognised as before."""
        self.removed_at = tenancy.now()
