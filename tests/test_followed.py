"""Being followed (R40, R41): who had to do with a company knows its state, and nothing else of it."""

import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import Notice, Outbox, User
from accounts.outbox import perform
from customers import changing, follow_ups
from customers.denials import deny
from customers.identity_changes import TakenIdentity, ask_for_identity
from customers.models import ContestedClaim, Touch
from customers.registration import Draft, register
from tests.factories import UserFactory, customer_of, founding, pool_customer, shared
from tests.pools import cut

pytestmark = pytest.mark.django_db
PAGE = reverse("customers:followed")
CODE = "91320594MA1LANQ01K"


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "Suzhou Hengchuan Ltd", credit_code=CODE)


def tries(person, name, **fields):
    """He enters a company in the form, and is told that it is there."""
    return register([Draft(name, fields)], by=person, way=ContestedClaim.Way.FORM, claimed=True)[0]


def states(person) -> dict:
    """{name as he knows it: its state}, as the database tells this person."""
    with tenancy.inside(person.organization_id, user=person):
        return dict(Touch.objects.of(person).values_list("name", "state"))


def told(person):
    return [each.sentence for each in Notice.objects.filter(person=person, what="customers.followed").order_by("pk")]


def work_off():
    for waiting in Outbox.objects.filter(done_at=None, task="customers.tell_followed").order_by("pk"):
        perform(waiting.pk, tenancy.organization_id())


# What is a touch


def test_who_was_told_that_it_is_taken_sees_it_by_the_name_he_typed(hengchuan, li):
    assert tries(li, "SUZHOU  HENGCHUAN LTD").state == "taken"
    assert states(li) == {"SUZHOU  HENGCHUAN LTD": "taken"}
    assert Touch.objects.get().kind == Touch.Kind.TRIED


def test_an_attempt_by_the_credit_code_tells_no_registered_name(hengchuan, li):
    """He typed another name: that is the one he reads."""
    tries(li, "Somebody Else Ltd", credit_code=CODE)
    assert states(li) == {"Somebody Else Ltd": "taken"}


def test_the_refused_form_leaves_the_touch_and_says_what_it_said(hengchuan, li, sign_in):
    page = sign_in(li).post(reverse("customers:new"), {"name": hengchuan.name})
    assert page.status_code == 409
    assert "Taken." in page.text
    assert states(li) == {hengchuan.name: "taken"}


def test_a_code_and_a_name_that_another_company_has(hengchuan, li):
    mine, other = customer_of(li, "Mine Ltd"), customer_of(li, "Other Ltd")
    assert not changing.add_credit_code(mine, by=li, code=CODE)
    with pytest.raises(TakenIdentity):
        ask_for_identity(other, by=li, name=hengchuan.name, code="", reason="x", files=[])
    assert states(li) == {CODE: "taken"}, "one company, one line, by what he typed first"


def test_what_he_owned_was_shown_or_logged_for(hengchuan, wang, li, mei):
    shared(hengchuan, by=wang, person=li, way="edit")
    assert states(li) == {hengchuan.name: "taken"}
    follow_ups.log(hengchuan, by=wang, content="Called.", occurred_at=tenancy.now())
    assert states(wang) == {}, "his own company is in his list"
    hengchuan.release(by=wang, reason="x")
    assert states(wang) == states(li) == {hengchuan.name: "pool"}
    hengchuan.claim(by=wang)
    assert states(wang) == {hengchuan.name: "mine"}
    assert states(li) == {hengchuan.name: "taken"}


def test_who_logs_for_a_company_that_is_not_his_has_touched_it(hengchuan, wang, li):
    shared(hengchuan, by=wang, person=li, way="edit")
    follow_ups.log(hengchuan, by=li, content="Called.", occurred_at=tenancy.now())
    assert Touch.objects.filter(person=li).count() == 1


def test_a_name_that_the_pool_hides_stays_hidden(wang, li):
    company = pool_customer(wang, "Hidden Ltd")
    cut("East", people=[wang], hidden=["name"], region=["Suzhou"])
    company.claim(by=wang)
    company.claim(by=li)
    assert states(li) == {"H***": "taken"}


def test_an_import_is_no_touch(hengchuan, li):
    """Ten thousand names would be a watch over the market."""
    register([Draft(hengchuan.name)], by=li, way=ContestedClaim.Way.IMPORT, claimed=False)
    assert not Touch.objects.exists()


def test_a_former_name_is_what_he_knows(hengchuan, wang, li):
    shared(hengchuan, by=wang, person=li)
    changing.change(hengchuan, by=wang, other_name="Another name of it")
    assert list(states(li)) == ["Suzhou Hengchuan Ltd"]


# Nothing but the state


def seen(page):
    """A page without what is new each time it is drawn: tokens, and the time and number of the ledger's last entry below it."""
    return re.sub(r'(csrfmiddlewaretoken|name="once"|nonce)[^>]*|\d\d:\d\d:\d\d · #[\d,]+', "", page.content.decode())


def test_the_page_is_the_same_whoever_follows_it(acme, wang, li, sign_in):
    """R41. Another owner, another customer's content: not one byte differs."""
    first, second = UserFactory(name="Aa", organization=acme), UserFactory(name="Bb", organization=acme)
    company = pool_customer(wang, "Suzhou Hengchuan Ltd")
    tries(li, company.name)
    client = sign_in(li)
    assert "Not followed" in client.get(PAGE).text
    company.claim(by=first)
    before = seen(client.get(PAGE))
    assert "Being followed" in before
    company.release(by=first, reason="x")
    company.claim(by=second)
    follow_ups.log(company, by=second, content="A secret.", occurred_at=tenancy.now())
    changing.change(company, by=second, region="Suzhou", website="x.example")
    after = seen(client.get(PAGE))
    assert before == after
    for secret in (str(company.pk), str(first.pk), str(second.pk), "secret", "x.example", first.email):
        assert secret not in after


