"""What a policy would have asked for: the requests of the last days, as they were measured, read under other words.

The database reads the conditions of every line of both policies for every request and answers in one number, a bit for
each line that applies. What these lines ask for is then worked out once for each number that occurs.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property, reduce
from operator import add, or_

from django.db.models import BigIntegerField, Case, Count, DecimalField, Func, Q, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from accounts import tenancy
from accounts.paging import cut
from approvals.models import Approval
from approvals.policies import steps_of
from approvals.wording import amount, names_in, steps_in_words

DAYS = 90
FAILS = {">": LessThanOrEqual, ">=": LessThan, "<": GreaterThanOrEqual, "<=": GreaterThan}


class Numeric(Func):
    """A measure as the exact number it was written as; a column's type would round it."""

    template = "(%(expressions)s)::numeric"
    output_field = DecimalField()


def applying_lines(contents):
    """One number for each request: bit n is set when line n of all these policies applies. A measure that is missing fails
    no condition, as `approvals.policies.holds` has it."""
    lines = [line for content in contents for line in content["lines"]]
    bits = [_bit(1 << place, line["when"]) for place, line in enumerate(lines)]
    return reduce(add, bits)


def _bit(value, conditions):
    if not conditions:
        return Value(value, BigIntegerField())
    fails = reduce(or_, [Q(_fails(condition)) for condition in conditions])
    return Case(When(fails, then=Value(0)), default=Value(value), output_field=BigIntegerField())


def _fails(condition):
    measured = Numeric(KeyTextTransform(condition["measure"], "measures"))
    return FAILS[condition["is"]](measured, Value(Decimal(condition["limit"])))


@dataclass(frozen=True)
class Asked:
    """One set of steps, in words, and how many requests each policy asks it of."""

    steps: str
    before: int
    after: int


class Rehearsal:
    """The requests of a kind in the last 90 days under two policies: the one in force and another."""

    def __init__(self, kind, before, after):
        self.kind, self.before, self.after = kind, before, after
        self.names = names_in(before, after)

    @cached_property
    def requests(self):
        since = tenancy.now() - timedelta(days=DAYS)
        rows = Approval.objects.filter(kind=self.kind.name, opened_at__gte=since)
        return rows.annotate(applying=applying_lines([self.before, self.after]))

    @cached_property
    def counts(self) -> dict[int, int]:
        """{lines that apply: requests}."""
        return dict(self.requests.order_by().values_list("applying").annotate(number=Count("pk")))

    @cached_property
    def readings(self) -> dict[int, tuple]:
        """{lines that apply: (steps under the one, steps under the other)}."""
        return {
            bits: (self._steps(bits, self.before, 0), self._steps(bits, self.after, self._first))
            for bits in self.counts
        }

    @property
    def _first(self):
        return len(self.before["lines"])

    def _steps(self, bits, content, first):
        numbers = {number for number in range(1, len(content["lines"]) + 1) if bits >> (first + number - 1) & 1}
        return tuple(_canonical(step.spec) for step in steps_of(content, numbers))

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def differing(self):
        """How many requests would have been asked something else."""
        return sum(self.counts[bits] for bits in self._that_differ)

    @property
    def _that_differ(self):
        return [bits for bits, (before, after) in self.readings.items() if before != after]

    @property
    def outcomes(self) -> list[Asked]:
        """Nobody first, then each set of steps that either policy asks for."""
        before, after = Counter(), Counter()
        for bits, (one, other) in self.readings.items():
            before[one] += self.counts[bits]
            after[other] += self.counts[bits]
        every = sorted({(), *before, *after}, key=lambda steps: (len(steps), str(steps)))
        return [Asked(self.read(steps), before[steps], after[steps]) for steps in every]

    def fetch(self, cursor, order, count):
        """A page of the requests whose steps would differ, for `Keyset.page`. Their keys first: to sort whole rows, each with
        all that was asked, costs three times as much."""
        found = self.requests.filter(applying__in=self._that_differ)
        keys = list(cut(found, cursor, order, count).values_list("pk", flat=True))
        return self.requests.filter(pk__in=keys).select_related("requested_by").order_by(*order)

    def told(self, approval) -> dict:
        """What was measured, and the steps under both policies, in words."""
        before, after = self.readings[approval.applying]
        measures = self.kind.all_measures
        written = [(each.label, amount(approval.measures[name], each)) for name, each in measures.items() if name in approval.measures]  # fmt: skip
        return {"measures": written, "before": self.read(before), "after": self.read(after)}

    def read(self, steps):
        return steps_in_words([dict(step) for step in steps], self.names)


def _canonical(spec):
    """A step as something that can be compared and counted."""
    return tuple(
        sorted((key, tuple(sorted(value)) if isinstance(value, list) else value) for key, value in spec.items())
    )
