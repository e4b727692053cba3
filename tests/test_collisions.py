"""Collision cases: opened, sealed, drawn, decided, appealed (R9, R31, R34, R35, R40 to R44, R46, R119)."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notice, User
from approvals.absences import announce
from audit.deeds import Refused
from audit.models import Entry
from customers.collisions import deciding, freezing, opening
from customers.confirmation import answering
from customers.denials import CannotDeny, deny
from customers.models import (
    ArbiterDraw,
    Claim,
    Collaborator,
    CollisionCase,
    ConfirmationAnswer,
    ContestedClaim,
    Customer,
    SealedStatement,
    Touch,
    Verdict,
)
from customers.registration import Draft, register
from tests.databases import sql
from tests.disputes import VERDICT, again, attempt_of, both_file
from tests.factories import TeamFactory, UserFactory, customer_of, shared

State, Origin = CollisionCase.State, CollisionCase.Origin


def leader_of(team, acme):
    leads = UserFactory(name=f"Leads {team}", organization=acme, role=User.Role.MANAGER)
    TeamFactory(organization=acme, name=team, manager=leads)
    return leads


@pytest.fixture
def he(acme):
    """Leads the South, outside both lines: the only one who can be drawn."""
    return leader_of("South", acme)


@pytest.fixture
def zhuoran(wang):
    return customer_of(wang, "Zhuoran Logistics Ltd")


@pytest.fixture
def case(zhuoran, wang, li, he, mei):
    """Li contests Wang's customer."""
    return opening.contest(attempt_of(li, zhuoran), by=li, reason="I was there in August")


@pytest.fixture
def heard(case):
    return both_file(case)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def told(what):
    return set(Notice.objects.filter(what=f"customers.{what}").values_list("person__name", flat=True))


def refused(name, statement, *values):
    """SQL as the application's role, in the name of who acts; refused by the guard of that name."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *values)
    assert getattr(refusal.value.__cause__.diag, "constraint_name", None) == name, refusal.value


def acting(person):
    return tenancy.inside(person.organization_id, user=person)


# The main way


def test_both_file_and_who_is_drawn_decides_at_once(case, zhuoran, wang, li, he):
    """R31, R9. Named to each other in the case, opened together, decided from outside both lines, in one transaction."""
    assert (case.number, case.party_a, case.party_b) == (f"C-{timezone.now().year}-0001", wang, li)
    assert told("case_opened") == {"Wang", "Li"}
    case = both_file(case)
    assert (case.state, case.arbiter) == (State.DECIDING, he)
    assert told("case_to_decide") == {he.name}
    began = Claim.objects.live().get(customer=zhuoran)

    verdict = deciding.decide(case, by=he, **VERDICT | {"outcome": "b"})

    claim = Claim.objects.live().get(customer=zhuoran)
    assert (fresh(zhuoran).owner, claim.claimant, claim.way) == (li, li, "verdict")
    assert (claim.chain_began_at, claim.rules_id) == (began.chain_began_at, verdict.rules_id or fresh(verdict).rules_id)
    assert fresh(verdict).rules.number == 2
    assert again(case).state == State.DECIDED
    assert told("case_decided") == {"Wang", "Li"}
    moved = (
        Entry.objects.about(zhuoran).filter(action="customers.give_by_verdict", table_name="customers_customer").get()
    )
    assert moved.actor_id == he.pk


@pytest.mark.parametrize(("outcome", "shares"), [("a", (80, 20)), ("joint", (60, 40)), ("pool", (50, 50))])
def test_each_verdict_does_what_it_says(outcome, shares, heard, zhuoran, wang, li, he):
    deciding.decide(heard, by=he, **VERDICT | {"outcome": outcome, "share_a": shares[0], "share_b": shares[1]})

    assert fresh(zhuoran).owner == (None if outcome == "pool" else wang)
    share = Collaborator.objects.filter(user=li).first()
    assert (share is not None) == (outcome == "joint")
    if share:
        assert not wang.has_perm("customers.take_back", share)
        with acting(wang):
            refused("share_by_verdict", "UPDATE customers_collaborator SET ended_at = now() WHERE id = %s", share.pk)
    if outcome == "pool":
        with pytest.raises(Refused):
            fresh(zhuoran).claim(by=li)


# Sealed


def test_nobody_reads_a_statement_before_both_are_open(case, wang, li, mei, shen, he):
    """R119. Not by a page, not by SQL in anybody's name; nobody's job sees but what the organisation's key has sealed."""
    words = "Mr Tang wrote to me in September."
    deciding.file_statement(case, by=wang, words=words)
    filed = SealedStatement.objects.get()
    assert (filed.words, filed.salt, words in filed.sealed) == ("", None, False)
    for other in (li, mei, shen, he):
        with acting(other):
            assert sql("SELECT FROM customers_sealedstatement") == 0
    assert not Entry.objects.filter(table_name="customers_sealedstatement", after__icontains="Tang").exists()
    entry = Entry.objects.get(action="customers.file_statement", op="I")
    assert (entry.after["sealed"], filed.digest_hex in entry.after["digest"]) == ("***", True)

    deciding.file_statement(case, by=li, words="Ms Guo works with me.")

    opened = SealedStatement.objects.get(pk=filed.pk)
    assert (opened.words, opened.is_intact) == (words, True)
    assert hashlib.sha256(bytes(opened.salt) + words.encode()).hexdigest() == opened.digest_hex
    assert {each.opened_at is not None for each in SealedStatement.objects.all()} == {True}
    with acting(li):
        assert sql("SELECT FROM customers_sealedstatement") == 2


