"""The order of a list says which list it is: what is left of it ascends, and how likely that is by chance is known."""

from itertools import permutations
from math import factorial
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.marking import order
from customers.marking.tracing import SURE

EXPORTS = 1000
KEYS = [f"key {number}".encode() for number in range(EXPORTS)]
names = st.integers(13, 60).map(lambda count: [f"Company {number} Ltd" for number in range(count)])


def listed(companies, key):
    return sorted(companies, key=lambda name: order.rank(key, name))


def chance_of(found, key, times=EXPORTS):
    """As the page computes it for a list that was found as it left."""
    ranks = {name: order.rank(key, name) for name in found}
    return order.chances((len(found),))[order.kept([found], ranks)] * times


@settings(max_examples=40, deadline=None)
@given(names, st.data())
def test_any_thirteen_rows_tell_a_thousand_lists_apart(companies, data):
    """Whatever was cut out: the first ten, every second one, all but thirteen."""
    at = data.draw(st.integers(0, EXPORTS - 1))
    whole = listed(companies, KEYS[at])
    kept = data.draw(st.sets(st.sampled_from(range(len(whole))), min_size=13))
    found = [whole[place] for place in sorted(kept)]

    assert chance_of(found, KEYS[at]) < SURE
    others = Random(at).sample([key for key in KEYS if key != KEYS[at]], 20)
    assert all(chance_of(found, key) > SURE for key in others)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 12))
def test_rows_that_were_moved_or_added_do_not_hide_it(seed, moved):
    lot, companies = Random(seed), [f"Company {number} Ltd" for number in range(60)]
    found = listed(companies, KEYS[3])
    for _ in range(moved):
        found.insert(lot.randrange(len(found)), found.pop(lot.randrange(len(found))))

    assert chance_of(found, KEYS[3]) < SURE
    assert chance_of(found, KEYS[4]) > SURE


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_shuffled_list_says_nothing(seed):
    """Never somebody's name by chance; then the canaries have to tell."""
    found = [f"Company {number} Ltd" for number in range(60)]
    Random(seed).shuffle(found)
    assert all(chance_of(found, key) > SURE for key in KEYS[:50])


@pytest.mark.parametrize("rows", [5, 6, 7])
def test_the_bound_is_above_what_really_happens(rows):
    """Against every order that there is."""
    longest = [order.longest_ascending(each) for each in permutations(range(rows))]
    for k in range(rows + 1):
        assert sum(each >= k for each in longest) / factorial(rows) <= order.chances((rows,))[k] + 1e-12


def test_the_bound_holds_for_several_groups_together():
    lot, sizes, tries = Random(1), (5, 4, 3), 4000
    found = []
    for _ in range(tries):
        found.append(sum(order.longest_ascending(lot.sample(range(100), size)) for size in sizes))
    for k, bound in enumerate(order.chances(sizes)):
        assert sum(each >= k for each in found) / tries <= bound + 0.02


@pytest.mark.parametrize(("rows", "is_enough"), [(12, False), (13, True)])
def test_thirteen_rows_are_needed(rows, is_enough):
    assert (order.chances((rows,))[rows] * EXPORTS < SURE) == is_enough


def test_a_column_by_which_somebody_sorted_is_found_and_so_is_the_next():
    rows = [[f"Company {number}", str(number % 3), str(number % 2)] for number in range(40)]
    Random(2).shuffle(rows)
    assert len(order.arrangements(rows, 0)) == 2
    by_one = sorted(rows, key=lambda row: row[1])
    assert sorted(map(len, order.arrangements(by_one, 0)[2])) == [13, 13, 14]
    by_both = sorted(rows, key=lambda row: (row[1], row[2]))
    assert len(order.arrangements(by_both, 0)[3]) == 6


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=3), min_size=1, max_size=5), max_size=40))
def test_any_table_can_be_asked(rows):
    for groups in order.arrangements(rows, 0):
        assert sum(map(len, groups)) <= order.MOST_COMPARED
