"""What stands in the record of a customer: plain fields, addresses, people and how to reach them, key accounts
(R26, R46, R50, R61, R62, R68, R71, R88, R108)."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import User
from audit.deeds import Refused
from audit.models import Entry
from customers import changing, contacts
from customers.forms import CustomerForm
from customers.importing.mapping import guess
from customers.models import Address, ContactPoint, Customer, EvidenceKey, KeyAccount
from customers.profile import addresses, contact_points
from customers.profile.contact_points import COMPANY, looks
from customers.profile.key_accounts import NamedAlready, name_key_account
from tests.databases import catalogue, sql
from tests.factories import UserFactory, customer_of, pool_customer, shared

PHONE, MOBILE, MAIL = "+8651266668888", "+8613800138001", "lin@hengchuan.example"
CHEN = {"name": "Chen", "title": "Buyer", "phone": "+8613800138000", "email": "chen@hengchuan.example"}


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "Hengchuan Ltd", contact=CHEN)


@pytest.fixture
def chen(hengchuan):
    return hengchuan.contacts.select_related("person_key__organization", "customer").get()


def at(name, customer, *more):
    return reverse(f"customers:{name}", args=[customer.pk, *more])


def again(customer):
    return Customer.objects.get(pk=customer.pk)


@contextmanager
def acting(person):
    with tenancy.inside(person.organization_id, user=person):
        yield


def refusal_of(person, statement, *values):
    """The constraint that refused what this person sends to the database himself, or None."""
    with acting(person):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                count = cursor.rowcount
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(True)
        except IntegrityError as refusal:
            return refusal.__cause__.diag.constraint_name
        except ProgrammingError:
            return "policy"
        return None if count else "policy"


# Plain fields


def test_one_field_is_required_and_the_rest_invites(wang, sign_in):
    """R50. The name is enough; at most three may ever be required."""
    required = [name for name, field in CustomerForm.base_fields.items() if field.required]
    assert required == ["name"]
    assert sign_in(wang).post(reverse("customers:new"), {"name": "Hengchuan Ltd"}).status_code == 302


@pytest.mark.parametrize("written", ["large", "Large", "大型", " 大型企业 ", "大型企业"])
def test_a_size_is_understood_by_code_and_by_name_in_both_languages(written):
    """R71. A list says 大型, a form says large."""
    form = CustomerForm({"name": "Hengchuan Ltd", "size": written, "tier": "a"})
    assert form.is_valid()
    assert (form.cleaned_data["size"], form.cleaned_data["tier"]) == ("large", "A")


def test_what_is_no_size_is_told_with_the_sizes_there_are(wang, hengchuan, sign_in):
    """R118."""
    answer = sign_in(wang).post(at("edit", hengchuan), {"size": "huge", "industry": "Optics"})
    assert answer.status_code == 422
    assert "“huge” is none of these: Micro, Small, Medium, Large." in answer.text
    assert 'value="Optics"' in answer.text


def test_lists_bring_size_and_tier(wang):
    assert guess(["企业名称", "企业规模", "客户级别"]) == {"name": 0, "size": 1, "tier": 2}
    assert guess(["Company", "Company size", "Tier"]) == {"name": 0, "size": 1, "tier": 2}


def test_owner_and_assistant_edit_size_and_tier_and_a_manager_does_not(hengchuan, wang, an, mei, sign_in):
    """R6, R62."""
    for person, size in ((wang, "small"), (an, "medium")):
        assert sign_in(person).post(at("edit", hengchuan), {"size": size, "tier": "B"}).status_code == 302
        assert (again(hengchuan).size, again(hengchuan).tier) == (size, "B")
    assert sign_in(mei).post(at("edit", hengchuan), {"size": "large"}).status_code == 403


def test_history_tells_sizes_in_words(hengchuan, wang, sign_in):
    """R24."""
    changing.change(hengchuan, by=wang, size="large")
    assert "Large" in sign_in(wang).get(at("history", hengchuan)).text


# Addresses


def test_an_address_is_added_corrected_and_taken_out_of_use(hengchuan, wang, sign_in):
    client = sign_in(wang)
    typed = {"kind": "delivery", "lines": "8 Jinji Lake Road", "city": "Suzhou", "postcode": "215000", "country": "CN"}
    assert client.post(at("add_address", hengchuan), typed).status_code == 302
    address = Address.objects.get()
    assert (
        client.post(at("edit_address", hengchuan, address.pk), typed | {"lines": "9 Jinji Lake Road"}).status_code
        == 302
    )
    page = client.get(at("detail", hengchuan)).text
    assert "9 Jinji Lake Road" in page
    assert "215000 · Suzhou · China" in page

    client.post(at("end_address", hengchuan, address.pk))

    assert "9 Jinji Lake Road" not in client.get(at("detail", hengchuan)).text
    assert [row.lines for row in address.history.order_by("history_id")][:2] == [
        "8 Jinji Lake Road",
        "9 Jinji Lake Road",
    ]
    assert Entry.objects.filter(action="customers.edit_address", actor=wang).exists()


@pytest.mark.parametrize("wrong", [{"lines": ""}, {"lines": "=1+1"}, {"kind": "castle"}, {"country": "Nowhere"}])
def test_what_is_no_address_loses_nothing(wrong, hengchuan, wang, sign_in):
    typed = {"kind": "office", "lines": "8 Road", "city": "Suzhou"} | wrong
    answer = sign_in(wang).post(at("add_address", hengchuan), typed)
    assert answer.status_code == 422
    assert 'value="Suzhou"' in answer.text
    assert not Address.objects.exists()


def test_an_address_stays_as_long_as_its_customer(hengchuan, wang, li, mei):
    """R24. Nobody deletes one, moves one to another customer, adds one in another's name or to another's customer."""
    address = addresses.add(hengchuan, by=wang, kind="office", lines="8 Road")
    other = customer_of(wang)
    add = (
        "INSERT INTO customers_address (organization_id, customer_id, kind, lines, added_by_id, country, region, city, postcode)"
        " VALUES (%s, %s, 'office', 'x', %s, '', '', '', '')"
    )
    assert refusal_of(wang, "DELETE FROM customers_address WHERE id = %s", address.pk) == "policy"
    assert refusal_of(wang, "UPDATE customers_address SET customer_id = %s", other.pk) == "address_stands"
    assert refusal_of(wang, add, wang.organization_id, hengchuan.pk, li.pk) == "address_stands"
    assert refusal_of(wang, add, wang.organization_id, hengchuan.pk, wang.pk) is None
    for person in (li, mei):
        assert refusal_of(person, add, person.organization_id, hengchuan.pk, person.pk) == "policy"
        assert refusal_of(person, "UPDATE customers_address SET lines = 'x'") == "policy"
        with pytest.raises(Refused):
            addresses.add(hengchuan, by=person, kind="office", lines="x")
    address.end(by=wang)
    assert refusal_of(wang, "UPDATE customers_address SET ended_at = NULL") == "address_stands"


# People and how to reach them


def test_further_phones_and_mail_addresses_are_sealed_masked_and_evidence(hengchuan, chen, wang, sign_in):
    """R26, R68. Of a person and of the company itself; no value is stored or recorded in the clear."""
    client = sign_in(wang)
    client.post(at("add_contact_point", hengchuan, chen.pk), {"value": "138 0013 8001", "label": "home"})
    client.post(at("add_point", hengchuan), {"value": MAIL, "label": "office"})
    phone, mail = ContactPoint.objects.order_by("pk")

    assert (phone.contact_id, phone.kind, phone.value) == (chen.pk, "phone", MOBILE)
    assert (mail.contact_id, mail.kind, mail.value) == (None, "email", MAIL)
    assert phone.person_key_id == chen.person_key_id != mail.person_key_id
    page = client.get(at("detail", hengchuan)).text
    for value in (MOBILE, MOBILE[-8:], MAIL):
        assert value not in page
    assert "•••• 8001" in page
    assert "l•••@hengchuan.example" in page
    organization = wang.organization
    for kind, value in (("phone", MOBILE), ("domain", "hengchuan.example")):
        assert EvidenceKey.objects.filter(kind=kind, digest=organization.digest(kind, value)).exists()
    recorded = " ".join(
        str(row)
        for row in catalogue("SELECT before, after FROM audit_entry WHERE table_name = 'customers_contactpoint'")
    )
    assert MOBILE not in recorded
    assert MAIL not in recorded


def test_a_destroyed_key_takes_every_phone_of_its_person(hengchuan, chen, wang):
    point = contact_points.add(hengchuan, by=wang, kind="phone", value=MOBILE, contact=chen)
    sql("UPDATE accounts_personkey SET wrapped = NULL WHERE id = %s", chen.person_key_id)
    assert ContactPoint.objects.get(pk=point.pk).value == ""


def test_a_number_that_two_companies_share_marks_neither(hengchuan, wang):
    """Sisters and agents share a switchboard: it relates them, and the names tell them apart."""
    contact_points.add(hengchuan, by=wang, kind="phone", value=PHONE)
    assert not customer_of(wang, "Other Ltd", contact={"name": "Lin", "phone": PHONE}).needs_review


def test_each_look_is_counted_and_the_page_says_how_often_and_by_how_many(hengchuan, chen, wang, an, sign_in):
    """R7, R26. One by one: showing a point shows nothing else."""
    point = contact_points.add(hengchuan, by=wang, kind="phone", value=MOBILE, contact=chen)
    switchboard = contact_points.add(hengchuan, by=wang, kind="phone", value=PHONE)
    page = sign_in(wang).post(at("reveal_point", hengchuan, point.pk)).text
    assert MOBILE in page
    assert PHONE not in page
    assert chen.phone not in page
    sign_in(an).post(at("reveal", hengchuan, chen.pk))
    sign_in(an).post(at("reveal_point", hengchuan, switchboard.pk))

    assert looks(hengchuan) == {str(chen.pk): (2, 2), COMPANY: (1, 1)}
    page = sign_in(wang).get(at("detail", hengchuan)).text
    assert "Shown 2 times in the last 30 days, to 2 of us." in page
    assert "Shown 1 time in the last 30 days, to 1 of us." in page


def test_a_manager_shows_himself_nothing(hengchuan, wang, mei, shen, sign_in):
    """R6, R26."""
    point = contact_points.add(hengchuan, by=wang, kind="phone", value=PHONE)
    for person in (mei, shen):
        assert sign_in(person).post(at("reveal_point", hengchuan, point.pk)).status_code == 403
    assert not Entry.objects.filter(action="customers.reveal").exists()


@pytest.mark.parametrize("value", ["", "x", "12", "lin@", "=1"])
def test_what_is_neither_phone_nor_mail_address_is_told(value, hengchuan, wang, sign_in):
    """R118."""
    assert sign_in(wang).post(at("add_point", hengchuan), {"value": value}).status_code == 422
    assert not ContactPoint.objects.exists()


def test_a_point_is_never_changed_and_belongs_to_a_person_of_this_customer(hengchuan, chen, wang, li):
    point = contact_points.add(hengchuan, by=wang, kind="phone", value=PHONE)
    other = customer_of(wang, contact={"name": "Lin"}).contacts.get()
    copy = (
        "INSERT INTO customers_contactpoint (organization_id, customer_id, contact_id, person_key_id, kind, label, value_sealed,"
        " value_index, added_by_id) SELECT organization_id, customer_id, %s, person_key_id, kind, '', value_sealed, value_index, %s"
        " FROM customers_contactpoint"
    )
    assert refusal_of(wang, "UPDATE customers_contactpoint SET value_sealed = 'x'") == "point_stands"
    assert refusal_of(wang, "DELETE FROM customers_contactpoint") == "policy"
    assert refusal_of(wang, copy, other.pk, wang.pk) == "point_of_its_person"
    assert refusal_of(wang, copy, None, li.pk) == "point_stands"
    assert refusal_of(li, copy, None, li.pk) == "policy"
    point.end(by=wang)
    assert refusal_of(wang, "UPDATE customers_contactpoint SET ended_at = NULL") == "point_stands"


def test_a_contact_is_changed_without_being_shown(hengchuan, chen, wang, sign_in):
    """R24, R26. What is left empty stays; another number replaces the one before, which stays evidence."""
    client, address = sign_in(wang), at("edit_contact", hengchuan, chen.pk)
    page = client.get(address).text
    assert "8000" in page
    assert chen.phone not in page

    client.post(
        address,
        {"name": "Chen Yi", "title": "Head of purchasing", "phone": "138 0013 8001", "email": "", "drop_email": "on"},
    )

    changed = hengchuan.contacts.select_related("person_key__organization").get()
    assert (changed.name, changed.title, changed.phone, changed.email) == ("Chen Yi", "Head of purchasing", MOBILE, "")
    digests = [wang.organization.digest("phone", number) for number in (CHEN["phone"], MOBILE)]
    assert EvidenceKey.objects.filter(kind="phone", digest__in=digests).count() == 2
    assert chen.history.count() == 2


def test_who_left_is_marked_and_kept(hengchuan, chen, wang, sign_in):
    client = sign_in(wang)
    client.post(at("contact_left", hengchuan, chen.pk))
    page = client.get(at("detail", hengchuan)).text
    assert "1 person who left" in page
    assert "•••• 8000" not in page
    assert again(hengchuan).completeness < 40
    client.post(at("contact_back", hengchuan, chen.pk))
    assert "•••• 8000" in client.get(at("detail", hengchuan)).text
    assert refusal_of(wang, "DELETE FROM customers_contact WHERE id = %s", chen.pk) == "contact_stays"


@pytest.mark.parametrize("who", ["mei", "shen", "li"])
def test_nobody_else_touches_what_stands_in_the_record(who, hengchuan, chen, wang, request, sign_in):
    """R5, R6."""
    person = request.getfixturevalue(who)
    address = addresses.add(hengchuan, by=wang, kind="office", lines="8 Road")
    point = contact_points.add(hengchuan, by=wang, kind="phone", value=PHONE)
    client, status = sign_in(person), 404 if who == "li" else 403
    for name, part in (("edit_address", address), ("end_address", address), ("edit_contact", chen), ("contact_left", chen),
                       ("contact_back", chen), ("add_contact_point", chen), ("end_point", point)):  # fmt: skip
        assert client.post(at(name, hengchuan, part.pk), {"name": "x"}).status_code == status, name
    for name in ("add_address", "add_point", "tag"):
        assert client.post(at(name, hengchuan), {"name": "x"}).status_code in (status, 302), name


def test_a_part_of_another_customer_is_not_found_under_this_one(hengchuan, wang, sign_in):
    other = customer_of(wang, contact={"name": "Lin"})
    address = addresses.add(other, by=wang, kind="office", lines="8 Road")
    assert sign_in(wang).get(at("edit_address", hengchuan, address.pk)).status_code == 404
    assert sign_in(wang).get(at("edit_contact", hengchuan, other.contacts.get().pk)).status_code == 404


def test_who_works_on_a_share_works_on_the_record(hengchuan, wang, li):
    """R33."""
    shared(hengchuan, by=wang, person=li, way="edit")
    with acting(li):
        addresses.add(hengchuan, by=li, kind="office", lines="8 Road")
        contact_points.add(hengchuan, by=li, kind="phone", value=PHONE).end(by=li)
        contacts.change(hengchuan.contacts.get(), by=li, name="Chen Yi")


# Key accounts


def test_a_manager_above_names_a_key_account_and_ends_it(hengchuan, mei, wang, sign_in):
    """R46."""
    client = sign_in(mei)
    assert client.post(at("key_account", hengchuan), {"reason": ""}).status_code == 422
    client.post(at("key_account", hengchuan), {"reason": "a third of our turnover"})
    assert again(hengchuan).key_account
    assert "a third of our turnover" in sign_in(wang).get(at("detail", hengchuan)).text
    with pytest.raises(NamedAlready):
        name_key_account(hengchuan, by=mei, reason="again")

    sign_in(mei).post(at("key_account", hengchuan), {"reason": "they went abroad"})

    assert not again(hengchuan).key_account
    ended = Entry.objects.get(action="customers.end_key_account", table_name="customers_keyaccount")
    assert (ended.actor, ended.reason) == (mei, "they went abroad")


@pytest.mark.parametrize("who", ["wang", "an", "li", "shen", "zhao"])
def test_nobody_else_names_or_ends_one(who, hengchuan, mei, request, sign_in):
    person = request.getfixturevalue(who)
    with pytest.raises(Refused):
        name_key_account(hengchuan, by=person, reason="mine")
    standing = name_key_account(hengchuan, by=mei, reason="large")
    with pytest.raises(Refused):
        standing.end(by=person, reason="no")
    assert sign_in(person).post(at("key_account", hengchuan), {"reason": "x"}).status_code in (403, 404)
    assert again(hengchuan).key_account


def test_a_rep_sets_no_mark_with_sql_either(hengchuan, wang, mei, zhao):
    """The mark is the trigger's, and the row behind it is written by a manager above the owner."""
    name = (
        "INSERT INTO customers_keyaccount (organization_id, customer_id, reason, named_by_id) VALUES (%s, %s, 'x', %s)"
    )
    here = wang.organization_id
    assert (
        refusal_of(wang, "UPDATE customers_customer SET key_account = true WHERE id = %s", hengchuan.pk)
        == "key_account_is_true"
    )
    for person in (wang, zhao):
        assert refusal_of(person, name, here, hengchuan.pk, person.pk) == "key_account_from_above"
    assert refusal_of(mei, name, here, hengchuan.pk, wang.pk) == "key_account_stands"
    assert refusal_of(mei, name, here, hengchuan.pk, mei.pk) is None
    name_key_account(hengchuan, by=mei, reason="large")
    assert (
        refusal_of(wang, "UPDATE customers_customer SET key_account = false WHERE id = %s", hengchuan.pk)
        == "key_account_is_true"
    )
    end = "UPDATE customers_keyaccount SET ended_at = now(), ended_by_id = %s"
    assert refusal_of(wang, end, wang.pk) == "key_account_from_above"
    assert refusal_of(wang, "DELETE FROM customers_keyaccount") == "policy"
    assert refusal_of(mei, "UPDATE customers_keyaccount SET reason = 'x'") == "key_account_stands"
    assert refusal_of(mei, "UPDATE customers_customer SET industry = 'x' WHERE id = %s", hengchuan.pk) == "policy"


