"""A page that is open when its session ends (R85)."""

import re

from playwright.sync_api import expect

from accounts import sessions
from accounts.models import Session


def test_a_page_left_open_goes_to_sign_in_when_its_session_was_ended(windows, company):
    page = windows.of(company.wang)
    page.goto("/notices/")
    expect(page.locator("h1")).to_have_text(company.say("Notices"))
    with company.inside():
        for session in Session.objects.live().filter(person=company.wang).select_related("person"):
            sessions.end(session, by=company.zhao)

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page).to_have_url(re.compile("/account/login/"))
    expect(page.locator("h1")).to_have_text(company.say("Sign in"))
