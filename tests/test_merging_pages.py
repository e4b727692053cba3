"""The pages of merging: found, compared field by field, merged or asked for, read and taken back (R34, R35, R61)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Approval
from customers.models import Merge
from tests.factories import customer_of, pool_customer
from tests.merging import again, merged

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


def compared(first, second):
    return f"{url('merge')}?first={first.pk}&second={second.pk}"


@pytest.fixture
def pair(wang):
    return customer_of(wang, "Hengchuan Medical Ltd", region="Suzhou"), customer_of(wang, "Hengchuan Instruments Ltd")


def test_a_manager_finds_compares_merges_and_takes_it_back(pair, mei, sign_in):
    first, second = pair
    browser = sign_in(mei)
    assert url("choose_merge", first.pk) in browser.get(url("detail", first.pk)).content.decode()
    found = browser.get(url("choose_merge", first.pk), {"q": "Hengchuan"}).content.decode()
    assert f"second={second.pk}" in found
    assert f"second={first.pk}" not in found
    page = browser.get(compared(first, second))
    form = page.context["form"]
    assert [customer.name for customer in form.pair.values()] == [second.name, first.name]  # the newer one first
    empty = browser.post(compared(first, second), {})
    assert (empty.status_code, set(empty.context["form"].errors)) == (422, {"stays", "of_name", "of_region", "reason"})
    said = {"stays": "second", "of_name": "second", "of_region": "first", "reason": "one company"}
    page = browser.post(compared(first, second), said, follow=True)
    done = Merge.objects.get()
    assert (done.winner, done.loser, done.chosen, done.stands) == (first, second, ["region"], True)
    assert again(first).region == ""
    gone = browser.get(url("detail", second.pk)).content.decode()
    assert url("detail", first.pk) in gone
    assert "Merged with Hengchuan Instruments Ltd" in browser.get(url("detail", first.pk)).content.decode()
    assert second.name not in browser.get(url("list"), {"q": "Instruments"}).content.decode().replace("Merge", "")
    assert browser.post(url("follow_up", second.pk), {"content": "x"}).status_code == 404
    assert "Hengchuan" in browser.get(url("merges")).content.decode()
    browser.post(url("undo_merge", done.pk), {"reason": "two after all"})
    assert again(second).merged_into_id is None
    assert again(first).region == "Suzhou"
    late = browser.post(url("undo_merge", done.pk), {"reason": "again"})
    assert (late.status_code, late.context["sentence"][:10]) == (409, "This merge")


def test_a_rep_asks_on_the_same_page_and_a_colleague_finds_nothing(pair, wang, li, shen, sign_in, mei):
    first, second = pair
    theirs = customer_of(li, "Hengchuan Trade Ltd")
    said = {"stays": "first", "of_name": "first", "of_region": "first", "reason": "one company"}
    browser = sign_in(wang)
    assert "Mei" in browser.get(compared(first, second)).content.decode()
    browser.post(compared(first, second), said)
    assert Approval.objects.pending().count() == 1
    assert again(second).merged_into_id is None
    assert "waits for Mei" in browser.get(compared(first, second)).content.decode()
    for address in (compared(first, theirs), compared(first, first), f"{url('merge')}?first=x&second=y", url("merge")):
        assert browser.get(address).status_code == 404
    assert sign_in(li).get(compared(first, second)).status_code == 404
    assert sign_in(li).get(url("merge_page", Merge.objects.get().pk)).status_code == 404
    assert sign_in(shen).get(compared(first, second)).status_code == 403
    assert "Asked for" in sign_in(shen).get(url("merges")).content.decode()


def test_the_pages_cost_the_same_for_any_number(pair, wang, mei, sign_in):
    browser, first = sign_in(mei), pair[0]

    def cost(address):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    merged(*pair, by=mei)
    browser.get(url("merges"))
    one = [
        cost(url("merges")),
        cost(url("choose_merge", first.pk) + "?q=Hengchuan"),
        cost(compared(first, customer_of(wang, "Other Ltd"))),
    ]
    for number in range(4):
        merged(first, customer_of(wang, f"Hengchuan {number} Ltd", region="x"), by=mei)
        pool_customer(wang, f"Hengchuan Pool {number} Ltd")
    many = [
        cost(url("merges")),
        cost(url("choose_merge", first.pk) + "?q=Hengchuan"),
        cost(compared(first, customer_of(wang, "Next Ltd"))),
    ]
    assert one == many
