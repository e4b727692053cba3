"""The lines that were not written go back as they came, each with its reasons, to be corrected and uploaded again."""

import csv
import io

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.formulas import neutral
from customers.importing.rows import Checker
from customers.importing.telling import reasons

BOM = "\ufeff"  # without it, spreadsheets in China read UTF-8 as GB18030


def corrections(batch, outcome) -> str:
    """A CSV of the original columns, the line and the reasons."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([neutral(heading) for heading in [*batch.headers, _("Line"), _("Reason")]])
    checker, colon = Checker(batch), pgettext("after a name, before what is said of it", ": ")
    for row in batch.rows.filter(outcome=outcome).order_by("line").iterator():
        sentences = " ".join(
            f"{column}{colon}{sentence}" if column else sentence for column, sentence in reasons(row, checker)
        )
        cells = row.cells[: len(batch.headers)]
        cells += [""] * (len(batch.headers) - len(cells))
        writer.writerow([neutral(cell) for cell in [*cells, str(row.line), sentences]])
    return BOM + out.getvalue()