def test_what_is_filed_stays_as_it_is(case, wang, li, he):
    """SQL as crm_app: no second statement, no other words, no early opening, none in another's name."""
    deciding.file_statement(case, by=wang, words="First")
    with pytest.raises(deciding.NotNow):
        deciding.file_statement(case, by=wang, words="Second")
    change = "UPDATE customers_sealedstatement SET digest = sha256('x') WHERE case_id = %s"
    opens = "UPDATE customers_sealedstatement SET salt = 'x', words = 'x' WHERE case_id = %s"
    with acting(wang):
        refused("statement_stands", change, case.pk)
    refused("statement_as_sealed", opens, case.pk)
    refused("statements_sealed", "UPDATE customers_collisioncase SET state = 'deciding' WHERE id = %s", case.pk)
    insert = (
        "INSERT INTO customers_sealedstatement (organization_id, case_id, person_id, digest, sealed, words)"
        " VALUES (%s, %s, %s, sha256('x'), 'x', '')"
    )
    for person in (he, wang):
        with acting(person):
            refused("statement_of_a_party", insert, case.organization_id, case.pk, li.pk)


# Who decides


def test_who_is_drawn_can_be_drawn_again_by_anybody(case, li, wang, he, acme, shen):
    """R9. The seed was committed to before, the number is the database's, the smallest HMAC is drawn."""
    gao = leader_of("North", acme)
    committed = ArbiterDraw.objects.get()
    both_file(case)

    drawn = ArbiterDraw.objects.get(pk=committed.pk)
    assert hashlib.sha256(bytes(drawn.seed)).digest() == bytes(committed.commitment)
    assert set(drawn.candidates) == {str(he.pk), str(gao.pk)}
    by = {pk: hmac.new(bytes(drawn.seed), f"{drawn.nonce}|{pk}".encode(), "sha256").digest() for pk in drawn.candidates}
    assert str(drawn.person_id) == min(by, key=by.__getitem__)
    assert ArbiterDraw.objects.prepared().filter(case=case).exists()


def test_nobody_with_a_share_or_a_line_is_drawn(case, zhuoran, wang, li, he, mei, acme, shen):
    """Superiors, team mates, former owners, collaborators, who is away, and who opened it."""
    for each in ("Shared", "Tried", "Away"):
        leader_of(each, acme)
    people = {each.name: each for each in User.objects.all()}
    shared(fresh(zhuoran), by=wang, person=people["Leads Shared"])
    attempt_of(people["Leads Tried"], zhuoran)
    now = timezone.now()
    announce(by=people["Leads Away"], begins_at=now, ends_at=now + timedelta(days=1))
    UserFactory(name="Mate", organization=acme, role=User.Role.MANAGER, team=wang.team)

    both_file(case)

    assert ArbiterDraw.objects.live().get().candidates == [str(he.pk)]


def test_it_goes_up_when_nobody_outside_can_decide(zhuoran, wang, li, mei, qian, shen):
    """At last to the owner of the organisation, and when he cannot either, the auditors are told and it waits."""
    case = both_file(opening.contest(attempt_of(li, zhuoran), by=li, reason="I was there first"))
    assert (case.arbiter, ArbiterDraw.objects.live().get().way) == (qian, "owner")

    deciding.recuse(case, by=qian, reason="my brother works there")

    assert again(case).arbiter is None
    assert told("case_without_arbiter") == {"Shen"}


def test_recusal_draws_the_next_one(case, he, acme):
    gao = leader_of("North", acme)
    case = both_file(case)
    first = case.arbiter

    deciding.recuse(case, by=first, reason="my wife works there")

    case = again(case)
    assert {first, case.arbiter} == {he, gao}
    with pytest.raises(Refused):
        deciding.decide(case, by=first, **VERDICT)


