"""Somebody leaves: announced by somebody else, nothing taken along, handed over item by item, ended in one step
(R23, R49, R85, R107)."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.errors import CheckViolation

from accounts import departures, duties, rules, tenancy
from accounts.deeds import Refused
from accounts.models import Departure, Notice, User
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval, Approver
from audit.models import Entry
from customers import exporting, follow_ups
from customers.handover import accept, accept_all, ask_for_handover, hash_of, listed
from customers.models import Claim, Customer, Export, Handover, HandoverItem
from customers.transfers import ask_for_transfer
from customers.watching import lost
from tests.databases import catalogue, enter, signed_in, sql
from tests.departures import handed_over, leaves, today
from tests.factories import TeamFactory, UserFactory, customer_of, pool_customer

PHONE = "+8613800138000"


def fresh(person):
    return User.objects.select_related("rights", "organization", "team").get(pk=person.pk)


@contextmanager
def acting(person):
    with tenancy.scope(person.organization_id, user=person, source="test"):
        yield


@contextmanager
def refused_by(constraint):
    """The database refuses, and names this constraint; the transaction around it goes on."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        yield
    assert refused.value.__cause__.diag.constraint_name == constraint


@pytest.fixture
def chief(acme):
    return UserFactory(name="Chief", organization=acme, role=User.Role.MANAGER)


@pytest.fixture
def east(acme, mei, chief):
    everything = TeamFactory(organization=acme, name="All", manager=chief)
    return TeamFactory(organization=acme, name="East", manager=mei, parent=everything)


@pytest.fixture
def heir(acme, east):
    """A colleague in the same team."""
    return UserFactory(name="Heir", organization=acme, team=east)


# Announcing


@pytest.mark.parametrize(
    ("who", "may"),
    [("wang", False), ("mei", True), ("chief", True), ("li", False), ("heir", False), ("an", False), ("fu", False),
     ("shen", False), ("zhao", True), ("qian", True), ("sun", False), ("outsider", False)],
)  # fmt: skip
def test_who_announces_a_departure(who, may, wang, mei, chief, li, heir, an, fu, shen, zhao, qian, sun, outsider):
    person = {**locals()}[who]
    assert person.has_perm("accounts.announce_departure", wang) is may
    assert not wang.has_perm("accounts.announce_departure", wang)


def test_from_the_notice_on_he_is_leaving_and_not_before(wang, mei):
    leaves(wang, mei, on=3)
    assert not wang.is_leaving
    assert wang.leaving_from > tenancy.now()
    assert not fresh(wang).is_leaving


def test_the_mode_begins_with_the_day_of_the_notice(wang, mei, zhao):
    leaves(wang, mei)
    assert wang.is_leaving
    assert fresh(wang).is_leaving
    assert {notice.person for notice in Notice.objects.filter(what="accounts.departure_announced")} >= {wang}


def test_a_departure_is_announced_once(wang, mei, zhao):
    leaves(wang, mei)
    with pytest.raises(departures.AlreadyLeaving):
        leaves(wang, zhao)


def test_who_stays_costs_no_statement(wang):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert not fresh(wang).is_leaving
    assert len(asked) == 1


def guarded(person, by, **changed):
    """A departure as it could be written past the house."""
    day = today()
    given = {"person": person, "notice_on": day, "last_day": day, "reason": "x", "announced_by": by} | changed
    return Departure.objects.create(**given)


def test_each_guard_of_an_announcement_by_its_name(wang, mei, zhao):
    with acting(mei):
        with refused_by("departure_announced_in_own_name"):
            guarded(wang, zhao)
        with refused_by("departure_not_backdated"):
            guarded(wang, mei, notice_on=today() - timedelta(days=1))
        with refused_by("departure_ends_after_notice"):
            guarded(wang, mei, last_day=today() - timedelta(days=1))
        with refused_by("departure_begins_open"):
            guarded(wang, mei, completed_at=tenancy.now())
        guarded(wang, mei)
        with refused_by("departure_once"):
            guarded(wang, mei)
    with acting(wang), refused_by("departure_announced_by_another"):
        guarded(wang, wang)


