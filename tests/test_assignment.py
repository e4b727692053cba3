"""Managers recall and assign, rules assign, and each says why; nobody else does, and nothing else changes (R6, R10, R36, R78)."""

from collections import Counter
from http import HTTPStatus

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import Notice
from approvals.models import Approval
from audit.deeds import Refused
from audit.models import Entry
from customers.assignment import acts, bulk, by_rules, changes
from customers.assignment.telling import of_the_owner
from customers.models import Assignment, AssignmentRule, Claim, Customer
from customers.timeline import timeline
from tests.databases import sql
from tests.factories import UserFactory, customer_of, founding, pool_customer, rules


@pytest.fixture
def zhou(acme, east):
    """Another rep in the East."""
    return UserFactory(name="Zhou", organization=acme, team=east)


def fresh(customer):
    return Customer.objects.get(pk=customer.pk)


def rule_for(*people, place=1, **fields):
    return AssignmentRule.objects.create(
        name=f"Rule {place}", place=place, people=[person.pk for person in people], **fields
    )


def refusal_of(work):
    with pytest.raises((IntegrityError, ProgrammingError)) as refused, transaction.atomic():
        work()
    return refused.value.__cause__.diag.constraint_name or str(refused.value)


def test_a_manager_recalls_with_a_reason(wang, mei):
    """R10. Both are told apart in the claim: recalled, not released."""
    customer = customer_of(wang)
    acts.recall(customer, by=mei, reason="nobody called them for months")
    assert fresh(customer).owner is None
    assert Claim.objects.get(customer=customer).ended_as == "recalled"
    assert Notice.objects.get(person=wang, what="customers.recalled_from_you")
    assert Entry.objects.filter(
        action="customers.recall", actor=mei.pk, reason="nobody called them for months"
    ).exists()


def test_from_the_pool_a_manager_gives_a_company_to_one_of_his_people(wang, mei, sign_in):
    """R36. On the page of the pool itself; a rep finds no such button there, and may not when he knows the address."""
    customer = pool_customer(wang, "Hengchuan Ltd")
    address = reverse("customers:assign", args=[customer.pk])
    assert address in sign_in(mei).get(reverse("customers:pool")).text
    assert address not in sign_in(wang).get(reverse("customers:pool")).text
    wanted = {"to": wang.pk, "reason": "he knows their plant"}
    assert sign_in(wang).post(address, wanted).status_code == 403
    assert sign_in(mei).post(address, wanted).status_code == 302
    assert fresh(customer).owner == wang


def test_a_manager_assigns_and_buys_no_time(wang, zhou, mei):
    customer = customer_of(wang)
    before = fresh(customer).protected_until
    acts.assign(customer, by=mei, to=zhou, reason="he speaks German")
    after = fresh(customer)
    assert (after.owner, after.protected_until) == (zhou, before)
    assert [claim.way for claim in Claim.objects.filter(customer=customer).order_by("claimed_at")] == [
        "created",
        "assigned",
    ]
    assert {notice.person for notice in Notice.objects.filter(what__startswith="customers.assigned")} == {wang, zhou}
    assert "he speaks German" in of_the_owner(after)["assignment_words"]


def test_the_timeline_says_who_assigned_and_recalled(wang, zhou, mei):
    customer = customer_of(wang)
    acts.assign(customer, by=mei, to=zhou, reason="x")
    acts.recall(fresh(customer), by=mei, reason="x")
    told = [(event.who.name, str(event.kind)) for event in timeline(fresh(customer))][::-1]
    assert sorted(told) == sorted([
        (wang.name, "claimed the customer"), (mei.name, "assigned the customer"),
        (zhou.name, "was assigned the customer"), (mei.name, "recalled the customer to the pool"),
    ])  # fmt: skip


def test_nobody_else_assigns_or_recalls(wang, zhou, li, mei, zhao, shen, an):
    """R6, R10. Not the rep his own, not another team's, not who administers, audits or assists."""
    customer = customer_of(wang)
    for person in (wang, zhou, li, zhao, shen, an):
        with pytest.raises(Refused):
            acts.recall(customer, by=person, reason="x")
        with pytest.raises(Refused):
            acts.assign(customer, by=person, to=zhou, reason="x")
    with pytest.raises(Refused):
        acts.assign(customer, by=mei, to=li, reason="not one of hers")
    assert fresh(customer).owner == wang