def test_an_arbiter_who_leaves_is_replaced_in_the_same_transaction(case, he, acme, zhao):
    gao = leader_of("North", acme)
    case = both_file(case)
    first = case.arbiter

    first.deactivate(by=zhao)

    assert again(case).arbiter == next(each for each in (he, gao) if each != first)
    assert list(ArbiterDraw.objects.filter(person=first).values_list("ended_as", flat=True)) == ["gone"]


def test_nobody_decides_but_who_was_drawn(heard, zhuoran, wang, li, mei, he, acme, shen):
    """As a party, a superior, an auditor or another manager; by the deed and by SQL as crm_app; and nobody draws again."""
    gao = leader_of("North", acme)
    insert = (
        "INSERT INTO customers_verdict (organization_id, case_id, for_appeal, arbiter_id, reason, outcome, share_a, share_b, words)"
        " VALUES (%s, %s, false, %s, 'first', 'a', 80, 20, 'x')"
    )
    for person in (wang, li, mei, gao, shen):
        with pytest.raises(Refused):
            deciding.decide(again(heard), by=person, **VERDICT)
        with acting(person):
            refused("verdict_of_the_arbiter", insert, heard.organization_id, heard.pk, person.pk)
            refused(
                "case_stands", "UPDATE customers_collisioncase SET arbiter_id = %s WHERE id = %s", person.pk, heard.pk
            )
            refused("case_by_verdict", "UPDATE customers_collisioncase SET state = 'decided' WHERE id = %s", heard.pk)
            refused(
                "arbiter_by_chance",
                "UPDATE customers_arbiterdraw SET seed = 'x' WHERE case_id = %s AND seed IS NULL",
                heard.pk,
            )
    refused(
        "draw_stands",
        "UPDATE customers_arbiterdraw SET ended_as = 'late' WHERE case_id = %s AND person_id = %s",
        heard.pk,
        he.pk,
    )
    with acting(he):
        refused(
            "verdict_shares_are_a_hundred", insert.replace("80, 20", "80, 30"), heard.organization_id, heard.pk, he.pk
        )
        refused(
            "verdict_took_effect", f"{insert}; SET CONSTRAINTS ALL IMMEDIATE", heard.organization_id, heard.pk, he.pk
        )


# Appeal


def test_an_appeal_is_decided_by_another_and_is_the_last_word(heard, zhuoran, wang, li, he, acme):
    gao = leader_of("North", acme)
    deciding.decide(heard, by=he, **VERDICT | {"outcome": "b"})
    sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # as its commit does
    with pytest.raises(Refused):
        deciding.appeal(again(heard), by=gao, reason="x")

    deciding.appeal(again(heard), by=wang, reason="the mail of September was not read")

    case = again(heard)
    assert (case.state, case.arbiter, case.appealed_by) == (State.APPEALED, gao, wang)
    assert told("case_appealed") == {"Li"}
    deciding.decide(case, by=gao, **VERDICT | {"outcome": "a"})
    case = again(heard)
    assert (case.state, fresh(zhuoran).owner, fresh(zhuoran).in_dispute) == (State.CLOSED, wang, False)
    assert Verdict.objects.filter(case=case).count() == 2
    with pytest.raises(Refused):
        deciding.appeal(case, by=li, reason="once more")


# Frozen meanwhile


def test_a_customer_in_dispute_is_not_moved_or_renamed(case, zhuoran, wang, li, mei, he, acme, zhao):
    """R35. Not by its owner, his manager, a list, the clock or SQL; both go on serving it, and everybody sees the state."""
    customer = fresh(zhuoran)
    assert (customer.state, freezing.is_frozen(customer)) == (Customer.State.IN_DISPUTE, True)
    for person, action in ((wang, "release"), (wang, "transfer"), (wang, "identity"), (mei, "recall"), (mei, "assign")):
        assert not person.has_perm(f"customers.{action}", customer)
    with acting(wang):
        refused("frozen_in_dispute", "UPDATE customers_customer SET owner_id = NULL, protected_until = NULL, pooled_at = now(),"
                " is_held = false WHERE id = %s", customer.pk)  # fmt: skip
        refused("frozen_in_dispute", "UPDATE customers_customer SET name = 'Other' WHERE id = %s", customer.pk)
    with pytest.raises(CannotDeny):
        deny(customer, by=mei, person=li, reason="to shut him out")
    answer = register([Draft("Zhuoran Logistics Ltd")], by=li, way=ContestedClaim.Way.FORM, claimed=True)[0]
    assert answer.state == Customer.State.IN_DISPUTE
    with acting(li):
        assert Touch.objects.of(li).get(customer=customer).state == "dispute"
        logged = deciding.log(case, by=li, content="Called Ms Guo", kind="call", occurred_at=timezone.now())
    assert logged.customer == customer
    assert not Customer.objects.visible_to(li).exists()
    with pytest.raises(Refused):
        deciding.log(case, by=he, content="x", kind="call", occurred_at=timezone.now())
    assert "C-" in freezing.sentence_of(customer)
    lies = "UPDATE customers_customer SET in_dispute = false WHERE id = %s; SET CONSTRAINTS ALL IMMEDIATE"
    with acting(wang):
        refused("dispute_is_true", lies, customer.pk)


