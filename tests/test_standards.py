"""What counts as a complete record, how long it stays fresh, and how complete each record is (R71, R109, R110)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts import tenancy
from accounts.models import Outbox
from audit.deeds import Refused
from audit.models import Entry
from customers import changing, contacts, lists, standards
from customers.models import Customer, RecordStandard
from customers.models.standard import HOUSE_COUNTS, HOUSE_FRESH_DAYS
from customers.profile import addresses, completeness, contact_points
from customers.standards import FIELDS, set_standard, standard_of
from tests import ledger
from tests.databases import catalogue
from tests.factories import customer_of, pool_customer
from tests.test_record import acting, refusal_of

PLACE = {"country": "CN", "region": "Suzhou", "industry": "Medical", "size": "large"}


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "Hengchuan Ltd")


def percent(customer):
    return Customer.objects.get(pk=customer.pk).completeness


def detail(customer):
    return reverse("customers:detail", args=[customer.pk])


def measure_all():
    """What the worker does with the jobs that are written."""
    while job := Outbox.objects.filter(task="customers.measure", done_at=None).order_by("created_at").first():
        standards.measure(**job.arguments)
        job.done_at = tenancy.now()
        job.save()


def test_the_house_says_the_same_in_both_places(db):
    assert catalogue("SELECT customers_house_counts()") == [(list(HOUSE_COUNTS),)]
    assert set(HOUSE_COUNTS) | HOUSE_FRESH_DAYS.keys() <= FIELDS.keys()


def test_the_house_s_own_standard_holds_until_there_is_another(acme):
    standard = standard_of(acme)
    assert standard.counts == frozenset(HOUSE_COUNTS)
    assert standard.fresh_days == HOUSE_FRESH_DAYS


def test_completeness_follows_the_record_by_whatever_way_it_changes(hengchuan, wang):
    """R110. The database reckons it: name 1 of 8, then the rest."""
    assert percent(hengchuan) == 12
    changing.change(hengchuan, by=wang, **PLACE)
    assert percent(hengchuan) == 62
    chen = contacts.add(hengchuan, by=wang, name="Chen")
    assert percent(hengchuan) == 75
    point = contact_points.add(hengchuan, by=wang, kind="phone", value="+8613800138000", contact=chen)
    assert percent(hengchuan) == 87
    address = addresses.add(hengchuan, by=wang, kind="office", lines="8 Road")
    assert percent(hengchuan) == 100
    address.end(by=wang)
    assert percent(hengchuan) == 87
    point.end(by=wang)
    chen.leave(by=wang)
    assert percent(hengchuan) == 62


def test_every_field_counts_for_itself(wang, zhao):
    """Each name of FIELDS is known to the database: alone in the standard it makes 0 or 100."""
    values = {name: "x" for name in FIELDS if name not in completeness.IN_OTHER_TABLES and name != "name"}
    full = customer_of(wang, contact={"name": "Chen", "phone": "+8613800138000", "email": "a@b.example"},
                       **values | {"country": "CN", "size": "large", "tier": "A", "credit_code": "91110000600037341L"})  # fmt: skip
    addresses.add(full, by=wang, kind="office", lines="8 Road")
    bare = customer_of(wang)
    for name in FIELDS:
        set_standard(by=zhao, counts={name}, fresh_days={})
        measure_all()
        assert (percent(full), percent(bare)) == (100, 100 if name == "name" else 0), name


def test_nobody_writes_a_completeness_of_his_own(hengchuan, wang, mei):
    changing.change(hengchuan, by=wang, industry="Medical")
    with acting(wang), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET completeness = 100 WHERE id = %s", [hengchuan.pk])
    assert percent(hengchuan) == 25


def test_reckoning_is_no_change_and_a_change_is_recorded_with_everything_else(hengchuan, wang, zhao):
    """R24. A new standard measures every record without a line in anybody's history."""
    history, number = hengchuan.history.count(), ledger.last_number()
    set_standard(by=zhao, counts={"name"}, fresh_days={})
    measure_all()
    assert percent(hengchuan) == 100
    assert hengchuan.history.count() == history
    assert {entry[0] for entry in ledger.entries_since(number)} == {"customers_recordstandard"}


