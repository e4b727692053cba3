"""A review as evidence: a workbook with every item and every answer, whose hash stands in the ledger."""

import io

import xlsxwriter
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from accounts.models import StoredFile
from audit.recording import record
from audit.reviewing import sort_of


def keep_evidence(review, *, by) -> StoredFile:
    """The file, sealed like every file; the entry names its hash and the number of items."""
    organization = by.organization
    with translation.override(organization.language), timezone.override(organization.time_zone):
        rows = [_row(item) for item in _items(review)]
        file = StoredFile.keep(
            _("access-review") + f"-{timezone.localdate(review.opened_at)}.xlsx", _workbook(review, rows), by=by
        )
    record("audit.keep_evidence", review, detail={"items": len(rows), "sha256": file.sha256})
    return file


def _items(review):
    return review.items.select_related("person", "reviewer", "answered_by").order_by("person__name", "kind", "pk")


def _headings():
    return [
        _("Person"), _("E-mail address"), _("What"), _("Kind"), _("Since"), _("Last used"), _("Dormant"), _("Reviewer"),
        _("State"), _("Note"), _("Answered by"), _("Answered"),
    ]  # fmt: skip


def _row(item):
    sort = sort_of(item)
    return [
        item.person.name, item.person.email, sort.describe(item.facts), str(sort.label), _moment(item.since),
        _moment(item.last_used), _("yes") if item.dormant else _("no"), item.reviewer.name if item.reviewer else "",
        item.get_state_display(), item.note, item.answered_by.name if item.answered_by else "", _moment(item.answered_at),
    ]  # fmt: skip


def _moment(at):
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""


def _workbook(review, rows):
    """Every cell is written as a text, so that no spreadsheet runs what somebody typed into a note."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(2, 0)
        sheet.set_column(0, 11, 22)
        head = _("Access review opened %(begin)s, answered until %(end)s") % {
            "begin": _moment(review.opened_at), "end": _moment(review.due_at),
        }  # fmt: skip
        for line, row in enumerate([[head], _headings(), *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell, bold if line < 2 else None)
    return out.getvalue()