def test_nobody_gets_out_of_it_by_himself(wang, mei, zhao, qian):
    """By page, deed and SQL: not who leaves, not who announced it."""
    departure = leaves(wang, zhao)
    for person in (wang, zhao, mei):
        assert not person.has_perm("accounts.cancel_departure", departure)
        with acting(person), pytest.raises(Refused):
            departure.cancel(by=person, reason="changed my mind")
    for person in (wang, zhao, mei):
        with acting(person), refused_by("departure_ended_by_another"):
            sql(
                "UPDATE accounts_departure SET cancelled_at = now(), cancelled_by_id = %s WHERE id = %s",
                person.pk,
                departure.pk,
            )
    with acting(wang), refused_by("departure_stands"):
        sql("UPDATE accounts_departure SET notice_on = notice_on + 100 WHERE id = %s", departure.pk)
    with acting(wang), refused_by("leaving_as_announced"):
        sql("UPDATE accounts_user SET leaving_from = NULL WHERE id = %s", wang.pk)
    with acting(qian):
        departures.cancel(departure, by=qian, reason="he stays")
    assert fresh(wang).leaving_from is None


def test_what_ended_stays_ended(wang, zhao, qian):
    departure = leaves(wang, zhao)
    with acting(qian):
        departure.cancel(by=qian, reason="he stays")
        with refused_by("departure_stands"):
            sql("UPDATE accounts_departure SET cancelled_at = NULL, cancelled_by_id = NULL WHERE id = %s", departure.pk)


def test_people_are_kept(wang):
    """No page removes anybody, and the database has no right to give: not to the application, not to a trigger."""
    assert connection.settings_dict["USER"] == "crm_app"
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        sql("DELETE FROM accounts_user WHERE id = %s", wang.pk)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        sql("DELETE FROM accounts_departure")
    for table in ("accounts_user", "accounts_departure"):
        with signed_in("crm_owner") as line:
            enter(line, wang.organization)
            with pytest.raises(CheckViolation) as refused:
                line.execute(f"DELETE FROM {table}")
        assert refused.value.diag.constraint_name == "people_are_kept"


# What is closed


CLOSED = ["customers.export", "customers.transfer", "customers.release", "customers.claim", "customers.start_import"]


@pytest.mark.parametrize("action", CLOSED)
def test_what_is_closed_and_why(action, wang, mei):
    customer = pool_customer(wang) if action == "customers.claim" else customer_of(wang)
    subject = wang.organization if action in ("customers.export", "customers.start_import") else customer
    assert wang.has_perm(action, subject)
    leaves(wang, mei)
    person = fresh(wang)
    assert list(rules.reasons(person, action, subject))[-1] == ("leaving", False)
    assert "Mei" in departures.closed_sentence(person, action)


def test_his_work_goes_on_and_his_manager_may_transfer(wang, mei, heir):
    customer = customer_of(wang)
    leaves(wang, mei)
    person = fresh(wang)
    with acting(person):
        follow_ups.log(customer, by=person, content="called", occurred_at=timezone.now())
    assert person.has_perm("customers.edit", customer)
    assert mei.has_perm("customers.transfer", customer)
    with acting(mei):
        assert ask_for_transfer(customer, by=mei, to=heir, reason="leaves").state == "pending"


def test_nothing_is_transferred_to_somebody_who_leaves(wang, li, mei, chief, qian):
    customer = customer_of(li)
    with acting(li):
        approval = ask_for_transfer(customer, by=li, to=wang, reason="x")
    leaves(wang, mei)
    seat = approval.approvers.live().get()
    with acting(seat.person), pytest.raises(CannotTakeEffect):
        approval.approve(by=seat.person, seal=approval.seal)


def test_each_guard_of_the_mode_by_its_name(wang, mei):
    """Everything fits but that he leaves: as crm_app, past the house."""
    customer, pooled = customer_of(wang), pool_customer(wang)
    with acting(wang):
        export = Export.objects.create(purpose="x", requested_by=wang)
    leaves(wang, mei)
    until = tenancy.now() + timedelta(days=1)
    with acting(wang):
        with refused_by("leaver_claims_as_approved"):
            Claim.objects.create(customer=pooled, claimant=wang, protected_until=until)
        with refused_by("leaver_takes_no_list"):
            Export.objects.create(purpose="x", requested_by=wang)
        with refused_by("leaver_keeps_until_handover"):
            sql(
                "UPDATE customers_customer SET owner_id = NULL, protected_until = NULL, pooled_at = now() WHERE id = %s",
                customer.pk,
            )
        for kind in ("customers.transfer", "customers.export"):
            with refused_by("leaver_asks_for_no_transfer"):
                terms = sql_value("SELECT content FROM approvals_housepolicy WHERE kind = %s", kind)
                Approval.objects.create(
                    kind=kind, subject=customer, requested_by=wang, reason="x", asked={}, seal="x", terms=terms
                )
    assert export.file_id is None


