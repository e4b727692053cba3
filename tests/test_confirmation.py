"""Customers are asked whether a contact took place; chance picks, and the rep neither sees the link nor the answer (R22, R44)."""

import hashlib
from datetime import timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notice, Organization
from audit.deeds import Refused
from audit.models import Entry
from customers import contacts
from customers.confirmation import answering, asking, telling
from customers.models import Confirmation, ConfirmationAnswer, ConfirmationDay, Customer, Evidence, FollowUp
from tests.confirmations import CHEN, House, logged, refused_by
from tests.factories import customer_of, rules

committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nordhafen(wang):
    rules(hold_hours=72)
    return customer_of(wang, "Nordhafen Maschinenbau GmbH", contact=CHEN, website="nordhafen.example")


@pytest.fixture
def asked(nordhafen, wang):
    """Wang's visit, about which the customer is asked."""
    return asking.ask_for(logged(nordhafen, wang), by=wang)


def token_of(confirmation):
    return confirmation.token


def answered(confirmation, *, met=True, others=False, said=""):
    with tenancy.scope(confirmation.organization_id, source="test"):
        return answering.answer(token_of(confirmation), met=met, others=others, said=said)


def test_a_yes_is_evidence_of_the_contact_itself(asked, nordhafen):
    """R22. It confirms the hold and extends protection from the contact on, however late the answer comes."""
    assert asked.mailed
    assert answered(asked)
    customer = Customer.objects.get(pk=nordhafen.pk)
    assert not customer.is_held
    assert (customer.protected_until - tenancy.now()).days == 89
    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.happened_at) == ("confirmation", asked.follow_up.occurred_at)


def test_an_answer_is_given_once(asked):
    assert answered(asked)
    assert not answered(asked, met=False)
    assert ConfirmationAnswer.objects.get().met


@pytest.mark.parametrize(("met", "others", "told"), [(True, False, 0), (False, False, 2), (True, True, 2)])
def test_what_needs_a_look_is_told_to_those_above_and_not_to_the_rep(met, others, told, asked, wang, mei, shen):
    """R44. Two names are a matter for somebody else; a floor above may listen."""
    heard = []
    answering.when_telling(heard.append)
    answered(asked, met=met, others=others, said="Li of yours was here, too")
    answering._listeners.remove(heard.append)
    assert Notice.objects.filter(what="customers.customer_says").count() == told == 2 * len(heard)
    assert not Notice.objects.filter(person=wang, what="customers.customer_says").exists()


def test_the_rep_reads_no_answer(asked, wang, mei, shen, sign_in):
    """Neither on a page, nor in SQL as the application's role; his manager and the auditor do."""
    answered(asked, met=False, others=True, said="Nobody was here")
    with tenancy.scope(wang.organization, user=wang, source="test"):
        assert not ConfirmationAnswer.objects.exists()
    assert sign_in(wang).get("/customers/confirmations/").status_code == HTTPStatus.FORBIDDEN
    for reader in (mei, shen):
        assert "Nobody was here" in sign_in(reader).get("/customers/confirmations/").content.decode()
    assert "Nobody was here" not in str(list(Entry.objects.values_list("after", flat=True)))


def test_nobody_of_the_house_answers_for_the_customer(asked, wang, mei, sign_in):
    address = f"/customers/confirm/{asked.organization_id}/{token_of(asked)}/"
    sent = {"met": "yes", "others": "no"}
    assert sign_in(wang).post(address, sent).status_code == HTTPStatus.FORBIDDEN
    with tenancy.scope(wang.organization, user=mei, source="test"):
        forged = ConfirmationAnswer(customer=asked.customer, confirmation=asked, met=True, others=False)
        assert refused_by(lambda: forged.save(force_insert=True)) == "answered_by_the_customer"


def test_nobody_writes_the_customers_word_himself(nordhafen, wang):
    """Item 1. A row that says the customer confirmed it, without his answer."""
    entry = logged(nordhafen, wang)
    forged = {
        "customer": nordhafen,
        "follow_up": entry,
        "kind": "confirmation",
        "digest": b"x",
        "happened_at": entry.occurred_at,
    }
    for person in (wang, None):
        with tenancy.scope(wang.organization, user=person, source="test"):
            assert refused_by(lambda: Evidence.objects.create(**forged)) == "confirmed_by_the_customer"


