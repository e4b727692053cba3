"""Call logs of a telephone system, and whose extension is whose."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from customers.models.transfer import Import


class Extension(OrganizationOwned):
    """Who is behind an extension of the telephone system."""

    number = models.CharField(_("extension"), max_length=40)
    person = InOrganization("accounts.User", verbose_name=_("person"))

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("extension")
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="extension_once")]

    def __str__(self):
        return self.number


class CallLogQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        """Those he brought; an auditor reads all. They name extensions, lines and reasons, and no number."""
        return self if user.is_auditor else self.filter(brought_by=user)


class CallLog(OrganizationOwned):
    """One file of a telephone system, brought by somebody who did not make the calls."""

    file = InOrganization("accounts.StoredFile", editable=False)
    brought_by = InOrganization("accounts.User", editable=False, verbose_name=_("brought by"))
    brought_at = tenancy.recorded_at_field()
    headers = models.JSONField(_("headings"), default=list)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    mapping = models.JSONField(_("columns"), default=dict)
    problem = models.CharField(_("problem"), max_length=20, blank=True)
    read_at = models.DateTimeField(null=True, editable=False)
    evaluated_at = models.DateTimeField(_("evaluated"), null=True, editable=False)
    report = models.JSONField(_("report"), default=dict)

    objects = tenancy.OrganizationManager.from_queryset(CallLogQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("call log")
        constraints = [models.UniqueConstraint(fields=["organization", "file"], name="call_log_of_file")]
        indexes = [models.Index(fields=["organization", "brought_by", "-id"], name="call_log_of_person")]

    def __str__(self):
        return self.file.name

    def get_absolute_url(self):
        return reverse("customers:call_log", args=[self.pk])

    @property
    def problem_sentence(self):
        return dict(Import.Problem.choices).get(self.problem, "")

    @property
    def is_working(self):
        """Does a worker read or evaluate it?"""
        return not self.problem and (self.read_at is None or (bool(self.mapping) and self.evaluated_at is None))

    @deed("customers.match_calls")
    def match(self, *, by, mapping):
        """Which column is what, as a person decided."""
        self.mapping = mapping