def sql_value(statement, *values):
    found = catalogue(statement, *values)[0][0]
    return json.loads(found) if isinstance(found, str) else found


def test_a_list_that_was_approved_before_the_notice_does_not_leave(wang, mei):
    customer_of(wang)
    export = exporting.ask(by=wang, purpose="fair", format="csv", filters={})
    leaves(wang, mei)
    exporting.make(str(export.pk))
    export.refresh_from_db()
    assert export.file_id is None
    assert "departure mode" in export.progress.failure


def test_a_claim_waits_for_the_manager_and_comes_with_his_yes(wang, mei, sign_in):
    pooled = pool_customer(wang, "Pooled Ltd")
    leaves(wang, mei)

    answer = sign_in(wang).post(f"/customers/{pooled.pk}/claim/")

    approval = Approval.objects.get(kind="customers.claim_while_leaving")
    assert answer["Location"] == f"/approvals/{approval.pk}/"
    assert Customer.objects.get(pk=pooled.pk).owner_id is None
    with acting(mei):
        approval.approve(by=mei, seal=approval.seal)
    assert Customer.objects.get(pk=pooled.pk).owner_id == wang.pk


def test_a_new_company_of_somebody_who_leaves_waits_in_the_pool(wang, mei, sign_in):
    leaves(wang, mei)
    sign_in(wang).post("/customers/new/", {"name": "Brand New Ltd"})
    customer = Customer.objects.get(name="Brand New Ltd")
    assert customer.owner_id is None
    assert Approval.objects.get(kind="customers.claim_while_leaving").subject_id == customer.pk


def test_the_budget_of_a_day_ends_and_the_manager_hears_it_once(wang, mei, sign_in, settings):
    settings.LEAVING_VIEWS = 2
    customers = [customer_of(wang) for _ in range(4)]
    leaves(wang, mei)
    client = sign_in(wang)

    answers = [client.get(f"/customers/{each.pk}/").status_code for each in [*customers, customers[0]]]

    assert answers == [200, 200, 403, 403, 200]
    page = client.get(f"/customers/{customers[3].pk}/edit/")
    assert page.status_code == 403
    assert "used up" in page.content.decode()
    assert Entry.objects.filter(action="customers.over_budget").count() == 3
    assert Notice.objects.filter(what="customers.views_used_up", person=mei).count() == 1


def test_who_stays_has_no_budget(wang, sign_in, settings):
    settings.LEAVING_VIEWS = 1
    assert [sign_in(wang).get(f"/customers/{customer_of(wang).pk}/").status_code for _ in range(3)] == [200] * 3


# Handing over


def test_the_list_has_counts_and_a_hash(wang, mei, heir, chief):
    first = customer_of(wang, "A Ltd", contact={"name": "Chen", "phone": PHONE})
    customer_of(wang, "B Ltd", contact={"name": "Silent"})
    follow_ups.log(first, by=wang, content="x", occurred_at=timezone.now())
    with acting(wang):
        ask_for_transfer(first, by=wang, to=heir, reason="x")
    items = {each["name"]: each for each in listed(wang)}
    assert (items["A Ltd"]["contacts"], items["A Ltd"]["follow_ups"], items["A Ltd"]["requests"]) == (1, 1, 1)
    assert items["B Ltd"]["unreachable"] == ["Silent"]
    assert items["A Ltd"]["unreachable"] == []
    departure = leaves(wang, mei)
    approval = handed_over(departure, by=mei, to=heir, decided_by=chief).approval
    assert approval.asked["list_sha256"] == hash_of(approval.asked["items"])


@pytest.mark.parametrize("number", [1, 3, 40])
def test_the_list_takes_as_many_queries_for_any_length(number, wang):
    for _ in range(number):
        customer_of(wang, contact={"name": "Chen"})
    with CaptureQueriesContext(connection) as asked:
        assert len(listed(wang)) == number
    assert len(asked) == 6


