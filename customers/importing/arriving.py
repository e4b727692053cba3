"""A list arrives: kept sealed, looked at by a worker, never in the request."""

from django.db import transaction

from accounts.models import StoredFile
from accounts.outbox import job
from audit.deeds import allow, stamped
from customers.importing.reading import read
from customers.importing.slices import locked
from customers.importing.workbooks import Unreadable
from customers.models import Import, ImportRow


@transaction.atomic
def bring(name, content, *, by) -> Import:
    """Keep the file and write the job that reads it."""
    allow(by, "customers.start_import", by.organization)
    with stamped("customers.start_import", by=by):
        batch = Import.objects.create(file=StoredFile.keep(name, content, by=by), created_by=by)
        batch.start("customers.read_list", total=0)
        batch.save(update_fields=["progress"])
    return batch


@job("customers.read_list")
def read_list(batch, after):
    """All lines or none: a file that cannot be read leaves a sentence and nothing else."""
    batch = locked(batch, Import.State.READING)
    if batch is None:
        return
    try:
        table = read(batch.file.opened())
    except Unreadable as unreadable:
        batch.fail(by=batch.created_by, problem=unreadable.problem)
    else:
        ImportRow.objects.write(batch, table.rows)
        batch.offer(by=batch.created_by, table=table)
    batch.progress.finish()
