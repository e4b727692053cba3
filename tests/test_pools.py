"""Several pools: what comes into which, who claims from it, what it shows, and who may change that (R40, R46, R61)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts import tenancy
from accounts.models import Outbox
from accounts.outbox import perform
from approvals.models import Approval
from customers.limits import NotClaimable
from customers.models import Claim, Customer, Pool, PoolMember
from customers.pools.changes import asked_of_pool, new_pool
from customers.pools.sorting import FIRST, sorted_after
from tests.approved import approved
from tests.databases import sql
from tests.factories import OrganizationFactory, TeamFactory, UserFactory, customer_of, founding, pool_customer, rules
from tests.pools import cut

committed = pytest.mark.django_db(transaction=True)


def pool_of(customer):
    return Customer.objects.select_related("pool").get(pk=customer.pk).pool


@pytest.fixture
def east_pool(acme, east):
    return cut("East", teams=[east], region=["Suzhou", "上海"], hidden=["source"])


def refused(statement, *values):
    """The constraint that refuses this statement."""

    def to_the_end():
        sql(statement, *values)
        sql("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        to_the_end()
    return error.value.__cause__.diag.constraint_name


def test_a_customer_waits_in_the_first_pool_that_it_fits(east_pool, wang):
    """R46. By its own columns; what fits none waits in the rest, which is always there."""
    both = cut("Optics in Suzhou", place=0, region=["suzhou"], industry=["Optics"])
    assert pool_of(pool_customer(wang, region="Suzhou")) == east_pool
    assert pool_of(pool_customer(wang, region="上海")) == east_pool
    assert pool_of(pool_customer(wang, region="SUZHOU", industry="optics")) == both
    assert pool_of(pool_customer(wang, region="Chengdu")).is_rest
    assert pool_of(customer_of(wang)) is None


def test_it_is_sorted_again_each_time_it_comes_back(east_pool, wang):
    customer = customer_of(wang, region="Chengdu")
    customer.edit(by=wang, region="Suzhou")
    customer.release(by=wang, reason="not ours")
    assert pool_of(customer) == east_pool


def test_only_members_claim_from_a_pool(east_pool, wang, mei, li):
    """R40. A team and who leads it; a pool without members is everybody's."""
    wanted = pool_customer(wang, region="Suzhou")
    with pytest.raises(NotClaimable, match="not_a_member") as error:
        wanted.claim(by=li)
    assert "pool of other teams" in error.value.sentence
    assert wanted.claim(by=mei)
    assert pool_customer(wang).claim(by=li)


def test_mistake_2_client_chooses_the_pool_and_the_claimant(east_pool, wang, li, sign_in):
    """Pool and claimant are in the request of other CRMs. Ours reads neither."""
    wanted = pool_customer(wang, region="Suzhou")
    rest = Pool.objects.get(is_rest=True)
    sent = {
        "pool": str(rest.pk),
        "pool_id": str(rest.pk),
        "poolId": str(rest.pk),
        "claimant": str(wang.pk),
        "owner": str(wang.pk),
    }
    sign_in(li).post(f"/customers/{wanted.pk}/claim/?pool={rest.pk}", sent)
    assert pool_of(wanted) == east_pool
    assert not Claim.objects.exists()


def test_mistake_2_the_pick_rule_comes_from_the_requests_pool(east_pool, acme, li, wang, sign_in):
    """Member of two pools, one names the laxer in other CRMs. Ours asks the customer where it is, and the tab only shows."""
    lax = cut("Everybody's", place=2, industry=["Optics"])
    wanted = pool_customer(wang, region="Suzhou", industry="Optics")
    assert pool_of(wanted) == east_pool
    page = sign_in(li).get(f"/customers/pool/?pool={east_pool.pk}")
    assert page.context["shown"] == lax
    assert wanted.name not in page.text
    sign_in(li).post(f"/customers/{wanted.pk}/claim/", {"pool": str(lax.pk)})
    assert not Claim.objects.exists()


