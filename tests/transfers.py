"""The steps of an import for tests, through the product's own doors; jobs run at once, in the test's own process."""

import csv
import io

from accounts import tenancy
from accounts.models import Outbox
from accounts.outbox import perform
from customers.importing.arriving import bring
from customers.importing.mapping import guess
from customers.importing.telling import told
from customers.models import Import

HEADINGS = ["Registered name", "Web site", "Phone"]


def as_csv(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def work_off(organization):
    """Do all jobs that are waiting, and those that they write."""
    while True:
        with tenancy.scope(organization, source="test"):
            job = Outbox.objects.filter(done_at=None, dead_at=None).order_by("created_at", "pk").first()
        if job is None:
            return
        perform(job.pk, organization.pk)


def brought(by, *rows, headings=HEADINGS, name="list.csv"):
    """A list that was read; each row may leave out its last cells."""
    return again(bring(name, as_csv([headings, *rows]), by=by), by)


def tried(by, *rows, **options):
    batch = brought(by, *rows, **options)
    batch.try_out(by=by, mapping=guess(batch.headers))
    return again(batch, by)


def written(by, *rows, **options):
    batch = tried(by, *rows, **options)
    batch.confirm(by=by)
    return again(batch, by)


def undone(batch, by, reason="wrong list"):
    batch.undo(by=by, reason=reason)
    return again(batch, by)


def again(batch, by):
    """The import after all its jobs."""
    work_off(by.organization)
    return Import.objects.get(pk=batch.pk)


def outcomes(batch):
    """{line: outcome}."""
    return dict(batch.rows.values_list("line", "outcome"))


def said(batch):
    """{line: everything it says}."""
    return {line.line: " ".join(sentence for _, sentence in line.reasons) for line in told(batch, batch.rows.all())}
