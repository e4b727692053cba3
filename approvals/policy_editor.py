"""The editor of a policy: what is typed, kept over every press of a button, and what it would say."""

import re

from django.db import IntegrityError, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from approvals.policies import MOST_LINES, Unsound, must_be_sound
from approvals.policy_changes import draft
from approvals.policy_forms import CONDITIONS, LEVELS, NEEDS, STEPS, LineSet, PolicyForm, line_as_typed, people_as_typed
from approvals.sealing import seal_of
from approvals.wording import policy_in_words

OF_A_LINE = re.compile(r"lines-(\d+)-(.+)")


class Editor:
    """The draft of a kind's next version, or the version in force as its beginning. `typed` is what was sent, if anything."""

    def __init__(self, standing, typed=None):
        self.standing, self.kind, self.typed = standing, standing.kind, typed
        begun = standing.draft.content if standing.draft else standing.content
        people = people_as_typed([begun])
        lines = [line_as_typed(line, people) for line in begun["lines"]]
        when = standing.draft.effective_from if standing.draft else None
        self.form = PolicyForm(typed, initial=begun | {"effective_from": when})
        self.lines = LineSet(typed, initial=lines, prefix="lines", form_kwargs={"kind": self.kind} | _room(begun))
        self.begun = begun

    @property
    def now_written(self) -> str:
        """What stands in the draft at this moment; the page carries what it showed, so that nobody writes over another."""
        if (there := self.standing.draft) is None:
            return ""
        return seal_of(content=there.content, effective_from=there.effective_from.isoformat())[:16]

    @property
    def seen(self):
        return self.typed.get("seen", "") if self.typed is not None else self.now_written

    @cached_property
    def is_valid(self) -> bool:
        """Every field, and the whole: what cannot be says why above the lines."""
        if not (self.form.is_valid() & self.lines.is_valid()):
            return False
        try:
            must_be_sound(self.content, self.kind)
        except Unsound as error:
            self.form.add_error(None, str(error))
            return False
        return True

    @property
    def content(self) -> dict:
        lines = [form.content for form in self.lines.forms]
        while len(lines) > 1 and not (lines[-1]["when"] or lines[-1]["steps"]):
            lines.pop()
        rest = self.form.cleaned_data
        return {"lines": lines} | {name: rest[name] for name in ("hours", "highest", "bulk", "confirm")}

    @property
    def words(self) -> list[str]:
        """What is typed, read aloud; nothing while it makes no sense."""
        if self.typed is None:
            return policy_in_words(self.begun, self.kind)
        return policy_in_words(self.content, self.kind) if self.is_valid else []

    @property
    def is_alone(self):
        """Its only line stays."""
        return len(self.lines.forms) == 1

    @property
    def may_grow(self):
        return len(self.lines.forms) < MOST_LINES

    def save(self, *, by) -> bool:
        """Was it written? Not when it makes no sense, nor over what somebody else wrote meanwhile."""
        if not self.is_valid:
            return False
        if self.seen == self.now_written and self._is_written(by):
            return True
        self.form.add_error(None, _("Somebody else wrote this draft meanwhile. What you typed is still here. Compare it with his in another window; saving again puts yours in its place."))  # fmt: skip
        self.typed = self.typed.copy()
        self.typed["seen"] = self.now_written
        return False

    def _is_written(self, by):
        try:
            with transaction.atomic():
                draft(self.kind, by=by, content=self.content, effective_from=self.form.cleaned_data["effective_from"])
            return True
        except IntegrityError:
            return False


def _room(content) -> dict:
    """As many fields and choices as the page offers, and more for a policy that has more."""
    steps = [step for line in content["lines"] for step in line["steps"]]
    return {
        "conditions": max([CONDITIONS, *(len(line["when"]) for line in content["lines"])]),
        "steps": max([STEPS, *(len(line["steps"]) for line in content["lines"])]),
        "levels": max([LEVELS, *(step.get("level", 0) for step in steps)]),
        "needs": max([NEEDS, *(step["need"] for step in steps if isinstance(step.get("need"), int))]),
    }


def with_a_line_more(typed):
    """What was typed, and an empty line at its end."""
    more = typed.copy()
    more["lines-TOTAL_FORMS"] = str(_count(typed) + 1)
    return more


def without_line(typed, gone: int):
    """What was typed but one line; those after it move up. The last one stays."""
    if not 0 <= gone < (count := _count(typed)) or count == 1:
        return typed
    less, moved = typed.copy(), {}
    for key in typed:
        if found := OF_A_LINE.fullmatch(key):
            less.pop(key, None)
            number = int(found[1])
            if number != gone:
                moved[f"lines-{number - (number > gone)}-{found[2]}"] = typed.getlist(key)
    for key, values in moved.items():
        less.setlist(key, values)
    less["lines-TOTAL_FORMS"] = str(count - 1)
    return less


def _count(typed) -> int:
    count = typed.get("lines-TOTAL_FORMS", "")
    return min(int(count), MOST_LINES) if re.fullmatch(r"\d{1,4}", count) else 1
