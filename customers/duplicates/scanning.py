"""The search through all customers: what changed every few minutes, and every night or when asked for in parts that several
workers do at the same time. A part is one transaction that counts itself: a worker that is killed has lost nothing and
repeated nothing."""

import json
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.models import Organization
from accounts.notices import sentences, tell
from accounts.outbox import enqueue, job
from accounts.schedules import every
from audit.deeds import allow, stamped
from customers.duplicates import blocks
from customers.duplicates.pairing import Changed, Outcome, compare_changed, compare_part
from customers.duplicates.record import VERSION
from customers.duplicates.scoring import weights
from customers.models import DuplicateRecord, DuplicateScan

PART, LANES, SLICE = 5000, 4, 500
AT_NIGHT, GIVEN_UP_AFTER = 2, timedelta(hours=20)

sentences(
    {
        "customers.scanned": _(
            "The search for duplicates is done: %(compared)s customers compared, %(found)s new pairs to look at."
        )
    }
)


def changed():
    """What was not compared since it changed, as far as it has been read."""
    return DuplicateRecord.objects.filter(is_dirty=True, version=VERSION)


@every("customers.compare_changed", timedelta(minutes=5))
def begin_to_compare():
    """Two who enter one company at the same moment do not see each other's; some minutes later both are here."""
    if changed().exists() and not DuplicateScan.objects.live().exists():
        began = f"{tenancy.now():%F %T}"
        enqueue("customers.compare_slice", dedupe_key=f"{began} 0", queue="bulk", began=began, number=0)


@job("customers.compare_slice")
def compare_slice(began, number):
    """One at a time in an organisation; what is compared leaves the set, and a slice that was interrupted finds it again."""
    if DuplicateScan.objects.live().exists() or not _alone():
        return
    rows = [
        Changed(*row)
        for row in changed().order_by("changed_at").values_list("customer", "changed_at", "record")[:SLICE]
    ]
    with stamped("customers.compare"):
        compare_changed(rows)
    if len(rows) == SLICE:
        after = {"began": began, "number": number + 1}
        enqueue("customers.compare_slice", dedupe_key=f"{began} {number + 1}", queue="bulk", **after)


def _alone():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('customers.compare_slice'), %s)",
            [tenancy.organization_id() % 2**31],
        )
        return cursor.fetchone()[0]


@every("customers.scan_at_night", timedelta(hours=1))
def scan_at_night():
    """At two o'clock where the organisation is. All customers are only compared anew when the comparison is another one."""
    with timezone.override(Organization.objects.get().time_zone):
        if timezone.localtime(tenancy.now()).hour == AT_NIGHT:
            begin()


def is_needed() -> bool:
    """Is there no finished search through all customers by these weights?"""
    same = {"weights_fingerprint": weights().fingerprint, "record_version": VERSION}
    return not DuplicateScan.objects.finished().filter(whole=True, **same).exists()


@transaction.atomic
def begin(*, by=None, whole=False) -> DuplicateScan | None:
    """A new search, or None while one is under way. Without `by` it is the night's."""
    if by is not None:
        allow(by, "customers.scan_duplicates", by.organization)
    with stamped("customers.scan_duplicates", by=by):
        _give_up_what_stands_still()
        made = DuplicateScan(
            pk=tenancy.fresh_ids(1)[0], asked_by=by, whole=whole or is_needed(),
            weights_fingerprint=weights().fingerprint, record_version=VERSION,
        )  # fmt: skip
        DuplicateScan.objects.bulk_create([made], ignore_conflicts=True)
    begun = DuplicateScan.objects.filter(pk=made.pk).first()
    if begun:
        enqueue("customers.divide_scan", dedupe_key=str(begun.pk), queue="bulk", scan=str(begun.pk))
    return begun


def _give_up_what_stands_still():
    """A search of which a part failed for good would stand in the way of the next one for ever."""
    for old in DuplicateScan.objects.live().filter(began_at__lt=tenancy.now() - GIVEN_UP_AFTER):
        old.state, old.finished_at = DuplicateScan.State.GIVEN_UP, tenancy.now()
        old.save(update_fields=["state", "finished_at"])


@job("customers.divide_scan")
def divide(scan):
    """The ranges of the parts, found once; then as many parts at a time as there are lanes, each followed by its next."""
    run = DuplicateScan.objects.get(pk=scan)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, customers_scan_bounds(%s, %s)",
            [PART, not run.whole],
        )
        run.horizon, bounds = cursor.fetchone()
    run.bounds = json.loads(bounds)
    run.parts = len(run.bounds)
    with stamped("customers.scan_duplicates"):
        run.save(update_fields=["horizon", "bounds", "parts"])
    if run.whole:
        blocks.find(run)
    for part in range(min(LANES, run.parts)):
        _enqueue(run, part)
    if not run.parts:
        finish(run)


def _enqueue(run, part):
    enqueue("customers.scan_part", dedupe_key=f"{run.pk} {part}", queue="bulk", scan=str(run.pk), part=part)


@job("customers.scan_part")
def scan_part(scan, part):
    run = DuplicateScan.objects.get(pk=scan)
    if not run.is_live:
        return
    with stamped("customers.compare"):
        told = compare_part(run, part) if run.whole else _compare_range(run, part)
    if part + LANES < run.parts:
        _enqueue(run, part + LANES)
    count(run, told)


def _compare_range(run, part) -> Outcome:
    since, until = run.range_of(part)
    rows = changed().filter(customer__gt=since) if since else changed()
    rows = rows.filter(customer__lte=until) if until else rows
    return compare_changed([Changed(*row) for row in rows.values_list("customer", "changed_at", "record")])


def count(run, told: Outcome):
    """Last in the transaction of a part, since the row is held from here on. Who counts the last part ends the search."""
    counted = {
        "parts_done": F("parts_done") + 1,
        "compared": F("compared") + told.compared,
        "found": F("found") + told.found,
    }
    DuplicateScan.objects.filter(pk=run.pk).update(**counted)
    run.refresh_from_db(fields=["parts_done", "compared", "found"])
    if run.parts_done == run.parts:
        finish(run)


def finish(run):
    with stamped("customers.scan_duplicates"):
        run.state, run.finished_at = DuplicateScan.State.FINISHED, tenancy.now()
        run.save(update_fields=["state", "finished_at"])
    if run.asked_by_id:
        words = {"compared": run.compared, "found": run.found}
        tell([run.asked_by], "customers.scanned", url=reverse("customers:duplicates"), key=str(run.pk), **words)