def test_the_page_says_what_is_missing_and_leads_to_where_it_is_filled_in(hengchuan, wang, mei, sign_in):
    page = sign_in(wang).get(detail(hengchuan)).text
    for way in (f"/customers/{hengchuan.pk}/edit/#id_industry", f"/customers/{hengchuan.pk}/addresses/new/"):
        assert f'href="{way}"' in page
    assert "12 %" in page
    page = sign_in(mei).get(detail(hengchuan)).text
    assert "Missing:" in page
    assert "/edit/" not in page


def test_what_was_not_touched_for_too_long_is_told(hengchuan, wang, zhao, monkeypatch, sign_in):
    """R109. As old as the ledger says, for as many days as the organisation says."""
    changing.change(hengchuan, by=wang, industry="Medical")
    set_standard(by=zhao, counts={"name"}, fresh_days={"industry": 30, "website": 30})
    assert "Not touched for long" not in sign_in(wang).get(detail(hengchuan)).text
    later = tenancy.now() + timedelta(days=31)
    monkeypatch.setattr(completeness.timezone, "now", lambda: later)
    found = completeness.completeness_of(hengchuan, {"name", "industry"}, wang)
    assert [gap.name for gap in found.stale] == ["industry"]


def test_lists_find_what_is_incomplete(wang, mei, sign_in, zhao):
    bare, full = customer_of(wang, "Bare Ltd"), customer_of(wang, "Full Ltd", **PLACE)
    set_standard(by=zhao, counts=PLACE.keys(), fresh_days={})
    measure_all()
    for person in (wang, mei):
        page = sign_in(person).get(reverse("customers:list"), {"record": "incomplete"}).text
        assert bare.name in page
        assert full.name not in page
    assert "Record <b>incomplete</b>" in page


def test_slices_reach_every_customer_once(wang, zhao, monkeypatch):
    monkeypatch.setattr(standards, "SLICE", 3)
    customers = [pool_customer(wang) for _ in range(7)]
    set_standard(by=zhao, counts={"name"}, fresh_days={})
    measure_all()
    assert {percent(customer) for customer in customers} == {100}
    assert (
        Outbox.objects.filter(task="customers.measure").count() == 4
    )  # three of three or fewer, and the one that finds no more


# Who sets it


def test_an_administrator_sets_it_and_it_is_recorded(zhao, acme, sign_in):
    client, address = sign_in(zhao), reverse("customers:standard")
    assert "house’s own standard" in client.get(address).text
    answer = client.post(address, {"counts_name": "on", "counts_address": "on", "days_address": "90"})
    assert answer.status_code == 302
    standard = standard_of(acme)
    assert standard.counts == frozenset({"name", "address"})
    assert standard.fresh_days == {"address": 90}
    entry = Entry.objects.filter(action="customers.set_standard", table_name="customers_recordstandard").first()
    assert entry.actor == zhao
    assert "house’s own standard" not in client.get(address).text


@pytest.mark.parametrize(
    "typed", [{}, {"counts_name": "on", "days_name": "1"}, {"counts_name": "on", "days_name": "x"}]
)
def test_what_makes_no_sense_is_told(typed, zhao, sign_in):
    assert sign_in(zhao).post(reverse("customers:standard"), typed).status_code == 422
    assert not RecordStandard.objects.exists()


@pytest.mark.parametrize("who", ["wang", "mei", "shen", "sun", "an"])
def test_nobody_else_sets_it(who, request, sign_in):
    """R106. Neither on the page, nor by the deed, nor with SQL."""
    person = request.getfixturevalue(who)
    assert sign_in(person).get(reverse("customers:standard")).status_code == 403
    with pytest.raises(Refused):
        set_standard(by=person, counts={"name"}, fresh_days={})
    insert = "INSERT INTO customers_recordstandard (organization_id, counts, fresh_days) VALUES (%s, '{}', '{}')"
    assert refusal_of(person, insert, person.organization_id) == "policy"


def test_the_filters_ask_for_equality_and_walk_an_index(wang, acme):
    """A list by size, tier or gaps is read in its own order from an index of its own."""
    names = {
        row for (row,) in catalogue("SELECT indexname::text FROM pg_indexes WHERE tablename = 'customers_customer'")
    }
    assert {
        "customer_by_size",
        "customer_by_tier",
        "customer_incomplete",
        "pooled_by_size",
        "pooled_by_tier",
        "pooled_incomplete",
    } <= names
    found = lists.CustomerFilter({"size": "large", "tier": "A", "record": "incomplete"}, Customer.objects.all()).qs
    assert '"size" = large' in str(found.query)
