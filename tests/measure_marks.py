"""How many rows of a list that was found tell a thousand lists apart, with an error below one in a million; run by hand, no part of
the tests:

    make test ARGS="tests/measure_marks.py -s -p no:cacheprovider"
"""

import sys
from random import Random
from time import perf_counter

from accounts.arrays import insert_columns
from accounts.tenancy import fresh_ids
from customers.marking import order
from customers.marking.canaries import company_of
from customers.marking.lines import Line
from customers.marking.tracing import FoundList, Verdict, whose
from customers.models import Export, ExportedRow

EXPORTS, ERROR, TRIES = 1000, 1e-6, 200
KEY = b"the list"


def found(rows, lot, *, moved=0.0, kinds=1):
    """A list in its order, part of its rows moved anywhere, perhaps sorted by a column of so many values."""
    names = sorted((f"Company {lot.random()}" for _ in range(rows)), key=lambda name: order.rank(KEY, name))
    for _ in range(round(rows * moved)):
        names.insert(lot.randrange(rows), names.pop(lot.randrange(rows)))
    groups: dict[int, list[str]] = {}
    for name in names:
        groups.setdefault(lot.randrange(kinds), []).append(name)
    return list(groups.values())


def is_told(groups):
    ranks = {name: order.rank(KEY, name) for group in groups for name in group}
    sizes = tuple(sorted(map(len, groups)))
    return order.chances(sizes)[order.kept(groups, ranks)] * EXPORTS * order.MOST_ARRANGEMENTS < ERROR


def needed(**how):
    """The least number of rows with which 199 of 200 lists are told."""
    lot = Random(1)
    for rows in range(10, order.MOST_COMPARED + 1):
        if sum(is_told(found(rows, lot, **how)) for _ in range(TRIES)) >= 0.995 * TRIES:
            return rows
    return None


def test_rows_that_are_needed():
    for moved in (0, 0.1, 0.25, 0.5):
        sys.stdout.write(f"{moved:.0%} of the rows moved: {needed(moved=moved)}\n")
    for kinds in (2, 5, 10, 20):
        sys.stdout.write(f"sorted by a column of {kinds} values: {needed(kinds=kinds)}\n")


def test_asking_whose_a_list_is_among_a_thousand(wang, shen):
    """A thousand exports of the same 500 companies, and all rows of one of them."""
    names = [f"Company {number} Ltd" for number in range(500)]
    digests = [company_of(name, wang.organization.digest) for name in names]
    exports = [Export(pk=pk, purpose="x", requested_by=wang) for pk in fresh_ids(EXPORTS)]
    Export.objects.bulk_create(exports)
    for export in exports:
        columns = {"export_id": [export.pk] * 500, "digest": digests, "text_digest": digests}
        insert_columns(ExportedRow, columns)
    found = order.in_order([Line(name) for name in names], exports[7])
    begin = perf_counter()
    listed = FoundList.read("\n".join(line.name for line in found).encode(), wang.organization)
    first = whose(listed, by=shen)[0]
    sys.stdout.write(f"whose list it is among {EXPORTS}: {perf_counter() - begin:.1f} s\n")
    assert (first.export.pk, first.verdict) == (exports[7].pk, Verdict.LIST)
