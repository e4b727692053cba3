"""Verification (R115-R119, R121): by somebody who does not own it, field by field, once, and expiring."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import User
from audit.models import Entry
from customers import changing
from customers.models import Correction, Customer, RecordStandard, Verification, VerifiedField
from customers.verification import rounds
from customers.verification.standing import due, freshness_of, is_verified
from customers.verification.standing import verified as verified_from_outside
from customers.verification.verifying import Answer, CannotVerify, verify
from tests.approved import approved
from tests.factories import UserFactory, customer_of, pool_customer, shared
from tests.verifications import AGREES, DIFFERS, UNVERIFIABLE, item_of, verified

pytestmark = pytest.mark.django_db
CONTACT = {"name": "Chen", "phone": "+8613800138000"}
CODE = "91320594MA1LANQ01K"


COUNTS = ["name", "credit_code", "region", "website", "contact", "phone"]


@pytest.fixture
def customer(wang):
    return customer_of(
        wang, "Suzhou Hengchuan Ltd", contact=CONTACT, website="hengchuan.example", region="Suzhou", credit_code=CODE
    )


@pytest.fixture
def rival(acme):
    """A manager of another team, who sees everybody's customers."""
    return UserFactory(name="Rival", organization=acme, role=User.Role.MANAGER)


def as_sql(person, statement, *values):
    """What crm_app may write in this person's name, past all of Python."""
    with tenancy.inside(person.organization_id, user=person), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_time_person_source_and_result_are_recorded(customer, shen):
    """R116, R121. Who verified what with which source; the time is the database's."""
    found = verified(customer, by=shen, name=AGREES, website=(DIFFERS, "www.hengchuan.com"), region=UNVERIFIABLE)

    name, site = found["name"], found["website"]
    name.refresh_from_db(), site.refresh_from_db()
    assert (name.verified_by, name.result, name.held, name.said) == (shen, AGREES, "Suzhou Hengchuan Ltd", "")
    assert abs((tenancy.now() - name.verified_at).total_seconds()) < 10
    assert (name.expires_at - name.verified_at).days == 365
    assert (site.held, site.said, site.expires_at) == ("hengchuan.example", "www.hengchuan.com", None)
    assert str(name.reliability) == "official record"
    entries = Entry.objects.filter(action="customers.verify", table_name="customers_verification")
    assert entries.count() == 3
    assert {entry.actor for entry in entries} == {shen}


def test_nothing_of_the_customer_changes_by_verifying_it(customer, shen):
    """R61. A verifier proposes and never edits."""
    before = Customer.objects.values().get(pk=customer.pk)
    verified(customer, by=shen, website=(DIFFERS, "other.example"))
    assert Customer.objects.values().get(pk=customer.pk) == before


@pytest.mark.parametrize("who", ["wang", "li", "zhao", "sun", "fu", "outsider"])
def test_who_does_not_verify(who, customer, shen, request):
    """R29. The owner, a rep elsewhere, administrators, service, other organisations."""
    item, person = item_of(customer, by=shen), request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        verify(item, {"name": Answer(AGREES)}, by=person, source="register", reference="x")
    assert not Verification.objects.exists()


@pytest.mark.parametrize("who", ["mei", "an", "shen"])
def test_managers_assistants_and_auditors_verify_what_they_see(who, customer, request):
    """R115."""
    verified(customer, by=request.getfixturevalue(who), name=AGREES)
    assert Verification.objects.get().result == AGREES


def test_a_manager_does_not_verify_his_own_customer(mei, shen):
    own = customer_of(mei, website="mei.example")
    assert not rounds.verifiable(Customer.objects.all(), mei).exists()
    with pytest.raises(PermissionDenied):
        verify(item_of(own, by=shen), {"name": Answer(AGREES)}, by=mei, source="register", reference="x")


def test_what_he_once_owned_he_does_not_verify(mei, wang, shen):
    """The cheat: pass it to a friend, verify it, take it back."""
    own = customer_of(mei, website="mei.example")
    own.release(by=mei, reason="to a friend")
    own.claim(by=wang)
    with pytest.raises(PermissionDenied):
        verify(item_of(own, by=shen), {"name": Answer(AGREES)}, by=mei, source="register", reference="x")


