"""The report as a file: a line for each difference, made when it is asked for and recorded with its hash."""

import csv
import hashlib
import io

from django.utils.translation import gettext as _

from audit.deeds import allow
from audit.recording import record
from customers.formulas import neutral
from customers.models import ReconciledRow
from customers.reconciliation.comparing import here_only
from customers.reconciliation.telling import told

BOM = "\ufeff"
AT_ONCE = 500
MOST_HERE = 10_000


def report(batch, *, by) -> bytes:
    """What the lines say, and what only we have, at most 10,000 of it; an entry in the ledger says who took it out."""
    allow(by, "customers.export_reconciliation", batch)
    out = io.StringIO(newline="")
    writer, number = csv.writer(out), 0
    for cells in _rows(batch, by):
        writer.writerow([neutral(str(cell)) for cell in cells])
        number += 1
    content = (BOM + out.getvalue()).encode()
    detail = {"rows": number - 1, "sha256": hashlib.sha256(content).hexdigest(), "list": batch.file.sha256}
    record("customers.export_reconciliation", batch, detail=detail)
    return content


def _rows(batch, by):
    yield [
        _("Line"),
        _("Result"),
        _("Name in the list"),
        _("Customer"),
        _("Field"),
        _("Here"),
        _("In the list"),
        _("Why"),
    ]
    same, start = ReconciledRow.Outcome.SAME, 0
    while rows := list(batch.rows.exclude(outcome=same).filter(line__gt=start).order_by("line")[:AT_ONCE]):
        for line in told(batch, rows, user=by):
            yield from _lines_of(line)
        start = rows[-1].line
    for name in here_only(batch, by).order_by("pk").values_list("name", flat=True)[:MOST_HERE]:
        yield ["", _("Only here"), "", name, "", "", "", ""]


def _lines_of(line):
    head = [line.row.line, line.row.get_outcome_display(), line.name, line.customer.name if line.customer else ""]
    why = " ".join(f"{column}: {sentence}" if column else str(sentence) for column, sentence in line.reasons)
    for each in line.differences:
        yield [*head, each.label, each.here, each.there, why]
    if not line.differences:
        yield [*head, "", "", "", why]
