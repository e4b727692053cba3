"""Denying a named person access to a named customer: above role, team and share, and nothing tells him (R29, R42)."""

import re
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notice, Team, User
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval
from audit.deeds import Refused
from audit.models import Entry
from customers import exporting, follow_ups
from customers.changing import add_credit_code
from customers.denials import CannotDeny, deny, objection
from customers.identity_changes import TakenIdentity, ask_for_identity
from customers.models import Claim, Collaborator, ContestedClaim, Customer, Denial
from customers.registration import Draft, register
from customers.transfers import ask_for_transfer, heirs
from tests.approved import lead
from tests.databases import catalogue, sql
from tests.factories import TeamFactory, UserFactory, customer_of, founding, pool_customer, shared
from tests.races import at_once
from tests.transfers import again as again_of
from tests.transfers import outcomes, tried

REASON = "his brother works there"
NAME, TAKEN = "苏州恒川医疗器械有限公司", "上海卓然物流有限公司"
CODE = "91110000600037341L"


@pytest.fixture
def hengchuan(wang):
    contact = {"name": "Zhou", "phone": "+8613805122297"}
    customer = customer_of(wang, NAME, contact=contact, credit_code=CODE)
    follow_ups.log(customer, by=wang, content="Called about pumps.", occurred_at=timezone.now())
    return customer


@pytest.fixture
def chief(acme, east, mei, zhao, sun):
    """Leads what East is part of: stands above Mei."""
    chief = UserFactory(name="Chief", organization=acme, role=User.Role.MANAGER)
    everything = TeamFactory(organization=acme, name="All", manager=chief)
    lead(Team.objects.get(pk=east.pk), mei, parent=everything, by=zhao, decided_by=sun)
    return chief


def at(name, customer, *more):
    return reverse(f"customers:{name}", args=[customer.pk, *more])


def again(customer):
    return Customer.objects.get(pk=customer.pk)


# He finds nothing


def test_who_is_denied_finds_it_nowhere(hengchuan, wang, li, mei, sign_in):
    """R42. List, search, record, history, every form and every act: no such customer."""
    shared(hengchuan, by=wang, person=li, way="edit")
    other = shared(customer_of(wang, TAKEN), by=wang, person=li).content_object
    denial = deny(hengchuan, by=mei, person=li, reason=REASON)
    client = sign_in(li)

    listed = client.get(f"{reverse('customers:list')}?view=shared").text
    assert other.name in listed
    assert NAME not in listed
    assert NAME not in client.get("/search/?q=恒川").text
    for name in ("detail", "history", "edit", "add_contact", "transfer", "identity", "share", "deny"):
        assert client.get(at(name, hengchuan)).status_code == 404, name
    for name in ("claim", "release", "follow_up", "share", "deny"):
        assert client.post(at(name, hengchuan), {"reason": "x", "content": "x"}).status_code == 404, name
    assert client.post(at("lift", hengchuan, denial.pk), {"reason": "x"}).status_code == 404
    assert not Collaborator.objects.filter(content_object=hengchuan).exists()
    assert not Notice.objects.filter(person=li, what__contains="den").exists()


def test_the_database_hides_the_record_and_what_hangs_on_it(hengchuan, wang, li, mei):
    with tenancy.inside(wang.organization, user=wang):
        hengchuan.edit(by=wang, industry="Optics")
    deny(hengchuan, by=mei, person=li, reason=REASON)
    tables = {
        "customers_customer": "id", "customers_contact": "customer_id", "customers_followup": "customer_id",
        "customers_claim": "customer_id", "customers_historicalcustomer": "id",
        "customers_historicalcontact": "customer_id", "customers_historicalfollowup": "customer_id",
    }  # fmt: skip
    for person, finds in ((li, False), (wang, True), (mei, True)):
        with tenancy.inside(wang.organization, user=person):
            for table, column in tables.items():
                found = catalogue(f"SELECT count(*) > 0 FROM {table} WHERE {column} = %s", hengchuan.pk)
                assert found == [(finds,)], (person.name, table)


def test_it_stands_above_the_subtree_and_the_team(hengchuan, chief, mei, an, fu, sign_in):
    """A manager too is denied, by who stands above him; he does not lift it."""
    people = {person.pk: deny(hengchuan, by=chief, person=person, reason=REASON) for person in (mei, an, fu)}
    for person in (mei, an, fu):
        assert not person.has_perm("customers.view", again(hengchuan))
        assert not Customer.objects.visible_to(person).exists()
        assert NAME not in sign_in(person).get(reverse("customers:list")).text
        assert sign_in(person).get(at("detail", hengchuan)).status_code == 404
    assert not mei.has_perm("customers.lift", people[fu.pk])  # what her superior denied
    page = sign_in(chief).get(at("detail", hengchuan)).text
    assert "Denied access" in page
    seen_by = page[page.index("Who can see this") : page.index("Denied access")]
    assert "Chief" in seen_by
    assert ">Mei" not in seen_by