def test_a_share_lets_nobody_verify(customer, wang, acme, shen):
    """Whom the owner chose is no verifier: by place only."""
    friend = UserFactory(name="Friend", organization=acme, role=User.Role.MANAGER)
    shared(customer, by=wang, person=friend)
    with pytest.raises(PermissionDenied):
        verify(item_of(customer, by=shen), {"name": Answer(AGREES)}, by=friend, source="register", reference="x")


WRITE = (
    "INSERT INTO customers_verification (organization_id, item_id, customer_id, field, held, result, said, source, reference,"
    " verified_by_id, fresh_days, independent) VALUES (%s, %s, %s, %s, %s, %s, '', 'register', 'x', %s, %s, true)"
)


def written(item, by, acting=None, *, field="name", held="Suzhou Hengchuan Ltd", result="agrees", days=300):
    values = [item.organization_id, item.pk, item.customer_id, field, held, result, by.pk, days]
    return as_sql(acting or by, WRITE, *values)


@pytest.mark.parametrize(
    ("cheat", "constraint"),
    [
        ("the owner", "verified_by_right"),
        ("an own one", "nobody_verifies_his_own"),
        ("in another's name", "verified_in_own_name"),
        ("another value", "verified_as_it_stands"),
        ("for ever", "freshness_ends"),
        ("nothing agrees", "nothing_agrees_with_nothing"),
        ("an administrator", "verified_by_right"),
    ],
)
def test_the_database_says_no_to_sql(cheat, constraint, customer, wang, mei, shen, zhao):
    """R61, R116. As crm_app, past every rule of Python."""
    item, own = item_of(customer, by=shen), customer_of(mei, "Own Ltd")
    of_own = item_of(own, by=shen)
    tries = {
        "the owner": lambda: written(item, wang),
        "an own one": lambda: written(of_own, mei, held="Own Ltd"),
        "in another's name": lambda: written(item, shen, wang),
        "another value": lambda: written(item, shen, held="Suzhou Hengchuan Group"),
        "for ever": lambda: written(item, shen, days=3000),
        "nothing agrees": lambda: written(item, shen, field="industry", held=""),
        "an administrator": lambda: written(item, zhao),
    }
    with pytest.raises(DatabaseError, match=constraint):
        tries[cheat]()


def test_what_was_found_is_never_written_over(customer, shen):
    """R2. No UPDATE, no DELETE, not even for who wrote it."""
    verified(customer, by=shen, name=AGREES)
    for statement in ("UPDATE customers_verification SET result = 'differs'", "DELETE FROM customers_verification",
                      "UPDATE customers_verifiedfield SET expires_at = now() + interval '9 years'"):  # fmt: skip
        with pytest.raises(DatabaseError, match="permission denied"):
            as_sql(shen, statement)


def test_the_same_field_is_verified_once_in_a_round(customer, shen, mei):
    """By the same person or by another: the second is refused, whoever comes."""
    item = item_of(customer, by=shen)
    verify(item, {"name": Answer(AGREES)}, by=shen, source="register", reference="x")
    for person in (shen, mei):
        with pytest.raises(CannotVerify, match="meanwhile"), transaction.atomic():
            verify(item, {"name": Answer(AGREES)}, by=person, source="call", reference="x")


def test_who_wrote_a_value_does_not_verify_it(customer, an, wang, shen):
    """The cheat: the assistant keeps the record and then confirms it himself. What somebody else wrote, he verifies."""
    changing.change(customer, by=an, website="www.an.example")
    customer.refresh_from_db()
    with pytest.raises(CannotVerify, match="yourself"), transaction.atomic():
        verified(customer, by=an, website=AGREES)
    verified(customer, by=an, region=AGREES)
    changing.change(customer, by=wang, website="www.wang.example")
    changing.change(customer, by=an, industry="Optics")
    customer.refresh_from_db()
    verified(customer, by=an, website=AGREES)


# What stands


def test_freshness_of_every_field_shows(customer, shen):
    """R109, R119."""
    RecordStandard.objects.create(counts=COUNTS)
    verified(customer, by=shen, name=AGREES, phone=AGREES, region=UNVERIFIABLE)
    states = {each.field: each.state for each in freshness_of(customer)}  # of what counts
    assert states == {
        "name": "fresh",
        "credit_code": "never",
        "region": "never",
        "website": "never",
        "contact": "never",
        "phone": "fresh",
    }


