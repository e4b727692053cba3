"""Exactly one wins, however many want it and at whatever moment (R31, R40)."""

import random
from functools import partial
from itertools import pairwise

import pytest

from accounts import tenancy
from accounts.models import User
from audit.deeds import Refused
from customers.models import Claim, ContestedClaim, Customer
from customers.registration import Draft, register
from tests.databases import catalogue, signed_in
from tests.factories import OrganizationFactory, UserFactory
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

# One connection's part in the race: every customer once, in an order of its own, each attempt its own transaction.
RUN = """
DO $race$
DECLARE company uuid; won integer; until timestamptz; companies uuid[];
BEGIN
  PERFORM set_config('app.organization_id', '{organization}', true);
  companies := ARRAY(SELECT id FROM customers_customer ORDER BY random());
  FOREACH company IN ARRAY companies LOOP
    PERFORM set_config('app.organization_id', '{organization}', true), set_config('app.user_id', '{rep}', true);
    until := clock_timestamp() + interval '30 days';
    INSERT INTO customers_claim (organization_id, customer_id, claimant_id, protected_until, release_reason)
    VALUES ({organization}, company, '{rep}', until, '') ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS won = ROW_COUNT;
    IF won = 1 THEN
      UPDATE customers_customer SET owner_id = '{rep}', protected_until = until, pooled_at = NULL
       WHERE organization_id = {organization} AND id = company;
    ELSE
      INSERT INTO customers_contestedclaim (organization_id, customer_id, claimant_id, way)
      VALUES ({organization}, company, '{rep}', 'claim');
    END IF;
    COMMIT;
  END LOOP;
END $race$
"""


@pytest.fixture
def arena():
    return OrganizationFactory(name="Arena")


def reps(arena, count):
    with tenancy.scope(arena):
        for number in range(count):
            UserFactory(name=f"Rep {number}", organization=arena)
        return list(User.objects.select_related("organization"))


def pool(arena, by, count):
    with tenancy.scope(arena):
        drafts = [Draft(f"Contested {number} Ltd") for number in range(count)]
        return [answer.customer for answer in register(drafts, by=by, way=ContestedClaim.Way.IMPORT, claimed=False)]


def claim_again(customer, person):
    """Claim it as it stands, not as it was read before the race."""
    return Customer.objects.get(pk=customer.pk).claim(by=person)


def in_scope(person, work):
    """One request of one person."""
    with tenancy.scope(person.organization, user=person, source="web"):
        return work()


def test_64_connections_and_1000_customers_leave_exactly_1000_claims(arena):
    """64,000 attempts; whoever came too late is kept, every time."""
    people = reps(arena, 64)
    pool(arena, people[0], 1000)

    def run(person):
        with signed_in("crm_app", autocommit=True) as line:
            line.execute(RUN.format(organization=arena.pk, rep=person.pk))

    at_once(partial(run, person) for person in people)

    with tenancy.scope(arena):
        assert Claim.objects.live().count() == Claim.objects.count() == 1000
        assert Claim.objects.values("customer").distinct().count() == 1000
        assert ContestedClaim.objects.count() == 64_000 - 1000
        astray = "SELECT count(*) FROM customers_customer c JOIN customers_claim k ON k.customer_id = c.id WHERE c.owner_id <> k.claimant_id"
        assert catalogue(astray) == [(0,)]
        entries = "SELECT count(*) FROM audit_entry WHERE table_name = 'customers_claim' AND op = 'I'"
        assert catalogue(entries) == [(1000,)]


def test_64_reps_at_the_same_doors_are_all_told(arena):
    """The same by our own doors: each attempt is a win or a kept loss, never an error."""
    people = reps(arena, 64)
    customers = pool(arena, people[0], 5)

    def run(person):
        mine = random.sample(customers, len(customers))
        return [in_scope(person, partial(claim_again, each, person)) for each in mine]

    told = [answer for answers in at_once(partial(run, person) for person in people) for answer in answers]

    with tenancy.scope(arena):
        assert {claim.pk for claim in told if claim} == set(Claim.objects.live().values_list("pk", flat=True))
        assert len([claim for claim in told if claim]) == 5
        assert ContestedClaim.objects.count() == 64 * 5 - 5
        for claim in Claim.objects.live().select_related("customer"):
            assert claim.customer.owner_id == claim.claimant_id


