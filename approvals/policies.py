"""What a policy asks for: every line whose conditions all hold adds its steps.

Lines only add, and a limit points only the way in which a measure gets worse: a sum that grows meets more lines, never
fewer, and a higher manager may only take the place of a lower one. The same words are judged again by the database (`approvals_asked_for`) when a request is approved.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User

OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": lambda measured, limit: measured > limit,
    ">=": lambda measured, limit: measured >= limit,
    "<": lambda measured, limit: measured < limit,
    "<=": lambda measured, limit: measured <= limit,
}
MOST_LINES, MOST_STEPS, MOST_PEOPLE, MOST_HOURS = 20, 9, 50, 24 * 30
# One writing that Python and the database read alike: Python would also take "１０", "1_0" and "1E999".
NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Wanted:
    """A step that a line asks for, by its place: the line's number and the step's number within it, both from 1."""

    line: int
    place: int
    spec: dict

    @property
    def turn(self):
        return self.spec["turn"]

    @property
    def level(self):
        """How many managers up; 0 for a step that no manager's place decides."""
        return self.spec["level"] if self.spec["who"] == "manager" else 0


def wanted(content: dict, measures: dict) -> list[Wanted]:
    """The steps that a request with these measures needs, in order of their turns."""
    return steps_of(content, applying(content, measures))


def applying(content, measures) -> set[int]:
    """Numbers of the lines whose conditions all hold."""
    return {number for number, line in enumerate(content["lines"], 1) if applies(line, measures)}


def steps_of(content, numbers: Collection[int]) -> list[Wanted]:
    """What these lines ask for together; a lower manager in whose place a higher one decides is left out."""
    steps = asked_for(content, numbers)
    if content["highest"]:
        highest = max((step.level for step in steps), default=0)
        steps = [step for step in steps if step.level in (0, highest)]
    return sorted(steps, key=lambda step: (step.turn, step.line, step.place))


def asked_for(content, numbers) -> list[Wanted]:
    """Every step of these lines, those included that a higher manager decides in place of a lower one."""
    return [
        Wanted(number, place, spec)
        for number, line in enumerate(content["lines"], 1)
        if number in numbers
        for place, spec in enumerate(line["steps"], 1)
    ]


def wants_password(content, measures) -> bool:
    """Does somebody who comes by a mail link confirm with the password? For all requests, or above the limits of a line."""
    applying_lines = (line for line in content["lines"] if applies(line, measures))
    return content["confirm"] or any(line.get("confirm", False) for line in applying_lines)


def applies(line, measures) -> bool:
    return all(holds(condition, measures) for condition in line["when"])


def holds(condition, measures) -> bool:
    """A measure that is missing counts as over every limit: what is not known is asked about."""
    measured = measures.get(condition["measure"])
    if measured is None:
        return True
    return OPERATORS[condition["is"]](Decimal(str(measured)), Decimal(str(condition["limit"])))


class Unsound(ValueError):
    """A policy that cannot be: carries the sentence for whoever wrote it."""


def must_be_sound(content: dict, kind):
    """Raises Unsound with a sentence that names the line; silent otherwise."""
    lines = content["lines"]
    if not 1 <= len(lines) <= MOST_LINES:
        raise Unsound(_("A policy has from 1 to %(most)s lines.") % {"most": MOST_LINES})
    if not 1 <= content["hours"] <= MOST_HOURS:
        raise Unsound(_("A decision has from 1 hour to 30 days."))
    for number, line in enumerate(lines, 1):
        if not 1 <= len(line["steps"]) <= MOST_STEPS:
            raise Unsound(_("Line %(line)s names nobody who decides.") % {"line": number})
        for condition in line["when"]:
            _must_be_measured(number, condition, kind)
        for step in line["steps"]:
            _must_have_somebody(number, step)


def _must_be_measured(number, condition, kind):
    measure = kind.all_measures.get(condition["measure"])
    if measure is None or condition["is"] not in measure.limits:
        raise Unsound(_("Line %(line)s sets a limit to something that is not measured.") % {"line": number})
    if not NUMBER.fullmatch(str(condition["limit"])):
        raise Unsound(_("The limit in line %(line)s is no number.") % {"line": number})


def _must_have_somebody(number, step):
    people = step.get("people", [])
    sound = {
        "manager": 1 <= step.get("level", 0) <= MOST_STEPS,
        "role": step.get("role") in User.Role.values and 1 <= step.get("need", 0) <= MOST_PEOPLE,
        "people": 0 < len(set(people)) <= MOST_PEOPLE
        and (step.get("need") == "all" or 1 <= step.get("need", 0) <= len(set(people))),
    }
    if not (1 <= step["turn"] <= MOST_STEPS and sound.get(step["who"], False)):
        raise Unsound(_("A step in line %(line)s can be decided by nobody.") % {"line": number})