def test_a_rep_sees_his_own_touches_only(hengchuan, li, mei, acme, sign_in):
    tries(li, hengchuan.name)
    tries(UserFactory(name="Rival", organization=acme), "suzhou hengchuan ltd")
    assert states(li) == {hengchuan.name: "taken"}
    assert "Hengchuan" not in sign_in(mei).get(PAGE).text
    assert hengchuan.name in sign_in(li).get(PAGE).text


def test_a_stranger_sees_nothing(hengchuan, li, outsider, sign_in):
    tries(li, hengchuan.name)
    assert states(outsider) == {}
    assert "Hengchuan" not in sign_in(outsider).get(PAGE).text


def test_who_has_no_customers_has_no_such_page(zhao, sign_in):
    assert sign_in(zhao).get(PAGE).status_code == 403


def test_what_he_is_denied_is_taken_whatever_it_is(hengchuan, wang, li, acme):
    qiu = UserFactory(name="Qiu", organization=acme, role=User.Role.ADMINISTRATOR, is_owner=True)
    tries(li, hengchuan.name)
    deny(hengchuan, by=qiu, person=li, reason="x")
    hengchuan.refresh_from_db()
    hengchuan.release(by=wang, reason="x")
    assert states(li) == {hengchuan.name: "taken"}
    hengchuan.claim(by=wang)
    work_off()
    assert told(li) == []


def test_sql_reads_and_writes_nobody_elses(db):
    """As the application's role, in the name of one of two people."""
    with founding(name="Touched") as organization:
        wang, li = (UserFactory(name=name, organization=organization) for name in ("Wang", "Li"))
        company = customer_of(wang)
        tries(li, company.name)
        touch = Touch.objects.get()
        with connection.cursor() as cursor:
            for person, rows, state in ((li, 1, "taken"), (wang, 0, None)):
                with tenancy.inside(organization, user=person):
                    cursor.execute("SELECT count(*) FROM customers_touch")
                    assert cursor.fetchone() == (rows,)
                    cursor.execute("SELECT customers_engagement(%s)", [touch.pk])
                    assert cursor.fetchone() == (state,)
        for statement in (
            "INSERT INTO customers_touch (organization_id, person_id, customer_id, kind, name, owed)"
            " SELECT organization_id, person_id, customer_id, kind, name, true FROM customers_touch",
            "UPDATE customers_touch SET owed = true",
            "DELETE FROM customers_touch",
            "SELECT customers_owed_notices(10)",
        ):
            with (
                tenancy.inside(organization, user=li), connection.cursor() as cursor,
                pytest.raises(DatabaseError), transaction.atomic(),
            ):  # fmt: skip
                cursor.execute(statement)


def test_the_list_costs_the_same_for_one_and_for_many(wang, li, sign_in, django_assert_max_num_queries):
    for number in range(30):
        tries(li, customer_of(wang, f"Company {number} Ltd").name)
    client = sign_in(li)
    client.get(PAGE)
    with django_assert_max_num_queries(12) as few:
        client.get(PAGE)
    spoken = [each["sql"] for each in few.captured_queries if "customers_touch" in each["sql"]]
    assert len(spoken) == 1


# Notices


def test_who_touched_it_is_told_once_that_it_is_followed_and_never_by_whom(hengchuan, wang, li, acme):
    tries(li, "suzhou hengchuan ltd")
    hengchuan.release(by=wang, reason="x")
    work_off()
    assert told(li) == [], "that it is free is no notice"
    other = UserFactory(name="Other", organization=acme)
    hengchuan.claim(by=other)
    work_off(), work_off()
    assert told(li) == ["suzhou hengchuan ltd is being followed now."]
    assert told(wang) == ["Suzhou Hengchuan Ltd is being followed now."], "by the name he had it under"
    assert told(other) == []
    notice = Notice.objects.get(person=li, what="customers.followed")
    assert (notice.url, notice.words) == (PAGE, {"name": "suzhou hengchuan ltd"})


def test_nobody_is_told_of_his_own_claim(hengchuan, wang, li):
    hengchuan.release(by=wang, reason="x")
    hengchuan.claim(by=wang)
    work_off()
    assert told(wang) == []


def test_who_is_in_time_to_find_it_free_again_is_told_nothing(hengchuan, wang, li, acme):
    other = UserFactory(name="Other", organization=acme)
    tries(li, hengchuan.name)
    hengchuan.release(by=wang, reason="x")
    hengchuan.claim(by=other)
    hengchuan.release(by=other, reason="x")
    work_off()
    assert told(li) == []


def test_each_time_it_begins_is_told(hengchuan, wang, li):
    tries(li, hengchuan.name)
    for _time in range(2):
        hengchuan.release(by=wang, reason="x")
        hengchuan.claim(by=wang)
        Outbox.objects.filter(task="customers.tell_followed", done_at=None).update(dedupe_key=str(_time))
        work_off()
    assert len(told(li)) == 2


def test_nobody_else_is_told(hengchuan, wang, li, mei, outsider):
    tries(li, hengchuan.name)
    hengchuan.release(by=wang, reason="x")
    hengchuan.claim(by=wang)
    work_off()
    people = set(Notice.objects.filter(what="customers.followed").values_list("person", flat=True))
    assert people == {li.pk}
