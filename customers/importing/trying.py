"""The dry run: what would happen to each line, without writing anything and without telling whose a taken company is."""

from customers.duplicates.fields import of_draft
from customers.importing.repeats import without_repeats
from customers.importing.rows import Checker
from customers.importing.slices import counts, in_slices
from customers.marking.hits import look_for
from customers.models import Customer, Import, ImportKey, ImportRow
from customers.registration import answers_for, identity_of

Outcome, State = ImportRow.Outcome, Customer.State
THERE: dict[str, ImportRow.Outcome] = {
    State.TAKEN: Outcome.TAKEN,
    State.IN_POOL: Outcome.IN_POOL,
    State.IN_DISPUTE: Outcome.IN_DISPUTE,
    State.REVIEW: Outcome.UNDER_REVIEW,
}


def close(batch):
    ImportKey.objects.filter(batch=batch).delete()
    batch.finish_trial(by=batch.created_by, counts=counts(batch))


@in_slices("customers.try_rows", Import.State.TRYING, of=lambda batch: batch.rows, then=close)
def try_rows(batch, rows):
    """Valid or not, repeated or not, there already or not: in this order, each asked once for the whole slice."""
    drafts = _drafts(batch, rows)
    look_for(batch, drafts.values())
    identities = {row: identity_of(draft, batch.organization) for row, draft in drafts.items()}
    records = {row: of_draft(draft, batch.organization) for row, draft in drafts.items()}
    originals = without_repeats(batch, identities, records)
    answers = answers_for(
        {row: identities[row] for row in originals}, {row: records[row] for row in originals}, by=batch.created_by
    )
    for row, answer in answers.items():
        row.outcome = _outcome(row, answer)
    ImportRow.objects.settle(rows)


def _drafts(batch, rows):
    """{row: draft} of the valid ones."""
    checker, drafts = Checker(batch), {}
    for row in rows:
        row.outcome, row.like_line, row.likeness = Outcome.INVALID, None, ""
        if draft := checker.draft(row):
            drafts[row] = draft
    return drafts


def _outcome(row, answer):
    if not answer.is_won:
        return THERE[answer.state]
    return Outcome.REVIEW if answer.like or row.like_line else Outcome.NEW
