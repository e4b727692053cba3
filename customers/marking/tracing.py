"""Whose list is this? A list that was found is compared with every list that left: its order, its canaries, its rows."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from customers.formulas import restored
from customers.importing.mapping import words
from customers.importing.reading import rows_of
from customers.marking import order, watermark
from customers.marking.canaries import company_of, text_of
from customers.marking.recognising import recognised
from customers.models import CanaryHit, Export, ExportedRow
from customers.names import normalised

SURE = 1e-6  # at most so likely by chance
LIKELY = 1e-3
LEAST_IN_COMMON = 2
MOST_ANSWERS = 5
PROBED, COMPARED = 300, 1000  # rows


@dataclass
class FoundList:
    """What somebody has found: rows of cells, and the column with the names of companies."""

    rows: list[list[str]]
    organization: Organization
    names_at: int = -1
    says: set[str] = field(default_factory=set)  # numbers of exports that it names itself, which anybody can write

    @classmethod
    def read(cls, content, organization):
        """Raises Unreadable. Headings are not asked for: whoever passes a list on may have cut them off."""
        rows = [[restored(cell).strip() for cell in cells] for _line, cells in rows_of(content)[0]]
        found = cls([row for row in rows if not watermark.is_line(row[0])], organization)
        found.says = {number for row in rows for cell in row for number in watermark.NUMBER.findall(cell)}
        found.names_at = found._column_of_names()
        return found

    def _column_of_names(self):
        """The column in which the most companies stand that ever left."""
        probe = [(column, cell) for row in self.rows[:PROBED] for column, cell in enumerate(row) if cell]
        digests = {cell: company_of(cell, self.organization.digest) for _column, cell in probe}
        met = ExportedRow.objects.filter(digest__among=set(digests.values()))
        known = {bytes(each) for each in met.values_list("digest", flat=True).distinct()}
        hits = Counter(column for column, cell in probe if digests[cell] in known)
        return hits.most_common(1)[0][0] if hits else -1

    @cached_property
    def named(self) -> list[list[str]]:
        """The rows that name a company, headings left out."""
        named = [row for row in self.rows if len(row) > self.names_at >= 0 and row[self.names_at]]
        return named[1:] if named and normalised(named[0][self.names_at]) in words() else named

    @cached_property
    def companies(self) -> dict[bytes, list[str]]:
        """{digest of the company: its row} of as many as are compared."""
        compared = self.named[:COMPARED]
        return {company_of(row[self.names_at], self.organization.digest): row for row in compared}


class Verdict(models.TextChoices):
    LIST = "list", _("It is this list")
    PERSON = "person", _("It is a list of this person")
    LIKELY = "likely", _("It is probably this list")
    OPEN = "open", _("It cannot be told apart")


class Seen(NamedTuple):
    """A canary record in the found list: how it was known, and whether it was in one list only."""

    mark: CanaryHit.Mark
    is_only_here: bool


@dataclass
class Answer:
    """One list that left, and what speaks for it."""

    export: Export
    total: int
    rows: int = 0
    same: int = 0
    ordered: tuple[int, int] = (0, 0)
    chance: float = 1.0
    canaries: list = field(default_factory=list)
    is_named: bool = False

    @property
    def is_sure(self):
        return self.chance < SURE or any(canary.is_only_here for canary in self.sure_canaries)

    @property
    def is_likely(self):
        return self.is_ordered or bool(self.canaries)

    @property
    def sure_canaries(self):
        return [canary for canary in self.canaries if canary.mark != CanaryHit.Mark.NAME]

    @property
    def verdict(self) -> "Verdict":
        if self.is_sure:
            return Verdict.LIST
        if self.sure_canaries:
            return Verdict.PERSON
        return Verdict.LIKELY if self.is_likely else Verdict.OPEN

    @property
    def tone(self) -> str:
        return {Verdict.LIST: "yes", Verdict.PERSON: "yes", Verdict.LIKELY: "review"}.get(self.verdict, "idle")

    @property
    def is_ordered(self):
        return self.chance < LIKELY

    @property
    def one_in(self) -> int:
        """One in how many lists stands in this order by chance; no more than anybody can imagine."""
        return int(min(1e12, 1 / max(self.chance, 1e-12)))

    @property
    def weight(self):
        return (
            self.is_sure,
            len(self.sure_canaries),
            -self.chance,
            len(self.canaries),
            self.same,
            self.rows,
            self.is_named,
        )


def whose(found: FoundList, *, by) -> list[Answer]:
    """The lists it may be, the most likely first."""
    answers = _sharing(found)
    _ask_the_order(found, answers)
    _ask_the_canaries(found, answers, by)
    for answer in answers.values():
        answer.is_named = answer.export.number in found.says
    likely = [answer for answer in answers.values() if answer.is_likely or answer.rows >= LEAST_IN_COMMON]
    return sorted(likely, key=lambda answer: answer.weight, reverse=True)[:MOST_ANSWERS]


def _sharing(found) -> dict:
    """{export's id: answer} for every list that has a company of the found one, with the rows that are the same."""
    rows, same = Counter(), Counter()
    texts = {company: text_of(row, found.organization.digest) for company, row in found.companies.items()}
    held = ExportedRow.objects.filter(digest__among=found.companies).values_list("export_id", "digest", "text_digest")
    for export, company, text in held.iterator():
        rows[export] += 1
        same[export] += bytes(text) == texts[bytes(company)]
    exports = Export.objects.select_related("requested_by", "organization").in_bulk(rows)
    total = len(found.companies)
    return {pk: Answer(exports[pk], total, rows[pk], same[pk]) for pk in exports}


def _ask_the_order(found, answers):
    """Of what a list and the found one have in common, how much stands in the order of that list."""
    ways = order.arrangements(list(found.companies.values()), found.names_at)
    digests = {
        name: company_of(name, found.organization.digest) for groups in ways for group in groups for name in group
    }
    common = _in_common(set(digests.values()))
    asked = max(1, Export.objects.exclude(file=None).count()) * max(1, len(ways))
    for answer in answers.values():
        shared, key = common[answer.export.pk], order.key_of(answer.export)
        ranks = {name: order.rank(key, name) for name, digest in digests.items() if digest in shared}
        for groups in ways:
            left = [[name for name in group if name in ranks] for group in groups]
            standing = order.kept(left, ranks)
            chance = order.chances(tuple(sorted(map(len, left))))[standing] * asked
            if chance < answer.chance:
                answer.chance, answer.ordered = chance, (standing, len(ranks))


def _in_common(digests) -> dict:
    """{export's id: which of these companies it holds}."""
    held = defaultdict(set)
    for export, digest in ExportedRow.objects.filter(digest__among=digests).values_list("export_id", "digest"):
        held[export].add(bytes(digest))
    return held


def _ask_the_canaries(found, answers, by):
    """Which lists of theirs it may be. What is in one's own lists nobody is told, or he could look for them there."""
    names = [row[found.names_at] for row in found.named]
    cells = [cell for row in found.rows for cell in row if cell]
    for canary, mark in recognised(names, cells, found.organization).items():
        if canary.person_id == by.pk:
            continue
        plantings = list(canary.plantings.select_related("export__requested_by", "export__organization"))
        for export in (planting.export for planting in plantings):
            answer = answers.setdefault(export.pk, Answer(export, len(found.companies)))
            answer.canaries.append(Seen(mark, is_only_here=len(plantings) == 1))
