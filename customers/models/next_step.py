"""What is to be done for a customer next, by whom and by when."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts import tenancy
from accounts.states import StateField
from accounts.tenancy import InOrganization, OrganizationOwned
from audit.deeds import deed
from customers.models.follow_up import FollowUp


class NextStepQuerySet(tenancy.WalledQuerySet):
    def open(self):
        return self.filter(state=NextStep.State.OPEN)

    def by_time(self):
        """The day first; within a day what has an hour, then what only has the day."""
        return self.order_by("due_on", models.F("due_at").asc(nulls_last=True), "id")


class NextStep(OrganizationOwned):
    """Something to do on a day, at an hour where one was arranged. When the customer passes to another owner, so do its open
    steps; when it goes to the pool, they end (`customers/sql/next_steps.sql`)."""

    grants = "SELECT, INSERT, UPDATE"
    recorded_about = "customer_id"

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    customer = InOrganization("customers.Customer", editable=False, related_name="next_steps")
    person = InOrganization("accounts.User", editable=False, verbose_name=_("who does it"))
    what = models.CharField(_("what"), max_length=200)
    due_on = models.DateField(_("day"))  # where the organisation is; of a step with an hour, the day of that hour
    due_at = models.DateTimeField(_("hour"), null=True, blank=True)
    state = StateField(_("state"), choices=State.choices, default=State.OPEN, protected=True)
    planned_by = InOrganization("accounts.User", editable=False, verbose_name=_("planned by"))
    planned_with = InOrganization("customers.FollowUp", null=True, editable=False, related_name="plans")
    planned_at = tenancy.recorded_at_field()
    changed_at = models.DateTimeField(_("changed"), db_default=tenancy.Clock(), editable=False)  # set by a trigger
    moves = models.PositiveSmallIntegerField(_("times moved"), default=0, editable=False)  # counted by a trigger
    done_at = models.DateTimeField(_("done"), null=True, editable=False)
    done_by = InOrganization("accounts.User", null=True, editable=False, verbose_name=_("done by"))
    done_with = InOrganization("customers.FollowUp", null=True, editable=False, related_name="finishes")
    reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)

    objects = tenancy.OrganizationManager.from_queryset(NextStepQuerySet)()

    class Meta(OrganizationOwned.Meta):
        verbose_name = _("next step")
        indexes = [
            models.Index(
                fields=["organization", "person", "due_on", "id"],
                name="next_step_of_person",
                condition=models.Q(state="open"),
            ),
            models.Index(fields=["organization", "customer", "due_on"], name="next_step_of_customer"),
            models.Index(fields=["organization", "due_on"], name="next_step_by_day", condition=models.Q(state="open")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", done_at=None, done_by=None, done_with=None, reason="")
                | models.Q(state="done", done_at__isnull=False, reason="")
                | models.Q(state="dropped", done_at__isnull=False, done_with=None) & ~models.Q(reason=""),
                name="next_step_ends_with_a_reason",
            ),
            models.CheckConstraint(condition=~models.Q(what=""), name="next_step_says_what"),
        ]

    def __str__(self):
        return self.what

    @deed("customers.finish_step")
    @transition(field=state, source=State.OPEN, target=State.DONE)
    def finish(self, *, by, follow_up: FollowUp | None = None):
        """Done, as this follow-up tells or without one."""
        self.done_at, self.done_by, self.done_with = tenancy.now(), by, follow_up

    @deed("customers.drop_step")
    @transition(field=state, source=State.OPEN, target=State.DROPPED)
    def drop(self, *, by, reason):
        self.done_at, self.done_by, self.reason = tenancy.now(), by, reason

    @deed("customers.move_step")
    def move(self, *, by, due_on, due_at=None):
        """To another day. How often it was moved stays to be seen."""
        self.due_on, self.due_at = due_on, due_at