WRITINGS = [
    "苏州恒川医疗器械有限公司",
    "蘇州恆川醫療器械有限公司",
    " 苏州恒川 医疗器械有限公司 ",
    "苏州恒川医疗器械有限公司\u200b",
    "苏州　恒川医疗器械有限公司",
    "苏州恒川医疗器械有限公司。",
    "苏州恒川醫療器械有限公司",
    "\ufeff苏州恒川医疗器械有限公司",
]


def test_32_reps_register_one_company_in_many_writings_and_one_gets_it(arena):
    people = reps(arena, 32)

    def run(number):
        draft = Draft(WRITINGS[number % len(WRITINGS)])
        person = people[number]
        return in_scope(person, lambda: register([draft], by=person, way=ContestedClaim.Way.FORM, claimed=True))[0]

    answers = at_once(partial(run, number) for number in range(32))

    assert sorted(answer.state for answer in answers) == ["free"] + ["taken"] * 31
    with tenancy.scope(arena):
        customer = Customer.objects.get()
        assert Claim.objects.live().get().claimant_id == customer.owner_id
        assert ContestedClaim.objects.filter(customer=customer, way=ContestedClaim.Way.FORM).count() == 31


def test_one_credit_code_under_different_names_is_one_company(arena):
    people = reps(arena, 8)

    def run(number):
        draft = Draft(f"Name {number} Ltd", {"credit_code": "91110000600037341L"})
        person = people[number]
        return in_scope(person, lambda: register([draft], by=person, way=ContestedClaim.Way.FORM, claimed=True))[0]

    answers = at_once(partial(run, number) for number in range(8))

    assert sum(answer.is_won for answer in answers) == 1
    with tenancy.scope(arena):
        assert Customer.objects.count() == 1


def test_lists_with_the_same_companies_in_any_order_wait_for_each_other(arena):
    """No deadlock, no company twice."""
    people = reps(arena, 8)
    names = [f"Listed {number} Ltd" for number in range(60)]

    def run(person):
        drafts = [Draft(name) for name in random.sample(names, len(names))]
        return in_scope(person, lambda: register(drafts, by=person, way=ContestedClaim.Way.IMPORT, claimed=False))

    answers = [answer for found in at_once(partial(run, person) for person in people) for answer in found]

    assert sum(answer.is_won for answer in answers) == 60
    with tenancy.scope(arena):
        assert sorted(Customer.objects.values_list("name", flat=True)) == sorted(names)
        assert ContestedClaim.objects.count() == 7 * 60


def test_a_release_and_claims_at_the_same_moment_leave_one_owner_or_none(arena):
    """Whoever meets the release half done looks again: nobody gets an error for being quick."""
    wang, *others = reps(arena, 6)
    for customer in pool(arena, wang, 8):
        in_scope(wang, partial(customer.claim, by=wang))
        release = partial(in_scope, wang, partial(customer.release, by=wang, reason="over to you"))
        claims = [partial(in_scope, person, partial(claim_again, customer, person)) for person in others]

        won = [claim for claim in at_once([release, *claims])[1:] if claim]

        with tenancy.scope(arena):
            assert len(won) == Claim.objects.live().filter(customer=customer).count() <= 1
            assert Customer.objects.get(pk=customer.pk).owner_id == (won[0].claimant_id if won else None)


def test_of_two_releases_one_is_refused(arena):
    (wang, *_) = reps(arena, 1)
    (customer,) = pool(arena, wang, 1)
    in_scope(wang, partial(customer.claim, by=wang))

    def release():
        try:
            in_scope(wang, lambda: Customer.objects.get(pk=customer.pk).release(by=wang, reason="x"))
        except Refused:
            return "refused"
        return "released"

    assert sorted(at_once([release, release])) == ["refused", "released"]


def test_owners_follow_each_other_without_a_gap_or_an_overlap(arena):
    """R31. No two people responsible in the same period, over a customer's whole life."""
    people = reps(arena, 4)
    (customer,) = pool(arena, people[0], 1)
    for person in people * 3:
        in_scope(person, partial(customer.claim, by=person))
        in_scope(person, partial(customer.release, by=person, reason="next"))
    with tenancy.scope(arena):
        lives = list(Claim.objects.order_by("claimed_at").values_list("claimed_at", "released_at"))
    assert len(lives) == 12
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(lives))
