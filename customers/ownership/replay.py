"""The last 90 days under other rules: asked for, worked out in one read of the database by a worker, and read from what it kept.

What counts is in `customers/sql/replays.sql`; here it is asked for and put in order for people.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.models import Progress, Team, User
from accounts.outbox import enqueue, job
from accounts.rules import rule
from approvals.models import Approval
from audit.deeds import allow, stamped
from customers.models import Customer, Replay

REFUSALS = {
    "taken": _("would still have been somebody else's"),
    "daily_claims": _("daily claim limit"),
    "holding_limit": _("holding limit"),
    "holds_at_once": _("holds without evidence at once"),
    "lapses": _("lapsed holds"),
    "cooldown": _("cooldown"),
}
EFFECTS = {
    "earlier": _("recycled earlier"),
    "lapsed": _("lapsed without evidence"),
    "later": _("recycled later or not at all"),
    "refused": _("claim refused"),
    "shorter": _("protected shorter now"),
    "longer": _("protected longer now"),
}
MOST = 100


@transaction.atomic
def ask_for_replay(*, by, rules, effective_from, instead_of) -> Replay:
    """Write down what is proposed and let a worker find out what it would have changed. It changes nothing."""
    allow(by, "customers.replay", by.organization)
    with stamped("customers.replay", by=by):
        progress = Progress.objects.create(started_by=by)
        replay = Replay.objects.create(
            rules=rules, effective_from=effective_from, instead_of=instead_of, asked_by=by, progress=progress
        )
        progress.url = reverse("customers:replay", args=[replay.pk])
        progress.save(update_fields=["url"])
    enqueue("customers.replay", dedupe_key=str(replay.pk), queue="bulk", replay=str(replay.pk))
    return replay


@job("customers.replay")
def work_out(replay):
    """One statement that only reads, whatever is there: the database fills in the result and its hash."""
    replay = Replay.objects.select_related("progress").get(pk=replay)
    if replay.finished_at is None:
        with stamped("customers.replay"):
            replay.save(update_fields=["result"])
        replay.progress.finish()


@rule("customers.replay")
def proposes(user, organization):
    """His role carries the verb; what he finds out is a proposal."""
    return True


@rule("customers.view_replay")
def reads_replay(user, replay):
    """Who asked, who looks after the rules, auditors, and whoever decides about them."""
    return (
        replay.asked_by_id == user.pk
        or user.may("customers.ownership")
        or user.is_auditor
        or Approval.objects.visible_to(user)
        .filter(kind="customers.ownership_rules", asked__replay=str(replay.pk))
        .exists()
    )


@dataclass
class Row:
    """How often each effect, for one person, a team, or several."""

    label: Any = None
    held: int = 0
    begun: int = 0
    effects: Counter = field(default_factory=Counter)
    is_own: bool = False

    def add(self, told):
        self.held += told["held"]
        self.begun += told["begun"]
        for what, number in told["effects"].items():
            self.effects[what] += number
            if what in REFUSALS:
                self.effects["refused"] += number

    @property
    def cells(self):
        return [(label, self.effects[what]) for what, label in EFFECTS.items()]

    @property
    def loses(self):
        """Of a hundred that were held: how many would have gone, or never come."""
        return self._of_a_hundred("earlier", "lapsed", "refused")

    @property
    def keeps(self):
        return self._of_a_hundred("later")

    def _of_a_hundred(self, *effects):
        return f"{100 * sum(self.effects[what] for what in effects) / self.held:.1f}" if self.held else "0.0"

    @property
    def weight(self):
        return sum(self.effects[what] for what in ("earlier", "lapsed", "later", "refused"))


class Outcome:
    """A finished replay, put in order: in all, for the author's own team beside everybody else, by team and by person."""

    def __init__(self, replay):
        self.result, self.author = replay.result, replay.asked_by_id

    headings = list(EFFECTS.values())

    @property
    def differing(self):
        return self.result["differing"]

    @cached_property
    def total(self):
        return self._row(None, lambda told: True)

    @cached_property
    def own(self):
        return self._row(_("the author's own team"), lambda told: told["own"])

    @cached_property
    def others(self):
        return self._row(_("everybody else"), lambda told: not told["own"])

    def _row(self, label, counts):
        row = Row(label)
        for told in filter(counts, self.result["people"]):
            row.add(told)
        return row

    @property
    def refusals(self):
        return [(label, self.total.effects[why]) for why, label in REFUSALS.items() if self.total.effects[why]]

    @cached_property
    def teams(self) -> list[Row]:
        names = {str(team.pk): team for team in Team.objects.all()}
        rows: dict = {}
        for told in self.result["people"]:
            row = rows.setdefault(told["team"], Row(names.get(told["team"]), is_own=told["own"]))
            row.add(told)
        return sorted(rows.values(), key=lambda row: (not row.is_own, -row.weight, str(row.label)))

    @cached_property
    def people(self) -> list[Row]:
        """Those for whom something would have come otherwise, most of it first."""
        told = {each["person"]: each for each in self.result["people"] if each["effects"]}
        rows = []
        for person in User.objects.filter(pk__in=list(told)):
            row = Row(person, is_own=told[str(person.pk)]["own"])
            row.add(told[str(person.pk)])
            rows.append(row)
        return sorted(rows, key=lambda row: (-row.weight, row.label.name))[:MOST]

    def customers(self, reader) -> list[dict]:
        """The companies that differ, the newest first; the name only for whom this reader sees."""
        rows = self.result["customers"]
        seen = Customer.objects.visible_to(reader).filter(pk__in=[each["customer"] for each in rows])
        customers = {str(one.pk): one for one in seen}
        people = {str(one.pk): one for one in User.objects.filter(pk__in={each["person"] for each in rows})}
        return [
            {
                "customer": customers.get(each["customer"]),
                "person": people[each["person"]],
                "what": EFFECTS.get(each["what"]) or REFUSALS[each["what"]],
                "is_refusal": each["what"] in REFUSALS,
                **{name: each[name] and parse_datetime(each[name]) for name in ("at", "was", "would")},
            }
            for each in rows
        ]
