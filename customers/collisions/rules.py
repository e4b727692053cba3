"""Who opens a collision case, who speaks in it, who decides it. The database refuses everybody else, too."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.rules import rule
from accounts.the_clock import due
from accounts.verbs import verb
from customers.models import CollisionCase

State = CollisionCase.State

verb(
    "customers.arbitrate", _("Decide collision cases of others, when drawn by chance"),
    given_to=["manager"],
)  # fmt: skip


@rule("customers.contest_claim", no=_("Who came too late contests what he himself tried to claim."))
def came_too_late(user, attempt):
    return attempt.claimant_id == user.pk and user.sells


@rule("customers.open_case", no=_("Who audits, or leads one of the two, opens a case by hand."))
def audits_or_leads(user, customer):
    """Whom he leads of the two is for the database to compare, which knows the other one."""
    return customer.owner_id not in (None, user.pk) and (user.is_auditor or bool(user.people_below))


@rule("customers.file_statement", no=_("The two parties file a statement each, as long as they are sealed."))
def speaks_for_himself(user, case):
    return case.is_party(user) and case.state == State.STATEMENTS and case.statements_until > tenancy.now()


@rule("customers.log_in_case", no=_("The contester logs here; the owner does so on the page of the customer."))
def contests(user, case):
    return user.pk == case.party_b_id and case.is_open


@rule("customers.withdraw_case", no=_("The contester steps back; the owner cannot give a customer away like this."))
def is_the_contester(user, case):
    return user.pk == case.party_b_id and case.state in (State.STATEMENTS, State.DECIDING)


@rule("customers.appeal_case", no=_("Either party appeals, once and within five working days."))
def may_appeal(user, case):
    return case.is_party(user) and case.state == State.DECIDED and case.appeal_until > tenancy.now()


@rule(
    "customers.decide_case", "customers.settle_case", "customers.conclude_case",
    no=_("Whoever was drawn decides it, and nobody else."),
)  # fmt: skip
def was_drawn(user, case):
    return user.pk == case.arbiter_id and not case.is_party(user) and case.is_being_decided


@rule("customers.recuse", "customers.end_arbiter", no=_("Who was drawn steps back himself."))
def sits(user, draw):
    return draw.person_id == user.pk and draw.ended_at is None


@rule(
    "customers.open_statements", "customers.draw_arbiter", "customers.close_case", "customers.dismiss_case",
    "customers.follow_merge", "customers.remind_arbiter",
)  # fmt: skip
def nobody_himself(user, subject):
    """Only the clock."""
    return False


# What time brings about, or what follows from something else


@due("customers.open_statements")
def statements_are_due(case):
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_statements_due(%s)", [case.pk])
        return cursor.fetchone()[0]


@due("customers.draw_arbiter")
def somebody_can_be_drawn(draw):
    return draw.drawn_at is None and bool(arbiters_for(draw.case_id))


@due("customers.end_arbiter")
def decides_no_longer(draw):
    """Too late, or gone: the database looks which, and refuses another reason."""
    return draw.drawn_at is not None and draw.ended_at is None


@due("customers.close_case")
def appeal_is_over(case):
    return case.state == State.DECIDED


@due("customers.dismiss_case", "customers.follow_merge", "customers.remind_arbiter", "customers.open_case")
def is_asked_for(subject):
    """Called by what follows from something else; the database compares."""
    return True


def arbiters_for(case_id) -> list:
    """[(id, why he)] of those of whom one would be drawn now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, way FROM customers_arbiters(%s)", [case_id])
        return cursor.fetchall()
