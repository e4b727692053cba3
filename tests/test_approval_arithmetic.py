"""The arithmetic of policies, against a reference written without any care for elegance (R11, R12)."""

import json
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Progress, User
from approvals.asking import ask
from approvals.kinds import Kind, Measure, Rolling
from approvals.models import Approval
from approvals.policies import must_be_sound, wanted
from customers.models import Export
from tests.approved import lead
from tests.databases import catalogue
from tests.factories import TeamFactory, UserFactory
from tests.kinds import installed


def examples(number):
    """Within one test and its fixtures, however long one takes on a busy machine."""
    return settings(max_examples=number, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Measured(Kind):
    """What random policies set limits to; nobody asks for it."""

    name = "tests.measured"
    measures = {"discount": Measure("discount"), "amount": Measure("amount"), "margin": Measure("margin", rises=False)}


# A limit is hit exactly more often than chance would have it.
numbers = st.one_of(
    st.integers(-3, 8).map(str),
    st.decimals(-10, 10, places=2, allow_nan=False).map(str),
    st.sampled_from(["9999999999999999", "0.000001", "-0", "5.0", "5.00"]),
)


@st.composite
def conditions(draw):
    name = draw(st.sampled_from(sorted(Measured.measures)))
    return {"measure": name, "is": draw(st.sampled_from(Measured.measures[name].limits)), "limit": draw(numbers)}


managers = st.builds(lambda turn, level: {"turn": turn, "who": "manager", "level": level}, st.integers(1, 4), st.integers(1, 4))  # fmt: skip
roles = st.builds(
    lambda turn, role, need: {"turn": turn, "who": "role", "role": role, "need": need},
    st.integers(1, 4), st.sampled_from(User.Role.values), st.integers(1, 3),
)  # fmt: skip
lines = st.fixed_dictionaries(
    {
        "when": st.lists(conditions(), max_size=3),
        "steps": st.lists(st.one_of(managers, managers, roles), min_size=1, max_size=4),
    }
)
policies = st.fixed_dictionaries(
    {
        "lines": st.lists(lines, min_size=1, max_size=6), "hours": st.just(24), "highest": st.booleans(),
        "bulk": st.just(False), "confirm": st.just(False),
    }
)  # fmt: skip
measured = st.dictionaries(st.sampled_from(sorted(Measured.measures)), numbers)


def reference(content, measures):
    """{(line, place)}: the policy read aloud, word for word."""
    asked = set()
    for line_number in range(len(content["lines"])):
        line = content["lines"][line_number]
        every_condition_holds = True
        for condition in line["when"]:
            if condition["measure"] not in measures:
                continue
            number, limit = Decimal(measures[condition["measure"]]), Decimal(condition["limit"])
            if condition["is"] == ">" and not number > limit:
                every_condition_holds = False
            if condition["is"] == ">=" and not number >= limit:
                every_condition_holds = False
            if condition["is"] == "<" and not number < limit:
                every_condition_holds = False
            if condition["is"] == "<=" and not number <= limit:
                every_condition_holds = False
        if every_condition_holds:
            for place in range(len(line["steps"])):
                asked.add((line_number + 1, place + 1))
    if content["highest"]:
        levels = [spec_at(content, at)["level"] for at in asked if spec_at(content, at)["who"] == "manager"]
        for at in list(asked):
            if spec_at(content, at)["who"] == "manager" and spec_at(content, at)["level"] < max(levels):
                asked.remove(at)
    return asked


def spec_at(content, at):
    return content["lines"][at[0] - 1]["steps"][at[1] - 1]


def in_python(content, measures):
    return {(step.line, step.place) for step in wanted(content, measures)}


def in_the_database(content, measures):
    rows = catalogue("SELECT line, place FROM approvals_asked_for(%s, %s)", json.dumps(content), json.dumps(measures))
    return set(rows)


@examples(400)
@given(content=policies, measures=measured)
def test_three_readings_of_a_policy_agree(db, content, measures):
    must_be_sound(content, Measured())

    assert in_python(content, measures) == reference(content, measures) == in_the_database(content, measures)


@examples(200)
@given(content=policies, measures=measured)
def test_steps_come_in_the_order_of_their_turns(content, measures):
    turns = [step.turn for step in wanted(content, measures)]

    assert turns == sorted(turns)


@examples(400)
@given(content=policies, measures=measured, name=st.sampled_from(sorted(Measured.measures)), more=st.integers(0, 20))
def test_what_gets_worse_never_needs_less(content, measures, name, more):
    """Every step is still asked for, or a higher manager decides in place of a lower one. A number that vanishes, too."""
    worse = dict(measures)
    if worse.pop(name, None) is not None and more:
        worse[name] = str(Decimal(measures[name]) + (more if Measured.measures[name].rises else -more))

    before, after = wanted(content, measures), wanted(content, worse)

    highest = max((step.level for step in after), default=0)
    for step in before:
        assert step in after or (content["highest"] and 0 < step.level < highest)


# Sums that roll


class Sums(Kind):
    """Amounts add up; a later request on the same subject counts beside the earlier one."""

    name = "tests.every_amount"
    label = "Amount"
    subject = "customers.Export"
    measures = {"amount": Measure("amount")}
    rolling = Rolling("amount", 30, "within 30 days", once=False)
    policy = {
        "lines": [
            {"when": [{"measure": "amount_30_days", "is": ">", "limit": "10"}], "steps": [{"turn": 1, "who": "manager", "level": 1}]},
            {"when": [{"measure": "amount_30_days", "is": ">", "limit": "20"}], "steps": [{"turn": 1, "who": "manager", "level": 2}]},
        ],
        "hours": 24, "highest": True, "bulk": False, "confirm": False,
    }  # fmt: skip

    def measure(self, subject, asked):
        return {"amount": asked["amount"]}

    def group(self, subject, asked):
        return "all in one"

    def title(self, approval):
        return self.name

    def lines(self, approval):
        return []

    def take_effect(self, approval, *, by):
        pass


class AtOnce(Sums):
    """A later one takes the place of the earlier, and is carried out by the decision."""

    name = "tests.at_once"
    rolling = Rolling("amount", 30, "within 30 days")


class Later(AtOnce):
    """A later one takes the place of the earlier; each is carried out when somebody does it."""

    name = "tests.later"
    carried_out_at_once = False


KINDS = {kind.name: kind for kind in (Sums, AtOnce, Later)}
LEVELS = ((20, 2), (10, 1))  # over so much, so high


@pytest.fixture(scope="module")
def _kinds(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), installed(*KINDS.values()):
        yield


@pytest.fixture
def house(_kinds, wang, mei, east, zhao, qian):
    """Wang below Mei below a head of sales; three subjects."""
    head = UserFactory(name="Head", organization=wang.organization, role=User.Role.MANAGER)
    lead(east, mei, by=zhao, decided_by=qian, parent=TeamFactory(name="Sales", manager=head))
    progress = Progress.objects.create(started_by=wang)
    return [Export.objects.create(purpose=str(n), requested_by=wang, progress=progress) for n in range(3)]


@dataclass
class Row:
    """What the reference remembers of a request."""

    number: int
    subject: int
    amount: int
    state: str
    carried_out: int = 0  # when, in steps of the sequence; 0 for not


def counts(rows, subject, name):
    """What a subject adds to the sum, read off the rows without asking the database."""
    standing = [row for row in rows if row.subject == subject and row.state in ("pending", "approved")]
    if name == Sums.name:
        return sum(row.amount for row in standing)
    done = [row for row in standing if row.carried_out]
    last_done = [max(done, key=lambda row: row.carried_out)] if done else []
    return max((row.amount for row in standing if not row.carried_out or row in last_done), default=0)


def level_of(total):
    return next((level for limit, level in LEVELS if total > limit), 0)


asks = st.tuples(st.just("ask"), st.integers(0, 2), st.integers(-5, 22))
others = st.tuples(
    st.sampled_from(["approve", "approve", "reject", "return", "withdraw", "carry out"]), st.integers(0, 2)
)
sequences = st.lists(st.one_of(asks, others), min_size=3, max_size=10)


class Story:
    """One sequence, told to the product and to the reference at once."""

    def __init__(self, kind, subjects, wang):
        self.kind, self.subjects, self.wang = kind, subjects, wang
        self.rows, self.approvals, self.sums = [], [], []

    def ask(self, step, subject, amount):
        if self._pending(subject) is not None:
            return
        own = max(amount, 0)
        total = own + sum(
            counts(self.rows, each, self.kind.name)
            for each in range(3)
            if each != subject or not self.kind.rolling.once
        )
        approval = ask(self.kind.name, self.subjects[subject], by=self.wang, reason="x", amount=amount)
        assert Decimal(approval.measures["amount_30_days"]) == total
        assert [each.spec["level"] for each in approval.steps.all()] == [level_of(total)][: level_of(total)]
        done = approval.state == "approved" and self.kind.carried_out_at_once
        self.rows.append(Row(len(self.rows), subject, own, approval.state, step if done else 0))
        self.approvals.append(approval)
        self.sums.append(total)

    def decide(self, step, act, subject):
        number = self._pending(subject)
        if number is None:
            return
        approval, row = self.approvals[number], self.rows[number]
        if act == "withdraw":
            approval.withdraw(by=self.wang)
        else:
            person = approval.approvers.live().get().person
            deed = {"approve": approval.approve, "reject": approval.reject, "return": approval.send_back}[act]
            deed(by=person, seal=approval.seal, reason="x")
        row.state = Approval.objects.get(pk=approval.pk).state
        row.carried_out = step if row.state == "approved" and self.kind.carried_out_at_once else 0

    def carry_out(self, step, subject):
        waiting = [
            row for row in self.rows if row.subject == subject and row.state == "approved" and not row.carried_out
        ]
        if waiting:
            self.approvals[waiting[0].number].carry_out(by=self.wang)
            waiting[0].carried_out = step

    def _pending(self, subject):
        return next((row.number for row in self.rows if row.subject == subject and row.state == "pending"), None)

    def nothing_slipped_through(self):
        """What stands approved was seen, as a sum, by the manager whom that sum needs."""
        approved = [row for row in self.rows if row.state == "approved"]
        standing = sum(counts(approved, subject, self.kind.name) for subject in range(3))
        assert level_of(standing) <= max((level_of(self.sums[row.number]) for row in approved), default=0)


@examples(25)
@example(story=[("ask", 0, 9), ("ask", 0, 1), ("ask", 1, 9), ("withdraw", 0)], name="tests.at_once")
@example(story=[("ask", 0, 9), ("ask", 0, 1), ("ask", 1, 9), ("withdraw", 0)], name="tests.later")
@example(story=[("ask", 0, 9), ("ask", 1, -5), ("ask", 2, 6)], name="tests.every_amount")
@given(story=sequences, name=st.sampled_from(sorted(KINDS)))
def test_no_sequence_gets_a_sum_past_the_manager_it_needs(house, wang, story, name):
    with transaction.atomic():
        told = Story(KINDS[name], house, wang)
        for step, (act, *rest) in enumerate(story, 1):
            if act == "ask":
                told.ask(step, *rest)
            elif act == "carry out":
                told.carry_out(step, *rest)
            else:
                told.decide(step, act, *rest)
            told.nothing_slipped_through()
        transaction.set_rollback(True)
