"""The bell: it counts by itself while somebody looks, and is a plain link without JavaScript."""

import pytest
from playwright.sync_api import expect

from accounts import notices
from accounts.models import Notice

MINUTE = 61_000
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def tell(english, monkeypatch):
    """Wang is told something."""
    monkeypatch.setattr(Notice, "sentences", {"tests.told": "%(who)s asks for an answer"})

    def telling(key):
        with english.inside():
            notices.tell([english.wang], "tests.told", url="/customers/pool/", key=key, who="Mei")

    return telling


@pytest.fixture
def page(windows, english, tell):
    """Wang's list of customers, with one notice unread."""
    tell("1")
    page = windows.of(english.wang)
    page.clock.install()
    page.goto("/customers/")
    page.wait_for_function("document.readyState === 'complete'")
    return page


def test_the_count_of_notices_refreshes_by_itself(page, tell):
    count, title = page.locator(".rail .unread-count"), page.title()
    expect(count).to_contain_text("1")
    tell("2")

    page.clock.run_for(MINUTE)

    expect(count).to_contain_text("2")
    assert page.title() == title


def test_a_page_nobody_looks_at_asks_for_no_notices_until_somebody_does(page, tell):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(HIDE, True)
    tell("2")
    page.clock.run_for(MINUTE)
    expect(page.locator(".rail .unread-count")).to_contain_text("1")
    assert not asked

    page.evaluate(HIDE, False)

    expect(page.locator(".rail .unread-count")).to_contain_text("2")


def test_notices_are_read_without_script(windows, english, tell):
    tell("1")
    page = windows.of(english.wang, java_script_enabled=False)
    page.goto("/customers/")
    page.get_by_role("link", name="Notices").locator("visible=true").click()
    page.get_by_role("link", name="Mei asks for an answer").click()

    expect(page.locator("h1")).to_have_text("Public pool")
    expect(page.locator(".rail .unread-count")).to_be_empty()
