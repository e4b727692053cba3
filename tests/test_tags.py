"""Tags: one vocabulary, put on by who works on a customer, found by in lists (R62, R88)."""

import pytest
from django.urls import reverse

from audit.deeds import Refused
from audit.models import Entry
from customers import lists
from customers.models import Customer, CustomerTag, Pool, Tag
from customers.pools.browsing import PoolFilter
from customers.profile import tags
from tests.factories import UserFactory, customer_of, pool_customer, shared
from tests.test_record import at, refusal_of


@pytest.fixture
def vip(mei):
    return tags.make("VIP 客户", by=mei)


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "Hengchuan Ltd")


@pytest.mark.parametrize("who", ["mei", "zhao", "qian"])
def test_managers_and_administrators_make_tags(who, request, sign_in):
    person = request.getfixturevalue(who)
    assert sign_in(person).post(reverse("customers:tags"), {"name": "Fair 2026"}).status_code == 302
    assert Tag.objects.get().made_by == person


@pytest.mark.parametrize("who", ["wang", "an", "fu", "shen", "sun"])
def test_nobody_else_makes_archives_or_restores_one(who, vip, request, sign_in):
    person = request.getfixturevalue(who)
    assert sign_in(person).post(reverse("customers:tags"), {"name": "Mine"}).status_code == 403
    for act in (vip.archive, vip.restore):
        with pytest.raises(Refused):
            act(by=person)
    insert = "INSERT INTO customers_tag (organization_id, name, folded, made_by_id) VALUES (%s, 'x', 'x', %s)"
    assert refusal_of(person, insert, person.organization_id, person.pk) == "policy"
    assert refusal_of(person, "UPDATE customers_tag SET archived_at = now()") == "policy"


@pytest.mark.parametrize("again", ["VIP 客户", "vip客户", "ＶＩＰ客户", "VIP 客戶", " vip  客户 "])
def test_a_name_is_there_once_however_it_is_written(again, vip, mei, sign_in):
    answer = sign_in(mei).post(reverse("customers:tags"), {"name": again})
    assert answer.status_code == 422
    assert "There is a tag of this name already" in answer.text
    assert tags.named(again) == vip


@pytest.mark.parametrize("name", ["", "   ", "!!", "=x", "x" * 41])
def test_what_is_no_name_is_told(name, mei, sign_in):
    assert sign_in(mei).post(reverse("customers:tags"), {"name": name}).status_code == 422


def test_a_rep_tags_his_customers_and_the_history_says_with_what(hengchuan, vip, wang, mei, sign_in):
    client = sign_in(wang)
    client.post(at("tag", hengchuan), {"name": "vip客户"})
    client.post(at("tag", hengchuan), {"name": "VIP 客户"})
    worn = CustomerTag.objects.get()
    assert (worn.tag, worn.name, worn.tagged_by) == (vip, "VIP 客户", wang)
    assert "VIP 客户" in client.get(at("history", hengchuan)).text
    page = client.get(reverse("customers:list"), {"tag": "vip客户"}).text
    assert hengchuan.name in page
    assert hengchuan.name not in client.get(reverse("customers:list"), {"tag": "no such tag"}).text

    client.post(at("untag", hengchuan, vip.pk))

    assert not CustomerTag.objects.exists()
    acts = Entry.objects.filter(table_name="customers_customertag").order_by("id").values_list("action", "op")
    assert list(acts) == [("customers.tag", "I"), ("customers.untag", "D")]


def test_another_word_than_those_of_the_vocabulary_is_told(hengchuan, wang, sign_in):
    answer = sign_in(wang).post(at("tag", hengchuan), {"name": "my own word"}, follow=True)
    assert "There is no tag of this name." in answer.text
    assert not CustomerTag.objects.exists()


def test_an_archived_tag_stays_where_it_is_and_is_put_on_nothing(hengchuan, vip, wang, mei, sign_in):
    tags.put(hengchuan, vip, by=wang)
    sign_in(mei).post(reverse("customers:archive_tag", args=[vip.pk]))
    client = sign_in(wang)
    assert hengchuan.name in client.get(reverse("customers:list"), {"tag": "VIP客户"}).text
    other = customer_of(wang)
    assert "This tag is archived" in client.post(at("tag", other), {"name": "VIP 客户"}, follow=True).text
    insert = "INSERT INTO customers_customertag (organization_id, customer_id, tag_id, name, tagged_by_id) VALUES (%s, %s, %s, 'x', %s)"
    here = wang.organization_id
    assert refusal_of(wang, insert, here, other.pk, vip.pk, wang.pk) == "tag_in_use"
    sign_in(mei).post(reverse("customers:restore_tag", args=[vip.pk]))
    assert refusal_of(wang, insert, here, other.pk, vip.pk, wang.pk) is None


