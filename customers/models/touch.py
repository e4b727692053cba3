"""What somebody had to do with a company: it lets him know the state of that company, and nothing more."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import tenancy
from accounts.tenancy import InOrganization, OrganizationOwned


class Engagement(models.TextChoices):
    """What he may know of it. Disputes and deals are not told yet; their words are ready."""

    FREE = "pool", _("Not followed")
    FOLLOWED = "taken", _("Being followed")
    DISPUTED = "dispute", _("In dispute")
    WON = "yes", pgettext_lazy("of a company", "Won")
    HIS_OWN = "mine", _("Yours now")


class StateOf(models.Func):
    """The state of what was touched, as the database tells the person who acts, and of his own touches only."""

    function = "customers_engagement"
    output_field = models.CharField()


class TouchQuerySet(tenancy.WalledQuerySet):
    def of(self, user):
        """His own, with the state of each company now; of a record that passed into another, the other one is told."""
        # Not joined: what he is denied is not there, but taken.
        companies = self.model.customer.field.related_model.objects  # type: ignore[attr-defined]
        passed = companies.filter(merged_into__isnull=False).values("pk")
        return self.filter(person=user).exclude(customer__in=passed).annotate(state=StateOf("pk"))


class Touch(OrganizationOwned):
    """One person once had to do with one company, and called it by this name. Written by triggers, seen by him alone."""

    grants = "SELECT"
    unrecorded = "derived by triggers from follow-ups, claims, shares and attempts, each recorded as what it is"

    class Kind(models.TextChoices):
        LOGGED = "logged", _("You logged a follow-up")
        OWNED = "owned", _("You owned it")
        SHARED = "shared", _("It was shared with you")
        TRIED = "tried", _("You wanted it")

    person = InOrganization("accounts.User")
    customer = InOrganization("customers.Customer")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    name = models.CharField(max_length=200)
    touched_at = tenancy.recorded_at_field()
    state: str  # added by `of`
    owed = models.BooleanField(default=False)  # a notice; set and taken back by the database

    objects = tenancy.OrganizationManager.from_queryset(TouchQuerySet)()

    class Meta(OrganizationOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "customer", "person"], name="touch_once")]
        indexes = [
            models.Index(fields=["organization", "person", "-id"], name="touch_newest"),
            models.Index(fields=["organization", "id"], name="touch_owed", condition=models.Q(owed=True)),
        ]

    def __str__(self):
        return self.name

    @property
    def state_label(self):
        return Engagement(self.state).label
