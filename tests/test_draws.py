"""Draws: several want one customer, one gets it, and anybody can check why (R40)."""

import hashlib
import hmac
import math
from collections import Counter
from functools import partial
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from django.db import IntegrityError, transaction

from accounts import tenancy
from accounts.models import Notice, Outbox
from accounts.outbox import perform
from audit.deeds import Refused
from audit.models import Entry
from customers.limits import NotClaimable
from customers.models import Claim, ContestedClaim, Customer, Draw, DrawEntry
from customers.pools import draws
from tests.databases import catalogue, sql
from tests.factories import UserFactory, customer_of, founding, pool_customer, rules
from tests.pools import Fair, cut
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fair():
    return Fair()


def by_hand(seed, customer, number, weight):
    """Drawn again without a line of the product: RFC 2104 from hashlib, the logarithm from the C library."""
    key = bytes(seed).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + f"{customer}|{number}".encode()).digest()
    digest = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()
    assert digest == hmac.digest(bytes(seed), f"{customer}|{number}".encode(), "sha256")
    u = ((int.from_bytes(digest[:8]) >> 12) + 0.5) / 2**52
    return -math.log(u) / weight


def test_one_wins_the_others_are_told_and_kept(fair):
    customer = fair.customer()
    fair.want(customer, fair.wang, fair.zhou, fair.li)
    fair.opens()
    fair.drawn(customer)
    with fair.of():
        claim = Claim.objects.get()
        assert (claim.way, fair.fresh(customer).owner_id) == ("draw", claim.claimant_id)
        assert Counter(fair.outcomes(customer).values()) == {"won": 1, "lost": 2}
        kept = ContestedClaim.objects.filter(way="draw")
        assert set(kept.values_list("claimant", flat=True)) == {fair.wang.pk, fair.zhou.pk, fair.li.pk} - {
            claim.claimant_id
        }
        told = dict(Notice.objects.values_list("person", "what"))
        assert told.pop(claim.claimant_id) == "customers.draw_won"
        assert set(told.values()) == {"customers.draw_lost"}


def test_who_wants_it_alone_gets_it_and_what_nobody_wants_is_free(fair):
    wanted, free = fair.customer(), fair.customer()
    fair.want(wanted, fair.wang)
    fair.opens()
    with fair.of(fair.li):
        assert fair.fresh(free).claim(by=fair.li)
        with pytest.raises(NotClaimable, match="drawn"):
            fair.fresh(wanted).claim(by=fair.li)
    fair.drawn(wanted)
    assert fair.fresh(wanted).owner_id == fair.wang.pk


def test_anybody_can_draw_again(fair):
    """The published page, recomputed by an independent reading: same values, same winner; the seed was committed to first."""
    customer = fair.customer()
    fair.want(customer, fair.wang, fair.zhou, fair.li, fair.chen)
    fair.opens()
    fair.drawn(customer)
    with fair.of():
        draw = Draw.objects.get(seed__isnull=False)
        assert hashlib.sha256(bytes(draw.seed)).digest() == bytes(draw.commitment)
        entries = list(DrawEntry.objects.select_related("person").order_by("ticket"))
        assert [entry.ticket for entry in entries] == [
            pytest.approx(by_hand(draw.seed, customer.pk, entry.number, entry.weight), rel=1e-12) for entry in entries
        ]
        assert [entry.outcome for entry in entries] == ["won", "lost", "lost", "lost"]
        committed = Entry.objects.filter(action="customers.prepare_draw", row_id=str(draw.pk)).get()
        first = Entry.objects.filter(action="customers.want").order_by("id").first()
        assert committed.id < first.id
        assert committed.after["commitment"] == "\\x" + bytes(draw.commitment).hex()