def test_tags_are_kept_and_keep_their_names(vip, mei):
    assert refusal_of(mei, "DELETE FROM customers_tag") == "policy"
    assert refusal_of(mei, "UPDATE customers_tag SET name = 'x', folded = 'x'") == "tag_stands"


def test_who_works_on_it_tags_it_and_nobody_else(hengchuan, vip, wang, an, li, mei, fu):
    """R5, R6: an assistant of the team and who shares it to work on; not a manager, not a peer, not the service desk."""
    insert = "INSERT INTO customers_customertag (organization_id, customer_id, tag_id, name, tagged_by_id) VALUES (%s, %s, %s, 'x', %s)"
    assert tags.put(hengchuan, vip, by=an)
    assert not tags.put(hengchuan, vip, by=wang)
    for person in (mei, li, fu):
        with pytest.raises(Refused):
            tags.take_off(hengchuan, vip.pk, by=person)
        assert refusal_of(person, "DELETE FROM customers_customertag") == "policy"
        other = customer_of(wang)
        assert refusal_of(person, insert, wang.organization_id, other.pk, vip.pk, person.pk) == "policy"
    assert refusal_of(wang, insert, wang.organization_id, customer_of(wang).pk, vip.pk, li.pk) == "tag_in_own_name"
    shared(hengchuan, by=wang, person=li, way="edit")
    tags.take_off(hengchuan, vip.pk, by=li)


def test_in_the_pool_nobody_tags(wang, vip):
    pooled = pool_customer(wang)
    with pytest.raises(Refused):
        tags.put(pooled, vip, by=wang)


@pytest.mark.parametrize(("who", "view"), [("wang", "mine"), ("mei", "team"), ("shen", "all")])
def test_by_a_tag_a_list_keeps_its_order(who, view, vip, east, wang, li, request):
    """R62. Whoever stands in the list and carries the tag, in the order of the list, page by page."""
    colleague = UserFactory(organization=wang.organization, team=east)
    carriers = [customer_of(owner) for owner in (wang, colleague, li) for _ in range(3)]
    for customer in carriers:
        customer_of(customer.owner)
        tags.put(customer, vip, by=customer.owner)
    person = request.getfixturevalue(who)
    filters = lists.CustomerFilter({"tag": "vip客户"}, lists.rows_of(view, person))
    fetch = lists.fetcher(view, person, filters)

    seen = {"mine": carriers[:3], "team": carriers[:6], "all": carriers}[view]
    expected = [row.pk for row in sorted(seen, key=lambda row: (row.protected_until, row.pk))]
    assert [row.pk for row in fetch(None, ["protected_until", "id"], 50)] == expected
    assert [row.pk for row in fetch(None, ["protected_until", "id"], 2)] == expected[:2]
    assert filters.qs.count() == len(expected)
    beyond = [sorted(seen, key=lambda row: (row.protected_until, row.pk))[1].protected_until, expected[1]]
    rest = fetch(beyond, ["protected_until", "id"], 50)
    assert [row.pk for row in rest] == expected[2:]
    assert (
        str(rest.query).count('JOIN "customers_customertag"') == 1
    )  # each further one would look for every row once more


def test_a_tag_goes_with_its_customer(vip, wang, li):
    """R62, R21. Whoever gets it, wherever it waits: it is found by its tag there, and nowhere else."""
    customer = customer_of(wang)
    tags.put(customer, vip, by=wang)
    assert tagged(wang) == [customer]
    customer.release(by=wang, reason="They closed the plant.")
    assert (tagged(wang), list(waiting().qs)) == ([], [customer])
    Customer.objects.get(pk=customer.pk).claim(by=li)
    assert (tagged(wang), tagged(li), list(waiting().qs)) == ([], [customer], [])


def waiting():
    return PoolFilter({"tag": "VIP客户"}, Customer.objects.in_pool(), pool=Pool.objects.get(is_rest=True))


def tagged(person):
    return list(lists.CustomerFilter({"tag": "VIP客户"}, lists.rows_of("mine", person)).qs)


def test_nobody_says_himself_where_a_tag_stands(hengchuan, vip, wang):
    """By SQL: the place is the database's, at its beginning and later."""
    tags.put(hengchuan, vip, by=wang)
    assert refusal_of(wang, "UPDATE customers_customertag SET protected_until = now() + interval '9 years'") == "policy"
