"""What one needs to see in order to decide: the way so far and to come, and the sum that the request belongs to."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.alone import waits_alone
from approvals.asking import in_window
from approvals.kinds import kinds
from approvals.models import Approval, Decision
from approvals.policies import applying, asked_for, holds, steps_of
from approvals.wording import amount, condition_in_words, step_in_words
from audit.models import Entry
from audit.reading import acts

RECENTLY = timedelta(days=180)
LATELY = 5  # acts


@dataclass
class Stop:
    """One stop on the way of a request, as the page shows it."""

    tone: str  # yes, no, wait, skip, next
    words: str
    people: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def rows(approvals, *more) -> list[dict]:
    """What a list shows of each request, and what else is named. As dicts: a template looks into a dict at once, but has to
    try and fail before it looks for an attribute, eight times a row."""
    labels = {kind.name: str(kind.label) for kind in kinds()}
    return [
        {"pk": each.pk, "title": each.title, "label": labels[each.kind], "asker": each.asker}
        | {name: getattr(each, name) for name in more}
        for each in approvals
    ]


def exactly(approval) -> dict:
    """{facts, changes}: what is asked, as it stays and as it changes."""
    lines = approval.kind_of.lines(approval)
    return {
        "facts": [(label, after) for label, before, after in lines if before in (None, after)],
        "changes": [{"label": label, "before": before, "after": after} for label, before, after in lines if before not in (None, after)],
        "short": approval.kind_of.short(approval),
    }  # fmt: skip


def way(approval, reader) -> list[Stop]:
    """Who asked, who decided or decides, who was passed over and why, who comes next. Queries: three and one for names."""
    decisions: dict = {}
    for decision in approval.decisions.select_related("person", "instead_of").order_by("decided_at"):
        decisions.setdefault(decision.step_id, []).append(decision)
    seats: dict = {}
    for seat in approval.approvers.live().select_related("person", "instead_of"):
        seats.setdefault(seat.step_id, []).append(seat)
    steps = [_stop(approval, step, decisions.get(step.pk, []), seats.get(step.pk, [])) for step in approval.steps.all()]
    return [*passed_over(approval), *steps]


def _stop(approval, step, decisions, seats):
    notes = [_decided(decision) for decision in decisions]
    if step.done_at:
        return Stop("yes", step_in_words(step.spec), [each.person for each in decisions], notes)
    if any(decision.verdict != Decision.Verdict.APPROVE for decision in decisions):
        return Stop("no", step_in_words(step.spec), [each.person for each in decisions], notes)
    if step.opened_at is None:
        return Stop("next", step_in_words(step.spec))
    if approval.state != Approval.State.PENDING:
        return Stop(*_undecided_end(approval, step))
    notes += [_seated(seat) for seat in seats]
    if step.needs > 1:
        notes.append(_("%(needs)s have to say yes.") % {"needs": step.needs})
    if not seats:
        notes.append(_nobody(approval))
    return Stop("wait", step_in_words(step.spec), [seat.person for seat in seats], notes)


def _nobody(approval):
    """Why nobody sits there, and what happens then."""
    if not approval.lapses_at:
        return _("Nobody in the organisation is independent of this. It waits until there is somebody.")
    at = formats.date_format(timezone.localtime(approval.lapses_at), "SHORT_DATETIME_FORMAT")
    if waits_alone(approval):
        return _("Nobody else administers. The owner was told by letter and can stop it; it takes effect %(at)s.") % {
            "at": at
        }
    return _("Nobody in the organisation is independent of this. If nobody is found, it lapses %(at)s.") % {"at": at}


def _undecided_end(approval, step):
    """A step that nobody decided, of a request that is over."""
    if approval.took_effect_alone:
        return "yes", step_in_words(step.spec), [], [_("Took effect after 24 hours, nobody else administers.")]
    if approval.has_lapsed:
        return "no", step_in_words(step.spec), [], [_("Nobody decided within 24 hours.")]
    return "skip", step_in_words(step.spec)


def _decided(decision):
    words = decision.get_verdict_display()
    if decision.instead_of:
        words = _("%(verdict)s in place of %(absent)s") % {"verdict": words, "absent": decision.instead_of.name}
    return f"{words}: {decision.reason}" if decision.reason else words


def _seated(seat):
    if seat.instead_of:
        return _("%(person)s in place of %(absent)s") % {"person": seat.person.name, "absent": seat.instead_of.name}
    return _("%(person)s: %(why)s") % {"person": seat.person.name, "why": seat.get_way_display()}


def passed_over(approval) -> list[Stop]:
    """Lines of the policy that ask for nobody here, and managers in whose place a higher one decides; with the figures."""
    kind, terms = approval.kind_of, approval.terms
    stops = []
    for line in terms["lines"]:
        failing = [each for each in line["when"] if not holds(each, approval.measures)]
        if failing:
            words = pgettext("between names", ", ").join(step_in_words(step) for step in line["steps"])
            stops.append(Stop("skip", words, notes=[_not_reached(each, approval, kind) for each in failing]))
    numbers = applying(terms, approval.measures)
    needed = steps_of(terms, numbers)
    for step in asked_for(terms, numbers):
        if step not in needed:
            why = _("A manager of level %(level)s decides instead.") % {"level": max(each.level for each in needed)}
            stops.append(Stop("skip", step_in_words(step.spec), notes=[why]))
    return stops


def _not_reached(condition, approval, kind):
    measure = kind.all_measures.get(condition["measure"])
    here = amount(approval.measures[condition["measure"]], measure)
    return _("only if %(condition)s; here %(here)s") % {"condition": condition_in_words(condition, kind), "here": here}


@dataclass
class Sum:
    """A rolling sum: what counts, before this request and with it, and the limits of the policy."""

    label: str
    before: Decimal
    this: Decimal
    limits: list
    siblings: list
    unit: str = ""

    @property
    def total(self):
        return self.before + self.this

    @property
    def most(self):
        return max([self.total, *self.limits]) or Decimal(1)

    def share(self, part):
        return f"{float(part / self.most) * 100:.2f}%"


def rolling_sum(approval) -> Sum | None:
    """The sum that decided who decides, with its siblings newest first, or None for a kind without one."""
    kind = approval.kind_of
    if kind.rolling is None:
        return None
    siblings = in_window(kind, approval.group).exclude(pk=approval.pk).filter(opened_at__lt=approval.opened_at)
    total = Decimal(approval.measures[kind.rolling.name])
    limits = sorted(
        {
            Decimal(condition["limit"])
            for line in approval.terms["lines"]
            for condition in line["when"]
            if condition["measure"] == kind.rolling.name
        }
    )
    newest = siblings.select_related("requested_by").order_by("-opened_at")[:20]
    measure = kind.measures[kind.rolling.measure]
    return Sum(
        str(kind.rolling.label), total - approval.weight, approval.weight, limits, list(newest), str(measure.unit)
    )


def lately(approval, reader) -> list:
    """The last acts on the subject, as the ledger tells them to somebody who may read it."""
    subject = approval.subject
    if subject is None or not approval.kind_of.shows_subject_to(reader, subject):
        return []
    changed = Entry.objects.filter(about_id=str(approval.subject_id)).exclude(op=Entry.Op.EVENT)
    return acts(changed.order_by("-id")[:12])[:LATELY]


def requesters_record(approval) -> dict:
    """What became of this person's requests of this kind in the last half year: {asked, approved, rejected}."""
    states = Approval.objects.filter(
        kind=approval.kind, requested_by=approval.requested_by_id, opened_at__gte=timezone.now() - RECENTLY
    ).exclude(pk=approval.pk)
    found = list(states.values_list("state", flat=True)[:1000])
    return {
        "asked": len(found),
        "approved": found.count(Approval.State.APPROVED),
        "rejected": found.count(Approval.State.REJECTED),
    }
