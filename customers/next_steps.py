"""Next steps: planned by who works on the customer, for a day where the organisation is, or for an hour."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.rules import rule
from audit.deeds import allow, stamped
from customers.handover import counted, grouped
from customers.models import NextStep
from customers.rules import works_on


def today() -> date:
    """The day it is where the organisation in scope is, by the database's clock: that on which its rules go by, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_today(%s)", [tenancy.organization_id()])
        return cursor.fetchone()[0]


def moment_of(day, hour, time_zone) -> datetime:
    """An hour of a day where the organisation is. One that the clocks skip is the hour they go on with, one they
    repeat is the first."""
    zone = ZoneInfo(time_zone)
    there = datetime.combine(day, hour, tzinfo=zone)
    return there.astimezone(ZoneInfo("UTC")).astimezone(zone)


@transaction.atomic
def plan(customer, *, by, what, due_on, due_at=None, follow_up=None) -> NextStep:
    """A step of one's own, arranged in a follow-up or alone."""
    with stamped("customers.plan_step", by=by):
        allow(by, "customers.plan_step", customer)
        return NextStep.objects.create(
            customer=customer, person=by, planned_by=by, what=what, due_on=due_on, due_at=due_at, planned_with=follow_up
        )


@rule("customers.plan_step", no=_("Who works on the customer plans what comes next."))
def plans_for(user, customer):
    return works_on(user, customer)


@rule(
    "customers.finish_step", "customers.drop_step", "customers.move_step",
    no=_("Who works on the customer does, drops and moves its next steps."),
)  # fmt: skip
def works_on_its_customer(user, step):
    """Whoever planned it: an assistant ticks off what the owner planned, and the other way round."""
    return works_on(user, step.customer)


@counted("next_steps", _("open next steps"))
def of_customers(ids):
    """They pass with the customer, so a handover says how many."""
    return grouped(NextStep.objects.open().filter(customer__in=ids), "customer")
