"""Asking whether a company is there, without learning whose it is: each question is counted and kept."""

import json

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from customers.models.customer import Customer


def _number(label, house, least, most):
    return models.PositiveSmallIntegerField(
        label, default=house, validators=[MinValueValidator(least), MaxValueValidator(most)]
    )


def _between(field, least, most, name):
    return models.CheckConstraint(condition=models.Q(**{f"{field}__range": (least, most)}), name=name)


class ProbeTerms(OrganizationOwned):
    """How often one person may ask. A trigger holds it, as the house's own numbers where nobody has set others."""

    grants = "SELECT, INSERT, UPDATE"

    an_hour = _number(_("checks of one person in an hour"), 60, 5, 600)
    a_day = _number(_("checks of one person in 24 hours"), 200, 10, 2000)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("terms of the blind conflict check")
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="probe_terms_once"),
            _between("an_hour", 5, 600, "probes_an_hour_are_sane"),
            _between("a_day", 10, 2000, "probes_a_day_are_sane"),
        ]

    @classmethod
    def of_organization(cls):
        """Those of the organisation in scope, or the house's own as long as nobody has written others."""
        return cls.objects.first() or cls()

    @deed("customers.probe_terms")
    def set_to(self, *, by, an_hour, a_day):
        """They count for the next question."""
        self.an_hour, self.a_day = an_hour, a_day


class ConflictProbe(OrganizationOwned):
    """One question of one person and the state that was the answer. What was typed is sealed; nobody changes or removes it."""

    grants = "SELECT, INSERT"
    unrecorded_fields = {
        "sealed": "what was typed: it may name people and their numbers",
        "digest": "it finds equal questions",
    }

    class Way(models.TextChoices):
        PAGE = "page", _("blind conflict check")
        FORM = "form", _("new customer")

    person = InOrganization("accounts.User", editable=False, verbose_name=_("person"))
    asked_at = tenancy.recorded_at_field()
    way = models.CharField(_("way"), max_length=4, choices=Way.choices, editable=False)
    answer = models.CharField(_("answer"), max_length=7, choices=Customer.State.choices, editable=False)
    company = models.UUIDField(
        _("company"), null=True, editable=False
    )  # no foreign key: it stays when the company goes
    called = models.CharField(
        _("name as typed"), max_length=200, editable=False
    )  # of a company that is there, as a touch has it
    hidden = models.PositiveSmallIntegerField(_("invisible characters"), default=0, editable=False)
    digest = models.BinaryField(editable=False)
    sealed = models.TextField(editable=False)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("blind conflict check")
        indexes = [
            models.Index(fields=["organization", "person", "asked_at"], name="probe_of_person"),
            models.Index(fields=["organization", "asked_at"], name="probe_newest"),
        ]

    def __str__(self):
        return str(self.asked_at)

    @property
    def typed(self) -> dict:
        """What was asked for, in the clear."""
        return json.loads(self.organization.unseal("probe", self.sealed))