def test_each_successor_accepts_for_himself(wang, mei, heir, chief):
    customer = customer_of(wang)
    before = Claim.objects.get(customer=customer).protected_until
    departure = leaves(wang, mei)
    handed_over(departure, by=mei, to=heir, decided_by=chief)
    assert Customer.objects.get(pk=customer.pk).owner_id == wang.pk, "approved is not accepted"
    item = HandoverItem.objects.get()
    for person in (wang, mei, chief):
        with acting(person), pytest.raises(Refused):
            accept(item, by=person)

    with acting(heir):
        accept(item, by=heir)

    customer.refresh_from_db()
    assert (customer.owner_id, customer.protected_until) == (heir.pk, before)


def test_nobody_with_a_share_decides_about_the_list(wang, mei, heir, chief, qian):
    customer_of(wang)
    departure = leaves(wang, mei)
    with acting(mei):
        approval = ask_for_handover(
            departure, by=mei, successors=dict.fromkeys([listed(wang)[0]["customer"]], chief), rest=None, reason="x"
        )
    assert [seat.person for seat in approval.approvers.live()] == [qian]


def test_each_guard_of_a_handover_by_its_name(wang, mei, heir, li, chief):
    customer = customer_of(wang)
    departure = leaves(wang, mei)
    with acting(li), refused_by("handover_stands"):
        Handover.objects.create(departure=departure, prepared_by=mei)
    with acting(mei):
        empty = Handover.objects.create(departure=departure, prepared_by=mei)
        with refused_by("handover_as_approved"):
            HandoverItem.objects.create(handover=empty, customer=customer, successor=li)
    handed_over(departure, by=mei, to=heir, decided_by=chief)
    item = HandoverItem.objects.get()
    with acting(li):
        with refused_by("handover_accepted_by_successor"):
            sql("UPDATE customers_handoveritem SET state = 'accepted' WHERE id = %s", item.pk)
        with refused_by("handover_item_stands"):
            sql("UPDATE customers_handoveritem SET successor_id = %s WHERE id = %s", li.pk, item.pk)
        with refused_by("handover_item_stands"):
            sql("UPDATE customers_handoveritem SET note = 'never said' WHERE id = %s", item.pk)
        with refused_by("handover_while_open"):
            sql("UPDATE customers_handoveritem SET state = 'lapsed' WHERE id = %s", item.pk)
    with acting(heir), refused_by("handover_stands"):
        sql("UPDATE customers_handover SET approval_id = NULL WHERE id = %s", item.handover_id)
    with acting(heir), refused_by("claim_is_its_holders"):
        sql(
            "UPDATE customers_claim SET released_at = now(), released_by_id = %s WHERE customer_id = %s",
            heir.pk,
            customer.pk,
        )


def test_an_accepted_item_passes_one_customer_and_no_other(wang, mei, heir, chief):
    """The successor accepts one and reaches for the other in the same transaction."""
    mine, other = customer_of(wang, "A Ltd"), customer_of(wang, "B Ltd")
    departure = leaves(wang, mei)
    handed_over(departure, by=mei, to=heir, decided_by=chief)
    with acting(heir):
        accept(HandoverItem.objects.get(customer=mine), by=heir)
        with refused_by("claim_is_its_holders"):
            sql(
                "UPDATE customers_claim SET released_at = now(), released_by_id = %s WHERE customer_id = %s AND released_at IS NULL",
                heir.pk,
                other.pk,
            )
        with pytest.raises(Refused):
            Customer.objects.get(pk=other.pk).take_over(by=heir, to=heir, reason="x")


def test_declined_with_a_note_and_accepted_together(wang, mei, heir, chief, sign_in):
    for name in ("A Ltd", "B Ltd", "C Ltd"):
        customer_of(wang, name)
    departure = leaves(wang, mei)
    handed_over(departure, by=mei, to=heir, decided_by=chief)
    items = list(HandoverItem.objects.order_by("pk"))
    client = sign_in(heir)
    assert "C Ltd" in client.get("/customers/handed-over/").content.decode()
    assert client.post("/customers/handed-over/decide/", {"item": items[0].pk, "decline": "1"}).status_code == 422
    client.post("/customers/handed-over/decide/", {"item": items[0].pk, "decline": "1", "note": "too far"})
    client.post("/customers/handed-over/decide/", {"item": [items[1].pk, items[2].pk]})
    assert [item.state for item in HandoverItem.objects.order_by("pk")] == ["declined", "accepted", "accepted"]
    assert HandoverItem.objects.get(pk=items[0].pk).note == "too far"
    assert Customer.objects.filter(owner=heir).count() == 2


