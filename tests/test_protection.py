"""Clock games gain nothing: the database against a simple model, with times that people choose and zones they sit in (R31, R40,
R51, R83)."""

import os
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import tenancy
from customers import recycling
from customers.models import Customer
from customers.transfers import ask_for_transfer
from tests.databases import superuser
from tests.factories import customer_of
from tests.protection_model import Chain, Contact, Hands, Version, in_force, protection
from tests.test_ownership import House, proven

pytestmark = pytest.mark.django_db(transaction=True)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
]
# Leap day, and the nights in which clocks are put forward or back.
TURNS = [datetime(2024, *day, hour, tzinfo=ZoneInfo("UTC")) for day in ((2, 28), (2, 29), (3, 10), (3, 31), (4, 6), (10, 27), (11, 3)) for hour in (0, 1, 6, 23)]  # fmt: skip
FIRST = datetime(2020, 1, 1, tzinfo=ZoneInfo("UTC"))
SECOND = timedelta(seconds=1)
thorough = settings(max_examples=int(os.environ.get("EXAMPLES", 60)), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip

zones = st.sampled_from(ZONES)
about_a_day = st.sampled_from([timedelta(days=1) + jolt * SECOND for jolt in (-3600, -1, 0, 1, 3600)])
short = st.one_of(st.integers(0, 3600 * 30).map(lambda number: number * SECOND), about_a_day)
long = st.integers(0, 150 * 24).map(lambda number: timedelta(hours=number))


@st.composite
def moments(draw, after=None):
    """A moment near a turn of the clock, or some time after another, told in anybody's zone."""
    moment = draw(st.sampled_from(TURNS)) + draw(short) if after is None else after + draw(st.one_of(short, long))
    return moment.astimezone(ZoneInfo(draw(zones)))


@st.composite
def versions(draw):
    """Rules that go to and fro, some of them for a second, two of them at the same moment."""
    told = [Version(FIRST, *draw(terms()))]
    moment = draw(st.sampled_from(TURNS)) - 100 * timedelta(days=1)
    for _ in range(draw(st.integers(0, 6))):
        moment += draw(st.one_of(st.just(timedelta(0)), st.just(SECOND), short, long))
        told.append(Version(moment, *draw(terms())))
    return told


@st.composite
def terms(draw):
    protects = draw(st.integers(1, 120))
    limit = st.one_of(st.none(), st.integers(1, 200))
    return protects, min(protects * 24, draw(st.sampled_from([0, 24, 72]))), draw(limit), draw(limit)


@st.composite
def contacts(draw, around):
    """Told in time or late, back-dated or ahead of the clock, with an artefact of this day or another, at once or long after."""
    # In UTC: taken from a local time, a difference skips an hour when clocks are put forward, and is in the future.
    recorded = draw(moments(after=around - timedelta(days=2))).astimezone(UTC)
    occurred = recorded - draw(st.one_of(short, long)) + draw(st.sampled_from([timedelta(0), timedelta(minutes=5)]))
    if draw(st.integers(0, 4)) == 0:
        return Contact(occurred, recorded)
    happened = occurred + draw(st.sampled_from([1, -1])) * draw(short)
    return Contact(occurred, recorded, happened, recorded + draw(st.one_of(short, long)))


@st.composite
def chains(draw):
    """One to three times from the pool and back, each through one to three pairs of hands; the last may go on."""
    told, moment = [], draw(moments()).astimezone(UTC)
    for _ in range(draw(st.integers(1, 3))):
        hands = []
        for _ in range(draw(st.integers(1, 3))):
            following = moment + SECOND + draw(st.one_of(short, long))
            hands.append(Hands(moment, following))
            moment = following
        told.append(Chain(hands, way=draw(st.sampled_from(["created", "pool", "draw", "assigned"]))))
        moment += draw(st.one_of(short, long)) + SECOND
    if draw(st.booleans()):
        told[-1].hands[-1].released = None
    return told


@st.composite
def lives(draw):
    """Everything that happens to one company, and a zone for the session that asks."""
    rules, told = draw(versions()), draw(chains())
    for chain in told:
        _deals(draw, chain, in_force(rules, chain.began))
    heard = [draw(contacts(draw(st.sampled_from(told)).began)) for _ in range(draw(st.integers(0, 6)))]
    return rules, told, heard, draw(zones)


def _deals(draw, chain, rules):
    """An opportunity or a deal, if at all, before it was too late: afterwards the customer was in the pool."""
    for name, limit in (("opportunity_at", rules.opportunity), ("won_at", rules.won)):
        if draw(st.booleans()):
            setattr(chain, name, chain.began + draw(st.integers(0, 24 * (limit or 200))) * timedelta(hours=1))


class Line:
    """The database, with rows of any moment: past the triggers, in a transaction that is never committed."""

    def __init__(self, cursor, house, zone):
        self.cursor, self.house = cursor, house
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT set_config('TimeZone', %s, true), set_config('app.organization_id', %s, true)", [zone, str(house.organization.pk)])  # fmt: skip
        cursor.execute("DELETE FROM customers_ownershiprules WHERE organization_id = %s", [house.organization.pk])
        cursor.execute("DELETE FROM customers_claim WHERE organization_id = %s", [house.organization.pk])

    def write(self, table, **values):
        values |= {"id": uuid4(), "organization_id": self.house.organization.pk}
        marks = ", ".join(["%s"] * len(values))
        self.cursor.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))
        return values["id"]

    def rules(self, versions):
        """Their keys, in the order in which they were written."""
        return [
            self.write("customers_ownershiprules", number=number, effective_from=each.begins, written_at=each.begins,
                       protection_days=each.protection, hold_hours=each.hold_hours, opportunity_days=each.opportunity, won_days=each.won)
            for number, each in enumerate(versions, 1)
        ]  # fmt: skip

    def contact(self, contact):
        pk = self.write("customers_followup", customer_id=self.house.customer, author_id=self.house.wang.pk, kind="call", content="x", needs="", intention="",
                        occurred_at=contact.occurred, recorded_at=contact.recorded)  # fmt: skip
        if contact.gathered:
            self.write("customers_evidence", customer_id=self.house.customer, follow_up_id=pk, kind="mail", digest=uuid4().bytes,
                       happened_at=contact.happened, gathered_at=contact.gathered)  # fmt: skip

    def chain(self, chain, versions, keys):
        """A claim for each pair of hands, as the triggers write them."""
        rules = in_force(versions, chain.began)
        held = rules.hold_hours and chain.way != "assigned"
        told = []
        for number, hands in enumerate(chain.hands):
            told.append(self.write(
                "customers_claim", customer_id=self.house.customer, claimant_id=self.house.wang.pk, claimed_at=hands.began,
                rules_id=keys[max(i for i, each in enumerate(versions) if each == rules)], way="passed" if number else chain.way,
                chain_began_at=chain.began, base_until=chain.began + timedelta(days=rules.protection),
                held_until=chain.began + timedelta(hours=rules.hold_hours) if held else None,
                opportunity_at=chain.opportunity_at, won_at=chain.won_at, protected_until=chain.began,
                released_at=hands.released, release_reason="", ended_as="" if hands.released is None else "released",
            ))  # fmt: skip
        return told

    def live(self, versions, chains, contacts):
        """Write it all down; [(chain, hands, key of the claim)]."""
        keys = self.rules(versions)
        for contact in contacts:
            self.contact(contact)
        return [
            (chain, hands, pk)
            for chain in chains
            for hands, pk in zip(chain.hands, self.chain(chain, versions, keys), strict=True)
        ]

    def ends(self, upto):
        """{claim: when it ends}, event by event, as a replay reads it."""
        self.cursor.execute("SELECT claim, ends FROM customers_protection_under(%s, NULL, %s, %s)",
                            [self.house.organization.pk, FIRST, upto])  # fmt: skip
        return dict(self.cursor.fetchall())

    def ends_of_last(self, rows):
        return self.ends(NOW)[rows[-1][2]]

    def protection(self, claim):
        """What the database says when evidence comes or a customer changes hands."""
        self.cursor.execute("SELECT customers_protection(c) FROM customers_claim c WHERE c.id = %s", [claim])
        return self.cursor.fetchone()[0]

    def confirm(self, claim, at):
        self.cursor.execute("UPDATE customers_claim SET confirmed_at = %s WHERE id = %s", [at, claim])


