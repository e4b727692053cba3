"""Lines that repeat an earlier line of their file: by an equal key, or as the same company written otherwise.

Of each number that lines are found by, the first line that has it is remembered from slice to slice; the line itself is read
again when it is to be compared. What is missed by that, the writing finds: it compares with everything written before.
"""

from customers.duplicates.fields import key_of, of_draft
from customers.duplicates.keys import keys_of
from customers.duplicates.together import Together
from customers.importing.rows import Checker
from customers.models import ImportKey, ImportRow
from customers.models.staging import LIKE
from customers.registration import likely


def without_repeats(batch, identities, records):
    """The rows that repeat no earlier line of the file; the others are told which. Only what stays can be repeated."""
    keys = {row: _keys(records[row], key_of(batch.organization)) for row in records}
    seen = _first_lines(batch, set().union(*identities.values(), *keys.values()))
    together = _before(batch, records, keys, seen)
    fresh, originals = {}, []
    for row, identity in identities.items():
        if _is_named(row, identity, seen) or _is_like(row, records[row], together):
            row.outcome = ImportRow.Outcome.REPEATED
            continue
        together.add(row.line, records[row])
        for key in keys[row].union(identity):
            if key not in seen:
                seen[key] = fresh[key] = row.line
        originals.append(row)
    ImportKey.objects.remember(batch, fresh)
    return originals


def _keys(record, key):
    return {(LIKE, h.to_bytes(8, "big", signed=True)) for h in keys_of(record, key)}


def _first_lines(batch, keys):
    """{(kind, digest): line} from the slices before."""
    held = ImportKey.objects.filter(
        batch=batch, kind__in={kind for kind, _ in keys}, digest__among={digest for _, digest in keys}
    )
    return {(kind, bytes(digest)): line for kind, digest, line in held.values_list("kind", "digest", "line")}


def _before(batch, records, keys, seen):
    """The lines of earlier slices that share a number with one of these."""
    together, checker = Together(key_of(batch.organization)), Checker(batch)
    before = min((row.line for row in records), default=0)  # a slice that is done twice finds its own lines
    lines = {seen[key] for own in keys.values() for key in own if seen.get(key, before) < before}
    for row in batch.rows.filter(line__in=lines).order_by("line"):
        if draft := checker.draft(row):
            together.add(row.line, of_draft(draft, batch.organization))
    return together


def _is_named(row, identity, seen):
    """Name the first line that has one of these keys."""
    earlier = sorted((seen[key], key[0]) for key in identity if seen.get(key, row.line) < row.line)
    if earlier:
        row.like_line, row.likeness = earlier[0]
    return bool(earlier)


def _is_like(row, record, together):
    """Name the line that is most like it; repeated when it is the same company."""
    found = likely(together.alike(record))
    if found:
        row.like_line, row.likeness = found[0].customer, LIKE
    return bool(found) and found[0].judgement.verdict == "same"
