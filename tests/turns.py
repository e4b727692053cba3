"""Runs of tests side by side share the files: each takes the next that nobody has taken (crm/stack/checks.py)."""

from itertools import groupby
from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "browser"
# Half a minute of processor and more: begun last, one of them would be waited for when everything else is done.
LONG = {
    "test_pages_in_chinese",
    "test_pages_in_english",
    "test_urls",
    "test_chaos",
    "test_access_table",
    "test_claims_races",
}


def pytest_addoption(parser):
    parser.addini("taken", "The folder in which a file of tests is taken: by whoever makes its name there.")


def pytest_collection_modifyitems(items):
    """Browser tests first, so that whoever knows them begins with them; in both what is long, then what has more to read."""
    sizes = {path: path.stat().st_size for path in {item.path for item in items}}

    def turn(item):
        is_browser, is_long = BROWSER in item.path.parents, item.path.stem in LONG
        return not is_browser, not is_long, -sizes[item.path], item.path

    items.sort(key=turn)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """As pytest's own. The next test is known before one ends, so that what both stand on is kept."""
    if session.testsfailed:
        raise session.Interrupted(f"{session.testsfailed} files could not be read")
    ours = taken(session)
    item = next(ours, None)
    while item:
        following = next(ours, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def taken(session):
    """The tests of the files that this run takes."""
    folder = Path(session.config.getini("taken"))
    for path, items in groupby(session.items, key=lambda item: item.path):
        try:
            folder.joinpath("-".join(path.parts[-2:])).touch(exist_ok=False)
        except FileExistsError:
            continue
        yield from items
