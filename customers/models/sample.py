"""Random samples that nobody can steer: the seed is drawn and sealed before the period, and everybody can check it after."""

import hashlib

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.tenancy import OrganizationOwned
from audit.deeds import deed


def _number(label, default, least, most):
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(least), MaxValueValidator(most)]
    )


def _between(field, least, most, name):
    return models.CheckConstraint(condition=models.Q(**{f"{field}__range": (least, most)}), name=name)


class VerificationTerms(OrganizationOwned):
    """How often a sample is drawn, of how many customers, and how long an owner has to answer a proposal."""

    grants = "SELECT, INSERT, UPDATE"

    period_days = _number(_("days from one sample to the next"), 30, 7, 92)
    sample_size = _number(_("customers in a sample"), 20, 5, 500)
    answer_days = _number(_("days to answer a proposal"), 7, 2, 30)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("terms of verification")
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="verification_terms_once"),
            _between("period_days", 7, 92, "sample_period_is_sane"),
            _between("sample_size", 5, 500, "sample_size_is_sane"),
            _between("answer_days", 2, 30, "proposal_days_are_sane"),
        ]

    @classmethod
    def of_organization(cls):
        """Those of the organisation in scope, or the house's own as long as nobody has written others."""
        return cls.objects.first() or cls()

    @deed("customers.verification_terms")
    def set_to(self, *, by, period_days, sample_size, answer_days):
        """The next sample takes it; one that is committed keeps its day and its size."""
        self.period_days, self.sample_size, self.answer_days = period_days, sample_size, answer_days


class SampleQuerySet(tenancy.WalledQuerySet):
    def sealed(self):
        return self.filter(revealed_at=None)


class Sample(OrganizationOwned):
    """A seed whose SHA-256 stands in the ledger before the period begins, and which is revealed when the period is over.

    It picks, of the customers that had an owner at `draws_at`, those whose SHA-256(seed, id) is smallest.
    """

    grants = "SELECT, INSERT, UPDATE"
    unrecorded_fields = {"sealed": "the seed itself: known to nobody before the period is over"}

    commitment = models.CharField(_("SHA-256 of the seed"), max_length=64, editable=False)
    sealed = models.TextField(editable=False)
    size = models.PositiveSmallIntegerField(_("customers in the sample"), editable=False)
    period_days = models.PositiveSmallIntegerField(_("period in days"), editable=False)
    committed_at = tenancy.recorded_at_field()
    draws_at = models.DateTimeField(_("is drawn"), db_default=tenancy.Clock(), editable=False)  # set by a trigger
    revealed_at = models.DateTimeField(_("seed revealed"), null=True, editable=False)
    seed = models.CharField(_("seed"), max_length=64, blank=True, editable=False)
    candidates = models.PositiveIntegerField(_("customers to pick from"), null=True, editable=False)  # by the trigger
    cutoff = models.CharField(_("largest number that was picked"), max_length=64, blank=True, editable=False)  # as well

    objects = tenancy.OrganizationManager.from_queryset(SampleQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("random sample")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(revealed_at=None), name="one_sealed_sample"
            ),
        ]

    @property
    def recipe(self) -> str:
        """What anybody types to work out the number of a customer; nothing of ours is in it."""
        seed = self.seed or "SEED"
        code = (
            f"import hashlib, uuid; print(hashlib.sha256(bytes.fromhex('{seed}') + uuid.UUID('ID').bytes).hexdigest())"
        )
        return f'python3 -c "{code}"'

    def number_of(self, customer_id) -> str:
        """The number by which this customer is picked or not; smaller comes first. Anybody can work it out once the seed is known."""
        return hashlib.sha256(bytes.fromhex(self.seed) + customer_id.bytes).hexdigest()
