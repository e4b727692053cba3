"""The dry run: what would happen to each line, without writing anything and without telling whose a taken company is."""

from customers.importing.rows import Checker
from customers.importing.slices import counts, in_slices
from customers.marking.hits import look_for
from customers.models import Customer, Import, ImportKey, ImportRow
from customers.registration import answers_for, evidence_of, identity_of

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
    evidence = {row: evidence_of(draft, batch.organization) for row, draft in drafts.items()}
    originals = _without_repeats(batch, identities, evidence)
    answers = answers_for(
        {row: identities[row] for row in originals}, {row: evidence[row] for row in originals}, by=batch.created_by
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


def _without_repeats(batch, identities, evidence):
    """The rows that repeat no earlier line of the file; the others are told which. Only what stays can be repeated."""
    seen = _first_lines(batch, set().union(*identities.values(), *evidence.values()))
    fresh, originals = {}, []
    for row, identity in identities.items():
        if _is_like(row, identity, seen):
            row.outcome = Outcome.REPEATED
            continue
        _is_like(row, evidence[row], seen)
        for key in evidence[row].union(identity):
            if key not in seen:
                seen[key] = fresh[key] = row.line
        originals.append(row)
    ImportKey.objects.remember(batch, fresh)
    return originals


def _is_like(row, keys, seen):
    """Name the first line that has one of these keys."""
    earlier = sorted((seen[key], key[0]) for key in keys if seen.get(key, row.line) < row.line)
    if earlier:
        row.like_line, row.likeness = earlier[0]
    return bool(earlier)


def _first_lines(batch, keys):
    """{(kind, digest): line} from the slices before."""
    held = ImportKey.objects.filter(
        batch=batch, kind__in={kind for kind, _ in keys}, digest__among={digest for _, digest in keys}
    )
    return {(kind, bytes(digest)): line for kind, digest, line in held.values_list("kind", "digest", "line")}


def _outcome(row, answer):
    if not answer.is_won:
        return THERE[answer.state]
    return Outcome.REVIEW if answer.like or row.like_line else Outcome.NEW
