"""Access reviews: who has what, confirmed again by somebody who answers for him; what is not confirmed lapses."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed


def _days(label, default, least, most):
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(least), MaxValueValidator(most)]
    )


def _between(field, least, most, name):
    return models.CheckConstraint(condition=models.Q(**{f"{field}__range": (least, most)}), name=name)


def reads_all(user) -> bool:
    """Who runs reviews reads them with their evidence, and so do auditors; they open none."""
    return user.is_auditor or user.may("accounts.reviews")


class ReviewTerms(OrganizationOwned):
    """How often an organisation reviews, how long there is to answer, and from when on an account counts as dormant."""

    grants = "SELECT, INSERT, UPDATE"

    period_days = _days(_("days from one review to the next"), 90, 30, 366)
    answer_days = _days(_("days to answer"), 14, 3, 60)
    dormant_days = _days(_("dormant after so many days"), 60, 14, 366)

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("terms of the access review")
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="review_terms_once"),
            _between("period_days", 30, 366, "review_period_is_sane"),
            _between("answer_days", 3, 60, "review_answer_is_sane"),
            _between("dormant_days", 14, 366, "review_dormant_is_sane"),
        ]

    @classmethod
    def of_organization(cls):
        """Those of the organisation in scope, or the house's own as long as nobody has written others."""
        return cls.objects.first() or cls()

    @deed("audit.review_terms")
    def set_to(self, *, by, period_days, answer_days, dormant_days):
        self.period_days, self.answer_days, self.dormant_days = period_days, answer_days, dormant_days


class AccessReviewQuerySet(tenancy.WalledQuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def visible_to(self, user):
        """Who runs reviews, auditors, and who has something to answer in one."""
        if reads_all(user):
            return self
        mine = AccessItem.objects.filter(review=models.OuterRef("pk"), reviewer=user)
        return self.filter(models.Exists(mine))


class AccessReview(OrganizationOwned):
    """One review. `answerable` is in whose name what was not confirmed lapses; everybody reads that from the first day."""

    grants = "SELECT, INSERT, UPDATE"

    opened_at = tenancy.recorded_at_field()
    opened_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("opened by"))
    answerable = InOrganization("accounts.User", editable=False, verbose_name=_("answers for it"))
    due_at = models.DateTimeField(_("to be answered until"), editable=False)
    dormant_days = models.PositiveSmallIntegerField(_("dormant after so many days"), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    file = InOrganization("accounts.StoredFile", null=True, editable=False, verbose_name=_("evidence"))

    objects = tenancy.OrganizationManager.from_queryset(AccessReviewQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("access review")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(closed_at=None), name="one_review_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-opened_at"], name="access_review_newest")]


class AccessItemQuerySet(tenancy.WalledQuerySet):
    def open(self):
        return self.filter(state__in=[AccessItem.State.OPEN, AccessItem.State.OVERDUE])


class AccessItem(OrganizationOwned):
    """One thing that somebody has, and who says whether he still needs it."""

    grants = "SELECT, INSERT, UPDATE"

    class State(models.TextChoices):
        OPEN = "open", _("To be answered")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Not confirmed")
        LAPSED = "lapsed", _("Lapsed")
        OVERDUE = "overdue", _("Overdue")

    review = InOrganization("audit.AccessReview", editable=False, related_name="items")
    kind = models.CharField(_("kind"), max_length=40, editable=False)
    thing = models.UUIDField(editable=False)
    person = InOrganization("accounts.User", editable=False, verbose_name=_("person"))
    reviewer = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("reviewer"))
    facts = models.JSONField(default=dict, editable=False)
    since = models.DateTimeField(_("since"), null=True, editable=False)
    last_used = models.DateTimeField(_("last used"), null=True, editable=False)
    dormant = models.BooleanField(_("dormant"), default=False, editable=False)
    state = StateField(_("state"), choices=State.choices, default=State.OPEN, protected=True)
    note = models.CharField(_("note"), max_length=500, blank=True, editable=False)
    answered_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    settled_in = models.BigIntegerField(null=True, editable=False)  # the database's transaction, set by a trigger

    objects = tenancy.OrganizationManager.from_queryset(AccessItemQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("item of an access review")
        constraints = [
            models.UniqueConstraint(fields=["organization", "review", "kind", "thing"], name="access_item_once"),
            models.CheckConstraint(
                condition=models.Q(reviewer=None) | ~models.Q(reviewer=models.F("person")),
                name="nobody_reviews_himself",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "review", "reviewer", "state"], name="access_item_of_reviewer"),
            models.Index(fields=["organization", "person", "kind"], name="access_item_of_person"),
        ]

    @deed("audit.confirm_access")
    @transition(field=state, source=[State.OPEN, State.OVERDUE], target=State.CONFIRMED)
    def confirm(self, *, by, reason=""):
        """He still needs it. Time and transaction are the database's."""
        self.note, self.answered_by = reason, by

    @deed("audit.refuse_access")
    @transition(field=state, source=[State.OPEN, State.OVERDUE], target=State.REFUSED)
    def refuse(self, *, by, reason):
        """He does not need it any more."""
        self.note, self.answered_by = reason, by

    @deed("audit.lapse_access")
    @transition(field=state, source=[State.OPEN, State.REFUSED], target=State.LAPSED)
    def lapse(self, *, by, reason):
        """Nobody confirmed it, and it ends."""

    @deed("audit.leave_overdue")
    @transition(field=state, source=[State.OPEN, State.REFUSED], target=State.OVERDUE)
    def leave_overdue(self, *, by):
        """Nobody answered for somebody who works here every day: told to who decides on rights, and asked again."""