@pytest.mark.parametrize("how", ["deed", "sql"])
def test_a_value_that_changes_is_not_verified_any_more(how, customer, shen, wang):
    """R117. Whoever writes it, by whatever way; what did not change stays verified."""
    verified(customer, by=shen, website=AGREES, region=AGREES)
    if how == "deed":
        changing.change(customer, by=wang, website="new.example")
    else:
        as_sql(wang, "UPDATE customers_customer SET website = 'new.example' WHERE id = %s", customer.pk)
    assert [each.field for each in VerifiedField.objects.all()] == ["region"]


def test_a_contact_that_changes_is_not_verified_any_more(customer, shen, wang):
    verified(customer, by=shen, phone=AGREES, contact=AGREES, name=AGREES)
    as_sql(wang, "UPDATE customers_contact SET phone_sealed = '\\x00' WHERE customer_id = %s", customer.pk)
    assert [each.field for each in VerifiedField.objects.all()] == ["name"]


def test_a_difference_ends_what_stood_verified(customer, shen, mei):
    verified(customer, by=shen, website=AGREES)
    verified(customer, by=mei, website=(DIFFERS, "other.example"))
    assert not VerifiedField.objects.exists()


def test_the_filter_finds_what_is_due(customer, wang, shen, acme):
    """R109. Fresh in every field: not due; one of them missing: due."""
    RecordStandard.objects.create(counts=COUNTS)
    other = customer_of(wang)
    verified(
        customer, by=shen, name=AGREES, credit_code=AGREES, region=AGREES, website=AGREES, contact=AGREES, phone=AGREES
    )
    found = set(due(Customer.objects.all(), acme))
    assert found == {other}
    changing.change(customer, by=wang, website="new.example")
    assert set(due(Customer.objects.all(), acme)) == {other, customer}


# R117: who counts as a new customer


def test_it_counts_when_somebody_from_outside_the_team_has_verified_it(customer, shen):
    """R117, item 21. Name and credit code, from outside."""
    assert not is_verified(customer)
    verified(customer, by=shen, name=AGREES)
    assert not is_verified(customer)
    verified(customer, by=shen, credit_code=AGREES)
    assert is_verified(customer)
    assert verified_from_outside(customer).by == shen


@pytest.mark.parametrize("who", ["mei", "an"])
def test_the_own_team_and_its_manager_do_not_count(who, customer, request):
    """The cheat: the manager whose figures it improves confirms his rep's customer."""
    verified(customer, by=request.getfixturevalue(who), name=AGREES, credit_code=AGREES)
    assert not is_verified(customer)
    assert not Verification.objects.filter(independent=True).exists()


def test_independence_is_not_for_the_application_to_say(customer, mei, shen):
    """The statement says true; the trigger knows better."""
    written(item_of(customer, by=mei), mei)
    assert not Verification.objects.get().independent


def test_after_a_change_it_is_verified_anew(customer, shen, mei, wang):
    """The cheat: have one company verified and make another one of it. The request is approved; what stood verified has ended."""
    verified(customer, by=shen, name=AGREES, credit_code=AGREES)
    assert is_verified(customer)
    approved("customers.identity", customer, by=wang, decided_by=mei, **_another_name(customer))
    changed = Customer.objects.get(pk=customer.pk)
    assert changed.name == "Suzhou Hengchuan Holding Ltd"
    assert not is_verified(changed)


def _another_name(customer):
    same = {"code_before": customer.credit_code, "code": customer.credit_code}
    return {"name_before": customer.name, "name": "Suzhou Hengchuan Holding Ltd", **same}


# Rounds


def test_a_round_holds_what_the_list_shows_and_no_own_ones(client, wang, mei, sign_in):
    theirs, own, other = (
        customer_of(wang, region="Suzhou"),
        customer_of(mei, region="Suzhou"),
        customer_of(wang, region="Bremen"),
    )
    answer = sign_in(mei).post(reverse("customers:verification_new") + "?region=Suzhou", {"title": "Suzhou in autumn"})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert theirs.name in page
    assert own.name not in page
    assert other.name not in page


def test_nothing_to_verify_is_said(sign_in, mei):
    customer_of(mei)
    answer = sign_in(mei).post(reverse("customers:verification_new"), {"title": "mine"})
    assert answer.status_code == 422


def test_the_pool_is_not_verified_by_rounds(wang, shen):
    pool_customer(wang)
    assert not rounds.verifiable(Customer.objects.all(), shen).exists()


