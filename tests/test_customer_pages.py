"""Pages of customers, as each person meets them."""

import pytest
from django.urls import reverse

from accounts import tenancy
from audit.models import Entry
from customers.models import ContestedClaim, Customer, FollowUp
from tests.factories import customer_of, pool_customer

CODE = "91110000600037341L"


@pytest.fixture
def hengchuan(wang):
    return customer_of(
        wang, "苏州恒川医疗器械有限公司", industry="Medical", contact={"name": "Zhou", "phone": "+8613805122297"}
    )


def url(name, customer):
    return reverse(f"customers:{name}", args=[customer.pk])


def test_a_rep_sees_his_own_and_not_anothers(sign_in, hengchuan, li):
    """R5, R30."""
    theirs = customer_of(li, "上海卓然物流有限公司")
    page = sign_in(hengchuan.owner).get(reverse("customers:list"))

    assert hengchuan.name in page.text
    assert theirs.name not in page.text
    assert sign_in(hengchuan.owner).get(url("detail", theirs)).status_code == 404


def test_a_manager_sees_it_and_finds_no_button_to_change_it(sign_in, hengchuan, mei):
    """R6."""
    page = sign_in(mei).get(url("detail", hengchuan))

    assert page.status_code == 200
    assert url("edit", hengchuan) not in page.text
    assert url("follow_up", hengchuan) not in page.text
    for name in ("edit", "release", "follow_up"):
        assert sign_in(mei).post(url(name, hengchuan), {"reason": "x", "content": "x"}).status_code in (403, 405)
    assert Customer.objects.get().owner == hengchuan.owner


def test_an_auditor_reads_and_an_administrator_does_not(sign_in, hengchuan, shen, zhao):
    assert sign_in(shen).get(url("detail", hengchuan)).status_code == 200
    assert sign_in(zhao).get(url("detail", hengchuan)).status_code == 404
    assert sign_in(zhao).get(reverse("customers:list")).status_code == 403


def test_a_stranger_gets_404_everywhere(sign_in, hengchuan, outsider):
    for name in ("detail", "edit", "history", "add_contact"):
        assert sign_in(outsider).get(url(name, hengchuan)).status_code == 404
    for name in ("claim", "release", "follow_up"):
        assert sign_in(outsider).post(url(name, hengchuan)).status_code == 404


def test_reading_a_customer_is_an_entry(sign_in, hengchuan, mei):
    """R7."""
    sign_in(mei).get(url("detail", hengchuan))

    entry = Entry.objects.filter(action="customers.view").get()
    assert (entry.actor, entry.row_id, entry.source) == (mei, str(hengchuan.pk), "web")


def test_a_new_customer_is_its_creators(sign_in, wang):
    page = sign_in(wang).post(
        reverse("customers:new"), {"name": "Lindqvist Marine AB", "credit_code": CODE}, follow=True
    )

    assert "Lindqvist Marine AB is yours now." in page.text
    assert Customer.objects.get().owner == wang


@pytest.mark.parametrize(
    "written", ["苏州恒川医疗器械有限公司", " 蘇州恒川醫療器械有限公司 ", "苏州恒川医疗\u200b器械有限公司"]
)
def test_the_second_rep_is_told_taken_and_nothing_else(sign_in, hengchuan, li, written):
    """R31, R34."""
    page = sign_in(li).post(reverse("customers:new"), {"name": written})

    assert page.status_code == 409
    assert "Taken." in page.text
    assert hengchuan.owner.name not in page.text
    assert ContestedClaim.objects.get().claimant == li
    assert Customer.objects.count() == 1


def test_a_wrong_credit_code_is_named_and_nothing_typed_is_lost(sign_in, wang):
    """R118."""
    page = sign_in(wang).post(reverse("customers:new"), {"name": "Kept", "credit_code": "9135021"})

    assert page.status_code == 422
    assert "7 characters; a credit code has 18." in page.text
    assert 'value="Kept"' in page.text


def test_claiming_in_the_pool(sign_in, wang, li):
    customer = pool_customer(li, "杭州予安生物科技有限公司")
    assert customer.name in sign_in(wang).get(reverse("customers:pool")).text

    page = sign_in(wang).post(url("claim", customer), follow=True)

    assert "is yours now" in page.text
    page = sign_in(li).post(url("claim", customer), follow=True)
    assert "Somebody else was faster" in page.text
    assert wang.name not in page.text


