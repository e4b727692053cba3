"""What stands in the day of somebody who works on customers."""

from accounts.paging import counted
from approvals.models import Approval
from customers.day import AFTER, ASIDE, FIRST, Part, part_of_the_day
from customers.follow_ups import worked_on_by
from customers.lists import protected_from
from customers.models import Customer, FollowUp, HandoverItem, OwnershipRules
from customers.reminding import steps_of

DAYS_AHEAD = 14
MOST_SHOWN, MOST_WAITING = 50, 5


@part_of_the_day(FIRST, 10)
def steps(day):
    """What was arranged for today, and what was to be done before."""
    due = steps_of(day.person).filter(due_on__lte=day.date).select_related("customer", "planned_by")
    rows = list(due[: MOST_SHOWN + 1])
    for step in rows:
        step.is_overdue = step.due_on < day.date
    _with_periods([step.customer for step in rows])
    return Part("customers/day/_steps.html", _shown(rows))


@part_of_the_day(FIRST, 20)
def ending(day):
    """His customers whose protection ends within two weeks, the next one first."""
    mine = Customer.objects.open_to(day.person).filter(owner=day.person)
    soon = mine.filter(protected_until__lt=day.in_days(DAYS_AHEAD + 1)).order_by("protected_until", "id")
    rows = list(soon[: MOST_SHOWN + 1])
    _with_periods(rows)
    return Part("customers/day/_ending.html", _shown(rows) | {"days": DAYS_AHEAD}) if rows else None


@part_of_the_day(ASIDE, 10)
def waiting(day):
    """What others cannot go on with before he has answered."""
    requests = list(Approval.objects.waiting_for(day.person).order_by("due_at", "seat")[:MOST_WAITING])
    offered = HandoverItem.objects.offered_to(day.person).count()
    return Part("customers/day/_waiting.html", {"requests": requests, "offered": offered})


@part_of_the_day(ASIDE, 20)
def team(day):
    """For who leads others: how many of their customers end soon. Whose they are, the list says."""
    if not day.person.is_manager:
        return None
    theirs = Customer.objects.open_to(day.person).filter(owner__among=day.person.people_below)
    soon = theirs.filter(protected_until__lt=day.in_days(DAYS_AHEAD + 1))
    return Part("customers/day/_team.html", {"count": counted(soon), "days": DAYS_AHEAD})


@part_of_the_day(AFTER, 10)
def logged(day):
    """What he logged today, the latest first."""
    said = FollowUp.objects.filter(author=day.person, recorded_at__gte=day.begins)
    rows = list(said.select_related("customer").order_by("-recorded_at")[: MOST_SHOWN + 1])
    there = set(worked_on_by(day.person).filter(pk__in=[row.customer_id for row in rows]).values_list("pk", flat=True))
    return Part("customers/day/_logged.html", _shown([(row, row.customer_id in there) for row in rows]))


def _shown(rows):
    """As many as one reads; that there are more is said."""
    more = len(rows) > MOST_SHOWN
    return {"rows": rows[:MOST_SHOWN], "count": f"{MOST_SHOWN}+" if more else str(len(rows)), "more": more}


def _with_periods(customers):
    """Where the protection of each began, for its bar. One query."""
    rules = OwnershipRules.objects.in_force()
    for customer in customers:
        customer.protected_from = protected_from(customer, rules)