NOW = datetime(2030, 1, 1, tzinfo=ZoneInfo("UTC"))


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """One company, and a line on which everything is taken back."""
    with django_db_blocker.unblock():
        house = House()
        with house.of(house.wang):
            house.customer = customer_of(house.wang).pk
        with superuser() as house.line:
            yield house


@contextmanager
def written(house, zone):
    try:
        with house.line.cursor() as cursor:
            yield Line(cursor, house, zone)
    finally:
        house.line.rollback()


def seen_until(hands):
    return hands.released or NOW


@thorough
@given(lives())
def test_the_database_and_the_model_agree(house, life):
    """For every pair of hands, with everything that came while he had it, in time or too late."""
    versions, chains, contacts, zone = life
    with written(house, zone) as line:
        rows = line.live(versions, chains, contacts)
        ends = line.ends(NOW)
        for chain, hands, claim in rows:
            told = protection(chain, versions, contacts, seen_until=seen_until(hands))
            assert ends[claim] == told.ends
        if seen_until(hands) == NOW and not told.too_late:
            line.confirm(claim, told.confirmed)
            assert line.protection(claim) == told.ends


def games(versions, chains, contacts):
    """What somebody might try: each with the life it makes of an honest one."""
    contacts = [each.plain for each in contacts]
    last, recorded = chains[-1], [each.recorded for each in contacts]
    end = protection(last, versions, contacts, seen_until=NOW).ends
    talk = Contact(end - SECOND, end - SECOND)
    yield "typed", versions, chains, [*contacts, talk]
    yield (
        "back-dated",
        versions,
        chains,
        [*contacts, Contact(end - timedelta(days=3), end - SECOND, end - SECOND, end - SECOND)],
    )
    yield (
        "another day's mail",
        versions,
        chains,
        [*contacts, replace(talk, happened=end - timedelta(days=2), gathered=end - SECOND)],
    )
    yield "too late", versions, chains, [*contacts, Contact(end, end + SECOND, end, end + SECOND)]
    yield "through a friend", versions, [*chains[:-1], replace(last, hands=_passed(last, end))], contacts
    for moment in (last.began + SECOND, end - SECOND):
        if all(abs(moment - each) > 2 * SECOND for each in [*recorded, *(chain.began for chain in chains)]):
            toggled = [*versions, Version(moment, 3650), replace(in_force(versions, moment), begins=moment + SECOND)]
            yield "toggled", sorted(toggled, key=lambda each: each.begins), chains, contacts