def test_a_manager_names_none_of_his_own_customers(mei, east):
    """Who gains by it is not who says it: his own are for who stands above him."""
    foreman = UserFactory(name="Foreman", organization=mei.organization, role=User.Role.MANAGER, team=east)
    own = customer_of(foreman)
    with pytest.raises(Refused):
        name_key_account(own, by=foreman, reason="mine")
    assert name_key_account(own, by=mei, reason="large")


def test_a_key_account_stays_one_in_the_pool_and_with_its_next_owner(hengchuan, wang, mei, li):
    name_key_account(hengchuan, by=mei, reason="large")
    hengchuan.release(by=wang, reason="no time")
    assert again(hengchuan).key_account
    again(hengchuan).claim(by=li)
    assert again(hengchuan).key_account
    assert KeyAccount.objects.live().count() == 1


def test_nothing_special_comes_in_with_a_new_customer(wang):
    """No way in brings terms, a group or the mark of a key account along."""
    pool_customer(wang)
    names = "name, other_name, short_name, credit_code, website, country, region, industry, size, tier, source, source_number, relation," \
            " currency, needs_review, has_denials, completeness, created_by_id, pooled_at, organization_id"  # fmt: skip
    for column, value in (("key_account", "true"), ("payment_days", "30"), ("credit_limit", "1")):
        more = "" if column == "key_account" else ", key_account"
        rest = "" if column == "key_account" else ", false"
        insert = f"INSERT INTO customers_customer ({names}, {column}{more}) SELECT {names}, {value}{rest} FROM customers_customer LIMIT 1"
        assert refusal_of(wang, insert) == "customer_begins_plain"
