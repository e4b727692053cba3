"""Ten mistakes found in the source of other CRMs, each tried on ours (R5, R31, R51, R61)."""

from functools import partial
from http import HTTPStatus

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts import tenancy
from audit.deeds import Refused
from customers import follow_ups, recycling
from customers.limits import NotClaimable
from customers.models import Claim, ContestedClaim, Customer, FollowUp
from customers.transfers import ask_for_transfer
from tests.clocks import time_passes
from tests.databases import sql
from tests.factories import UserFactory, customer_of, founding, pool_customer, rules
from tests.races import at_once


def to_the_end(work):
    """As if the transaction ended with it: what the database looks at last, it looks at now."""
    work()
    sql("SET CONSTRAINTS ALL IMMEDIATE")


committed = pytest.mark.django_db(transaction=True)


@committed
@pytest.mark.race
def test_mistake_1_a_claim_without_a_lock():
    """Two claimers both succeed, the last keeps it. Ours: one wins, and whoever came too late is written down."""
    with founding(name="Race") as organization:
        people = [UserFactory(name=f"Rep {number}", organization=organization) for number in range(8)]
        customer = pool_customer(people[0])

    def claim(person):
        with tenancy.scope(organization, user=person, source="test"):
            return Customer.objects.get(pk=customer.pk).claim(by=person) is not None

    assert sum(at_once(partial(claim, person) for person in people)) == 1
    with tenancy.scope(organization):
        assert (Claim.objects.live().count(), ContestedClaim.objects.count()) == (1, 7)


def test_mistake_2_the_client_chooses_pool_and_claimant(wang, li, sign_in):
    """Pool and claimant come with the request. Ours reads neither: who claims is who is signed in."""
    customer = pool_customer(li)
    sent = {"poolId": "1", "pool": "1", "userId": str(li.pk), "owner": str(li.pk), "claimant": str(li.pk)}
    sign_in(wang).post(f"/customers/{customer.pk}/claim/", sent)
    customer.refresh_from_db()
    assert customer.owner == wang
    assert sign_in(li).post(f"/customers/{customer.pk}/claim/", {"userId": str(li.pk)}).status_code == HTTPStatus.FOUND
    customer.refresh_from_db()
    assert customer.owner == wang, "and what is in no pool is not taken"


@committed
@pytest.mark.race
def test_mistake_3_a_daily_cap_that_parallel_requests_pass():
    """The count is read, then written. Ours: claims of one person wait for each other, and each counts those before it."""
    with founding(name="Race") as organization:
        hunter = UserFactory(name="Hunter", organization=organization)
        wanted = [pool_customer(hunter) for _ in range(8)]
        rules(daily_claims=3)

    def claim(customer):
        with tenancy.scope(organization, user=hunter, source="test"):
            try:
                return Customer.objects.get(pk=customer.pk).claim(by=hunter) is not None
            except NotClaimable as refused:
                return refused.why

    answers = at_once(partial(claim, customer) for customer in wanted)
    assert sorted(map(str, answers)) == ["True"] * 3 + ["daily_claims"] * 5


@committed
def test_mistake_4_a_cooldown_that_one_friend_ends():
    """Only the latest release is looked at. Ours looks at every claim within the cooldown."""
    with founding(name="Friends") as organization:
        one, friend = (UserFactory(name=name, organization=organization) for name in ("One", "Friend"))
        customer = pool_customer(friend)
        rules(cooldown_days=14)
    for person in (one, friend):
        with tenancy.scope(organization, user=person, source="test"):
            customer.claim(by=person)
            customer.release(by=person, reason="a favour")
    with tenancy.scope(organization, user=one, source="test"), pytest.raises(NotClaimable, match="cooldown"):
        customer.claim(by=one)


@committed
def test_mistake_5_any_note_is_a_follow_up():
    """A note a month keeps a customer for ever, and so does claiming it again. Ours asks for evidence."""
    with founding(name="Notes") as organization:
        rep = UserFactory(name="Rep", organization=organization)
        rules(protection_days=30)
        customer = customer_of(rep)
    for _ in range(3):
        with tenancy.scope(organization, user=rep, source="test"):
            follow_ups.log(customer, by=rep, content="Called again.", occurred_at=tenancy.now())
            assert customer.claim(by=rep), "it is his, and stays as it is"
        time_passes(organization, days=11)
    with tenancy.scope(organization, source="job"):
        assert len(recycling.recycled(10)) == 1


