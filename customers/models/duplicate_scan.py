"""The search through all customers of an organisation: how far it is, and what too many customers share."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned


class DuplicateScanQuerySet(tenancy.WalledQuerySet):
    def live(self):
        return self.filter(state=DuplicateScan.State.UNDER_WAY)

    def finished(self):
        return self.filter(state=DuplicateScan.State.FINISHED)


class DuplicateScan(OrganizationOwned):
    """One search, in parts that workers do at the same time. A part counts itself in the transaction in which it is done."""

    grants = "SELECT, INSERT, UPDATE"
    derived_fields = dict.fromkeys(("parts_done", "compared", "found"), "counted by the parts")
    unrecorded_fields = {"bounds": "bulk: ids of customers", "horizon": "machinery"}

    class State(models.TextChoices):
        UNDER_WAY = "live", _("under way")
        FINISHED = "finished", _("finished")
        GIVEN_UP = "given_up", _("given up")

    asked_by = InOrganization(
        "accounts.User", null=True, editable=False, verbose_name=_("asked by")
    )  # none: every night
    whole = models.BooleanField(_("all customers"), default=False, editable=False)  # else those that changed
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.UNDER_WAY, editable=False)
    began_at = tenancy.recorded_at_field()
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    bounds = models.JSONField(default=list, editable=False)  # the last customer of each part
    horizon = models.BigIntegerField(default=0, editable=False)  # the first transaction it may not see
    parts = models.PositiveIntegerField(default=0, editable=False)
    parts_done = models.PositiveIntegerField(default=0, editable=False)
    compared = models.PositiveIntegerField(_("customers compared"), default=0, editable=False)
    found = models.PositiveIntegerField(_("new pairs"), default=0, editable=False)
    weights_fingerprint = models.CharField(_("fingerprint of the weights"), max_length=16, editable=False)
    record_version = models.PositiveSmallIntegerField(_("version of the records"), editable=False)

    objects = tenancy.OrganizationManager.from_queryset(DuplicateScanQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("search for duplicates")
        constraints = [
            models.UniqueConstraint(fields=["organization"], condition=models.Q(state="live"), name="one_live_scan"),
            models.CheckConstraint(condition=models.Q(parts_done__lte=models.F("parts")), name="no_part_is_done_twice"),
        ]
        indexes = [models.Index(fields=["organization", "-began_at"], name="duplicate_scan_newest")]

    def __str__(self):
        return str(self.began_at)

    @property
    def is_live(self):
        return self.state == self.State.UNDER_WAY

    def range_of(self, part) -> tuple:
        """Between which customers (ids) a part lies: after the first, up to and with the last. The last part has no end."""
        return self.bounds[part - 1] if part else None, self.bounds[part] if part < len(self.bounds) - 1 else None


class DuplicateBlock(OrganizationOwned):
    """A key that more customers share than are paired by it: a finding of its own, when it is a telephone, a mailbox or a domain."""

    unrecorded = "derived from the keys of customers"

    scan = InOrganization("customers.DuplicateScan", editable=False, related_name="blocks")
    h = models.BigIntegerField(editable=False)
    kind = models.CharField(max_length=1, blank=True, editable=False)
    customers = models.PositiveIntegerField(editable=False)
    examples = models.JSONField(editable=False)

    label: Any = None  # what it is a key of, and which of the examples a person sees; put here where a page shows it
    seen: Any = None

    class Meta(OrganizationOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "scan", "h"], name="duplicate_block_once")]
        indexes = [models.Index(fields=["organization", "scan", "-customers"], name="duplicate_block_largest")]