def test_exports_hold_nothing_of_it(hengchuan, chief, mei, wang):
    own = customer_of(wang, TAKEN)
    export = exporting.ask(by=mei, purpose="letters", format="csv", filters={"view": "team"})
    deny(hengchuan, by=chief, person=mei, reason=REASON)
    assert {row[0] for row in exporting._lines(export, mei)} == {own.name}


def test_the_pool_does_not_show_it_and_nobody_claims_what_he_is_denied(hengchuan, wang, li, mei, sign_in):
    deny(hengchuan, by=mei, person=li, reason=REASON)
    other = pool_customer(wang, TAKEN)
    hengchuan.release(by=wang, reason="x")

    page = sign_in(li).get(reverse("customers:pool")).text
    assert other.name in page
    assert NAME not in page
    assert sign_in(li).post(at("claim", hengchuan)).status_code == 404
    with pytest.raises(Refused):
        again(hengchuan).claim(by=li)
    with tenancy.inside(wang.organization, user=li), pytest.raises(ProgrammingError), transaction.atomic():
        Claim.objects.create(customer_id=hengchuan.pk, claimant=li, protected_until=timezone.now() + timedelta(days=1))
    assert again(hengchuan).owner is None


# The same answer as for any taken company


@pytest.mark.parametrize("pooled", [False, True], ids=["owned", "in the pool"])
@pytest.mark.parametrize(
    "typed", [{"name": NAME}, {"name": "蘇州恒川醫療器械有限公司"}, {"name": "Free Ltd", "credit_code": CODE}]
)
def test_the_form_answers_as_for_any_taken_company(typed, pooled, hengchuan, wang, li, mei, sign_in):
    """R30, R42. Same words, same length, the same number of statements; the attempt is kept as any other."""
    other = customer_of(wang, TAKEN, credit_code="91320594MA1LANQ01K")
    deny(hengchuan, by=mei, person=li, reason=REASON)
    if pooled:
        hengchuan.release(by=wang, reason="x")
    comparable = (
        {"name": TAKEN} if "credit_code" not in typed else {"name": "Free Ltd", "credit_code": other.credit_code}
    )
    client = sign_in(li)
    answers = [client.post(reverse("customers:new"), values) for values in (typed, comparable)]

    assert [answer.status_code for answer in answers] == [409, 409]
    texts = [bare(answer.text, values) for answer, values in zip(answers, (typed, comparable), strict=True)]
    assert texts[0] == texts[1]
    assert set(ContestedClaim.objects.filter(claimant=li).values_list("customer", flat=True)) == {
        hengchuan.pk,
        other.pk,
    }


def bare(text, typed):
    """A page without what was typed, one-time keys, tokens and the last entry's number and time."""
    for value in typed.values():
        text = text.replace(value, "…")
    text = re.sub(r'(name="(once|csrfmiddlewaretoken)" value=")[^"]*', r"\1", text)
    return re.sub(r"<footer.*?</footer>|<time.*?</time>|entry [0-9,]+", "", text, flags=re.DOTALL)


def test_trial_and_import_say_taken_and_nothing_else(hengchuan, wang, li, mei):
    customer_of(wang, TAKEN)
    in_pool = pool_customer(wang, "Harbour Robotics Ltd")
    deny(hengchuan, by=mei, person=li, reason=REASON)
    deny(in_pool, by=UserFactory(name="Owner", organization=wang.organization, role="administrator", is_owner=True),
         person=li, reason=REASON)  # fmt: skip
    batch = tried(li, [NAME], [TAKEN], [in_pool.name], ["Brand New Ltd"])
    assert list(outcomes(batch).values()) == ["taken", "taken", "taken", "new"]
    deny(customer_of(wang, "Brand New Ltd"), by=mei, person=li, reason=REASON)
    batch.confirm(by=li)
    assert list(outcomes(again_of(batch, li)).values()) == ["taken"] * 4


