"""What stands verified ends with its value (R117), whoever writes it: columns, addresses, contacts and their numbers."""

import pytest
from django.urls import reverse

from audit.models import Entry
from customers import changing, contacts
from customers.models import Customer, VerifiedField
from customers.profile import addresses, contact_points
from customers.standards import FIELDS
from customers.verification.values import held_by
from tests.databases import catalogue
from tests.factories import customer_of
from tests.test_verification import CONTACT, as_sql
from tests.verifications import AGREES, item_of, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(wang):
    return customer_of(wang, "Suzhou Hengchuan Ltd", contact=CONTACT)


def standing():
    return sorted(VerifiedField.objects.values_list("field", flat=True))


def columns_that_end_it():
    """As the database has them."""
    return catalogue(
        "SELECT array_agg(a.attname::text) FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid"
        " AND a.attnum = ANY (t.tgattr) WHERE t.tgname = 'unverifies' AND t.tgrelid = 'customers_customer'::regclass"
    )[0][0]


def test_every_column_that_can_be_verified_ends_being_it():
    """A field that comes to the standard later cannot be forgotten here."""
    columns = {field.column for field in Customer._meta.concrete_fields}
    assert set(columns_that_end_it()) == columns & FIELDS.keys()
    assert FIELDS.keys() - columns == {"contact", "phone", "email", "address"}, "these have triggers of their own"


@pytest.mark.parametrize("how", ["deed", "form", "sql"])
def test_a_size_or_tier_that_changes_is_not_verified_any_more(how, wang, shen, sign_in):
    customer = customer_of(wang, size="small", tier="A", website="x.example")
    verified(customer, by=shen, size=AGREES, tier=AGREES, website=AGREES)
    match how:
        case "deed":
            changing.change(customer, by=wang, size="large")
        case "form":
            values = {"size": "large", "tier": "A", "website": "x.example"}
            assert sign_in(wang).post(reverse("customers:edit", args=[customer.pk]), values).status_code == 302
        case "sql":
            as_sql(wang, "UPDATE customers_customer SET size = 'large' WHERE id = %s", customer.pk)
    assert standing() == ["tier", "website"]


@pytest.mark.parametrize("how", ["deed", "form", "sql", "ended"])
def test_an_address_that_changes_is_not_verified_any_more(how, customer, wang, shen, sign_in):
    address = addresses.add(customer, by=wang, kind="office", lines="8 Road", city="Suzhou")
    other = addresses.add(customer, by=wang, kind="billing", lines="9 Road")
    verified(customer, by=shen, address=AGREES, name=AGREES)
    other.edit(by=wang, kind="billing", lines="10 Road")
    other.end(by=wang)
    assert standing() == ["address", "name"], "the address that is held is the oldest in use"
    match how:
        case "deed":
            address.edit(by=wang, kind="office", lines="8 Other Road", city="Suzhou")
        case "form":
            url = reverse("customers:edit_address", args=[customer.pk, address.pk])
            page = sign_in(wang).post(url, {"kind": "office", "lines": "8 Other Road", "city": "Suzhou"})
            assert page.status_code == 302
        case "sql":
            as_sql(wang, "UPDATE customers_address SET city = 'Wuxi' WHERE id = %s", address.pk)
        case "ended":
            address.end(by=wang)
    assert standing() == ["name"]


def test_what_only_a_further_number_says_can_be_verified_and_ends_with_it(wang, shen):
    """A person without a phone of his own is reached by the oldest further one in use."""
    customer = customer_of(wang, contact={"name": "Chen", "email": "chen@x.example"})
    chen = customer.contacts.select_related("person_key__organization").get()
    first, second = (
        contact_points.add(customer, by=wang, kind="phone", value=value, contact=chen)
        for value in ("+8613800138001", "+8613800138002")
    )
    contact_points.add(customer, by=wang, kind="phone", value="+8651265880000")
    assert held_by(customer, revealed=True)["phone"].value == "+8613800138001"
    verified(customer, by=shen, phone=AGREES, email=AGREES)
    second.end(by=wang)
    assert standing() == ["email", "phone"]
    as_sql(wang, "UPDATE customers_contactpoint SET ended_at = now() WHERE id = %s", first.pk)
    assert standing() == ["email"]


def test_a_further_number_of_who_has_one_of_his_own_ends_nothing(customer, wang, shen):
    chen = customer.contacts.select_related("person_key__organization").get()
    further = contact_points.add(customer, by=wang, kind="phone", value="+8613800138002", contact=chen)
    verified(customer, by=shen, phone=AGREES)
    further.end(by=wang)
    assert standing() == ["phone"]


def test_who_left_the_company_is_not_verified(customer, wang, shen):
    """The next contact is; what was verified of the one who left stands no more."""
    contacts.add(customer, by=wang, name="Gu", phone="+8613800138009")
    chen = customer.contacts.get(name="Chen")
    assert held_by(customer)["contact"].value == "Chen"
    verified(customer, by=shen, contact=AGREES, phone=AGREES, name=AGREES)
    chen.leave(by=wang)
    assert standing() == ["name"]
    held = held_by(customer, revealed=True)
    assert (held["contact"].value, held["phone"].value) == ("Gu", "+8613800138009")
    customer.contacts.get(name="Gu").leave(by=wang)
    assert held_by(customer)["contact"].contact is None


def test_who_left_is_not_looked_at_to_verify(customer, wang, shen, sign_in):
    item = item_of(customer, by=shen)
    customer.contacts.get().leave(by=wang)
    sign_in(shen).post(reverse("customers:verification_reveal", args=[item.round_id, item.pk]))
    assert not Entry.objects.filter(action="customers.reveal_to_verify").exists()
