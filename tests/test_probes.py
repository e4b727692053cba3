"""The blind conflict check tells a state, to who counts for it, and nothing else (R34, R40 to R44)."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tenancy
from accounts.models import Notice
from audit.models import Entry
from customers import changing
from customers.denials import deny
from customers.models import ConflictProbe, ContestedClaim, Customer, DuplicatePair, ProbeTerms, Touch
from customers.probing import asking, watching
from customers.registration import Draft, register
from tests.factories import UserFactory, customer_of, pool_customer

pytestmark = pytest.mark.django_db
PAGE, TYPED, NEW = (reverse(f"customers:{name}") for name in ("probe", "probe_typed", "new"))
NAME, ALIKE = "苏州恒川医疗器械有限公司", "苏州花川医疗器械"
FIELDS = {"phone": "13812345678", "website": "hengchuan.com.cn"}
CONTACT = {"name": "王芳", "phone": "+8613812345678"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(asking, "AT_LEAST", 0)


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, NAME, website="www.hengchuan.com.cn", region="苏州", contact=CONTACT)


@pytest.fixture
def check(sign_in, li):
    """What Li is answered on the page, and the page without what changes with every request."""
    client = sign_in(li)

    def asked(name, person=None, **fields):
        answer = (sign_in(person) if person else client).post(PAGE, {"name": name, **fields})
        body = re.sub(r"[\w-]{24,}|\d\d:\d\d:\d\d|#[\d,]+", "", answer.content.decode())
        return answer, body.replace(name, "NAME")

    return asked


def last():
    return ConflictProbe.objects.latest("asked_at")


def probed(person, name, **fields):
    with tenancy.inside(person.organization_id, user=person):
        return asking.probe(Draft(name, fields), by=person, way=ConflictProbe.Way.PAGE)


# What is told


def test_the_answer_is_a_state_of_one_length_by_the_same_statements(hengchuan, check, wang, li):
    """Free, taken, in the pool, perhaps, and denied, which is taken byte for byte: nobody tells them apart by more than the word."""
    pool_customer(wang, "无锡泰和精密机械有限公司")
    denied = customer_of(wang, "Zhuoran Mirrorworks Ltd")
    deny(denied, by=wang.team.manager, person=li, reason="his wife works there")
    said, sizes, statements = {}, set(), set()
    names = ["Lindqvist Marine", NAME, ALIKE, "无锡泰和精密机械有限公司", "恒川医疗", denied.name]
    for name in names:
        more = FIELDS if name == ALIKE else {}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer, _body = check(name, **more)
        said[name] = last().answer
        fragment = answer.context["answer"]
        sizes.add(len(fragment.encode()))
        statements.add(tuple(re.sub(r"'[^']*'|\d+", "", query["sql"])[:40] for query in queries))
        assert not {"Wang", "王芳", str(hengchuan.pk), "1381234"} & set(re.findall(r"[\w-]+", fragment))
    assert list(said.values()) == ["free", "taken", "taken", "pool", "review", "taken"]
    assert len(sizes) == 1
    assert len(statements) == 1


def test_two_owners_with_different_content_are_answered_byte_for_byte_the_same(hengchuan, check, wang, mei):
    """R40: whose it is shows nowhere."""
    other = customer_of(
        UserFactory(organization=wang.organization, name="Zhou"), "无锡泰和精密机械有限公司", industry="pumps"
    )
    first, second = check(NAME), check(other.name)
    assert first[0].context["answer"] == second[0].context["answer"]
    assert len(first[1]) == len(second[1])


def test_what_was_asked_is_kept_sealed_and_in_the_ledger(hengchuan, check, li):
    check(ALIKE, **FIELDS)
    kept = last()
    assert (kept.person, kept.way, kept.answer, kept.company) == (li, "page", "taken", hengchuan.pk)
    assert kept.typed["phone"] == "+8613812345678"
    assert "13812345678" not in kept.sealed
    entry = Entry.objects.get(action="customers.probe")
    assert (entry.actor, entry.after["answer"], entry.after["called"]) == (li, "taken", ALIKE)
    assert kept.sealed not in str(entry.after)
    assert bytes(kept.digest).hex() not in str(entry.after)


def test_who_asked_on_the_page_sees_its_state_under_the_name_he_typed(hengchuan, check, li, sign_in):
    """R41. What a form asks by itself while he types is no dealing with the company."""
    sign_in(li).post(TYPED, {"name": NAME})
    assert not Touch.objects.exists()
    check(ALIKE, **FIELDS)
    with tenancy.inside(li.organization_id, user=li):
        assert [(touch.name, touch.state) for touch in Touch.objects.of(li)] == [(ALIKE, "taken")]


def test_only_who_enters_customers_asks(hengchuan, sign_in, shen, zhao, wang):
    assert [sign_in(person).get(PAGE).status_code for person in (shen, zhao, wang)] == [403, 403, 200]


# How often


def test_the_budget_is_the_databases_and_knows_no_way_around(hengchuan, li, zhao, wang, check):
    """R43: neither by another clock, another name, taking questions back, nor by the form."""
    with tenancy.inside(zhao.organization_id, user=zhao):
        ProbeTerms.objects.create(an_hour=5)
    for number in range(5):
        check(f"Company number {number}")
    answer, _body = check(NAME)
    assert answer.status_code == 429
    assert "5 times in an hour" in answer.content.decode()
    raw = "INSERT INTO customers_conflictprobe (organization_id, person_id, way, answer, called, hidden, digest, sealed, asked_at) VALUES (%s, %s, 'page', 'free', 'x', 0, '', '', %s)"
    with tenancy.inside(li.organization_id, user=li), connection.cursor() as cursor:
        for person, moment in ((li, "2020-01-01"), (wang, "2020-01-01")):
            with pytest.raises(IntegrityError, match="as often as he may"), transaction.atomic():
                cursor.execute(raw, [li.organization_id, person.pk, moment])
        for statement in (
            "DELETE FROM customers_conflictprobe",
            "UPDATE customers_conflictprobe SET asked_at = '2020-01-01'",
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                cursor.execute(statement)
        cursor.execute("UPDATE customers_probeterms SET an_hour = 600")
        assert cursor.rowcount == 0, "only whose role carries it"
    assert ConflictProbe.objects.filter(person=li).count() == 5


def test_over_the_budget_the_form_says_the_same_of_what_is_there_and_what_is_not(hengchuan, li, zhao, sign_in):
    """Otherwise the form would be a way to ask without end."""
    with tenancy.inside(zhao.organization_id, user=zhao):
        ProbeTerms.objects.create(an_hour=5)
    for number in range(5):
        probed(li, f"Company number {number}")
    client = sign_in(li)
    pages = [client.post(NEW, {"name": name}) for name in (NAME, "Lindqvist Marine")]
    assert [page.status_code for page in pages] == [422, 422]
    assert len({str(page.context["form"].errors) for page in pages}) == 1
    assert Customer.objects.get() == hengchuan
    assert not ContestedClaim.objects.exists()


def test_a_form_counts_each_settled_question_once(hengchuan, li, sign_in):
    client = sign_in(li)
    for name in (NAME, NAME):
        page = client.post(TYPED, {"name": name, "email": "not yet"})
        assert b"Taken." in page.content
    assert client.post(NEW, {"name": NAME}).status_code == 409
    assert ConflictProbe.objects.count() == 1
    assert client.post(TYPED, {"name": ""}).content.strip() == b""


def test_an_administrator_sets_how_often(zhao, sign_in):
    client, address = sign_in(zhao), reverse("customers:probe_terms")
    assert client.post(address, {"an_hour": 4, "a_day": 100}).status_code == 422
    assert client.post(address, {"an_hour": 30, "a_day": 100}).status_code == 302
    assert ProbeTerms.objects.values_list("an_hour", "a_day").get() == (30, 100)


# Who goes through names


def test_going_through_names_is_told_to_the_auditors(li, wang, shen, hengchuan):
    """R44: names in their order, companies that are all there already, characters that nobody sees."""
    for number in range(10):
        probed(li, f"Company number {number}")
    with tenancy.inside(wang.organization_id, user=wang):
        asking.probe(Draft(NAME), by=wang, way="page", raw="苏州恒川\u200b医疗器械有限公司")
    watching.watch()
    watching.watch()
    told = Notice.objects.filter(person=shen).order_by("what").values_list("what", flat=True)
    assert list(told) == ["customers.probed_hidden", "customers.probed_in_order"]
    names = [f"{chr(ord('a') + number * 7 % 26)} company" for number in range(26)]
    assert watching.longest_run(names) < watching.IN_ORDER
    taken = [ConflictProbe(called=name, answer="taken") for name in names]
    assert watching.signs(taken, has_entered=False) == {"probed_much": 26}
    assert watching.signs(taken, has_entered=True) == {}


# What follows from likeness


def test_a_name_that_is_as_good_as_the_same_is_taken_and_the_attempt_kept(hengchuan, li, sign_in):
    """R31, R34: nobody gets a customer by writing it otherwise; the answer is a state."""
    typed = {"name": ALIKE, "phone": "13812345678", "website": "hengchuan.com.cn", "region": "苏州"}
    page = sign_in(li).post(NEW, typed)
    assert (page.status_code, Customer.objects.count()) == (409, 1)
    assert ContestedClaim.objects.get().customer == hengchuan
    text = page.content.decode()
    assert all(words in text for words in ("Taken.", "It is another company?"))
    assert not any(words in text for words in (NAME, "Wang", str(hengchuan.pk)))


def test_it_is_another_company_leads_to_a_person_who_decides(hengchuan, li, sign_in):
    typed = {"name": ALIKE, "phone": "13812345678", "website": "hengchuan.com.cn", "another": "another owner since May"}
    page = sign_in(li).post(NEW, typed, follow=True)
    made = Customer.objects.get(name=ALIKE)
    assert (made.owner, made.needs_review, made.state) == (li, True, "review")
    assert "Somebody who may see both decides" in page.content.decode()
    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {made.pk, hengchuan.pk}
    assert (pair.status, pair.verdict, pair.found_by, pair.said) == ("open", "same", "form", "another owner since May")
    assert NAME not in page.content.decode()


def test_a_reason_opens_no_equal_key(hengchuan, li, sign_in):
    """R31: the registered name is one company's, whatever somebody says."""
    page = sign_in(li).post(NEW, {"name": f" {NAME} ", "another": "it is another one"})
    assert (page.status_code, Customer.objects.count(), DuplicatePair.objects.count()) == (409, 1, 0)


def test_what_may_be_the_same_is_created_and_decided_later_what_is_related_is_free(hengchuan, li):
    perhaps, branch = (
        register([Draft(name)], by=li, way=ContestedClaim.Way.FORM, claimed=True)[0]
        for name in ("恒川医疗", "苏州恒川医疗器械有限公司宁波分公司")
    )
    assert (perhaps.is_won, perhaps.like, perhaps.told) == (True, True, "review")
    assert (branch.is_won, branch.customer.needs_review) == (True, False)
    assert DuplicatePair.objects.filter(found_by="form").of([branch.customer.pk]).count() == 0
    assert DuplicatePair.objects.of([hengchuan.pk]).get().found_by == "form"


def test_a_change_that_makes_two_customers_alike_is_a_pair(hengchuan, li):
    """R42: renaming, another web site, another phone are no way around the check."""
    mine = customer_of(li, "南通远航纺织有限公司", region="苏州")
    assert not DuplicatePair.objects.exists()
    changing.change(mine, by=li, short_name="恒川医疗器械", other_name="苏州恒川医疗器械", website="hengchuan.com.cn")
    assert DuplicatePair.objects.get().found_by == "edit"
