"""Time that passes over open cases, and people who leave: nothing waits for somebody who does not come."""

from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.duties import handed_over_by
from accounts.schedules import every
from accounts.the_clock import CLOCK
from customers.collisions import deciding, telling
from customers.models import ArbiterDraw, CollisionCase

End, State = ArbiterDraw.End, CollisionCase.State
MOST = 500
A_DAY = timedelta(hours=24)


@every("customers.watch_cases", timedelta(minutes=10))
def watch():
    """Open statements, move on to the next arbiter, remind, and close what nobody has appealed."""
    cases = CollisionCase.objects.open().select_related("customer", "party_a", "party_b", "arbiter")
    for case in cases.order_by("pk")[:MOST]:
        _step(case, tenancy.now())


def _step(case, now):
    match case.state:
        case State.STATEMENTS if case.statements_until <= now:
            deciding.hear_if_due(case)
        case State.STATEMENTS if case.statements_until - now < A_DAY:
            _ask_for_statements(case)
        case State.DECIDED if case.appeal_until <= now:
            case.close(by=CLOCK)
            telling.tell_parties(case, "customers.case_closed")
        case State.DECIDING | State.APPEALED:
            _watch_arbiter(case, now)


def _watch_arbiter(case, now):
    if case.arbiter is None:
        deciding.draw_arbiter(case)
    elif not still_decides(case, case.arbiter):
        deciding.move_on(case, End.GONE)
    elif case.arbiter_until <= now:
        deciding.move_on(case, End.LATE)
    elif case.reminded_at is None and _half_is_over(case, now):
        case.remind(by=CLOCK)
        telling.say([case.arbiter], case, "customers.case_reminded", step=case.arbiter_until)


def _half_is_over(case, now):
    drawn_at = case.draws.live().get().drawn_at
    return now - drawn_at > (case.arbiter_until - drawn_at) / 2


def _ask_for_statements(case):
    filed = set(case.statements.values_list("person", flat=True))
    missing = [person for person in case.parties if person.pk not in filed]
    telling.say(missing, case, "customers.case_statement_wanted", until=case.statements_until)


def still_decides(case, person) -> bool:
    """As the database sees it: here, not away, and still outside both lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customers_still_decides(k, %s) FROM customers_collisioncase k WHERE k.organization_id = %s AND k.id = %s",
            [person.pk, case.organization_id, case.pk],
        )
        return cursor.fetchone()[0]


@handed_over_by
def pass_on(person, by):
    """He left, is away, or is something else now: what he was to decide, somebody else decides; what he was a party of, ends."""
    cases = CollisionCase.objects.open().select_related("customer", "party_a", "party_b")
    for case in cases.filter(arbiter=person):
        if case.is_being_decided and not still_decides(case, person):
            deciding.move_on(case, End.GONE)
    if not person.is_active:
        for case in cases.filter(Q(party_a=person) | Q(party_b=person)):
            deciding.dismiss(case, reason=_("%(name)s has left.") % {"name": person.name})
