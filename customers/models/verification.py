"""Verification: a customer compared with a source, field by field, by somebody who does not own it."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from customers.models.standard import FIELDS

SAYS_NOTHING = models.Q(said="", said_sealed=None)


class VerificationRoundQuerySet(tenancy.WalledQuerySet):
    def visible_to(self, user):
        """Auditors see all; others their own and their people's, and what chance has picked."""
        if user.is_auditor or not user.may("customers.verify"):
            return self if user.is_auditor else self.none()
        return self.filter(models.Q(opened_by__in=[user.pk, *user.people_below]) | models.Q(sample__isnull=False))


class VerificationRound(OrganizationOwned):
    """Some customers to verify: a list that somebody picked, a sample that chance picked, or differences of a reconciliation."""

    grants = "SELECT, INSERT"

    title = models.CharField(_("title"), max_length=120)
    filters = models.JSONField(_("filters"), default=dict, editable=False)
    opened_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("opened by"))
    opened_at = tenancy.recorded_at_field()
    sample = InOrganization("customers.Sample", null=True, editable=False, verbose_name=_("random sample"))
    reconciliation = InOrganization("customers.Reconciliation", null=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(VerificationRoundQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("verification round")
        constraints = [
            models.UniqueConstraint(fields=["organization", "sample"], name="one_round_a_sample"),
            models.UniqueConstraint(fields=["organization", "reconciliation"], name="one_round_a_reconciliation"),
        ]
        indexes = [models.Index(fields=["organization", "opened_by"], name="verification_round_of")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("customers:verification_round", args=[self.pk])


class VerificationItem(OrganizationOwned):
    """One customer of a round. What was compared of it hangs on it, each field once."""

    grants = "SELECT, INSERT"
    recorded_about = "customer_id"

    round = InOrganization("customers.VerificationRound", editable=False, related_name="items")
    customer = InOrganization("customers.Customer", editable=False)
    added_at = tenancy.recorded_at_field()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("customer to verify")
        constraints = [
            models.UniqueConstraint(fields=["organization", "round", "customer"], name="verification_item_once"),
        ]
        indexes = [models.Index(fields=["organization", "customer"], name="verification_item_of")]

    def get_absolute_url(self):
        return reverse("customers:verification_item", args=[self.round_id, self.pk])


class Verification(OrganizationOwned):
    """One field compared with a source: what stands here, what the source says, when, by whom. Written once.

    What is said of a person is sealed under his key; whatever else stands in the clear.
    """

    grants = "SELECT, INSERT"
    recorded_about = "customer_id"

    class Result(models.TextChoices):
        AGREES = "agrees", _("Agrees")
        DIFFERS = "differs", _("Differs")
        UNVERIFIABLE = "unverifiable", _("Cannot be verified")

    class Source(models.TextChoices):
        REGISTER = "register", _("Business register")
        DOCUMENT = "document", _("Document")
        VISIT = "visit", _("Visit")
        ERP = "erp", _("ERP")
        WEBSITE = "website", _("Web site")
        CALL = "call", _("Phone call")

    RELIABILITY = {
        Source.REGISTER: _("official record"),
        Source.DOCUMENT: _("original document"),
        Source.VISIT: _("seen in person"),
        Source.ERP: _("own books"),
        Source.WEBSITE: _("published by the company"),
        Source.CALL: _("said on the phone"),
    }

    item = InOrganization("customers.VerificationItem", editable=False, related_name="verifications")
    customer = InOrganization("customers.Customer", editable=False, related_name="verifications")
    field = models.CharField(_("field"), max_length=40, editable=False)
    contact = InOrganization("customers.Contact", null=True, editable=False, verbose_name=_("contact"))
    held = models.CharField(_("stands here"), max_length=300, blank=True, editable=False)
    held_sealed = models.BinaryField(_("stands here"), null=True, editable=False)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, editable=False)
    said = models.CharField(_("the source says"), max_length=300, blank=True, editable=False)
    said_sealed = models.BinaryField(_("the source says"), null=True, editable=False)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, editable=False)
    reference = models.CharField(_("reference"), max_length=200, editable=False)
    verified_by = InOrganization("accounts.User", editable=False, verbose_name=_("verified by"))
    verified_at = tenancy.recorded_at_field()
    fresh_days = models.PositiveSmallIntegerField(_("fresh for so many days"), editable=False)
    expires_at = models.DateTimeField(_("due again"), null=True, editable=False)  # set by a trigger
    independent = models.BooleanField(_("from outside the owner's team"), default=False, editable=False)  # as well

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("verification")
        constraints = [
            models.UniqueConstraint(fields=["organization", "item", "field"], name="verification_once"),
            models.CheckConstraint(
                condition=models.Q(result="differs") & ~SAYS_NOTHING | ~models.Q(result="differs") & SAYS_NOTHING,
                name="verification_says_what_differs",
            ),
            models.CheckConstraint(
                condition=~models.Q(result="agrees") | ~models.Q(held="", held_sealed=None),
                name="nothing_agrees_with_nothing",
            ),
            models.CheckConstraint(condition=~models.Q(reference=""), name="verification_has_a_source"),
            models.CheckConstraint(condition=models.Q(fresh_days__range=(1, 1100)), name="freshness_ends"),
        ]
        indexes = [models.Index(fields=["organization", "customer", "field"], name="verification_of_field")]

    @property
    def field_label(self):
        return FIELDS.get(self.field, self.field)

    @property
    def reliability(self):
        return self.RELIABILITY[self.Source(self.source)]

    @property
    def source_says(self) -> str:
        """In the clear; for who may know it."""
        return self.said or self._opened(self.said_sealed)

    @property
    def stood_here(self) -> str:
        return self.held or self._opened(self.held_sealed)

    def _opened(self, sealed):
        return self.contact.person_key.unseal(f"verification.{self.field}", sealed) if sealed and self.contact else ""


class VerifiedField(OrganizationOwned):
    """What stands verified now. It begins with a verification that agrees and ends when the value changes or is contradicted."""

    grants = "SELECT"
    unrecorded = "derived from verifications by triggers"

    customer = InOrganization("customers.Customer", related_name="verified_fields")
    field = models.CharField(max_length=40)
    verification = InOrganization("customers.Verification")
    expires_at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "customer", "field"], name="verified_field_once")
        ]


