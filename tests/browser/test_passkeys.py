"""A passkey in a real browser, with an authenticator of the browser's own making: set up, shown, and asked for again
(R81)."""

import pytest
from playwright.sync_api import expect

from accounts.models import SecondFactor, Session
from tests.factories import PASSWORD

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def by_name(settings, server):
    """Passkeys belong to a name; the server of the tests has one."""
    settings.BASE_URL = server


def hold_a_key(page):
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]


def test_a_passkey_is_set_up_and_opens_the_way_in(windows, company, by_name):
    page = windows.of(company.mei)
    page.goto("/account/second-factors/passkey/")
    hold_a_key(page)
    page.fill("main [name=name]", "Laptop")
    page.locator("main button.primary").click()
    expect(page.locator(".codes li")).to_have_count(10)

    page.goto("/account/logout/")
    page.locator("main button.primary").click()
    page.fill("[name=login]", company.mei.email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button.primary").click()
    expect(page.locator("h1")).to_have_text(company.say("Second factor"))
    page.get_by_role("button", name=company.say("Use a passkey")).click()

    expect(page.locator("h1")).to_have_text(company.say("My day"))
    with company.inside():
        assert SecondFactor.objects.get().used_at is not None
        assert Session.objects.live().filter(person=company.mei).latest("began_at").factor == "passkey"


def test_who_has_the_key_not_at_hand_is_told_what_else_there_is(windows, english, by_name):
    page = windows.of(english.mei)
    page.goto("/account/second-factors/passkey/")
    line, key = hold_a_key(page)
    page.fill("main [name=name]", "Laptop")
    page.locator("main button.primary").click()
    expect(page.locator(".codes li")).to_have_count(10)
    line.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto("/account/logout/")
    page.locator("main button.primary").click()
    page.fill("[name=login]", english.mei.email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button.primary").click()
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("The passkey was not shown. Try again, or show a code instead.")).to_be_visible()
    assert not page.evaluate("document.querySelector('[name=answer]').value")