def _passed(chain, end):
    """The last hands give it to a friend a second before the end, who has it from then on."""
    last = chain.hands[-1]
    moment = max(last.began + SECOND, end - SECOND)
    return [*chain.hands[:-1], Hands(last.began, moment), Hands(moment, last.released)]


@thorough
@given(lives(), zones)
def test_clock_games_gain_nothing(house, life, other_zone):
    """Each game beside the honest life, in another session's zone: the claim ends when it did, and never later."""
    versions, chains, contacts, zone = life
    chains[-1].hands[-1].released = None
    with written(house, zone) as line:
        honest = line.ends_of_last(line.live(versions, chains, contacts))
    for name, rules, hands, heard in games(versions, chains, contacts):
        with written(house, other_zone) as line:
            assert line.ends_of_last(line.live(rules, hands, heard)) <= honest, name


@thorough
@given(lives())
def test_nobody_gets_more_than_artefacts_and_rules_gave_him(house, life):
    """An upper bound that knows nothing of typed times: from the beginning, or from an artefact, so many days as the rules gave."""
    versions, chains, contacts, zone = life
    with written(house, zone) as line:
        rows = line.live(versions, chains, contacts)
        ends = line.ends(NOW)
    for chain, _hands, claim in rows:
        rules = in_force(versions, chain.began)
        shown = [each.happened + timedelta(days=in_force(versions, each.recorded).protection) for each in (told.plain for told in contacts) if each.gathered]  # fmt: skip
        assert ends[claim] <= max([chain.began + timedelta(days=rules.protection), *shown])


def test_evidence_that_came_when_it_was_over_brings_nothing_to_whom_it_is_passed_either():
    """R40. Between the end and the job nobody buys time by passing the customer on to a friend."""
    house = House(protection_days=30)
    with house.of(house.wang):
        customer = customer_of(house.wang)
        approval = ask_for_transfer(customer, by=house.wang, to=house.zhou, reason="he knows them")
    house.passes(days=31)
    with house.of(house.wang):
        proven(customer, house.wang)
    with house.of(house.mei):
        approval.approve(by=house.mei, seal=approval.seal)
        passed = Customer.objects.get(pk=customer.pk)
        assert passed.owner == house.zhou
        assert passed.protected_until < tenancy.now()
    with house.of():
        assert len(recycling.recycled(10)) == 1