def test_a_list_somebody_picked_is_not_everybodys(customer, shen, mei, an, rival, sign_in):
    """A round of the auditor is his; who is in another team sees neither it nor its customers."""
    item = item_of(customer, by=shen)
    for person in (mei, an, rival):
        assert sign_in(person).get(item.get_absolute_url()).status_code == 404


# Pages


def page_data(client, item, **answers):
    page = client.get(item.get_absolute_url())
    data = {name: page.context["form"].initial.get(name, page.context["form"].fields[name].initial) for name in page.context["form"].fields
            if name.startswith("seen_")}  # fmt: skip
    return data | {"source": "register", "reference": "extract 4711"} | answers


def test_the_page_records_what_was_found(sign_in, customer, shen):
    """R116."""
    client, item = sign_in(shen), item_of(customer, by=shen)
    data = page_data(client, item, result_name=AGREES, result_website=DIFFERS, said_website="www.hengchuan.com")
    assert client.post(item.get_absolute_url(), data).status_code == 302
    assert set(Verification.objects.values_list("field", "result")) == {("name", AGREES), ("website", DIFFERS)}
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({}, "Say of at least one field"),
        ({"result_website": DIFFERS}, "Write down what the source says"),
        ({"result_website": DIFFERS, "said_website": "https://www.hengchuan.example/"}, "stands here already"),
        ({"result_credit_code": DIFFERS, "said_credit_code": "91320594MA1LANQ01X"}, "check character"),
        ({"result_name": AGREES, "reference": ""}, "required"),
        ({"result_name": AGREES, "source": "gossip"}, "valid choice"),
        ({"result_phone": DIFFERS, "said_phone": "not a number"}, "not a phone number"),
        ({"result_name": AGREES, "seen_name": "0" * 24}, "changed while you compared"),
    ],
)
def test_bad_input_is_named_and_nothing_is_lost(answers, says, sign_in, customer, shen):
    """R118."""
    client, item = sign_in(shen), item_of(customer, by=shen)
    answer = client.post(item.get_absolute_url(), page_data(client, item, **answers))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Verification.objects.exists()


def test_who_wrote_it_is_told_so_at_the_field(sign_in, customer, an):
    """No 500, and what he typed is still there."""
    changing.change(customer, by=an, website="www.an.example")
    client, item = sign_in(an), item_of(Customer.objects.get(pk=customer.pk), by=an)
    answer = client.post(
        item.get_absolute_url(), page_data(client, item, result_website=AGREES, reference="register, 7 May")
    )
    assert answer.status_code == 422
    assert "You entered this yourself" in answer.content.decode()
    assert "register, 7 May" in answer.content.decode()


def test_phones_are_masked_and_each_look_is_counted(sign_in, customer, shen):
    """R26. Shown once, for who verifies, with an entry."""
    client, item = sign_in(shen), item_of(customer, by=shen)
    assert "13800138000" not in client.get(item.get_absolute_url()).content.decode()
    looked = client.post(reverse("customers:verification_reveal", args=[item.round_id, item.pk])).content.decode()
    assert "13800138000" in looked
    assert Entry.objects.filter(action="customers.reveal_to_verify", about_id=str(customer.pk)).count() == 1


def test_what_a_source_says_of_a_person_is_sealed(customer, shen):
    """R68. Neither the row nor the ledger has the number."""
    verified(customer, by=shen, phone=(DIFFERS, "+8613900139000"))
    found = Verification.objects.select_related("contact__person_key__organization").get()
    assert (found.held, found.said) == ("", "")
    assert (found.stood_here, found.source_says) == ("+8613800138000", "+8613900139000")
    assert as_sql(shen, "SELECT count(*) FROM audit_entry e WHERE (e.*)::text LIKE '%%13900139000%%' OR %s", False) == [
        (0,)
    ]


def test_the_customers_page_shows_what_stands_verified(sign_in, customer, shen, wang):
    """R117."""
    verified(customer, by=shen, name=AGREES, credit_code=AGREES, website=(DIFFERS, "other.example"))
    page = sign_in(wang).get(reverse("customers:detail", args=[customer.pk])).content.decode()
    assert "Verified by Shen, from outside the owner’s team" in page
    assert "never verified" in page
    assert "A source says otherwise." in page
