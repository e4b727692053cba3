"""What a source says otherwise (R61, contradiction 4): proposed, answered by who keeps the record, and never edited by who verifies."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from accounts import tenancy
from accounts.models import Notice
from approvals.models import Approval
from customers.models import ContestedClaim, Correction, Customer, VerifiedField
from customers.verification.corrections import accept, decline, rise
from tests.factories import customer_of
from tests.verifications import again, differs, earlier, settle, verified

pytestmark = pytest.mark.django_db
CODE, OTHER_CODE = "91320594MA1LANQ01K", "91110000802100433B"
State = Correction.State


@pytest.fixture
def customer(wang):
    contact = {"name": "Chen", "phone": "+8613800138000"}
    return customer_of(
        wang, "Suzhou Hengchuan Ltd", contact=contact, website="hengchuan.example", region="Suzhou", credit_code=CODE
    )


def test_the_owner_is_told_and_takes_it_over(customer, shen, wang):
    proposed = differs(customer, by=shen, website="www.hengchuan.com")
    told = Notice.objects.get(what="customers.correction_proposed")
    assert told.person == wang
    accept(proposed, by=wang)
    customer.refresh_from_db()
    assert customer.website == "www.hengchuan.com"
    proposed = again(proposed)
    assert (proposed.state, proposed.answered_by) == (State.ACCEPTED, wang)
    assert Notice.objects.get(what="customers.correction_answered").person == shen
    assert not VerifiedField.objects.exists(), "what was taken over is verified anew, not by having been said"


def test_name_and_code_change_only_with_a_second_person(customer, shen, wang, mei):
    """R61. The owner's yes is a request, with who compared what as its evidence."""
    proposed = differs(customer, by=shen, name="Suzhou Hengchuan Medical Ltd")
    accept(proposed, by=wang)
    customer.refresh_from_db()
    assert customer.name == "Suzhou Hengchuan Ltd"
    proposed = again(proposed)
    approval = proposed.approval
    assert (approval.kind, approval.state, approval.requested_by) == ("customers.identity", "pending", wang)
    assert b"Shen" in approval.attachments.get().file.opened()
    approval.approve(by=mei, seal=approval.seal)
    customer.refresh_from_db()
    assert customer.name == "Suzhou Hengchuan Medical Ltd"


def test_a_missing_code_is_added_at_once(wang, shen):
    customer = customer_of(wang)
    accept(differs(customer, by=shen, credit_code=CODE), by=wang)
    customer.refresh_from_db()
    assert customer.credit_code == CODE


def test_a_name_that_another_company_has_is_answered_with_a_state(customer, shen, wang, li, sign_in):
    """The attempt is kept, the proposal stays open, nobody learns whose it is."""
    customer_of(li, "Suzhou Hengchuan Medical Ltd")
    proposed = differs(customer, by=shen, name="Suzhou Hengchuan Medical Ltd")
    answer = sign_in(wang).post(reverse("customers:accept_correction", args=[customer.pk, proposed.pk]), follow=True)
    page = answer.content.decode()
    assert "Another company has this name or credit code" in page
    assert not re.search(r"\bLi\b", page)  # a token of a form may hold the two letters anywhere
    proposed = again(proposed)
    assert proposed.state == State.PROPOSED
    assert ContestedClaim.objects.filter(way="edit").exists()
    assert not Approval.objects.exists()


def test_a_contacts_phone_is_taken_over_sealed(customer, shen, wang):
    accept(differs(customer, by=shen, phone="+8613900139000"), by=wang)
    contact = customer.contacts.select_related("person_key__organization").get()
    assert contact.phone == "+8613900139000"
    assert customer.evidence_keys.filter(digest=customer.organization.digest("phone", "+8613900139000")).exists()


def test_the_owner_says_why_it_stays(customer, shen, wang, sign_in):
    proposed = differs(customer, by=shen, website="www.hengchuan.com")
    client, address = sign_in(wang), reverse("customers:decline_correction", args=[customer.pk, proposed.pk])
    empty = client.post(address, {})
    assert empty.status_code == 422
    answer = client.post(address, {f"{proposed.pk}-reason": "the other site is a shop"}, follow=True)
    assert "the other site is a shop" in answer.content.decode()
    customer.refresh_from_db()
    assert customer.website == "hengchuan.example"