def test_the_odds_are_in_proportion_to_free_capacity(db):
    """Chi-square over 4,000 draws with fixed seeds: weights 1, 2, 3 and 4; the bound is the 99.9 % point of three degrees."""
    weights, won = (1, 2, 3, 4), Counter()
    customer, numbers = UUID(int=1), [UUID(int=100 + place) for place in range(4)]
    rows = catalogue(
        "SELECT n, (SELECT w.place FROM unnest(%s::uuid[], %s::integer[]) WITH ORDINALITY AS w (number, weight, place)"
        " ORDER BY customers_ticket(sha256(n::text::bytea), %s, w.number, w.weight) LIMIT 1) FROM generate_series(1, 4000) AS n",
        numbers, list(weights), customer,
    )  # fmt: skip
    for n, place in rows:
        won[place - 1] += 1
        if n <= 200:
            seed = hashlib.sha256(str(n).encode()).digest()
            values = [by_hand(seed, customer, number, weight) for number, weight in zip(numbers, weights, strict=True)]
            assert values.index(min(values)) == place - 1
    chi = sum((won[place] - 400 * weight) ** 2 / (400 * weight) for place, weight in enumerate(weights))
    assert chi < 16.27, won


def test_the_weight_is_the_free_capacity_and_stands_with_the_result(fair):
    with fair.of():
        for _ in range(3):
            customer_of(fair.wang)
    customer = fair.customer()
    fair.want(customer, fair.wang, fair.li)
    fair.opens()
    fair.drawn(customer)
    with fair.of():
        assert dict(DrawEntry.objects.values_list("person", "weight")) == {fair.wang.pk: 4997, fair.li.pk: 5000}


def test_a_winner_whom_the_rules_refuse_is_passed_over():
    """With the reason; when all are, it is free for whoever comes first."""
    fair = Fair(holding_limit=1)
    one, other = fair.customer(), fair.customer()
    with fair.of():
        customer_of(fair.wang)
    fair.want(one, fair.wang, fair.li)
    fair.want(other, fair.wang)
    fair.opens()
    fair.drawn(one)
    fair.drawn(other)
    with fair.of():
        passed = DrawEntry.objects.filter(outcome="passed_over")
        assert set(passed.values_list("person__name", "passed_over_for")) <= {("Wang", "holding_limit")}
        assert fair.fresh(one).owner_id == fair.li.pk
        assert fair.outcomes(other) == {"Wang": "passed_over"}
    with fair.of(fair.zhou):
        assert fair.fresh(other).claim(by=fair.zhou)


def test_the_cooldown_holds_for_the_draw_too():
    fair = Fair(cooldown_days=14)
    with fair.of(fair.wang):
        customer = customer_of(fair.wang)
        customer.release(by=fair.wang, reason="later again")
    fair.want(customer, fair.wang, fair.zhou, fair.li)
    fair.opens()
    fair.drawn(customer)
    assert fair.fresh(customer).owner_id == fair.li.pk
    assert fair.outcomes(customer)["Li"] == "won"


def test_the_day_counts_what_is_won():
    fair = Fair(daily_claims=1)
    one, other = fair.customer(), fair.customer()
    fair.want(one, fair.wang)
    fair.want(other, fair.wang)
    fair.opens()
    fair.drawn(one)
    fair.drawn(other)
    assert sorted((*fair.outcomes(one).values(), *fair.outcomes(other).values())) == ["passed_over", "won"]


def test_who_left_or_changed_his_duty_is_passed_over(fair):
    customer = fair.customer()
    fair.want(customer, fair.wang, fair.li)
    with fair.of():
        fair.wang.is_active = False
        fair.wang.save(update_fields=["is_active"])
    fair.opens()
    fair.drawn(customer)
    assert fair.outcomes(customer)["Li"] == "won"


# Entering


def test_entering_twice_is_once_and_coming_back_keeps_the_number(fair):
    customer = fair.customer()
    fair.want(customer, fair.wang)
    fair.want(customer, fair.wang)
    with fair.of(fair.wang):
        entry = DrawEntry.objects.get()
        draws.no_longer_wanted(fair.fresh(customer), by=fair.wang)
        assert DrawEntry.objects.get().withdrawn_at is not None
        draws.want(fair.fresh(customer), by=fair.wang)
        again = DrawEntry.objects.get()
        assert (again.number, again.withdrawn_at) == (entry.number, None)
        with pytest.raises(IntegrityError, match="entry_once"), transaction.atomic():
            enter(fair, customer, fair.wang)


