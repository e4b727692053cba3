"""The order of a list says which list it is.

Each row has a rank: a digest of its company's name under a key that only this export has. Rows stand by rank. Whoever has
the key and the names needs nothing else: what is left of the list must still ascend, whatever was cut out or added. Other
exports of the same companies ascend there by chance only, and how likely that is can be counted.
"""

from bisect import bisect_left
from functools import lru_cache
from math import exp, lgamma

from accounts import keys
from customers.names import normalised

MOST_COMPARED = 200  # rows of one list; thirteen are enough
MOST_ARRANGEMENTS = 8


def key_of(export) -> bytes:
    return export.organization.digest("export-order", str(export.pk))


def rank(key: bytes, name: str) -> bytes:
    return keys.digest(key, "rank", normalised(name))


def in_order(lines, export) -> list:
    key = key_of(export)
    return sorted(lines, key=lambda line: rank(key, line.name))


def longest_ascending(ranks) -> int:
    """How many of these can stay so that what stays ascends."""
    ends: list = []
    for each in ranks:
        place = bisect_left(ends, each)
        ends[place : place + 1] = [each]
    return len(ends)


def kept(groups, ranks: dict) -> int:
    """How many rows of these groups of names stand as their ranks order them, group by group."""
    return sum(longest_ascending(ranks[name] for name in group) for group in groups)


@lru_cache(maxsize=512)
def chances(sizes: tuple[int, ...]) -> list[float]:
    """At [k]: how likely it is, at most, that k or more rows of groups of these sizes ascend by chance.

    It is the number of ascending choices of k rows that is to be expected: of n rows in an order drawn by lot, k ascend
    in C(n, k) / k! choices. A choice in several groups is one in each of them, so the numbers multiply as polynomials do.
    """
    expected = [1.0]
    for size in sizes:
        expected = _times(expected, [_choices(size, k) for k in range(size + 1)])
    return [min(1.0, each) for each in expected]


def _choices(n, k):
    """C(n, k) / k!, without numbers that no float holds."""
    return exp(lgamma(n + 1) - 2 * lgamma(k + 1) - lgamma(n - k + 1))


def _times(left, right):
    product = [0.0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        if a:
            for j, b in enumerate(right, start=i):
                product[j] += a * b
    return product


def arrangements(rows: list[list[str]], names: int) -> list[list[list[str]]]:
    """Ways in which the order may have survived, each as groups of names: as found, turned around, and within equal values
    of columns by which somebody has sorted it. A sort keeps the order of what is equal."""
    whole = list(range(len(rows)))
    found = [[whole], [whole[::-1]]]
    for groups in _sorted_by(rows, [whole], names):
        found += [each for each in (groups, *_sorted_by(rows, groups, names)) if each not in found]
    return [[[rows[row][names] for row in group] for group in _fewer(groups)] for groups in found[:MOST_ARRANGEMENTS]]


def _sorted_by(rows, groups, names):
    """These groups once more, for each column whose equal values stand together in all of them."""
    for column in range(max(map(len, rows), default=0)):
        if column != names:
            finer = [part for group in groups for part in _runs(rows, group, column)]
            values = [(number, value) for number, group in enumerate(groups) for value in _values(rows, group, column)]
            if len(groups) < len(finer) == len(values) < sum(map(len, groups)):
                yield finer


def _runs(rows, group, column):
    """The group, cut where the value of the column changes."""
    runs: list[list[int]] = []
    for row in group:
        if runs and _cell(rows[runs[-1][-1]], column) == _cell(rows[row], column):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _values(rows, group, column):
    return {_cell(rows[row], column) for row in group}


def _cell(row, column):
    return row[column].strip() if column < len(row) else ""


def _fewer(groups):
    """The largest groups of two and more, up to the number of rows that is compared."""
    left, taken = MOST_COMPARED, []
    for group in sorted(groups, key=len, reverse=True):
        if len(group) > 1 and left > 1:
            taken.append(group[:left])
            left -= len(taken[-1])
    return taken