@pytest.mark.parametrize("who", ["mei", "shen", "li", "zhao", "fu", "outsider"])
def test_who_does_not_answer(who, customer, shen, request):
    """R6. Neither the manager nor who proposed it."""
    proposed, person = differs(customer, by=shen, website="www.hengchuan.com"), request.getfixturevalue(who)
    for answer in (lambda: accept(proposed, by=person), lambda: decline(proposed, by=person, reason="x")):
        with pytest.raises(PermissionDenied):
            answer()
    customer.refresh_from_db()
    assert customer.website == "hengchuan.example"


def test_an_assistant_does_not_accept_what_he_proposed_himself(customer, an):
    """He keeps the record and verifies: the same hand does not do both."""
    proposed = differs(customer, by=an, website="www.hengchuan.com")
    with pytest.raises(PermissionDenied):
        accept(proposed, by=an)


def test_an_assistant_takes_over_what_somebody_else_found(customer, an, shen):
    accept(differs(customer, by=shen, website="www.hengchuan.com"), by=an)
    customer.refresh_from_db()
    assert customer.website == "www.hengchuan.com"


@pytest.mark.parametrize(
    ("cheat", "constraint"),
    [
        ("state = 'accepted', answered_by_id = {shen}", "correction_answered_by_owner"),
        ("state = 'declined', answered_by_id = {wang}", "correction_declined_with_reason"),
        ("answer_until = answer_until + interval '1 year'", "correction_stands"),
        ("risen_at = now()", "correction_stands"),
        ("note = 'no'", "correction_stands"),
        ("state = 'accepted', answered_by_id = {mei}", "correction_answered_by_owner"),
    ],
)
def test_the_database_says_no_to_sql(cheat, constraint, customer, shen, wang, mei):
    differs(customer, by=shen, website="www.hengchuan.com")
    acting = shen if "{shen}" in cheat else mei if "{mei}" in cheat else wang
    names = {name: f"'{person.pk}'" for name, person in (("shen", shen), ("wang", wang), ("mei", mei))}
    with (
        pytest.raises(DatabaseError, match=constraint),
        tenancy.inside(acting.organization_id, user=acting),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE customers_correction SET {cheat.format(**names)}")


def test_a_proposal_is_answered_once(customer, shen, wang):
    proposed = differs(customer, by=shen, website="www.hengchuan.com")
    decline(proposed, by=wang, reason="a shop")
    for once_more in (lambda: accept(proposed, by=wang), lambda: decline(proposed, by=wang, reason="x")):
        with pytest.raises(TransitionNotAllowed):
            once_more()


@pytest.mark.django_db(transaction=True)
def test_what_nobody_answers_goes_up_once():
    """After so many days the manager is told; the owner can still answer."""
    house = settle(customers=1)
    customer = house.customers[0]
    with house.inside():
        proposed = differs(customer, by=house.shen, website="www.hengchuan.com")
        rise()
        assert not Notice.objects.filter(what="customers.correction_risen").exists()
    earlier(proposed, "answer_until", by=timedelta(days=8))
    with house.inside():
        rise()
        rise()
        assert Notice.objects.get(what="customers.correction_risen").person == house.mei
        accept(again(proposed), by=house.wang)


def test_the_next_owner_answers(customer, shen, wang, li):
    """It belongs to the record and goes with it."""
    proposed = differs(customer, by=shen, website="www.hengchuan.com")
    customer.release(by=wang, reason="no time")
    with pytest.raises(PermissionDenied):
        accept(Correction.objects.get(pk=proposed.pk), by=wang)
    customer.claim(by=li)
    accept(Correction.objects.select_related("customer").get(pk=proposed.pk), by=li)


def test_only_who_keeps_the_record_reads_what_is_said_of_a_person(customer, shen, wang, mei, sign_in):
    """R26."""
    differs(customer, by=shen, phone="+8613900139000")
    address = reverse("customers:corrections", args=[customer.pk])
    assert "13900139000" in sign_in(wang).get(address).content.decode()
    assert "13900139000" not in sign_in(mei).get(address).content.decode()


def test_two_differences_are_one_notice(customer, shen, wang):
    verified(customer, by=shen, website=("differs", "a.example"), region=("differs", "Wuxi"))
    assert Notice.objects.filter(what="customers.correction_proposed").count() == 1
    assert Correction.objects.count() == 2


def test_accepting_does_not_reach_other_customers(customer, shen, wang, li, sign_in):
    proposed = differs(customer, by=shen, website="www.hengchuan.com")
    other = customer_of(li)
    answer = sign_in(li).post(reverse("customers:accept_correction", args=[other.pk, proposed.pk]))
    assert answer.status_code == 404
    assert Customer.objects.get(pk=other.pk).website == ""
