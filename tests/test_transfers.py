"""A customer passes to another owner: asked for by its owner or his manager, decided by a second person (R10, R31, R63)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tenancy
from accounts.models import User
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval, CannotDecide
from audit.deeds import Refused
from audit.models import Entry
from customers.models import Claim, Customer
from customers.timeline import timeline
from customers.transfers import ask_for_transfer
from tests.approved import place
from tests.databases import sql
from tests.factories import TeamFactory, UserFactory, customer_of, pool_customer

State = Approval.State
PEOPLE = ["wang", "mei", "li", "shen", "zhao", "outsider"]


@pytest.fixture
def nordhafen(wang):
    return customer_of(wang, "Nordhafen Maschinenbau GmbH")


@pytest.fixture
def address(nordhafen):
    return reverse("customers:transfer", args=[nordhafen.pk])


@pytest.fixture
def page_of(nordhafen, sign_in):
    """The customer's page, as somebody sees it."""
    return lambda person: sign_in(person).get(reverse("customers:detail", args=[nordhafen.pk]))


def owner_of(customer):
    return Customer.objects.get(pk=customer.pk).owner


def asked_and_approved(customer, *, by, to, decided_by):
    request = ask_for_transfer(customer, by=by, to=to, reason="agreed")
    request.approve(by=decided_by, seal=request.seal)
    return request


# Who may ask, and how


@pytest.mark.parametrize(("who", "status"), list(zip(PEOPLE, [200, 200, 404, 403, 404, 404], strict=True)))
def test_the_owner_and_his_managers_may_ask(who, status, address, li, request, sign_in):
    """R10, R30."""
    client = sign_in(request.getfixturevalue(who))
    assert client.get(address).status_code == status

    answer = client.post(address, {"to": str(li.pk), "reason": "he speaks German"})

    assert answer.status_code == (302 if status == 200 else status)
    assert Approval.objects.count() == (status == 200)


def test_nobody_asks_for_what_is_nobodys(wang, sign_in):
    customer = pool_customer(wang)
    assert sign_in(wang).get(reverse("customers:transfer", args=[customer.pk])).status_code == 404


def test_the_act_is_offered_to_whom_it_is_open(page_of, address, wang, mei, shen):
    assert address in page_of(wang).text
    assert address in page_of(mei).text
    assert address not in page_of(shen).text


def test_asking_leads_to_the_request_and_changes_nothing_yet(address, nordhafen, wang, li, sign_in):
    """R9, R10."""
    before = Customer.objects.values().get(pk=nordhafen.pk)

    answer = sign_in(wang).post(address, {"to": str(li.pk), "reason": "he speaks German"})

    request = Approval.objects.get()
    assert answer["Location"] == reverse("approvals:detail", args=[request.pk])
    assert (request.state, request.reason, request.asked["to"]) == (State.PENDING, "he speaks German", str(li.pk))
    assert Customer.objects.values().get(pk=nordhafen.pk) == before


def test_the_page_says_who_decides_and_that_the_protection_period_goes_on(address, wang, mei, sign_in):
    """R9. Nothing is promised: it is how things stand now."""
    page = sign_in(wang).get(address).text

    assert "Mei, as things stand now" in page
    assert "goes on unchanged until" in page


def test_who_would_decide_has_no_share_in_it(address, mei, qian, sign_in):
    """A manager who asks does not decide; with nobody above it rises to the owner of the organisation."""
    page = sign_in(mei).get(address).text

    assert "Qian, as things stand now" in page


def test_one_chooses_among_those_who_sell_and_never_the_owner(address, wang, mei, li, shen, zhao, sign_in):
    gone = UserFactory(name="Gone", organization=wang.organization, is_active=False)

    chosen = set(sign_in(wang).get(address).context["form"].fields["to"].queryset)

    assert chosen == {mei, li}
    for person in (wang, shen, zhao, gone):
        answer = sign_in(wang).post(address, {"to": str(person.pk), "reason": "x"})
        assert answer.status_code == 422
    assert not Approval.objects.exists()


