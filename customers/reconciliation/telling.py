"""What a reconciliation says: each answer with its number of lines, and each line beside what stands here."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.forms import CustomerForm
from customers.importing.rows import Checker
from customers.models import Customer, ReconciledRow
from customers.standards import FIELDS
from customers.verification.values import IN_THE_FORM, MASKED, OF_A_PERSON

Outcome = ReconciledRow.Outcome
MEANS = {
    Outcome.DIFFERS: gettext_lazy("the same company, and something of it is written otherwise"),
    Outcome.PERHAPS: gettext_lazy("a web site, a phone or a name without its legal form is the same"),
    Outcome.THERE_ONLY: gettext_lazy("no customer you see has this name or credit code"),
    Outcome.CLOSED: gettext_lazy("the company is here; you learn its state and no more"),
    Outcome.REPEATED: gettext_lazy("an earlier line of the list is the same customer"),
    Outcome.INVALID: gettext_lazy("not compared: something is wrong with the line"),
    Outcome.SAME: gettext_lazy("nothing to do"),
}
DRAWN_AS = {
    Outcome.DIFFERS: "review", Outcome.PERHAPS: "free", Outcome.THERE_ONLY: "free", Outcome.CLOSED: "taken",
    Outcome.REPEATED: "idle", Outcome.INVALID: "invalid", Outcome.SAME: "yes",
}  # fmt: skip


@dataclass
class Answer:
    """How many lines, and what it means."""

    outcome: ReconciledRow.Outcome
    count: int

    @property
    def label(self):
        return self.outcome.label

    @property
    def means(self):
        return MEANS[self.outcome]

    @property
    def drawn_as(self):
        return DRAWN_AS[self.outcome]


def answers(batch) -> list[Answer]:
    """Those there are, in the order of what needs a person first."""
    return [Answer(outcome, batch.counts[outcome]) for outcome in MEANS if batch.counts.get(outcome)]


def chosen(batch, asked) -> str:
    there = [answer.outcome for answer in answers(batch)]
    return asked if asked in there or asked == "here" else next(iter(there), "here")


@dataclass
class Difference:
    """One field: what stands here now, and what the list says."""

    field: str
    label: str
    here: str
    there: str


@dataclass
class Told:
    """A line of the list beside the customer it is."""

    row: ReconciledRow
    name: str
    customer: Customer | None
    differences: list[Difference]
    reasons: list


def told(batch, rows, *, user) -> list[Told]:
    """The lines as this person may read them: what he no longer sees has no name any more."""
    ids = {row.customer_id for row in rows if row.customer_id}
    seen = Customer.objects.open_to(user).within(user.reach("view")).filter(pk__in=ids).select_related("organization")
    customers = {each.pk: each for each in seen.prefetch_related("contacts__person_key__organization")}
    checker = Checker(batch)
    return [_told(batch, row, customers.get(row.customer_id), checker) for row in rows]


def _told(batch, row, customer, checker):
    row.batch = batch
    reasons = checker.problems(row) if row.outcome == Outcome.INVALID else list(_reasons(row))
    differences = _differences(row, customer, checker) if customer else []
    return Told(row, checker.name(row), customer, differences, reasons)


def _reasons(row):
    if row.outcome == Outcome.CLOSED:
        yield "", Customer.State(row.state).label
    elif row.outcome == Outcome.REPEATED:
        yield "", _("An earlier line of the list is the same customer.")


def _differences(row, customer, checker):
    draft = checker.draft(row)
    return [_difference(field, customer, draft) for field in row.fields] if draft else []


def _difference(field, customer, draft):
    return Difference(field, str(label_of(field)), *shown(field, customer, draft))


def label_of(field):
    """The field's name, as forms have it."""
    return FIELDS.get(field) or CustomerForm.base_fields[IN_THE_FORM.get(field, field)].label


def said_in(draft, field) -> str:
    """What the list says of a field."""
    if field in OF_A_PERSON:
        return draft.contact.get(OF_A_PERSON[field], "")
    return draft.name if field == "name" else draft.fields.get(field, "")


def shown(field, customer, draft) -> tuple[str, str]:
    """Here and there; phones and mail addresses masked on both sides."""
    there = said_in(draft, field)
    if field not in OF_A_PERSON:
        return str(getattr(customer, field)), there
    contact = next(iter(sorted(customer.contacts.all(), key=lambda each: each.pk)), None)
    attribute = f"{field}_masked" if field in MASKED else OF_A_PERSON[field]
    here = getattr(contact, attribute) if contact else ""
    return here, _masked(there) if field in MASKED else there


def _masked(text):
    return f"•••• {text[-4:]}" if "@" not in text else f"{text[:1]}•••@{text.partition('@')[2]}"
