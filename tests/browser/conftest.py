"""A real browser on the real pages: one server, one worker and one browser for all, a window of its own for every test."""

import os
import re
import shutil
from pathlib import Path

import pytest
from django.db import connections
from django.test import override_settings
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.companies import settle
from tests.browser.pages import furnish
from tests.browser.windows import Windows
from tests.browser.worker import Worker

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=en",
    "--js-flags=--no-opt --no-maglev",  # no page lives long enough to win by better machine code
]  # fmt: skip
ARTIFACTS = Path(__file__).parents[2] / ".artifacts"
HERE = Path(__file__).parent
AXE = HERE.parent / "vendor" / "axe.min.js"
PATIENCE = 20_000  # milliseconds: on a busy machine a page comes late, and how fast it is, a benchmark says

expect.set_options(timeout=PATIENCE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Tells the windows of a test whether it failed, so that they keep a picture."""
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


@pytest.fixture(scope="package", autouse=True)
def committed(django_db_setup, django_db_blocker):
    """The server is another thread, so what a test writes must be committed. It stays behind its organisation's wall.

    Playwright keeps an event loop in this thread; Django would take that for asynchronous code and refuse.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    with django_db_blocker.unblock():
        yield
        connections.close_all()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    if before:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="package")
def worker(committed):
    """Does the jobs as soon as they are committed; a test may hold it and look at what people see meanwhile."""
    with Worker() as at_work:
        yield at_work


@pytest.fixture(scope="package")
def server(committed, worker):
    """Candor as crm_app, at an address of its own."""
    serving = LiveServer("localhost")
    serving._live_server_modified_settings.enable()
    patient = override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=7200)  # a slow machine is no reason to ask again
    with patient:
        yield serving.url
    serving._live_server_modified_settings.disable()
    serving.stop()


@pytest.fixture(scope="package")
def browser(committed):
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no browser: `make test` as root installs chromium, or name one in CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def windows(browser, server, worker, request):
    """Opens windows for people: `windows.of(wang)`. A console message in any of them fails the test."""
    opened = Windows(browser, server)
    yield opened
    _conclude(opened, worker, request.node)
    opened.close()


@pytest.fixture(scope="package")
def windows_kept(browser, server):
    opened = Windows(browser, server, script=AXE.read_text())
    yield opened
    opened.close()


@pytest.fixture
def window_of(windows_kept, worker, request):
    """One window for each person, kept from test to test: for tests that only look."""
    yield windows_kept.same
    _conclude(windows_kept, worker, request.node)


def _conclude(windows, worker, test):
    if getattr(test, "failed", False):
        windows.photograph(ARTIFACTS, re.sub(r"[^\w-]+", "-", test.name))
    complaints, windows.complaints = windows.complaints, []
    assert complaints == []
    assert worker.failures == []


@pytest.fixture(params=["en", "zh-hans"])
def company(request, committed):
    """A small organisation that speaks the language of the test."""
    return settle(request.param)


@pytest.fixture
def english(committed):
    return settle("en")


@pytest.fixture(scope="package")
def furnished(committed, worker):
    """Two organisations with something of everything, by language."""
    built = {}

    def of(language):
        if language not in built:
            company = settle(language)
            built[language] = company, furnish(company, worker)
        return built[language]

    return of