ACT = "INSERT INTO customers_assignment (organization_id, customer_id, act, to_id, reason, explanation) SELECT %s, id, %s, %s, %s, '{}' FROM customers_customer"


@pytest.mark.parametrize(
    ("who", "act", "to", "reason", "constraint"),
    [
        ("wang", "recalled", None, "x", "assignment_from_above"),
        ("li", "assigned", "li", "x", "assignment_from_above"),
        ("mei", "assigned", "li", "x", "assignment_from_above"),
        ("mei", "recalled", None, "", "assignment_from_above"),
        ("mei", "assigned", "zhao", "x", "assigned_to_a_seller"),
        ("mei", "assigned", "wang", "x", "assigned_to_a_seller"),
        ("mei", "recalled", "zhou", "x", "assignment_is_one_thing"),
        (None, "assigned", "zhou", "x", "assignment_by_a_rule"),
    ],
)
def test_sql_meets_the_same_rules(who, act, to, reason, constraint, request, wang, zhou, li, mei, zhao):
    customer_of(wang)
    person = who and request.getfixturevalue(who)
    values = [wang.organization_id, act, to and request.getfixturevalue(to).pk, reason]
    with tenancy.scope(wang.organization, user=person, source="test"):
        assert refusal_of(lambda: sql(ACT, *values)) == constraint


def test_an_act_opens_the_owners_place_and_nothing_else(wang, mei):
    """R6. In the very transaction of his act a manager still edits no record."""
    customer = customer_of(wang)
    with tenancy.scope(wang.organization, user=mei, source="test"):
        Assignment.objects.create(customer=customer, act="recalled", reason="x")
        change = "UPDATE customers_customer SET industry = 'x' WHERE owner_id IS NOT NULL"
        assert refusal_of(lambda: sql(change)) == "act_moves_the_owner"


def test_rules_assign_by_the_first_that_fits_and_say_why(wang, zhou, li, acme):
    """R36, R78. What fits no rule stays in the pool; the reason stands on the customer's page."""
    rule_for(li, place=1, conditions={"region": ["Bremen"]}, method="turns")
    rule_for(wang, zhou, place=2, conditions={"industry": ["Optics"]}, method="load")
    bremen, optics, other = pool_customer(li, region="Bremen"), pool_customer(li, industry="Optics"), pool_customer(li)
    customer_of(wang)
    with tenancy.scope(acme, source="job"):
        assert by_rules.assign_all([bremen.pk, optics.pk, other.pk]) == 2
    assert [fresh(each).owner for each in (bremen, optics, other)] == [li, zhou, None]
    assert "Bremen" in of_the_owner(fresh(bremen))["assignment_words"]
    assert "Zhou held 0 customers" in of_the_owner(fresh(optics))["assignment_words"]


def test_who_is_full_gone_or_denied_is_passed_over(wang, zhou, li, mei, acme):
    rules(holding_limit=1)
    customer_of(wang)
    li.is_active = False
    li.save(update_fields=["is_active"])
    rule_for(wang, li, zhou)
    customer = pool_customer(zhou)
    with tenancy.scope(acme, source="job"):
        by_rules.assign_all([customer.pk])
    made = Assignment.objects.get()
    assert made.to == zhou
    assert Counter(row["why"] for row in made.explanation["passed_over"]) == {"full": 1, "gone": 1}
    assert "Wang holds as many" in of_the_owner(fresh(customer))["assignment_words"]


@given(st.integers(1, 5), st.integers(0, 40))
def test_turns_are_fair(people, customers):
    """However many there are of both: nobody is more than one ahead."""
    ring = by_rules.Ring.__new__(by_rules.Ring)
    rule = AssignmentRule(people=list(range(people)), method="turns")
    ring.held, ring.limit, ring.turns, ring.next_turn = Counter(), 1000, {}, 0
    ring.people = {number: number for number in range(people)}
    ring._unfit = lambda pk, denied: ""
    got = Counter(ring.next_of(rule, set())[0] for _ in range(customers))
    assert max(got.values(), default=0) - min((got[number] for number in range(people)), default=0) <= 1


