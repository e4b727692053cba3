"""What an import says: each answer with its number of lines and what happens next, and each line with its reasons."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.importing.rows import Checker
from customers.models import Import, ImportRow
from customers.models.staging import LIKE

Outcome, State = ImportRow.Outcome, Import.State

BEFORE = {
    Outcome.NEW: gettext_lazy("written to the public pool when you confirm"),
    Outcome.REVIEW: gettext_lazy("written when you confirm, marked for review"),
    Outcome.TAKEN: gettext_lazy("not written: they have an owner"),
    Outcome.IN_POOL: gettext_lazy("not written: they are in the public pool already"),
    Outcome.IN_DISPUTE: gettext_lazy("not written: it is being decided whose they are"),
    Outcome.UNDER_REVIEW: gettext_lazy("not written: they are there and under review"),
    Outcome.REPEATED: gettext_lazy("not written: an earlier line has the company"),
    Outcome.INVALID: gettext_lazy("not written: correct them and upload them again"),
}
AFTER = BEFORE | {
    Outcome.NEW: gettext_lazy("written, in the public pool"),
    Outcome.REVIEW: gettext_lazy("written, in the public pool, marked for review"),
    Outcome.REMOVED: gettext_lazy("removed again"),
    Outcome.KEPT: gettext_lazy("kept: somebody claimed, contacted or changed them since"),
}
# Drawn with the glyph of a state that means the same.
DRAWN_AS = {Outcome.UNDER_REVIEW: "review", Outcome.KEPT: "yes"}


@dataclass
class Answer:
    """One line of the result: how many, and what happens next."""

    outcome: ImportRow.Outcome
    label: str
    count: int
    next: str

    @property
    def drawn_as(self):
        return DRAWN_AS.get(self.outcome, self.outcome.value)

    @property
    def can_be_corrected(self):
        return self.outcome in (Outcome.INVALID, Outcome.REPEATED)


def answers(batch) -> list[Answer]:
    """The answers there are, in the order of the table above."""
    speech = AFTER if batch.state in (State.WRITTEN, State.UNDOING, State.UNDONE) else BEFORE
    found = [(outcome, batch.counts.get(outcome, 0)) for outcome in AFTER]
    return [
        Answer(outcome, str(outcome.label), count, str(speech.get(outcome, ""))) for outcome, count in found if count
    ]


def chosen(batch, asked) -> str:
    """The answer whose lines are shown: what was asked for, or what needs a person first."""
    there = [answer.outcome for answer in answers(batch)]
    if asked in there:
        return asked
    first = (Outcome.KEPT, Outcome.INVALID, Outcome.REPEATED, Outcome.REVIEW)
    return next((outcome for outcome in first if outcome in there), there[0] if there else "")


@dataclass
class Told:
    """A line of the file with the name it gives and what there is to say about it."""

    line: int
    name: str
    reasons: list[tuple[str, str]]


def told(batch, rows) -> list[Told]:
    """The lines as the reader should see them; sentences are made here, in his language."""
    checker = Checker(batch)
    return [Told(row.line, checker.name(row), list(reasons(row, checker))) for row in rows]


def reasons(row, checker):
    """(column or nothing, sentence)."""
    if row.outcome == Outcome.INVALID:
        yield from checker.problems(row)
    elif row.outcome == Outcome.REPEATED and row.likeness == LIKE:
        yield "", _("Repeats line %(line)d: the same company, written otherwise.") % {"line": row.like_line}
    elif row.outcome == Outcome.REPEATED:
        likeness = {"line": row.like_line, "likeness": row.likeness_label}
        yield "", _("Repeats line %(line)d: the same %(likeness)s.") % likeness
    elif row.outcome == Outcome.REVIEW and row.like_line:
        yield "", _("Resembles line %(line)d. A person decides.") % {"line": row.like_line}
    elif row.outcome == Outcome.REVIEW:
        yield "", _("Resembles a company that is there already. A person decides.")
    if row.overtaken:
        yield "", _("Somebody else was faster between trial and writing. Your attempt is kept.")