def test_mistake_1_claim_without_lock_in_sql(east_pool, wang, li):
    """The owner set past the claim, for oneself or for a friend: the database asks for the claim, which asks the pool."""
    wanted = pool_customer(wang, region="Suzhou")
    with tenancy.inside(li.organization_id, user=li):
        taken = "UPDATE customers_customer SET owner_id = %s, protected_until = now() + interval '1 day', pooled_at = NULL WHERE id = %s"
        assert refused(taken, li.pk, wanted.pk) == "customers_owner_is_claimant"
        assert refused(taken, wang.pk, wanted.pk) == "customers_owner_is_claimant"
        claim = "INSERT INTO customers_claim (organization_id, customer_id, claimant_id, way, release_reason) VALUES (%s, %s, %s, %s, '')"
        assert refused(claim, li.organization_id, wanted.pk, li.pk, "draw") == "claim_not_a_member"
        assert refused(claim, li.organization_id, wanted.pk, wang.pk, "pool") == "claim_as_approved", (
            "in a friend's name"
        )
    with tenancy.inside(li.organization_id):
        assert refused(claim, li.organization_id, wanted.pk, wang.pk, "draw") == "claim_as_drawn", (
            "as if it had been drawn"
        )


def test_where_it_waits_and_when_it_opens_is_nobodys_to_write(acme, east, wang, li):
    """Neither pool, nor opening, nor arrival: what somebody writes there does not stand."""
    rules(release_hours=24)
    cut("East", teams=[east], region=["Suzhou"])
    wanted = pool_customer(wang, region="Suzhou")
    before = Customer.objects.get(pk=wanted.pk)
    rest = Pool.objects.get(is_rest=True)
    with tenancy.inside(acme, user=li):
        sql("UPDATE customers_customer SET pool_id = %s, available_at = now(), pooled_at = now() - interval '9 days' WHERE id = %s", rest.pk, wanted.pk)  # fmt: skip
        sql("UPDATE customers_customer SET region = 'Chengdu' WHERE id = %s", wanted.pk)
        sql("UPDATE customers_customer SET pool_id = %s WHERE id = %s", rest.pk, wanted.pk)
    after = Customer.objects.get(pk=wanted.pk)
    assert (after.pool_id, after.available_at, after.pooled_at) == (
        before.pool_id,
        before.available_at,
        before.pooled_at,
    )


def test_it_opens_at_a_full_hour_within_the_delay_and_not_before(acme, wang, li):
    """R40. Random batches: several hours, each full; nobody claims earlier, by page or by SQL."""
    rules(release_hours=24)
    customers = [pool_customer(wang) for _ in range(40)]
    opens = list(Customer.objects.in_pool().values_list("available_at", flat=True))
    now = tenancy.now()
    assert all(moment.minute == moment.second == moment.microsecond == 0 for moment in opens)
    assert all(now < moment <= now + timedelta(hours=25) for moment in opens)
    assert 8 < len(set(opens)) <= 25
    with pytest.raises(NotClaimable, match="not_open_yet"):
        customers[0].claim(by=li)
    with tenancy.inside(acme, user=li):
        sql("SELECT setseed(0.5)")
        claim = "INSERT INTO customers_claim (organization_id, customer_id, claimant_id, way, release_reason) VALUES (%s, %s, %s, 'pool', '')"
        assert refused(claim, acme.pk, customers[0].pk, li.pk) == "claim_not_open_yet"


def test_hours_are_full_by_the_organisations_clock(db):
    """Time zones gain nothing: in Kolkata an hour begins at half past of Greenwich's."""
    with transaction.atomic():
        organization = OrganizationFactory(time_zone="Asia/Kolkata")
        with tenancy.scope(organization):
            rules(release_hours=5)
            pool_customer(UserFactory(organization=organization))
            assert Customer.objects.get().available_at.minute == 30


def test_releasing_and_taking_again_rolls_no_dice_anew(acme, wang):
    """In one transaction, past the claim, in the hope of an earlier hour: the database asks for the claim first."""
    rules(release_hours=24)
    wanted = pool_customer(wang)
    with tenancy.inside(acme, user=wang):
        out = "UPDATE customers_customer SET owner_id = %s, protected_until = now(), pooled_at = NULL WHERE id = %s"
        assert refused(out, wang.pk, wanted.pk) == "customers_owner_is_claimant"


def test_how_long_it_was_open_stands_on_the_claim(acme, wang, li):
    """Sniping is written down: seconds between opening and claim, by the database's clock."""
    customer = customer_of(wang)
    customer.release(by=wang, reason="no")
    Customer.objects.get(pk=customer.pk).claim(by=li)
    claims = Claim.objects.order_by("claimed_at")
    assert [claim.seconds_open is None for claim in claims] == [True, False]
    assert 0 <= claims[1].seconds_open < 60
    assert refused("UPDATE customers_claim SET seconds_open = 99999 WHERE released_at IS NULL") == "claim_clock"