def test_many_people_cost_no_more_queries_than_two(address, wang, li, sign_in):
    client = sign_in(wang)
    few = _queries(client, address)
    team = TeamFactory(name="North")
    for number in range(20):
        UserFactory(name=f"Rep {number}", organization=wang.organization, team=team)

    assert _queries(client, address) == few
    assert "Rep 7 · North" in client.get(address).text


def _queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def test_without_a_reason_nothing_is_asked_and_the_choice_stays(address, wang, li, sign_in):
    page = sign_in(wang).post(address, {"to": str(li.pk), "reason": " "})

    assert page.status_code == 422
    assert f'value="{li.pk}" selected' in page.text
    assert not Approval.objects.exists()


# While it waits


@pytest.fixture
def waiting(nordhafen, wang, li, mei):
    return ask_for_transfer(nordhafen, by=wang, to=li, reason="he speaks German")


def test_the_customers_page_says_what_it_waits_for(waiting, page_of, address, wang, mei, shen):
    """R41. One line, with a link for whoever may read the request, and no second button."""
    link = reverse("approvals:detail", args=[waiting.pk])
    for person in (wang, mei, shen):
        page = page_of(person).text
        assert "Transfer to Li is waiting for Mei until" in page
        assert link in page
        assert address not in page


def test_who_may_not_read_the_request_reads_the_line(nordhafen, page_of, wang, mei, li, qian):
    """The owner learns what his manager asked for, and no more of it."""
    request = ask_for_transfer(nordhafen, by=mei, to=li, reason="he is overworked")

    page = page_of(wang).text

    assert "Transfer to Li is waiting for Qian until" in page
    assert reverse("approvals:detail", args=[request.pk]) not in page
    assert "overworked" not in page


def test_the_line_costs_no_query_of_its_own(nordhafen, page_of, wang, li, mei, sign_in):
    address = reverse("customers:detail", args=[nordhafen.pk])
    without = _queries(sign_in(wang), address)
    ask_for_transfer(nordhafen, by=wang, to=li, reason="x")

    assert _queries(sign_in(wang), address) <= without


def test_a_second_request_is_answered_with_the_first(waiting, address, wang, mei, li, sign_in):
    client = sign_in(wang)
    for answer in (client.get(address), client.post(address, {"to": str(mei.pk), "reason": "kept words"})):
        assert answer.status_code == 409
        assert reverse("approvals:detail", args=[waiting.pk]) in answer.text
        assert "One request at a time" in answer.text
    assert "kept words" in answer.text
    assert Approval.objects.count() == 1


# After the decision


def test_what_was_asked_happens_and_nothing_else(waiting, nordhafen, mei, li, page_of):
    """R10, R31. The new owner has the same time as the old one had."""
    waiting.approve(by=mei, seal=waiting.seal)

    customer = Customer.objects.get(pk=nordhafen.pk)
    assert (customer.owner, customer.protected_until) == (li, nordhafen.protected_until)
    assert Claim.objects.live().get().claimant == li
    assert page_of(li).status_code == 200
    entry = Entry.objects.filter(action="customers.pass_on", table_name="customers_customer").get()
    assert entry.actor == mei


def test_the_former_owner_no_longer_sees_it(waiting, mei, wang, page_of):
    waiting.approve(by=mei, seal=waiting.seal)
    assert page_of(wang).status_code == 404


def test_the_timeline_says_transfer_and_not_release(waiting, nordhafen, mei):
    """R24. A customer that was passed on was never in the pool."""
    waiting.approve(by=mei, seal=waiting.seal)

    said = [str(happening.kind) for happening in timeline(Customer.objects.get(pk=nordhafen.pk))]

    assert said == ["became the owner by a transfer", "approved the transfer", "claimed the customer"]


def test_nothing_happens_after_a_rejection_or_a_withdrawal(nordhafen, wang, mei, li):
    for end in (lambda r: r.reject(by=mei, seal=r.seal, reason="no"), lambda r: r.withdraw(by=wang)):
        request = ask_for_transfer(nordhafen, by=wang, to=li, reason="x")
        end(request)
        assert owner_of(nordhafen) == wang
        with pytest.raises(CannotDecide):
            request.approve(by=mei, seal=request.seal)