def test_mistake_6_editing_an_old_follow_up_restarts_the_clock(wang):
    """One changed character a month. Ours is never edited, and its times are nobody's to choose."""
    customer = customer_of(wang)
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    before = Customer.objects.get(pk=customer.pk).protected_until
    entry.content = "Called!"
    for save in (
        entry.save,
        lambda: FollowUp.objects.update(content="Called!"),
        lambda: sql("UPDATE customers_followup SET recorded_at = now()"),
    ):
        with pytest.raises(IntegrityError, match="is not edited"), transaction.atomic():
            save()
    assert Customer.objects.get(pk=customer.pk).protected_until == before


EXEMPTIONS = [
    "UPDATE customers_claim SET won_at = now()",
    "UPDATE customers_claim SET opportunity_at = now()",
    "UPDATE customers_claim SET confirmed_at = now()",
    "UPDATE customers_claim SET held_until = NULL",
    "UPDATE customers_claim SET base_until = now() + interval '9 years'",
    "UPDATE customers_claim SET protected_until = now() + interval '9 years'",
    "UPDATE customers_customer SET is_held = false, protected_until = now() + interval '9 years'",
    "SELECT customers_extend(organization_id, id) FROM customers_customer",
]


@pytest.mark.parametrize("statement", EXEMPTIONS)
def test_mistake_7_exemptions_in_the_reps_own_hand(statement, wang):
    """Locked, or marked as won, it is never recycled. Ours: what exempts is written by the house alone."""
    rules(hold_hours=72)
    customer_of(wang)
    scope = tenancy.scope(wang.organization, user=wang, source="test")
    with scope, pytest.raises(DatabaseError), transaction.atomic():
        to_the_end(lambda: sql(statement))


def test_mistake_8_a_duplicate_check_that_lists_the_customers(wang, li, sign_in):
    """A fragment of a name returns companies, owners and contacts. Ours: a state for a whole name, and only one's own in a search."""
    customer_of(wang, "Nordhafen Maschinenbau GmbH", contact={"name": "Chen Mo", "phone": "+8613800138000"})
    client = sign_in(li)
    for address in ("/search/?q=Nordhafen", "/customers/?q=Nordhafen", "/customers/pool/?q=Nordhafen"):
        assert "Maschinenbau" not in client.get(address).content.decode()
    fragment = client.post("/customers/new/", {"name": "Nordhafen"})
    assert fragment.status_code == HTTPStatus.FOUND, "a fragment finds nothing: it is another name"
    whole = client.post("/customers/new/", {"name": "Nordhafen Maschinenbau GmbH"})
    told = whole.content.decode()
    assert whole.status_code == HTTPStatus.CONFLICT
    assert "Taken" in told
    assert not [
        word for word in (wang.name, "Chen Mo", "138001", str(Customer.objects.get(owner=wang).pk)) if word in told
    ]


def test_mistake_9_follow_ups_that_their_author_removes(wang):
    """They are deleted physically. Ours stay as long as their customer."""
    customer = customer_of(wang)
    entry = follow_ups.log(customer, by=wang, content="They complained.", occurred_at=tenancy.now())
    with pytest.raises(IntegrityError, match="is kept as long as"), transaction.atomic():
        to_the_end(entry.delete)


def test_mistake_9_a_recycling_that_swallows_its_errors(wang, monkeypatch):
    """Every exception is caught and printed. Ours ends the job, which is tried again and at last shown to administrators."""
    monkeypatch.setattr(recycling, "recycled", lambda most: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        recycling.recycle()


def test_mistake_10_who_asks_decides(wang, mei, li):
    """No test that the applicant is not the approver. Ours: neither he, nor his people, nor who gets something by it."""
    approval = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    for person in (wang, li):
        with pytest.raises(Refused):
            approval.approve(by=person, seal=approval.seal)
    approval.approve(by=mei, seal=approval.seal)