def test_logging_a_follow_up_takes_one_field(sign_in, hengchuan):
    """R1, R51."""
    page = sign_in(hengchuan.owner).post(url("follow_up", hengchuan), {"content": "Confirmed four units."}, follow=True)

    assert "Confirmed four units." in page.text
    assert FollowUp.objects.get().author == hengchuan.owner
    assert Customer.objects.get().last_contact_at is not None


def test_an_empty_follow_up_and_one_in_the_future_are_refused_by_name(sign_in, hengchuan):
    client = sign_in(hengchuan.owner)

    assert client.post(url("follow_up", hengchuan), {"content": ""}).status_code == 422
    page = client.post(url("follow_up", hengchuan), {"content": "x", "occurred_at": "2099-01-01T10:00"})
    assert "lies in the future" in page.text
    assert not FollowUp.objects.exists()


def test_a_double_click_logs_once(sign_in, hengchuan):
    client = sign_in(hengchuan.owner)
    for _ in range(2):
        answer = client.post(url("follow_up", hengchuan), {"content": "Called.", "once": "k" * 24})

    assert answer["Location"] == url("detail", hengchuan)
    assert FollowUp.objects.count() == 1


def test_a_contact_is_masked_and_each_look_is_recorded(sign_in, hengchuan):
    """R26, R68."""
    client = sign_in(hengchuan.owner)
    contact = hengchuan.contacts.get()
    assert "13805122297" not in client.get(url("detail", hengchuan)).text

    page = client.post(reverse("customers:reveal", args=[hengchuan.pk, contact.pk]))

    assert "+8613805122297" in page.text
    assert Entry.objects.filter(action="customers.reveal", actor=hengchuan.owner).count() == 1


def test_history_says_who_when_what_from_to_and_why(sign_in, hengchuan, mei):
    """R24."""
    client = sign_in(hengchuan.owner)
    client.post(url("edit", hengchuan), {"industry": "Devices"})
    client.post(url("release", hengchuan), {"reason": "moved to Shanghai"})
    with tenancy.scope(hengchuan.organization_id, user=mei):
        Customer.objects.get().claim(by=mei)

    page = sign_in(mei).get(url("history", hengchuan)).text

    for words in ("changed the customer", "Medical", "Devices", "moved to Shanghai", "Wang", "claimed the customer"):
        assert words in page


def test_releasing_without_a_reason_changes_nothing(sign_in, hengchuan):
    page = sign_in(hengchuan.owner).post(url("release", hengchuan), {"reason": " "}, follow=True)

    assert "Nothing was changed." in page.text
    assert Customer.objects.get().owner == hengchuan.owner


def test_a_credit_code_is_added_once_and_contested_like_a_name(sign_in, hengchuan, li):
    client = sign_in(hengchuan.owner)
    client.post(url("edit", hengchuan), {"credit_code": CODE})
    assert Customer.objects.get().credit_code == CODE
    other = customer_of(li, "Another Ltd")

    page = sign_in(li).post(url("edit", other), {"credit_code": CODE})

    assert page.status_code == 409
    assert "Taken." in page.text


def test_search_finds_by_two_characters_a_word_and_pinyin_only_what_one_may_see(sign_in, hengchuan, li):
    for typed in ("恒川", "szhc", "医疗"):
        assert hengchuan.name in sign_in(hengchuan.owner).get(reverse("search"), {"q": typed}).text
        assert hengchuan.name not in sign_in(li).get(reverse("search"), {"q": typed}).text
    assert hengchuan.name in sign_in(hengchuan.owner).get(reverse("customers:list"), {"q": "恒川"}).text


@pytest.mark.parametrize("role", ["wang", "mei", "shen"])
def test_the_list_costs_the_same_queries_for_1_3_and_100(
    role, request, sign_in, wang, mei, shen, django_assert_max_num_queries
):
    person = request.getfixturevalue(role)
    costs = []
    for more in (1, 2, 97):
        for _ in range(more):
            customer_of(wang)
        client = sign_in(person)
        with django_assert_max_num_queries(14) as asked:
            client.get(reverse("customers:list"))
        costs.append(len(asked))

    assert len(set(costs)) == 1


def test_pages_follow_each_other_without_gap_or_repeat(sign_in, wang, mei):
    names = {customer_of(wang).name for _ in range(120)}
    client, seen, address = sign_in(mei), [], reverse("customers:list")
    for _ in range(3):
        page = client.get(address).context["page"]
        seen += [row.name for row in page.rows]
        address = reverse("customers:list") + page.later

    assert len(seen) == 120
    assert set(seen) == names
    back = client.get(reverse("customers:list") + page.earlier).context["page"]
    assert [row.name for row in back.rows] == seen[50:100]
