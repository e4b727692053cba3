"""Writing what was confirmed, through the one door every company comes in by. It goes to the pool: nobody hoards by import."""

from customers.assignment.by_rules import later
from customers.importing.rows import Checker
from customers.importing.slices import counts, in_slices
from customers.importing.trying import THERE
from customers.models import ContestedClaim, Import, ImportRow
from customers.models.staging import WRITABLE
from customers.registration import register

Outcome = ImportRow.Outcome


def waiting(batch):
    """What was confirmed and is not written yet: a slice that is done twice finds nothing the second time."""
    return batch.rows.filter(outcome__in=WRITABLE, customer=None)


def close(batch):
    """Written; what fits a rule is assigned by a job that is nobody's."""
    batch.finish(by=batch.created_by, counts=counts(batch))
    later(batch.pk, after="00000000-0000-0000-0000-000000000000")


@in_slices("customers.write_rows", Import.State.WRITING, of=waiting, then=close)
def write_rows(batch, rows):
    """Enter the contest again: the dry run promised nothing. Whoever was faster meanwhile is told, the attempt is kept."""
    checker = Checker(batch)
    drafts = {row: checker.draft(row) for row in rows}
    valid = [row for row in rows if drafts[row]]
    by = batch.created_by
    answers = register([drafts[row] for row in valid], by=by, way=ContestedClaim.Way.IMPORT, claimed=False, batch=batch)
    for row, answer in zip(valid, answers, strict=True):
        row.customer, row.overtaken = answer.customer, not answer.is_won
        row.outcome = (Outcome.REVIEW if answer.like else Outcome.NEW) if answer.is_won else THERE[answer.state]
    for row in set(rows) - set(valid):
        row.outcome = Outcome.INVALID
    ImportRow.objects.settle(rows)
