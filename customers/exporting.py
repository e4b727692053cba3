"""Lists that leave: an object with a purpose, made by a worker, recorded with the number of rows and the hash of the file."""

import csv
import io

import xlsxwriter
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Progress, StoredFile
from accounts.outbox import job
from accounts.tenancy import now
from approvals import asking
from audit.deeds import allow, stamped
from audit.recording import record
from customers.export_approval import ExportKind
from customers.formulas import neutral
from customers.import_forms import filtered
from customers.marking import watermark
from customers.marking.canaries import keep_rows, plant
from customers.marking.lines import Line, headings
from customers.marking.order import in_order
from customers.models import Contact, Export

BOM = "\ufeff"
AT_ONCE = 1000


@transaction.atomic
def ask(*, by, purpose, format, filters) -> Export:  # noqa: A002
    """Write down who wants which rows what for. Within one's own limit the file is made at once."""
    allow(by, "customers.export", by.organization)
    rows = filtered(filters, by)[0].qs.count()
    with stamped("customers.export", by=by, reason=purpose):
        progress = Progress.objects.create(started_by=by)
        export = Export.objects.create(
            purpose=purpose, format=format, filters=filters, requested_by=by, progress=progress
        )
        export.approval = asking.ask(
            ExportKind.name, export, by=by, reason=purpose, purpose=purpose, format=format, filters=filters, rows=rows
        )
        export.save(update_fields=["approval"])
    return export


@job("customers.make_export")
def make(export):
    """The rows the person may see now, not when he asked, and no more than were approved; then the entry, without which
    there is no file."""
    export = (
        Export.objects.select_for_update(of=("self",))
        .select_related("requested_by__organization", "progress", "approval")
        .get(pk=export)
    )
    if export.file_id:
        return
    by = export.requested_by
    if by.is_leaving:  # approved before he gave notice, perhaps: the list stays here
        export.progress.fail(_("In departure mode no list leaves."))
        return
    allow(by, "customers.export", by.organization)
    with translation.override(by.language), timezone.override(by.organization.time_zone):
        lines = list(_lines(export, by))
        if len(lines) > export.approval.asked["rows"]:
            export.progress.fail(_("More customers fit the filters now than were approved. Ask again."))
            return
        with stamped("customers.export", by=by, reason=export.purpose):
            _write(export, lines, by)
    detail = {"purpose": export.purpose, "filters": export.filters, "rows": export.rows, "sha256": export.file.sha256}
    record("customers.export", export, detail=detail)
    export.progress.finish()


def _write(export, lines, by):
    """Marked first, then kept: once there is a file, the database takes no more marks."""
    at = now()
    rows = [headings(), *(line.cells() for line in _marked(export, lines))]
    name, content = watermark.file_name(export, at), WRITERS[export.format](export, rows, at)
    export.file, export.rows = StoredFile.keep(name, content, by=by), len(lines)
    export.save(update_fields=["file", "rows"])


def _lines(export, by):
    filters, _view = filtered(export.filters, by)
    contacts = Prefetch(
        "contacts", Contact.objects.filter(left_at=None).select_related("person_key__organization").order_by("pk")
    )
    for customer in filters.qs.select_related("owner").prefetch_related(contacts).order_by("pk").iterator(AT_ONCE):
        yield _line(customer, next(iter(customer.contacts.all()), None))


def _line(customer, contact):
    """Phones and mail addresses leave masked; who needs one looks at it, one by one, and is recorded."""
    person = [contact.name, contact.title, contact.phone_masked, contact.email_masked] if contact else []
    return Line(
        customer.name, customer.other_name, customer.short_name, customer.credit_code, customer.website,
        customer.country, customer.region, customer.industry, customer.size, customer.tier, customer.source, customer.source_number,
        customer.owner.name, f"{timezone.localtime(customer.protected_until):%Y-%m-%d}", *person,
    )  # fmt: skip


def _marked(export, lines):
    """The rows as they leave: with what does not exist among them, in the order of this export."""
    marked = in_order([*lines, *plant(export, lines)], export)
    keep_rows(export, marked)
    return marked


def _as_csv(export, rows, at):
    """The last line is a remark in the first cell, as wide as the others: programs read a table, people see whose it is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    writer.writerow([watermark.line(export, at)] + [""] * (len(rows[0]) - 1))
    return (BOM + out.getvalue()).encode()


def _as_workbook(export, rows, at):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        book.set_properties(watermark.properties(export, at))
        sheet.set_footer(watermark.footer(export, at))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(rows[0]) - 1, 22)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, neutral(cell), bold if line == 0 else None)
        sheet.write_string(len(rows), 0, watermark.line(export, at), book.add_format({"font_color": "#666666"}))
    return out.getvalue()


WRITERS = {Export.Format.CSV: _as_csv, Export.Format.XLSX: _as_workbook}
