"""How cases end: by reason, by month, and how long they take. Counted, without a name."""

from dataclasses import dataclass, field
from statistics import median

from django.db.models import Exists, OuterRef
from django.utils import timezone

from customers.models import CollisionCase, Verdict

MOST = 5000
MONTHS = 12


@dataclass
class Row:
    """One reason or one month."""

    label: str
    number: int
    days: list = field(default_factory=list)
    total: int = 0

    @property
    def median_days(self):
        return round(median(self.days), 1) if self.days else None

    @property
    def percent(self) -> int:
        return round(100 * self.number / self.total) if self.total else 0


@dataclass
class Figures:
    """All cases of a reader, and what became of them."""

    opened: int
    open: int
    dismissed: int
    appealed: int
    changed: int
    by_reason: list
    by_month: list
    median_days: float | None


def figures_for(reader) -> Figures:
    """Of all cases this person may see. Two queries."""
    cases = list(CollisionCase.objects.visible_to(reader).order_by("-pk")[:MOST])
    verdicts = list(_verdicts(reader))
    days = {case.pk: (case.decided_at - case.opened_at).total_seconds() / 86400 for case in cases if case.decided_at}
    firsts = [each for each in verdicts if not each.for_appeal]
    first_of = {each.case_id: each for each in firsts}
    lasts = [each for each in verdicts if each.for_appeal]
    return Figures(
        opened=len(cases), open=sum(case.is_open for case in cases),
        dismissed=sum(case.state == CollisionCase.State.DISMISSED for case in cases),
        appealed=sum(case.appealed_at is not None for case in cases),
        changed=sum(each.outcome != first_of[each.case_id].outcome for each in lasts if each.case_id in first_of),
        by_reason=_by_reason(firsts, days), by_month=_by_month(cases, days),
        median_days=round(median(days.values()), 1) if days else None,
    )  # fmt: skip


def _verdicts(reader):
    seen = CollisionCase.objects.visible_to(reader).filter(pk=OuterRef("case")).order_by()
    return Verdict.objects.filter(Exists(seen)).order_by("-pk")[:MOST]


def _by_reason(verdicts, days) -> list[Row]:
    rows = {code: Row(str(label), 0, total=len(verdicts)) for code, label in Verdict.Reason.choices}
    for each in verdicts:
        row = rows[each.reason]
        row.number += 1
        if each.case_id in days:
            row.days.append(days[each.case_id])
    return list(rows.values())


def _by_month(cases, days) -> list[Row]:
    """The last months in which cases were opened, the newest first."""
    rows: dict = {}
    for case in cases:
        month = timezone.localtime(case.opened_at).strftime("%Y-%m")
        row = rows.setdefault(month, Row(month, 0))
        row.number += 1
        if case.pk in days:
            row.days.append(days[case.pk])
    most = max((row.number for row in rows.values()), default=0)
    for row in rows.values():
        row.total = most
    return sorted(rows.values(), key=lambda row: row.label, reverse=True)[:MONTHS]