def test_the_rep_does_not_see_the_link(asked, wang, mei, fu, sign_in, django_capture_on_commit_callbacks):
    """It is mailed to the company's own address, sealed as long as it waits; the service desk sees only those not mailed."""
    page = sign_in(wang).get(f"/customers/{asked.customer_id}/").content.decode()
    assert token_of(asked) not in page
    for person in (wang, mei):
        with pytest.raises(Refused):
            asking.show(asked, by=person)
    assert sign_in(fu).post(f"/customers/confirmations/to-deliver/{asked.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert not mail.outbox


@pytest.mark.parametrize(
    ("email", "website"),
    [("wang.friend@qq.com", "nordhafen.example"), ("wang@fitting.example", ""), ("x@acme.example", "acme.example")],
)
def test_an_address_that_could_be_the_reps_own_gets_no_letter(email, website, wang, fu, sign_in):
    """Free mail, a domain that is not the company's, our own domain: the service desk brings the question instead."""
    wang.email = "wang@acme.example"
    wang.save()
    customer = customer_of(wang, contact=CHEN | {"email": email}, website=website)
    asked = asking.ask_for(logged(customer, wang), by=wang)
    assert not asked.mailed
    page = sign_in(fu).post(f"/customers/confirmations/to-deliver/{asked.pk}/").content.decode()
    assert token_of(asked) in page
    assert Entry.objects.filter(action="customers.show_confirmation", actor=fu.pk, op="E").count() == 1
    assert customer.name in sign_in(fu).get("/customers/confirmations/to-deliver/").content.decode()
    answered(asked)
    with tenancy.scope(wang.organization, user=fu, source="test"):
        assert not ConfirmationAnswer.objects.exists()
    assert customer.name not in sign_in(fu).get("/customers/confirmations/to-deliver/").content.decode()


def test_who_had_no_contact_asks_for_nothing(nordhafen, wang, li, mei):
    entry = logged(nordhafen, wang)
    for person in (li, mei):
        with pytest.raises(Refused):
            asking.ask_for(entry, by=person)
    with pytest.raises(Refused):
        asking.ask_for(logged(nordhafen, wang, kind="mail"), by=wang)
    with pytest.raises(asking.NobodyToAsk):
        asking.ask_for(logged(customer_of(wang, website="x.example"), wang), by=wang)


def test_who_has_left_the_company_is_not_asked(nordhafen, wang, fu, sign_in):
    """Neither instead of who is there, nor alone; and a question that waits names him no longer."""
    chen = nordhafen.contacts.get()
    zhou = contacts.add(nordhafen, by=wang, name="Zhou Heng", phone="+8613800138001")
    chen.leave(by=wang)
    assert asking.ask_for(logged(nordhafen, wang), by=wang).contact == zhou
    assert "Zhou Heng" in sign_in(fu).get("/customers/confirmations/to-deliver/").content.decode()
    zhou.leave(by=wang)
    assert "Zhou Heng" not in sign_in(fu).get("/customers/confirmations/to-deliver/").content.decode()
    with pytest.raises(asking.NobodyToAsk):
        asking.ask_for(logged(nordhafen, wang), by=wang)


ASK = "Ask the customer to confirm"


def test_the_page_offers_to_ask_beside_own_contacts(nordhafen, wang, mei, sign_in):
    """A call, a visit, a meeting of one's own, until it was asked about. That chance picked one shows nowhere."""
    entry, _note = logged(nordhafen, wang), logged(nordhafen, wang, kind="note")
    page = f"/customers/{nordhafen.pk}/"
    assert sign_in(wang).get(page).content.decode().count(ASK) == 1
    assert ASK not in sign_in(mei).get(page).content.decode()
    answer = sign_in(wang).post(f"{page}follow-ups/{entry.pk}/ask/", follow=True).content.decode()
    assert "The customer is asked by mail" in answer
    assert "customer asked" in answer
    assert ASK not in answer


def test_the_offer_costs_no_query_a_row(nordhafen, wang, sign_in, django_assert_num_queries):
    client, page = sign_in(wang), f"/customers/{nordhafen.pk}/"
    logged(nordhafen, wang)
    client.get(page)
    with CaptureQueriesContext(connection) as of_one:
        client.get(page)
    for _ in range(5):
        asking.ask_for(logged(nordhafen, wang), by=wang)
        logged(nordhafen, wang)
    with django_assert_num_queries(len(of_one)):
        assert client.get(page).content.decode().count(ASK) == 6


def test_a_question_is_closed_after_two_weeks(asked, client):
    address = f"/customers/confirm/{asked.organization_id}/{token_of(asked)}/"
    assert client.get(address).status_code == HTTPStatus.OK
    assert client.post(address, {"met": "maybe"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(address, {"met": "yes", "others": "no"}).status_code == HTTPStatus.OK
    assert (
        client.get(address).status_code
        == client.post(address, {"met": "no", "others": "no"}).status_code
        == HTTPStatus.GONE
    )
    assert client.get(f"/customers/confirm/{asked.organization_id}/nonsense/").status_code == HTTPStatus.GONE
    assert client.get(f"/customers/confirm/99999/{token_of(asked)}/").status_code == HTTPStatus.GONE


def test_the_customer_reads_times_of_the_place(asked, client):
    """Whoever answers has told us no time zone; ours is the one the visit was in."""
    Organization.objects.filter(pk=asked.organization_id).update(time_zone="Asia/Shanghai")
    address = f"/customers/confirm/{asked.organization_id}/{token_of(asked)}/"
    local = timezone.localtime(asked.follow_up.occurred_at, ZoneInfo("Asia/Shanghai"))
    assert f"{local:%H:%M}" in client.get(address).content.decode()


def test_figures_stand_by_person(asked, wang, mei):
    answered(asked, met=False)
    [rate] = telling.rates_for(mei)
    assert (rate.person, rate.asked, rate.answered, rate.yes, rate.no, rate.percent) == (wang, 1, 1, 0, 1, 100)


@committed
def test_chance_picks_as_it_was_committed_to():
    """Item 28. Anybody can count again what the seed picks; only calls, visits and meetings are asked about."""
    house = House(percent=50)
    with house.of(house.wang):
        for number in range(40):
            logged(house.customer, house.wang, kind=("visit", "call", "note", "mail")[number % 4])
    house.next_day()
    with house.of():
        asking.ask_customers()
        day = ConfirmationDay.objects.get(pk=house.day.pk)
        seed = bytes(day.seed)
        assert hashlib.sha256(seed).digest() == bytes(day.commitment)
        entries = FollowUp.objects.filter(kind__in=["visit", "call"])
        expected = {
            each.pk for each in entries if int.from_bytes(hashlib.sha256(seed + each.pk.bytes).digest()[:4]) < 2**31
        }
        assert set(Confirmation.objects.values_list("follow_up", flat=True)) == expected
        assert 0 < len(expected) < 20
        asking.ask_customers()
        assert Confirmation.objects.count() == len(expected)


@committed
def test_nobody_steers_chance():
    """Not the day's seed after the fact, not a question that chance did not pick, not a day that has begun."""
    house = House(percent=1)
    with house.of(house.wang):
        entry = logged(house.customer, house.wang)
        with pytest.raises(IntegrityError), transaction.atomic():
            ConfirmationDay.objects.filter(pk=house.day.pk).update(seed=b"x" * 32)
        assert refused_by(lambda: asking.commit_to(asking._today(), Organization.objects.get())) in (
            "committed_beforehand", "confirmation_day_once",
        )  # fmt: skip
        forged = {"customer": house.customer, "follow_up": entry, "chosen": "sample", "token_hash": "x", "sealed": ""}
        assert refused_by(lambda: Confirmation.objects.create(**forged)) == "confirmation_as_chosen"
    with house.of():
        asking.commit()
        asking.commit()
        assert ConfirmationDay.objects.count() == 1 + asking.AHEAD


def test_seeds_and_links_are_not_in_the_ledger(asked):
    asking.commit()
    kept = str(list(Entry.objects.values_list("after", flat=True)))
    assert token_of(asked) not in kept
    assert asked.sealed not in kept
    assert all(day.sealed not in kept for day in ConfirmationDay.objects.all())


def test_a_contact_without_address_can_be_asked_by_hand(wang):
    customer = customer_of(wang)
    contacts.add(customer, by=wang, name="Old Chen", phone="+8613800138001")
    assert not asking.ask_for(logged(customer, wang), by=wang).mailed
    assert timedelta(days=13) < Confirmation.objects.get().expires_at - tenancy.now() <= timedelta(days=14)