def test_neither_owner_nor_heir_decides(nordhafen, wang, mei, li, qian):
    """R12. Who has a share in the outcome is not asked, even when he manages who asks."""
    request = ask_for_transfer(nordhafen, by=wang, to=mei, reason="she knows them")

    assert [seat.person for seat in request.approvers.live()] == [qian]
    for person in (wang, mei, li):
        with pytest.raises((Refused, CannotDecide)):
            request.approve(by=person, seal=request.seal)
    assert owner_of(nordhafen) == wang


@pytest.mark.parametrize("change", ["released", "claimed by another"])
def test_a_request_is_void_when_the_customer_moves_meanwhile(change, waiting, nordhafen, wang, mei, li):
    """R10. What was asked stood on whose the customer was."""
    nordhafen.release(by=wang, reason="no budget")
    if change == "claimed by another":
        Customer.objects.get(pk=nordhafen.pk).claim(by=li)

    assert Approval.objects.get(pk=waiting.pk).state == State.VOID
    with pytest.raises(CannotDecide):
        waiting.approve(by=mei, seal=waiting.seal)
    assert owner_of(nordhafen) == (li if change == "claimed by another" else None)


def test_a_stale_copy_asks_for_nothing(nordhafen, wang, li):
    stale = Customer.objects.get(pk=nordhafen.pk)
    nordhafen.release(by=wang, reason="x")

    with pytest.raises(Refused):
        ask_for_transfer(stale, by=wang, to=li, reason="x")


def test_an_heir_who_left_gets_nothing(waiting, nordhafen, wang, mei, li, zhao, qian):
    """R85. The request still stands, and says why it cannot be done."""
    place(li, role=User.Role.AUDITOR, by=zhao, decided_by=qian)

    with pytest.raises(CannotTakeEffect, match="no longer works with customers"):
        waiting.approve(by=mei, seal=waiting.seal)
    assert owner_of(nordhafen) == wang
    assert Approval.objects.get(pk=waiting.pk).state == State.PENDING


def test_passing_to_and_fro_adds_up(wang, li, mei, qian):
    """R16. Whichever way it goes, it is the same two people."""
    measured = []
    for _ in range(2):
        customer = customer_of(wang)
        there = asked_and_approved(customer, by=wang, to=li, decided_by=mei)
        back = ask_for_transfer(Customer.objects.get(pk=customer.pk), by=li, to=wang, reason="back")
        back.approve(by=qian, seal=back.seal)
        measured += [there.measures["customers_90_days"], back.measures["customers_90_days"]]

    assert measured == ["1", "2", "3", "4"]


# What the database holds, whoever writes

CLAIM = (
    "INSERT INTO customers_claim (organization_id, customer_id, claimant_id, protected_until, released_at, release_reason)"
    " SELECT organization_id, id, %s, now() + interval '1 day', NULL, '' FROM customers_customer"
)


def test_nobody_claims_for_another_in_sql(wang, li):
    """R10, R31. Not even for a friend, and not from the pool."""
    pool_customer(wang)
    scope = tenancy.scope(wang.organization, user=wang, source="web")
    with scope, pytest.raises(IntegrityError) as refusal, transaction.atomic():
        sql(CLAIM, str(li.pk))
    assert refusal.value.__cause__.diag.constraint_name == "claim_as_approved"


def test_a_request_that_waits_opens_nothing_in_sql(waiting, wang, li, mei):
    """R10. Neither for who asked nor for who is to decide."""
    for person in (wang, mei):
        scope = tenancy.scope(person.organization, user=person, source="web")
        with scope, pytest.raises(IntegrityError) as refusal, transaction.atomic():
            sql(CLAIM, str(li.pk))
        assert refusal.value.__cause__.diag.constraint_name == "claim_as_approved"


def test_an_approved_transfer_is_for_the_heir_alone(waiting, wang, mei, li):
    """Within the very transaction of the decision nobody else can be slipped in."""
    waiting.approve(by=mei, seal=waiting.seal)
    other = UserFactory(name="Other", organization=wang.organization)
    scope = tenancy.scope(mei.organization, user=mei, source="web")
    with scope, pytest.raises(IntegrityError) as refusal, transaction.atomic():
        sql(CLAIM, str(other.pk))
    assert refusal.value.__cause__.diag.constraint_name == "claim_as_approved"
