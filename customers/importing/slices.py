"""Long work in slices of 500 lines, each in a transaction of its own that writes the next: others get their turn between
two of them, and a worker that is killed has lost nothing and doubled nothing."""

from functools import wraps

from django.db.models import Count
from django.utils import translation

from accounts.outbox import job
from customers.models import Import, ImportRow

SIZE = 500


def in_slices(task, state, *, of, then, model=Import):
    """Register work on the lines of a list: `of(batch)` are the lines that still wait for it, `then(batch)` closes it."""

    def register(work):
        @job(task)
        @wraps(work)
        def slice_(batch, after):
            batch = locked(batch, state, model)
            if batch is None:
                return
            rows = list(of(batch).filter(line__gt=after).order_by("line")[:SIZE])
            if rows:  # a list that ends where a slice does leaves an empty one
                with translation.override(batch.created_by.language):
                    work(batch, rows)
            batch.progress.advance(len(rows))
            if len(rows) == SIZE:
                batch.next_slice(task, after=rows[-1].line)
            else:
                then(batch)
                batch.progress.finish()

        return work

    return register


def locked(pk, state, model=Import):
    """The list, held until this transaction ends; None when it is no longer in this state: then the work was done."""
    found = model.objects.select_for_update(of=("self",)).select_related("organization", "created_by", "progress")
    return found.filter(pk=pk, state=state).first()


def counts(batch) -> dict:
    """{outcome: lines}, and how many of them somebody else was faster with."""
    found = dict(batch.rows.order_by().values_list("outcome").annotate(Count("pk")))
    overtaken = ImportRow.objects.filter(batch=batch, overtaken=True).count()
    return found | ({"overtaken": overtaken} if overtaken else {})