class CorrectionQuerySet(tenancy.WalledQuerySet):
    def open(self):
        return self.filter(state=Correction.State.PROPOSED)


class Correction(OrganizationOwned):
    """What a verification says otherwise, proposed to the owner: he accepts it or says why not. The verifier changes nothing."""

    grants = "SELECT, INSERT, UPDATE"
    recorded_about = "customer_id"

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for the owner")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Not accepted")

    verification = InOrganization("customers.Verification", editable=False)
    customer = InOrganization("customers.Customer", editable=False, related_name="corrections")
    state = StateField(_("state"), choices=State.choices, default=State.PROPOSED, protected=True)
    answer_days = models.PositiveSmallIntegerField(_("days to answer"), editable=False)
    answer_until = models.DateTimeField(
        _("to be answered until"), db_default=tenancy.Clock(), editable=False
    )  # trigger
    risen_at = models.DateTimeField(_("told the manager"), null=True, editable=False)
    answered_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    note = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    approval = InOrganization("approvals.Approval", null=True, editable=False, verbose_name=_("request"))

    objects = tenancy.OrganizationManager.from_queryset(CorrectionQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("proposed correction")
        constraints = [models.UniqueConstraint(fields=["organization", "verification"], name="correction_once")]
        indexes = [
            models.Index(fields=["organization", "customer"], name="correction_of"),
            models.Index(
                fields=["organization", "answer_until"], name="correction_open", condition=models.Q(state="proposed")
            ),
        ]

    @deed("customers.accept_correction")
    @transition(field=state, source=State.PROPOSED, target=State.ACCEPTED)
    def accept(self, *, by, approval=None):
        """The owner takes it over, or has asked a second person for it."""
        self.answered_by, self.approval = by, approval

    @deed("customers.decline_correction")
    @transition(field=state, source=State.PROPOSED, target=State.DECLINED)
    def decline(self, *, by, reason):
        self.answered_by, self.note = by, reason