def test_the_contester_steps_back_and_the_owner_cannot_give_it_away(case, zhuoran, wang, li):
    """Otherwise two people would pass a customer on past the second person that a transfer takes."""
    with pytest.raises(Refused):
        deciding.withdraw(case, by=wang, reason="take it")
    deciding.withdraw(case, by=li, reason="it was another company")
    assert (again(case).state, fresh(zhuoran).owner, fresh(zhuoran).in_dispute) == (State.DISMISSED, wang, False)


def test_a_case_ends_when_a_party_leaves(heard, zhuoran, wang, li, zhao, he):
    li.deactivate(by=zhao)
    assert (again(heard).state, fresh(zhuoran).in_dispute) == (State.DISMISSED, False)
    assert ArbiterDraw.objects.filter(person=he).get().ended_as == "gone"


def test_a_case_follows_its_two_records_when_they_are_merged(zhuoran, wang, li, he, shen):
    """Merged with any other company it is not; and nobody lets a case follow by hand."""
    other = customer_of(li, "Zhuoran Supply Chain Ltd")
    case = opening.open_case(
        zhuoran, by=shen, party_b=li, origin=Origin.HAND, other_customer=other, reason="two records"
    )
    assert fresh(other).in_dispute
    stranger = customer_of(li)
    assert freezing.may_be_merged(fresh(zhuoran), fresh(other))
    assert not freezing.may_be_merged(fresh(zhuoran), stranger)
    with pytest.raises(Refused):
        case.follow(by=li, merged_into=zhuoran)

    from_now_on = again(case)
    from_now_on.follow(by=deciding.CLOCK, merged_into=zhuoran)

    assert (again(case).customer, again(case).other_customer) == (zhuoran, None)
    assert (fresh(zhuoran).in_dispute, fresh(other).in_dispute) == (True, False)


# How it begins


def test_who_lost_contests_his_own_attempt_once(zhuoran, wang, li, he, mei, acme):
    """R34. Not somebody else's attempt, not again within half a year, not more than three at once."""
    attempt = attempt_of(li, zhuoran)
    with pytest.raises(Refused):
        opening.contest(attempt, by=he, reason="x")
    deciding.withdraw(opening.contest(attempt, by=li, reason="x"), by=li, reason="x")
    with pytest.raises(opening.CannotOpen, match="cannot be contested now"):
        opening.contest(attempt, by=li, reason="x")
    for _number in range(3):
        opening.contest(attempt_of(li, customer_of(wang)), by=li, reason="x")
    with pytest.raises(opening.CannotOpen, match="three companies"):
        opening.contest(attempt_of(li, customer_of(wang)), by=li, reason="x")


def test_a_case_is_opened_by_hand_from_above_or_by_an_auditor(zhuoran, wang, li, mei, he, shen):
    for person in (he, li):
        with pytest.raises((opening.CannotOpen, Refused)):
            opening.open_case(zhuoran, by=person, party_b=li, origin=Origin.HAND, reason="x")
    case = opening.open_case(zhuoran, by=mei, party_b=li, origin=Origin.HAND, reason="both call there")
    assert (case.origin, case.opened_by) == (Origin.HAND, mei)


def test_two_people_contacted_me_opens_a_case(zhuoran, wang, li, he):
    """R44. Between the owner and who tried to claim the company lately; nobody is picked where nobody fits."""
    answer = ConfirmationAnswer(customer=zhuoran, others=True, met=True)
    for listener in answering._listeners:
        listener(answer)
    assert not CollisionCase.objects.exists()
    attempt_of(li, zhuoran)
    for listener in answering._listeners:
        listener(answer)
    case = CollisionCase.objects.get()
    assert (case.origin, case.party_b, case.opened_by) == (Origin.CUSTOMER, li, None)