def test_what_belongs_to_somebody_else_by_now_stays_there(wang, mei, heir, li, chief):
    customer = customer_of(wang)
    departure = leaves(wang, mei)
    handed_over(departure, by=mei, to=heir, decided_by=chief)
    with acting(mei):
        transfer = ask_for_transfer(customer, by=mei, to=li, reason="speaks German")
    with acting(chief):
        transfer.approve(by=chief, seal=transfer.seal)
    with acting(heir):
        assert accept_all(HandoverItem.objects.all(), by=heir) == {False: 1}
    assert HandoverItem.objects.get().state == "offered"
    assert Customer.objects.get(pk=customer.pk).owner_id == li.pk


# The end


def test_the_end_is_one_step(wang, mei, heir, chief, zhao, qian, sign_in, monkeypatch):
    """R85: customers, approvals, access, sessions, tokens: in the same transaction."""
    taken, left = customer_of(wang, "Taken Ltd"), customer_of(wang, "Left Ltd")
    departure = leaves(wang, mei)
    handed_over(departure, by=mei, to=heir, decided_by=chief)
    with acting(heir):
        accept(HandoverItem.objects.get(customer=taken), by=heir)
    ended = []
    monkeypatch.setattr(duties, "_ended", [lambda person, by: ended.append((person.name, by.name))])
    client = sign_in(wang)
    assert client.get("/customers/").status_code == 200

    sign_in_again = sign_in(zhao).post(f"/departures/{departure.pk}/complete/")

    assert sign_in_again.status_code == 302
    departure.refresh_from_db()
    assert departure.completed_by == zhao
    assert not fresh(wang).is_active
    assert ended == [("Wang", "Zhao")]
    assert Customer.objects.get(pk=taken.pk).owner_id == heir.pk
    assert Customer.objects.get(pk=left.pk).owner_id is None
    assert [item.state for item in HandoverItem.objects.order_by("customer__name")] == ["lapsed", "accepted"]


def test_the_rest_goes_to_the_manager_where_the_handover_says_so(wang, mei, heir, chief, qian, zhao):
    customer = customer_of(wang)
    departure = leaves(wang, mei)
    handed_over(departure, by=mei, to=heir, rest=mei, decided_by=chief)
    with acting(zhao):
        departure.complete(by=zhao)
    assert Customer.objects.get(pk=customer.pk).owner_id == mei.pk


def test_without_an_approved_handover_nothing_falls_anywhere(wang, mei, zhao):
    customer = customer_of(wang)
    departure = leaves(wang, mei)
    with acting(zhao), pytest.raises(departures.CannotComplete, match="1 customer"):
        departure.complete(by=zhao)
    assert fresh(wang).is_active
    assert Customer.objects.get(pk=customer.pk).owner_id == wang.pk


def test_a_departure_is_completed_by_another_administrator(wang, mei, zhao, qian, sun):
    departure = leaves(wang, zhao)
    for person in (wang, mei, zhao, sun):
        with acting(person), pytest.raises(Refused):
            departure.complete(by=person)
        with acting(person), refused_by("departure_ended_by_another"):
            sql(
                "UPDATE accounts_departure SET completed_at = now(), completed_by_id = %s WHERE id = %s",
                person.pk,
                departure.pk,
            )
    with acting(qian):
        departure.complete(by=qian)
    assert not fresh(wang).is_active


@pytest.mark.parametrize(("constraint", "owns"), [("departure_ends_access", False), ("departed_owns_nothing", True)])
def test_at_the_end_of_the_transaction_he_is_out_and_owns_nothing(constraint, owns, wang, mei, zhao):
    if owns:
        customer_of(wang)
    departure = leaves(wang, mei)
    with acting(zhao), refused_by(constraint):
        sql(
            "UPDATE accounts_departure SET completed_at = now(), completed_by_id = %s WHERE id = %s",
            zhao.pk,
            departure.pk,
        )
        if owns:
            sql("UPDATE accounts_user SET is_active = false WHERE id = %s", wang.pk)
        sql(f"SET CONSTRAINTS {constraint} IMMEDIATE")