def test_renaming_and_coding_into_it_are_taken_too(hengchuan, li, mei):
    """The keys of what he is denied still win against him."""
    own = customer_of(li)
    deny(hengchuan, by=mei, person=li, reason=REASON)
    with tenancy.inside(li.organization, user=li):
        with pytest.raises(TakenIdentity) as answer:
            ask_for_identity(own, by=li, name=NAME, code="", reason="x", files=())
        assert answer.value.state == Customer.State.TAKEN
        assert add_credit_code(own, by=li, code=CODE) is False
        assert (
            register([Draft(NAME)], by=li, way=ContestedClaim.Way.FORM, claimed=True)[0].state == Customer.State.TAKEN
        )
    assert ContestedClaim.objects.filter(customer=hengchuan, claimant=li).count() == 3


# Approvals


def test_who_is_denied_decides_nothing_about_it(hengchuan, wang, li, mei, chief, sign_in):
    """Before: he gets no seat. Afterwards: the request is closed to him."""
    earlier = ask_for_transfer(hengchuan, by=wang, to=li, reason="x")
    assert {seat.person for seat in earlier.approvers.all()} == {mei}
    deny(hengchuan, by=chief, person=mei, reason=REASON)

    mei = User.objects.get(pk=mei.pk)
    assert {seat.person for seat in earlier.approvers.live()} == {chief}
    assert NAME not in sign_in(mei).get(reverse("approvals:inbox")).text
    assert not mei.has_perm("approvals.view", earlier)
    with pytest.raises(Refused):
        earlier.approve(by=mei, seal=earlier.seal)
    assert sign_in(mei).get(reverse("approvals:detail", args=[earlier.pk])).status_code == 404
    earlier.withdraw(by=wang)
    later = ask_for_transfer(again(hengchuan), by=wang, to=li, reason="x")
    assert {seat.person for seat in later.approvers.all()} == {chief}


def test_who_is_denied_takes_nothing_over(hengchuan, wang, li, mei):
    asked = ask_for_transfer(hengchuan, by=wang, to=li, reason="x")
    deny(hengchuan, by=mei, person=li, reason=REASON)
    assert li not in heirs(again(hengchuan))
    with pytest.raises(CannotTakeEffect, match="Li cannot take this customer over"):
        asked.approve(by=mei, seal=asked.seal)
    assert Approval.objects.get(pk=asked.pk).state == Approval.State.PENDING
    assert again(hengchuan).owner == wang


def test_the_database_makes_nobody_the_owner_of_what_he_is_denied(hengchuan, wang, li, mei):
    deny(hengchuan, by=mei, person=li, reason=REASON)
    hengchuan.release(by=wang, reason="x")
    until = "clock_timestamp() + interval '1 day'"
    assert constraint_of(
        f"UPDATE customers_customer SET owner_id = %s, protected_until = {until}, pooled_at = NULL WHERE id = %s",
        li.pk, hengchuan.pk,
    ) == "owner_is_not_denied"  # fmt: skip


# Who sets it, against whom


@pytest.mark.parametrize(
    ("by", "person", "constraint"),
    [
        ("mei", "li", None),
        ("mei", "fu", None),
        ("mei", "zhao", None),
        ("chief", "mei", None),
        ("qian", "mei", None),
        ("qian", "li", None),
        ("mei", "chief", "denial_of_whom_one_may"),
        ("mei", "mei", "denial_of_whom_one_may"),
        ("mei", "qian", "denial_of_whom_one_may"),
        ("mei", "shen", "denial_of_whom_one_may"),
        ("qian", "shen", "denial_of_whom_one_may"),
        ("mei", "wang", "denial_not_of_owner"),
        ("qian", "wang", "denial_not_of_owner"),
        ("wang", "li", "denial_from_above"),
        ("li", "fu", "denial_from_above"),
        ("zhao", "li", "denial_from_above"),
        ("shen", "li", "denial_from_above"),
        ("sun", "li", "denial_from_above"),
    ],
)
def test_who_denies_whom(by, person, constraint, hengchuan, chief, qian, li, fu, shen, request):
    """R42. Python and the database say the same."""
    by, person = request.getfixturevalue(by), request.getfixturevalue(person)
    assert refused(hengchuan, by, person) == constraint
    if constraint == "denial_from_above":
        assert not by.has_perm("customers.deny", hengchuan)
    else:
        assert by.has_perm("customers.deny", hengchuan)
        assert bool(objection(hengchuan, by, person)) == bool(constraint)


