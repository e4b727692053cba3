"""A list to compare arrives: kept sealed, read by a worker as every list is."""

from django.db import transaction

from accounts.models import StoredFile
from accounts.outbox import job
from audit.deeds import allow, stamped
from customers.importing.reading import read
from customers.importing.slices import locked
from customers.importing.workbooks import Unreadable
from customers.models import ReconciledRow, Reconciliation


@transaction.atomic
def bring(name, content, *, by, system) -> Reconciliation:
    """Keep the file and write the job that reads it."""
    allow(by, "customers.start_reconciliation", by.organization)
    with stamped("customers.start_reconciliation", by=by):
        batch = Reconciliation.objects.create(file=StoredFile.keep(name, content, by=by), created_by=by, system=system)
        batch.start("customers.read_comparison", total=0)
        batch.save(update_fields=["progress"])
    return batch


@job("customers.read_comparison")
def read_comparison(batch, after):
    """All lines or none: a file that cannot be read leaves a sentence and nothing else."""
    batch = locked(batch, Reconciliation.State.READING, Reconciliation)
    if batch is None:
        return
    try:
        table = read(batch.file.opened())
    except Unreadable as unreadable:
        batch.fail(by=batch.created_by, problem=unreadable.problem)
    else:
        ReconciledRow.objects.write(batch, table.rows)
        batch.offer(by=batch.created_by, table=table)
    batch.progress.finish()