# What a pool shows


def test_hidden_columns_are_neither_shown_nor_searched(acme, wang, li, sign_in):
    """R46. A masked name is found by no fragment of it, a hidden industry by no filter."""
    cut("Masked", region=["Suzhou"], hidden=["name", "industry"])
    rest = cut("Open", place=2, region=["Chengdu"])
    pool_customer(
        wang,
        "Zhuoran Mirrorworks Ltd",
        region="Suzhou",
        industry="Optics",
        other_name="Sirius",
        website="sirius.example",
    )
    page = sign_in(li).get("/customers/pool/")
    assert "Z***" in page.text
    for secret in ("Zhuoran", "Optics", "Sirius", "sirius"):
        assert secret not in page.text
    assert "Z***" in sign_in(li).get("/customers/pool/?q=nowhere").text, "there is no search to narrow it"
    assert "Z***" in sign_in(li).get("/customers/pool/?industry=Robots").text
    assert "Z***" not in sign_in(li).get("/customers/pool/?region=Chengdu").text
    pool_customer(wang, "Open Mirrorworks Ltd", region="Chengdu", industry="Optics")
    assert "Open Mirrorworks" in sign_in(li).get(f"/customers/pool/?pool={rest.pk}&q=mirrorworks").text
    assert "Open Mirrorworks" not in sign_in(li).get(f"/customers/pool/?pool={rest.pk}&industry=Robots").text


def test_tabs_are_the_pools_one_is_a_member_of(east_pool, wang, li, sign_in):
    assert [pool.shown_name for pool in sign_in(wang).get("/customers/pool/").context["pools"]] == [
        "East",
        "Everything else",
    ]
    assert [pool.shown_name for pool in sign_in(li).get("/customers/pool/").context["pools"]] == ["Everything else"]


@pytest.mark.parametrize("asked", ["x", str(uuid4()), "1' OR 1=1"])
def test_a_tab_that_is_not_there_shows_the_first(asked, east_pool, wang, sign_in):
    assert sign_in(wang).get("/customers/pool/", {"pool": asked}).context["shown"] == east_pool


def test_who_is_in_no_pool_is_told_so(acme, east, wang, li, sign_in):
    for pool in Pool.objects.all():
        PoolMember.objects.create(pool=pool, team=east)
    assert "You are in no pool" in sign_in(li).get("/customers/pool/").text


def test_the_line_above_says_what_is_left(acme, wang, li, sign_in):
    rules(daily_claims=5, holding_limit=9, hold_hours=72, holds_at_once=3)
    pool_customer(wang).claim(by=li)
    page = sign_in(li).get("/customers/pool/").text
    for words in ("Claims left today: 4 of 5", "You hold 1 of 9 customers", "Provisional holds: 1 of 3"):
        assert words in page


# Who changes them


@pytest.fixture
def committed_house():
    """Founded and committed: from here on pools change with four eyes only."""
    with founding(name="Pools") as organization:
        people = {
            name: UserFactory(name=name.title(), organization=organization, role=role, is_owner=name == "qian")
            for name, role in {"zhao": "administrator", "qian": "administrator", "sun": "security", "wang": "rep", "mei": "manager"}.items()
        }  # fmt: skip
        people["east"] = TeamFactory(name="East", manager=people["mei"])
    return organization, people


def form_of(**changed):
    return {"name": "East", "place": "1", "only_region": "Suzhou\n上海，南京", "reason": "East works East"} | changed


@committed
def test_a_pool_comes_by_two_people(committed_house, sign_in):
    """R61. Asked for by an administrator, decided by somebody else; then what waits is sorted anew."""
    organization, people = committed_house
    with tenancy.scope(organization):
        suzhou, chengdu = (pool_customer(people["wang"], region=region) for region in ("Suzhou", "Chengdu"))
    client = sign_in(people["zhao"])
    answer = client.post("/customers/pools/new/", form_of(teams=[str(people["east"].pk)], hidden=["name"]))
    assert answer.status_code == 302, answer.text[:3000]
    with tenancy.scope(organization, user=people["sun"]):
        request = Approval.objects.get(kind="customers.pool")
        assert not Pool.objects.filter(is_rest=False).exists()
        request.approve(by=people["sun"], seal=request.seal)
        pool = Pool.objects.get(is_rest=False)
        assert (pool.conditions, pool.hidden) == ({"region": ["Suzhou", "上海", "南京"]}, ["name"])
        assert pool.members.get().team == people["east"]
        job = Outbox.objects.get(task="customers.sort_pools")
    assert perform(job.pk, organization.pk)
    with tenancy.scope(organization):
        assert (pool_of(suzhou), pool_of(chengdu).is_rest) == (pool, True)


