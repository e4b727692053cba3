"""Claims: what the database holds whoever writes, and in whatever language he writes (R6, R10, R31, R61)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from accounts import tenancy
from audit.deeds import Refused
from audit.models import Entry
from customers import contacts, follow_ups
from customers.models import Claim, Contact, ContestedClaim, Customer, FollowUp
from tests.databases import catalogue, sql
from tests.factories import customer_of, pool_customer

NAME = "苏州恒川医疗器械有限公司"
HERS = "customer_id = (SELECT id FROM customers_customer WHERE owner_id IS NOT NULL)"


@pytest.fixture
def hengchuan(wang):
    """Wang's customer, with a contact and a follow-up, for which Li came too late."""
    customer = customer_of(
        wang, NAME, contact={"name": "Chen", "phone": "+8613800138000"}, credit_code="91110000600037341L"
    )
    follow_ups.log(customer, by=wang, content="Called.", occurred_at=timezone.now())
    return customer


@pytest.fixture
def as_rep(wang):
    """The scope of a request by Wang, who may change his own customers."""
    with tenancy.scope(wang.organization, user=wang, source="test"):
        yield wang


def refusal_of(statement, *values):
    """The constraint that refuses a statement, at once or at the end of its transaction."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        _settle(statement, values)
    return refusal.value.__cause__.diag.constraint_name


def _settle(statement, values=()):
    sql(statement, *values)
    sql("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (
            "UPDATE customers_customer SET owner_id = NULL, protected_until = NULL, pooled_at = now()",
            "customers_owner_is_claimant",
        ),
        ("UPDATE customers_customer SET protected_until = '2099-01-01'", "customers_owner_is_claimant"),
        ("UPDATE customers_customer SET owner_id = NULL", "customer_owned_or_in_pool"),
        ("UPDATE customers_customer SET pooled_at = now()", "customer_owned_or_in_pool"),
        ("UPDATE customers_customer SET name = '苏州别家有限公司'", "identity_as_approved"),
        ("UPDATE customers_customer SET name = ''", "identity_as_approved"),
        ("UPDATE customers_customer SET credit_code = '91350211M000100Y43'", "identity_as_approved"),
        ("UPDATE customers_identitykey SET written = 'x' WHERE kind = 'name'", "customers_is_keyed"),
        ("DELETE FROM customers_identitykey WHERE kind = 'name'", "customers_is_keyed"),
        ("DELETE FROM customers_identitykey WHERE kind = 'credit_code'", "customers_is_keyed"),
        ("UPDATE customers_claim SET claimed_at = claimed_at - interval '1 year'", "claim_clock"),
        ("UPDATE customers_claim SET protected_until = '2099-01-01'", "claim_clock"),
        ("UPDATE customers_claim SET claimant_id = (SELECT id FROM accounts_user WHERE name = 'Li')", "claim_clock"),
        ("UPDATE customers_claim SET released_at = now()", "customers_owner_is_claimant"),
        ("DELETE FROM customers_claim", "customers_owner_is_claimant"),
        ("UPDATE customers_followup SET content = 'I called three times'", "follow_up_stands"),
        ("UPDATE customers_followup SET occurred_at = occurred_at - interval '1 day'", "follow_up_stands"),
        ("UPDATE customers_followup SET recorded_at = recorded_at - interval '1 day'", "follow_up_stands"),
        ("DELETE FROM customers_followup", "follow_up_stays"),
    ],
)
def test_sql_that_goes_around_the_doors_is_refused_by_name(statement, constraint, hengchuan, li, as_rep):
    """R61. The refusal says which promise it would have broken."""
    assert refusal_of(statement) == constraint


def test_a_missing_credit_code_is_not_written_past_the_contest(wang):
    """R31. It needs no second person, but a key of its own; and nobody is without a name."""
    customer_of(wang, NAME)
    assert refusal_of("UPDATE customers_customer SET credit_code = '91350211M000100Y43'") == "customers_is_keyed"
    with pytest.raises(IntegrityError, match="customer_has_a_name"), transaction.atomic():
        Customer.objects.create(name="", created_by=wang, pooled_at=timezone.now())


def test_a_customer_is_not_given_away_in_sql(hengchuan, wang, li):
    """R10. Neither by a job, which acts for nobody, nor by the owner, whose wall ends at his own rows."""
    giving = "UPDATE customers_customer SET owner_id = %s"
    assert refusal_of(giving, str(li.pk)) == "customers_owner_is_claimant"
    scope = tenancy.scope(wang.organization, user=wang, source="test")
    with scope, pytest.raises(ProgrammingError, match="only_the_owner_changes"), transaction.atomic():
        sql(giving, str(li.pk))


CLAIM = (
    "INSERT INTO customers_claim (organization_id, customer_id, claimant_id, protected_until, released_at, release_reason)"
    " SELECT organization_id, id, %s, {until}, {released}, '' FROM customers_customer"
)


@pytest.mark.parametrize(
    ("until", "released", "constraint"),
    [
        ("now() + interval '1 day'", "NULL", "claim_lives_once"),
        ("now() + interval '900 days'", "NULL", "claim_clock"),
        ("now()", "now() - interval '1 day'", "claim_clock"),
    ],
)
def test_a_claim_cannot_be_slipped_in(until, released, constraint, hengchuan, li):
    """R31. Neither a second one, nor one for ever, nor one that was over before it began."""
    assert refusal_of(CLAIM.format(until=until, released=released), str(li.pk)) == constraint


def test_a_claim_does_not_wait_for_its_customer(wang):
    """Or the customer could come after it, in the pool, and the claim would never be compared with it."""
    early = (
        "INSERT INTO customers_claim (organization_id, customer_id, claimant_id, protected_until, release_reason)"
        " VALUES (%s, uuidv7(), %s, now() + interval '1 day', ''); SET CONSTRAINTS owner_is_claimant IMMEDIATE"
    )
    assert refusal_of(early, wang.organization_id, str(wang.pk)) == "customers_owner_is_claimant"


def test_what_ended_stays_ended(hengchuan, wang):
    hengchuan.release(by=wang, reason="not a fit")
    for change in ("released_at = NULL", "release_reason = 'another'", "released_by_id = NULL"):
        assert refusal_of(f"UPDATE customers_claim SET {change}") == "claim_clock"
    assert refusal_of("DELETE FROM customers_claim") == "claim_stays"


def test_a_lost_attempt_is_kept_as_long_as_the_customer(hengchuan, li):
    """R31. Two people wanting one customer is what Candor is about."""
    hengchuan.claim(by=li)
    for statement in ("DELETE FROM customers_contestedclaim", "UPDATE customers_contestedclaim SET way = 'form'"):
        assert refusal_of(statement) == "contested_claim_stays"


def test_the_database_tells_the_time(hengchuan, wang):
    """A time that somebody sends is not refused, it is not even read."""
    long_ago = timezone.now() - timedelta(days=400)
    entry = FollowUp.objects.create(
        customer=hengchuan, author=wang, content="x", kind="call", occurred_at=long_ago, recorded_at=long_ago
    )
    assert FollowUp.objects.get(pk=entry.pk).recorded_at > timezone.now() - timedelta(minutes=5)
    hengchuan.release(by=wang, reason="x")
    Claim.objects.bulk_create([Claim(customer=hengchuan, claimant=wang, claimed_at=long_ago, protected_until=long_ago)])
    assert Claim.objects.live().get().claimed_at > timezone.now() - timedelta(minutes=5)
    sql("UPDATE customers_claim SET released_at = '2020-01-01' WHERE released_at IS NULL")
    assert all(claim.released_at > timezone.now() - timedelta(minutes=5) for claim in Claim.objects.all())


def test_a_follow_up_lies_in_the_past(hengchuan, wang):
    tomorrow = timezone.now() + timedelta(days=1)
    with pytest.raises(IntegrityError, match="follow_up_not_in_the_future"), transaction.atomic():
        follow_ups.log(hengchuan, by=wang, content="x", occurred_at=tomorrow)


def test_a_customer_with_a_past_goes_whole_or_not_at_all(hengchuan, wang, as_rep):
    """A customer is removed with what belongs to it, in one transaction, and the ledger has every row of it."""
    with transaction.atomic():
        Customer.objects.get(pk=hengchuan.pk).delete()
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    removed = catalogue("SELECT table_name::text, count(*)::int FROM audit_entry WHERE op = 'D' GROUP BY 1")
    assert dict(removed) == {
        "customers_customer": 1,
        "customers_claim": 1,
        "customers_contact": 1,
        "customers_followup": 1,
        "customers_identitykey": 2,
    }


# A manager sees and does not touch (R6)

TOUCHES = {
    "changing it": "UPDATE customers_customer SET industry = 'x' WHERE owner_id IS NOT NULL",
    "taking it": "UPDATE customers_customer SET owner_id = owner_id WHERE owner_id IS NOT NULL",
    "removing it": "DELETE FROM customers_customer WHERE owner_id IS NOT NULL",
    "changing its contact": f"UPDATE customers_contact SET name = 'x' WHERE {HERS}",
    "removing its contact": f"DELETE FROM customers_contact WHERE {HERS}",
}
ADDITIONS = {
    "a contact": "INSERT INTO customers_contact (organization_id, customer_id, person_key_id, name, title, created_by_id)"
    " SELECT organization_id, customer_id, person_key_id, 'x', '', created_by_id FROM customers_contact",
    "a follow-up": "INSERT INTO customers_followup (organization_id, customer_id, author_id, content, kind, occurred_at)"
    " SELECT organization_id, customer_id, '{me}', 'x', kind, occurred_at FROM customers_followup",
    "a follow-up in his name": "INSERT INTO customers_followup (organization_id, customer_id, author_id, content, kind, occurred_at)"
    " SELECT organization_id, customer_id, author_id, 'x', kind, occurred_at FROM customers_followup",
}
not_the_owner = pytest.mark.parametrize("who", ["mei", "li", "shen", "zhao"])


@pytest.fixture
def person(who, request):
    return request.getfixturevalue(who)


@not_the_owner
@pytest.mark.parametrize("touch", TOUCHES)
def test_nobody_but_the_owner_touches_it_in_sql(touch, person, hengchuan):
    with tenancy.scope(person.organization, user=person, source="web"):
        assert sql(TOUCHES[touch]) == 0


@not_the_owner
@pytest.mark.parametrize("addition", ADDITIONS)
def test_nobody_but_the_owner_adds_to_it_in_sql(addition, person, hengchuan):
    request = tenancy.scope(person.organization, user=person, source="web")
    with request, pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        sql(ADDITIONS[addition].format(me=person.pk))


@not_the_owner
def test_nobody_but_the_owner_touches_it_by_the_orm(person, hengchuan):
    mine = Customer.objects.filter(pk=hengchuan.pk)
    with tenancy.scope(person.organization, user=person, source="web"):
        assert mine.update(industry="x") == 0
        assert mine._raw_delete("default") == 0
        assert list(mine.select_for_update()) == []
        assert Contact.objects.filter(customer=hengchuan).update(name="x") == 0


@not_the_owner
def test_nobody_but_the_owner_does_deeds_to_it(person, hengchuan):
    with tenancy.scope(person.organization, user=person, source="web"):
        for attempt in (
            lambda: hengchuan.edit(by=person, industry="x"),
            lambda: hengchuan.release(by=person, reason="x"),
            lambda: follow_ups.log(hengchuan, by=person, content="x", occurred_at=timezone.now()),
            lambda: contacts.add(hengchuan, by=person, name="x"),
            lambda: contacts.reveal(hengchuan.contacts.get(), by=person),
        ):
            with pytest.raises(Refused):
                attempt()


def test_the_owner_touches_his_own_in_his_own_name(hengchuan, li, as_rep):
    for statement in (TOUCHES["changing it"], TOUCHES["changing its contact"], ADDITIONS["a contact"]):
        assert sql(statement) == 1
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        sql(ADDITIONS["a follow-up"].format(me=li.pk))


def test_a_lost_claim_is_told_within_the_losers_own_request(hengchuan, li):
    """R31. The database does not let Li lock what is Wang's; that is no reason to tell him it is not there."""
    with tenancy.scope(li.organization, user=li, source="web"):
        assert hengchuan.claim(by=li) is None
    assert ContestedClaim.objects.get().claimant == li
    entry = Entry.objects.get(table_name="customers_contestedclaim")
    assert (entry.action, entry.actor, entry.about_id) == ("customers.contest", li, str(hengchuan.pk))


def test_claiming_ones_own_again_is_no_contest(hengchuan, wang):
    claim = Claim.objects.live().get()
    assert hengchuan.claim(by=wang) == claim
    assert not ContestedClaim.objects.exists()


def test_a_stale_copy_gives_no_rights(wang, li):
    """What one holds in hand is not asked; the row is."""
    customer = pool_customer(wang)
    customer.claim(by=wang)
    stale = Customer.objects.get(pk=customer.pk)
    customer.release(by=wang, reason="x")
    customer.claim(by=li)
    for attempt in (
        lambda: stale.edit(by=wang, industry="x"),
        lambda: stale.release(by=wang, reason="x"),
        lambda: follow_ups.log(stale, by=wang, content="x", occurred_at=timezone.now()),
        lambda: contacts.add(stale, by=wang, name="x"),
    ):
        with pytest.raises(Refused):
            attempt()