def test_the_owner_is_not_denied_his_customer_and_a_sentence_says_what_to_do(hengchuan, wang, mei, sign_in):
    page = sign_in(mei).post(at("deny", hengchuan), {"person": wang.pk, "reason": REASON})
    assert page.status_code == 422
    assert "Wang owns this customer. Transfer it first" in page.text
    assert not Denial.objects.exists()
    with pytest.raises(CannotDeny):
        deny(hengchuan, by=mei, person=wang, reason=REASON)


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"reason": ""}, "denial_has_a_reason"),
        ({"days": -1}, "denial_ends_later"),
        ({"denied_by": "wang"}, "denial_stands"),
        ({"days": 3}, None),
    ],
)
def test_each_guard_by_its_name(changed, constraint, hengchuan, mei, li, wang):
    denied_by = wang if changed.pop("denied_by", None) else mei
    assert refused(hengchuan, mei, li, denied_by=denied_by, **changed) == constraint


def test_a_denial_is_lifted_or_left_as_it_is(hengchuan, mei, li, fu):
    denial = deny(hengchuan, by=mei, person=li, reason=REASON)
    assert refused(hengchuan, mei, li) == "denial_once"
    with tenancy.inside(mei.organization, user=mei):
        for change in ("until = now() + interval '1 hour'", f"person_id = '{fu.pk}'", "reason = 'x'"):
            assert constraint_of(f"UPDATE customers_denial SET {change}") == "denial_stands"
    with pytest.raises(ProgrammingError), transaction.atomic():
        sql("DELETE FROM customers_denial")
    denial.lift(by=mei, reason="he moved")
    assert constraint_of("UPDATE customers_denial SET ended_at = NULL") == "denial_stands"


def test_the_mark_is_the_triggers(hengchuan, mei, li, wang):
    """Without it the policy would not look: so nobody takes it off, and nobody puts it on."""
    deny(hengchuan, by=mei, person=li, reason=REASON)
    with tenancy.inside(wang.organization, user=wang), pytest.raises(IntegrityError) as refusal, transaction.atomic():
        take_the_mark_off()
    assert refusal.value.__cause__.diag.constraint_name == "mark_is_true"


def take_the_mark_off():
    sql("UPDATE customers_customer SET has_denials = false")
    sql("SET CONSTRAINTS ALL IMMEDIATE")


# Lifting


@pytest.mark.parametrize(
    ("by", "who"), [("mei", {"mei", "chief", "qian"}), ("chief", {"chief", "qian"}), ("qian", {"qian"})]
)
def test_who_lifts_it(by, who, hengchuan, chief, qian, mei, wang, li, an, shen, zhao, sun, request, sign_in):
    denial = deny(hengchuan, by=request.getfixturevalue(by), person=li, reason=REASON)
    for person in (mei, chief, qian, wang, li, an, shen, zhao, sun):
        allowed = person.name.lower() in who
        assert person.has_perm("customers.lift", Denial.objects.get(pk=denial.pk)) == allowed, person.name
        with tenancy.inside(person.organization, user=person), transaction.atomic():
            assert sql("UPDATE customers_denial SET ended_at = now()") == allowed, person.name
            transaction.set_rollback(True)
        if not allowed:
            status = sign_in(person).post(at("lift", hengchuan, denial.pk), {"reason": "x"}).status_code
            assert status in (403, 404), person.name
    person = request.getfixturevalue(sorted(who)[0])
    assert sign_in(person).post(at("lift", hengchuan, denial.pk), {"reason": "he moved"}).status_code == 302
    assert not Denial.objects.live().exists()
    assert not again(hengchuan).has_denials


def test_after_lifting_everything_is_as_the_role_says(hengchuan, chief, mei, li):
    denials = [deny(hengchuan, by=chief, person=person, reason=REASON) for person in (mei, li)]
    denials[0].lift(by=chief, reason="declared and settled")
    assert again(hengchuan).has_denials
    assert mei.has_perm("customers.view", again(hengchuan))
    denials[1].lift(by=chief, reason="he moved")
    assert not again(hengchuan).has_denials
    assert not li.has_perm("customers.view", again(hengchuan))


def test_it_ends_at_its_hour_without_a_job(hengchuan, chief, mei):
    deny(hengchuan, by=chief, person=mei, reason=REASON, until=tenancy.now() + timedelta(seconds=0.7))
    assert not Customer.objects.visible_to(mei).exists()
    time.sleep(0.8)
    assert Customer.objects.visible_to(mei).exists()
    with tenancy.inside(mei.organization, user=mei):
        assert catalogue("SELECT count(*) FROM customers_customer") == [(1,)]
    assert deny(hengchuan, by=chief, person=mei, reason=REASON).ended_at is None


