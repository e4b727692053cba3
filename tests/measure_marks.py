"""How many rows of a list that was found tell a thousand lists apart, with an error below one in a million; run by hand, no part of
the tests:

    make test ARGS="tests/measure_marks.py -s -p no:cacheprovider"
"""

import sys
from random import Random

from customers.marking import order

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
