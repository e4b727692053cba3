"""Collision cases while time passes and people act in the same moment: nothing waits for somebody who does not come (R9, R34)."""

import pytest
from django.db import DatabaseError

from audit.deeds import Refused
from customers import recycling
from customers.collisions import deciding, opening
from customers.models import ArbiterDraw, Claim, CollisionCase, Customer, Verdict
from tests.databases import sql, superuser
from tests.disputes import VERDICT, Dispute, attempt_of
from tests.factories import customer_of
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
State = CollisionCase.State


@pytest.fixture
def dispute():
    return Dispute()


def test_one_files_and_his_statement_is_read_after_two_days(dispute):
    """And not a moment before: the other one may still file."""
    dispute.file(dispute.wang)
    assert dispute.passes(hours=47).state == State.STATEMENTS
    case = dispute.passes(hours=2)
    assert (case.state, case.arbiter in (dispute.he, dispute.gao)) == (State.DECIDING, True)
    assert {name: each.words for name, each in dispute.statements().items()} == {"Wang": "Wang was there first."}
    with pytest.raises(Refused):
        dispute.file(dispute.li)
    with dispute.of(dispute.wang), pytest.raises(DatabaseError, match="not changed once"):
        sql("UPDATE customers_sealedstatement SET words = 'x' WHERE case_id = %s", case.pk)


def test_nobody_files_and_the_case_goes_through_to_its_end(dispute):
    """It moves to the next arbiter when one lets his time pass, is decided without statements, and closes when nobody appeals.
    Meanwhile nothing is recycled, and a deal that is won changes nothing but what the page says."""
    case = dispute.passes(hours=49)
    assert (case.state, dispute.statements()) == (State.DECIDING, {})
    first = case.arbiter
    assert dispute.passes(days=4).reminded_at is not None
    case = dispute.passes(days=5)
    assert {first, case.arbiter} == {dispute.he, dispute.gao}
    assert dispute.drawn()[0] == (first.name, "late")
    won(dispute)
    with dispute.of():
        recycling.recycle()
    assert dispute.owner() == dispute.wang

    dispute.decide()

    case = dispute.now()
    assert case.state == State.DECIDED
    assert dispute.passes(days=4).state == State.DECIDED
    case = dispute.passes(days=5)
    assert case.state == State.CLOSED
    with dispute.of():
        assert not Customer.objects.get(pk=dispute.customer.pk).in_dispute
    with pytest.raises(Refused), dispute.of(dispute.li):
        deciding.appeal(case, by=dispute.li, reason="too late")


def won(dispute):
    """A deal: opportunities are not built yet, so the moment is written where they will write it."""
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        line.execute("UPDATE customers_claim SET won_at = now(), protected_until = now() - interval '1 hour'"
                     " WHERE organization_id = %s", [dispute.organization.pk])  # fmt: skip
        line.execute("UPDATE customers_customer SET protected_until = now() - interval '1 hour' WHERE organization_id = %s",
                     [dispute.organization.pk])  # fmt: skip
        line.commit()
    with dispute.of():
        from_page = dispute.now()
        assert Claim.objects.live().get(customer=from_page.customer).won_at > from_page.opened_at


def test_two_openings_and_two_verdicts_at_once_leave_one(dispute):
    """Raced: the index and the lock let one through, and the others are told."""
    with dispute.of(dispute.wang):
        customer = customer_of(dispute.wang)
    with dispute.of(dispute.li):
        attempt = attempt_of(dispute.li, customer)

    def open_it():
        try:
            with dispute.of(dispute.li):
                return opening.contest(attempt, by=dispute.li, reason="x")
        except opening.CannotOpen:
            return None

    def by_auditor():
        try:
            with dispute.of(dispute.shen):
                return opening.open_case(customer, by=dispute.shen, party_b=dispute.li, origin="hand", reason="x")
        except opening.CannotOpen:
            return None

    assert len(list(filter(None, at_once([open_it, by_auditor, open_it])))) == 1

    case = dispute.heard()

    def decides(outcome):
        def work():
            try:
                with dispute.of(case.arbiter):
                    return deciding.decide(dispute_again(dispute), by=case.arbiter, **VERDICT | {"outcome": outcome})
            except Refused:
                return None

        return work

    assert len(list(filter(None, at_once([decides("a"), decides("b")])))) == 1
    with dispute.of():
        assert Verdict.objects.filter(case=case).count() == 1
        assert ArbiterDraw.objects.filter(case=case, ended_as="decided").count() == 1


def dispute_again(dispute):
    return CollisionCase.objects.select_related("customer", "party_a", "party_b", "arbiter").get(pk=dispute.case.pk)