# Shown to those whose business it is


def test_it_is_shown_to_who_may_set_it_and_to_auditors(hengchuan, wang, mei, li, shen, fu, an, sign_in):
    deny(hengchuan, by=mei, person=li, reason=REASON)
    for person, shown in ((mei, True), (shen, True), (wang, False), (fu, False), (an, False)):
        for name in ("detail", "history"):
            assert (REASON in sign_in(person).get(at(name, hengchuan)).text) == shown, (person.name, name)
    assert "denied somebody access to the customer" in sign_in(shen).get("/ledger/").text
    entry = Entry.objects.filter(table_name="customers_denial").get()
    assert (entry.actor, entry.reason, entry.about_id) == (mei, REASON, str(hengchuan.pk))


def test_the_owner_of_the_organisation_decides_without_seeing(hengchuan, qian, li, sign_in, zhao):
    page = sign_in(qian).get(at("deny", hengchuan))
    assert page.status_code == 200
    assert NAME not in page.text
    assert sign_in(qian).post(at("deny", hengchuan), {"person": li.pk, "reason": REASON}).status_code == 302
    assert Denial.objects.get().denied_by == qian
    assert sign_in(qian).get(at("detail", hengchuan)).status_code == 404
    assert sign_in(zhao).get(at("deny", hengchuan)).status_code == 404


def test_access_explained_names_the_denial(hengchuan, mei, chief, shen, sign_in):
    deny(hengchuan, by=chief, person=mei, reason=REASON)
    page = sign_in(shen).get(reverse("accounts:access"), {"person": mei.pk, "record": str(hengchuan.pk)}).text
    assert "Mei is denied this record; that stands above everything." in page


# At the same moment


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_claiming_and_denying_at_once_never_leaves_an_owner_who_is_denied():
    """Whoever comes first: the claim is refused, or the denial is."""
    with founding(name="Arena") as arena:
        owner = UserFactory(name="Owner", organization=arena, role=User.Role.ADMINISTRATOR, is_owner=True)
        li, wang = UserFactory(name="Li", organization=arena), UserFactory(name="Wang", organization=arena)
    for _ in range(10):
        with tenancy.scope(arena, user=wang):
            customer = pool_customer(wang)
        at_once([partial(claim, customer, li), partial(forbid, customer, owner, li)])
        with tenancy.scope(arena):
            now = Customer.objects.get(pk=customer.pk)
            denied = Denial.objects.live().filter(customer=customer, person=li).exists()
            assert denied != (now.owner_id == li.pk)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_denial_waits_for_a_claim_under_way_and_then_sees_its_owner():
    with founding(name="Arena") as arena:
        owner = UserFactory(name="Owner", organization=arena, role=User.Role.ADMINISTRATOR, is_owner=True)
        li = UserFactory(name="Li", organization=arena)
        customer = pool_customer(li)

    def claim_slowly():
        with tenancy.scope(arena, user=li):
            Customer.objects.get(pk=customer.pk).claim(by=li)
            time.sleep(1)

    def deny_meanwhile():
        time.sleep(0.4)
        with tenancy.scope(arena, user=owner):
            return refused(customer, owner, li)

    assert at_once([claim_slowly, deny_meanwhile])[1] == "denial_not_of_owner"


def claim(customer, li):
    with suppress(Refused, IntegrityError, Customer.DoesNotExist), tenancy.scope(li.organization_id, user=li):
        Customer.objects.get(pk=customer.pk).claim(by=li)


def forbid(customer, owner, li):
    with suppress(CannotDeny, IntegrityError), tenancy.scope(owner.organization_id, user=owner):
        deny(Customer.objects.get(pk=customer.pk), by=owner, person=li, reason=REASON)


def refused(customer, by, person, *, days=None, reason="x", denied_by=None):
    """The constraint that refuses a denial by SQL as crm_app, or None when it is let through; undone."""
    with tenancy.inside(by.organization, user=by):
        return constraint_of(
            "INSERT INTO customers_denial (organization_id, customer_id, person_id, until, reason, denied_by_id)"
            " VALUES (%s, %s, %s, clock_timestamp() + make_interval(days => %s), %s, %s)",
            by.organization_id, customer.pk, person.pk, days, reason, (denied_by or by).pk,
        )  # fmt: skip


def constraint_of(statement, *values):
    try:
        with transaction.atomic():
            assert sql(statement, *values) == 1
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        return refusal.__cause__.diag.constraint_name
    return None