@committed
def test_nobody_cuts_pools_alone(committed_house, sign_in):
    """R61. Not by page, not by SQL as crm_app, whatever role: pools decide who gets what."""
    organization, people = committed_house
    for name in ("wang", "mei", "sun"):
        assert sign_in(people[name]).post("/customers/pools/new/", form_of()).status_code == 403
        assert sign_in(people[name]).get("/customers/pools/").status_code == 200
    for name in ("wang", "mei", "zhao", "sun"):
        with tenancy.scope(organization, user=people[name], source="test"):
            pool = Pool.objects.get(is_rest=True)
            for statement, values in (
                ("UPDATE customers_pool SET hidden = '[\"name\"]'", ()),
                ("UPDATE customers_pool SET archived_at = now()", ()),
                ("INSERT INTO customers_pool (organization_id, name, place, is_rest, conditions, hidden) VALUES (%s, 'x', 0, false, '{}', '[]')", [organization.pk]),
                ("INSERT INTO customers_poolmember (organization_id, pool_id, person_id) VALUES (%s, %s, %s)", [organization.pk, pool.pk, people[name].pk]),
            ):  # fmt: skip
                assert refused(statement, *values) == "pool_as_approved"


@committed
def test_the_approved_copy_is_what_comes(committed_house, sign_in):
    """Members change with the pool, and leave with it; an archived one takes nothing in, the rest cannot be archived."""
    organization, people = committed_house
    with tenancy.scope(organization, user=people["zhao"], source="test"):
        pool = new_pool()
        content = {"name": "East", "place": 1, "conditions": {"region": ["Suzhou"]}, "hidden": [], "archived": False}
        asked = asked_of_pool(pool, content, teams=[people["east"]], people=[people["wang"]])
        approved("customers.pool", pool, by=people["zhao"], decided_by=people["sun"], **asked)
        pool = Pool.objects.get(pk=pool.pk)
        asked = asked_of_pool(pool, content | {"archived": True}, teams=[], people=[people["wang"]])
        approved("customers.pool", pool, by=people["zhao"], decided_by=people["sun"], **asked)
        assert list(pool.members.values_list("person", "team")) == [(people["wang"].pk, None)]
        assert pool_of(pool_customer(people["wang"], region="Suzhou")).is_rest
    page = sign_in(people["zhao"])
    with tenancy.scope(organization):
        rest = Pool.objects.get(is_rest=True)
    answer = page.post(f"/customers/pools/{rest.pk}/change/", {"archived": "on", "reason": "x"})
    assert answer.status_code == 422
    assert "as it was" in answer.text


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("name", ""),
        ("place", "0"),
        ("place", "x"),
        ("only_region", "=cmd()"),
        ("teams", "1"),
        ("hidden", "owner"),
        ("reason", ""),
    ],
)
def test_bad_input_names_the_field_and_loses_nothing(field, sent, acme, east, zhao, sun, sign_in):
    answer = sign_in(zhao).post("/customers/pools/new/", form_of(**{field: sent}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "East works East" in answer.text or field == "reason"


@pytest.mark.parametrize("size", [1, 3, 100])
def test_sorting_goes_in_slices_and_misses_nothing(size, acme, wang):
    customers = [pool_customer(wang, region="Suzhou" if number % 2 else "Chengdu") for number in range(7)]
    east = cut("East", region=["Suzhou"])
    last, moved = FIRST, 0
    while last:
        last, times = sorted_after(last, size)
        moved += times
    assert moved == 3
    assert {pool_of(customer) == east for customer in customers[1::2]} == {True}


def test_what_opens_later_is_not_sorted_into_another_hour(acme, wang):
    rules(release_hours=24)
    customer = pool_customer(wang, region="Suzhou")
    before = Customer.objects.get(pk=customer.pk).available_at
    east = cut("East", region=["Suzhou"])
    sorted_after(FIRST)
    assert (pool_of(customer), Customer.objects.get(pk=customer.pk).available_at) == (east, before)