def test_what_waits_for_him_moves_up_in_the_same_transaction(wang, mei, heir, chief, zhao, qian, li):
    """A manager goes: the request that waits for her finds the next level."""
    customer = customer_of(wang)
    with acting(wang):
        approval = ask_for_transfer(customer, by=wang, to=li, reason="x")
    assert approval.approvers.live().get().person == mei
    departure = leaves(mei, qian)
    with acting(zhao):
        departure.complete(by=zhao)
    assert [seat.person for seat in Approver.objects.live().filter(approval=approval)] == [chief]


def test_lost_customers_are_watched(wang, mei, heir, chief, zhao, monkeypatch):
    """R49: what was released or fell silent in the 90 days after."""
    released, _silent = (customer_of(wang, name) for name in ("Released Ltd", "Silent Ltd"))
    departure = leaves(wang, mei)
    handed_over(departure, by=mei, to=heir, decided_by=chief)
    with acting(heir):
        accept_all(HandoverItem.objects.select_related("customer", "handover__departure__person"), by=heir)
    with acting(zhao):
        departure.complete(by=zhao)
    assert lost(departure) == []
    with acting(heir):
        Customer.objects.get(pk=released.pk).release(by=heir, reason="closed down")
    monkeypatch.setattr("customers.watching.tenancy.now", lambda: timezone.now() + timedelta(days=45))
    assert {each.customer.name: each.released for each in lost(departure)} == {
        "Released Ltd": True, "Silent Ltd": False,
    }  # fmt: skip


# Pages


def test_who_sees_a_departure(wang, mei, chief, li, shen, zhao, sun, heir, outsider, sign_in):
    departure = leaves(wang, mei)
    seen = {
        person.name
        for person in (wang, mei, chief, li, shen, zhao, sun, heir, outsider)
        if sign_in(person).get(f"/departures/{departure.pk}/").status_code == 200
    }
    assert seen == {"Wang", "Mei", "Chief", "Shen", "Zhao", "Sun"}


def test_the_way_through_the_pages(wang, mei, heir, chief, zhao, sign_in):
    customer_of(wang, "Page Ltd", contact={"name": "Silent"})
    day = today().isoformat()
    client = sign_in(mei)
    answer = client.post("/departures/new/", {"person": wang.pk, "notice_on": day, "last_day": day, "reason": "notice"})
    departure = Departure.objects.get()
    assert answer["Location"] == f"/departures/{departure.pk}/"
    page = client.get(f"/customers/handover/{departure.pk}/")
    assert "Page Ltd" in page.content.decode()
    assert "Silent" in page.content.decode()
    answer = client.post(f"/customers/handover/{departure.pk}/", {"to": heir.pk, "rest": "", "reason": "leaves"})
    approval = Approval.objects.get(kind="customers.handover")
    assert answer["Location"] == f"/approvals/{approval.pk}/"
    assert client.post(f"/customers/handover/{departure.pk}/", {"to": heir.pk, "reason": "again"}).status_code == 409
    assert "Page Ltd" in sign_in(chief).get(f"/approvals/{approval.pk}/").content.decode()
    assert "Departure mode" in sign_in(wang).get("/customers/").content.decode()
    refusal = sign_in(wang).get("/customers/exports/new/")
    assert refusal.status_code == 403
    assert "You are leaving" in refusal.content.decode()
    page = sign_in(zhao).get(f"/customers/handover/{departure.pk}/").content.decode()
    assert "Page Ltd" not in page, "an administrator reads no customers"


@pytest.mark.parametrize("number", [1, 3, 60])
def test_the_pages_take_as_many_queries_for_any_number(number, wang, mei, heir, chief, sign_in):
    for _ in range(number):
        customer_of(wang)
    departure = leaves(wang, mei)
    handed_over(departure, by=mei, to=heir, decided_by=chief)
    counts = []
    for person, address in ((heir, "/customers/handed-over/"), (mei, "/departures/")):
        client = sign_in(person)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts == [FOR_OFFERED, FOR_DEPARTURES]


FOR_OFFERED, FOR_DEPARTURES = 9, 10  # 6 of them session, person, frame