def enter(fair, customer, person):
    """With SQL, as whoever is in scope."""
    sql(
        "INSERT INTO customers_drawentry (organization_id, draw_id, customer_id, person_id, pool_id, outcome, passed_over_for, ticket, weight)"
        " SELECT c.organization_id, d.id, c.id, %s, c.pool_id, 'won', '', 0, 9999 FROM customers_customer c"
        " JOIN customers_draw d ON d.organization_id = c.organization_id AND d.opens_at = c.available_at WHERE c.id = %s",
        person.pk, customer.pk,
    )  # fmt: skip


def refusal(work):
    def to_the_end():
        work()
        sql("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        to_the_end()
    return error.value.__cause__.diag.constraint_name


def test_nobody_enters_for_a_friend_or_too_late_or_with_a_value(fair):
    customer = fair.customer()
    with fair.of(fair.wang):
        assert refusal(partial(enter, fair, customer, fair.li)) == "entry_is_ones_own"
        enter(fair, customer, fair.wang)
        entry = DrawEntry.objects.get()
        assert (entry.outcome, entry.ticket, entry.weight) == ("", None, None)
    with fair.of():
        assert refusal(partial(enter, fair, customer, fair.li)) == "entry_is_ones_own", "nor does a job"
    with fair.of(fair.li):
        assert refusal(lambda: sql("UPDATE customers_drawentry SET withdrawn_at = now()")) == "entry_is_ones_own"
    fair.opens()
    with fair.of(fair.li):
        assert refusal(partial(enter, fair, customer, fair.li)) == "entry_open_already"
        with pytest.raises(draws.CannotEnter, match="open already"):
            draws.want(fair.fresh(customer), by=fair.li)
    with fair.of(fair.wang), pytest.raises(draws.CannotEnter, match="draw decides"):
        draws.no_longer_wanted(fair.fresh(customer), by=fair.wang)


def test_only_members_enter(fair):
    with founding(name="Members") as organization:
        rules(release_hours=24)
        draws.prepare()
        wang, li = (UserFactory(organization=organization) for _ in range(2))
        cut("Wang's", people=[wang], region=["Suzhou"])
        customer = pool_customer(wang, region="Suzhou")
    with tenancy.scope(organization, user=li):
        customer = Customer.objects.select_related("organization").get(pk=customer.pk)
        with pytest.raises(draws.CannotEnter, match="pool of other teams"):
            draws.want(customer, by=li)


def test_without_a_prepared_draw_nobody_enters():
    """The seed is committed to before the first can enter, never by whoever enters."""
    fair = Fair(release_hours=0)
    customer = fair.customer()
    with fair.of(fair.wang), pytest.raises(draws.CannotEnter, match="open already"):
        draws.want(fair.fresh(customer), by=fair.wang)
    with fair.of():
        assert not Draw.objects.exists()


def test_preparing_again_changes_nothing(fair):
    with fair.of():
        before = list(Draw.objects.order_by("opens_at").values_list("opens_at", "commitment"))
        draws.prepare()
        assert list(Draw.objects.order_by("opens_at").values_list("opens_at", "commitment")) == before
        assert 25 <= len(before) <= 27
        covered = {opens for opens, _commitment in before}
    customer = fair.customer()
    assert fair.fresh(customer).available_at in covered


# The seed


def test_the_seed_is_sealed_and_shown_once_as_committed(fair):
    """As crm_app there is ciphertext to read; another seed, another hour, another row, an early look: none of it stands."""
    with fair.of():
        draw = Draw.objects.order_by("opens_at").first()
        assert draw.seed is None
        other = Draw.objects.order_by("opens_at")[1]
        draw.sealed = other.sealed
        with pytest.raises(InvalidTag):
            fair.organization.unseal(Draw.lies_at(draw.pk), draw.sealed)
        with pytest.raises(Refused):
            Draw.objects.get(pk=other.pk).reveal(by=draws.CLOCK)
        for change in (
            "seed = 'x'", "commitment = sha256('x')", "opens_at = opens_at + interval '1 hour'", "sealed = 'x'", "revealed_at = now()",
        ):  # fmt: skip
            assert refusal(lambda change=change: sql(f"UPDATE customers_draw SET {change}")) == "draw_as_committed"
        late = "INSERT INTO customers_draw (organization_id, opens_at, commitment, sealed) VALUES (%s, now(), sha256('x'), '')"
        assert refusal(lambda: sql(late, fair.organization.pk)) == "draw_prepared_ahead"
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            sql("DELETE FROM customers_draw")
    fair.opens()
    with fair.of():
        draw = Draw.objects.get(pk=draw.pk)
        draw.reveal(by=draws.CLOCK)
        assert (
            refusal(lambda: sql("UPDATE customers_draw SET seed = 'x' WHERE id = %s", draw.pk)) == "draw_as_committed"
        )


def test_no_person_draws_or_reveals(fair):
    customer = fair.customer()
    fair.want(customer, fair.wang)
    fair.opens()
    with fair.of(fair.wang):
        with pytest.raises(Refused):
            fair.fresh(customer).draw(by=fair.wang)
        with pytest.raises(Refused):
            Draw.objects.first().reveal(by=fair.wang)


def test_a_result_is_the_databases_whoever_writes_it(fair):
    """Values, order and outcome come from the seed; a winner without his claim is no winner."""
    customer = fair.customer()
    fair.want(customer, fair.wang, fair.li)
    fair.opens()
    with fair.of():
        assert refusal(lambda: sql("UPDATE customers_drawentry SET outcome = 'won'")) == "entry_drawn_once"
        DrawEntry.objects.first().draw.reveal(by=draws.CLOCK)
        sql("UPDATE customers_drawentry SET ticket = 0.0001, weight = 99 WHERE person_id = %s", fair.li.pk)
        entry = DrawEntry.objects.select_related("draw").get(person=fair.li)
        assert entry.ticket == pytest.approx(by_hand(entry.draw.seed, customer.pk, entry.number, 5000), rel=1e-12)
        sql("UPDATE customers_drawentry SET ticket = 0 WHERE ticket IS NULL")
        last = DrawEntry.objects.order_by("-ticket").first()
        assert (
            refusal(lambda: sql("UPDATE customers_drawentry SET outcome = 'won' WHERE id = %s", last.pk))
            == "entry_in_order"
        )
        first = DrawEntry.objects.order_by("ticket").first()
        assert (
            refusal(lambda: sql("UPDATE customers_drawentry SET outcome = 'won' WHERE id = %s", first.pk))
            == "winner_has_it"
        )


# Jobs and races


def jobs_of(fair, task):
    with fair.of():
        return list(Outbox.objects.filter(task=task, done_at=None).values_list("pk", flat=True))


def test_the_job_waits_for_the_hour_and_is_done_once(fair):
    customer = fair.customer()
    fair.want(customer, fair.wang, fair.li)
    [opening] = jobs_of(fair, "customers.open_draw")
    with fair.of():
        assert Outbox.objects.get(pk=opening).due_at > fair.fresh(customer).available_at
    with pytest.raises(Refused):
        perform(opening, fair.organization.pk)
    fair.opens()
    assert perform(opening, fair.organization.pk)
    [drawing] = jobs_of(fair, "customers.draw")
    outcomes = at_once(partial(perform, drawing, fair.organization.pk) for _ in range(4))
    assert sorted(outcomes) == [False, False, False, True]
    with fair.of():
        assert Claim.objects.count() == 1


def test_a_job_that_is_killed_has_drawn_nothing_and_draws_the_same(fair, monkeypatch):
    customer = fair.customer()
    fair.want(customer, fair.wang, fair.zhou, fair.li)
    fair.opens()
    [opening] = jobs_of(fair, "customers.open_draw")
    perform(opening, fair.organization.pk)
    [drawing] = jobs_of(fair, "customers.draw")
    with monkeypatch.context() as broken:
        broken.setattr(draws, "_tell", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            perform(drawing, fair.organization.pk)
    with fair.of():
        assert not Claim.objects.exists()
        assert set(fair.outcomes(customer).values()) == {""}
        seed = bytes(Draw.objects.get(seed__isnull=False).seed)
        numbers = dict(DrawEntry.objects.values_list("person", "number"))
    perform(drawing, fair.organization.pk)
    values = {person: by_hand(seed, customer.pk, number, 5000) for person, number in numbers.items()}
    assert fair.fresh(customer).owner_id == min(values, key=lambda person: values[person])


@pytest.mark.race
def test_sixteen_claim_in_the_second_it_opens_while_it_is_drawn():
    """Between the opening and the draw nobody claims; afterwards there is one owner, and he entered."""
    with founding(name="Race") as organization:
        people = [UserFactory(name=f"Rep {number}", organization=organization) for number in range(16)]
        rules(release_hours=24)
        draws.prepare()
    race = Fair.__new__(Fair)
    race.organization, race.chen = organization, people[0]
    customer = race.customer()
    race.want(customer, *people[:3])
    race.opens()

    def claim(person):
        with race.of(person):
            try:
                return bool(race.fresh(customer).claim(by=person))
            except NotClaimable as refused:
                return refused.why

    def draw():
        race.drawn(customer)
        return "drawn here"

    answers = at_once([*(partial(claim, person) for person in people), draw])
    assert set(answers) <= {False, True, "drawn", "drawn here"}
    with race.of():
        winner = Claim.objects.get().claimant_id
        assert winner in {person.pk for person in people[:3]}
        assert Claim.objects.get().way == "draw"
        assert answers.count(True) <= 1, "only the winner is told that it is his"


@pytest.mark.race
def test_sixteen_enter_at_once_and_each_once():
    with founding(name="Race") as organization:
        people = [UserFactory(name=f"Rep {number}", organization=organization) for number in range(8)]
        rules(release_hours=24)
        draws.prepare()
    race = Fair.__new__(Fair)
    race.organization, race.chen = organization, people[0]
    customer = race.customer()
    at_once(partial(race.want, customer, person) for person in people * 2)
    with race.of():
        assert DrawEntry.objects.count() == 8
        assert Outbox.objects.filter(task="customers.open_draw").count() == 1


# Pages


def test_the_page_of_a_draw_names_nobody_and_is_for_who_was_in_it(fair, sign_in):
    customer = fair.customer()
    fair.want(customer, fair.wang, fair.li)
    with fair.of():
        address = f"/customers/{customer.pk}/draws/{DrawEntry.objects.first().draw_id}/"
    assert sign_in(fair.wang).get(address).status_code == 404, "as long as it is not over"
    fair.opens()
    fair.drawn(customer)
    with fair.of():
        seed = bytes(Draw.objects.get(seed__isnull=False).seed).hex()
        numbers = [str(number) for number in DrawEntry.objects.values_list("number", flat=True)]
    for person in (fair.wang, fair.shen):
        page = sign_in(person).get(address)
        assert page.status_code == 200
        assert all(word in page.text for word in [seed, *numbers])
        assert "Li" not in str(vars(page.context["rows"][0]["entry"]))
        assert ">Li<" not in page.text
    assert sign_in(fair.chen).get(address).status_code == 404


def test_wanting_and_withdrawing_by_page(fair, sign_in):
    customer = fair.customer()
    client = sign_in(fair.wang)
    page = client.get("/customers/pool/").text
    assert "I want it" in page
    assert "opens" in page
    assert ">Claim<" not in page
    assert client.post(f"/customers/{customer.pk}/want/", {"person": str(fair.li.pk)}).status_code == 302
    with fair.of():
        assert DrawEntry.objects.get().person_id == fair.wang.pk
    fair.want(customer, fair.li)
    page = client.get("/customers/pool/").text
    assert "Withdraw" in page
    assert "I want it" not in page
    client.post(f"/customers/{customer.pk}/want/withdraw/")
    assert "I want it" in client.get("/customers/pool/").text
    assert sign_in(fair.shen).post(f"/customers/{customer.pk}/want/").status_code == 403