def test_what_somebody_claimed_meanwhile_stays_his(wang, zhou, acme):
    rule_for(zhou)
    customer = pool_customer(zhou)
    customer.claim(by=wang)
    with tenancy.scope(acme, source="job"):
        assert by_rules.assign_all([customer.pk]) == 0
    assert fresh(customer).owner == wang


def test_what_the_rules_give_to_others_is_not_its_creators(wang, zhou, sign_in):
    """R78. Entered by the form, and assigned by a job."""
    rule_for(zhou, conditions={"region": ["Bremen"]}, takes_new=True)
    answer = sign_in(wang).post("/customers/new/", {"name": "Nordhafen GmbH", "region": "Bremen"})
    assert answer.status_code == HTTPStatus.FOUND
    assert Customer.objects.get(name="Nordhafen GmbH").owner is None


@pytest.mark.django_db(transaction=True)
def test_rules_change_by_two_people_only():
    with founding(name="House") as organization:
        rep = UserFactory(name="Rep", organization=organization)
        rule_for(rep)
    with tenancy.scope(organization, user=rep, source="test"):
        assert refusal_of(lambda: rule_for(rep, place=2)) == "assignment_as_approved"
        assert (
            refusal_of(lambda: sql("UPDATE customers_assignmentrule SET ended_at = now()")) == "assignment_as_approved"
        )
        assert [each["name"] for each in changes.as_they_are()] == ["Rule 1"]


def test_the_same_act_upon_many_says_what_it_did_not_do(wang, zhou, li, mei):
    """ "n done, m refused, why"; one refusal undoes nothing of the others."""
    mine, hers = [customer_of(wang) for _ in range(3)], customer_of(mei)
    theirs = customer_of(li)
    report = bulk.carry_out("assign", [each.pk for each in (*mine, hers, theirs)], by=mei, to=zhou, reason="holiday")
    assert len(report.done) == 3
    assert [customer for customer, _why in report.refused] == [hers]
    assert all(fresh(each).owner == zhou for each in mine)
    assert fresh(theirs).owner == li, "what she does not see is not even named"


def test_pages_of_acts(wang, zhou, mei, sign_in):
    customer = customer_of(wang)
    client = sign_in(mei)
    assert (
        client.post(f"/customers/{customer.pk}/assign/", {"to": "", "reason": ""}).status_code
        == HTTPStatus.UNPROCESSABLE_ENTITY
    )
    assert (
        client.post(f"/customers/{customer.pk}/assign/", {"to": zhou.pk, "reason": "x"}).status_code == HTTPStatus.FOUND
    )
    assert client.get(f"/customers/{customer.pk}/recall/").status_code == HTTPStatus.OK
    assert "Assigned" in client.get(f"/customers/{customer.pk}/").content.decode()
    chosen = {"customer": [str(customer.pk)], "act": "recall", "reason": "x"}
    assert "1 done" in client.post("/customers/select/", chosen).content.decode()
    assert client.post("/customers/select/", {"act": "recall"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_rules_are_read_by_who_sells_and_asked_for_by_administrators(wang, zhao, sun, sign_in):
    assert sign_in(wang).get("/customers/assignment-rules/").status_code == HTTPStatus.OK
    assert sign_in(wang).get("/customers/assignment-rules/change/").status_code == HTTPStatus.FORBIDDEN
    client = sign_in(zhao)
    assert client.get("/customers/assignment-rules/change/").status_code == HTTPStatus.OK
    sent = {
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "North", "form-0-region": "Bremen\nHamburg",
        "form-0-people": [str(wang.pk)], "form-0-method": "turns", "reason": "they know the ports",
    }  # fmt: skip
    assert client.post("/customers/assignment-rules/change/", sent).status_code == HTTPStatus.FOUND
    approval = Approval.objects.get()
    approval.approve(by=sun, seal=approval.seal)
    assert AssignmentRule.objects.live().get().conditions == {"region": ["Bremen", "Hamburg"]}
