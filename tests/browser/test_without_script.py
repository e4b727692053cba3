"""Without JavaScript every act is still there, by forms and links alone."""

import pytest
from playwright.sync_api import expect

from customers.models import Claim, FollowUp
from tests.browser.pages import SAMPLE
from tests.factories import PASSWORD

NAME = "Fjordlys Energi AS"


@pytest.fixture
def page(windows, company):
    return windows.of(company.wang, java_script_enabled=False)


def send(page, form="main form[method=post]"):
    page.locator(f"{form} button:visible").last.click()


def test_signing_in(windows, company):
    page = windows.of(language=company.language, java_script_enabled=False)
    page.goto("/customers/")
    page.fill("[name=login]", company.wang.email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button.primary").click()

    expect(page.locator("h1")).to_have_text(company.say("Customers"))


def test_creating_following_up_releasing_and_claiming(page, company):
    page.goto("/customers/new/")
    page.fill("[name=name]", NAME)
    page.locator("main button.primary").click()
    expect(page.locator("h1")).to_have_text(NAME)
    page.fill(".compose [name=content]", "Called.")
    send(page, ".compose")
    expect(page.locator(".tl p")).to_have_text("Called.")
    page.locator("main [name=reason]:visible").fill("not a fit")
    send(page, "main form[action$='/release/']")
    expect(page.locator(".toast")).to_have_text(company.say("%(name)s is in the public pool.", name=NAME))
    page.goto("/customers/pool/")
    send(page, "main form[action$='/claim/']")

    expect(page.locator("h1")).to_have_text(NAME)
    with company.inside():
        assert FollowUp.objects.get().content == "Called."
        assert Claim.objects.exclude(released_at=None).get().release_reason == "not a fit"
        assert Claim.objects.get(released_at=None).claimant == company.wang


def test_releasing_needs_a_reason(page, company):
    customer = company.customer(company.wang, NAME)
    page.goto(f"/customers/{customer.pk}/")
    page.locator("main [name=reason]:visible").fill(" ")
    send(page, "main form[action$='/release/']")

    expect(page.get_by_role("alert")).to_have_text(
        company.say("Say in a few words why you release it. Nothing was changed.")
    )


def test_filtering_and_searching(page, company):
    company.customer(company.wang, NAME, country="NO", industry="Energy")
    company.customer(company.wang, "Castell & Roure, S.L.", country="ES", industry="Food")
    page.goto("/customers/")
    page.locator(".filter summary").click()
    page.fill(".filter [name=industry]", "Energy")
    page.locator(".filter .panel button").click()
    expect(page.locator("tbody .nm a")).to_have_text([NAME])
    page.locator("a.chip").click()
    expect(page.locator("tbody .nm a")).to_have_count(2)
    page.locator(".rail .find").click()
    page.fill("main [name=q]", "castell")
    page.keyboard.press("Enter")

    expect(page.locator("main .opt")).to_have_text(["Castell & Roure, S.L."])


def test_importing_a_list(page, company, worker):
    """Waiting is a link that shows how far it is."""
    where_it_stands = page.get_by_role("link", name=company.say("Show the current state")).first
    page.goto("/customers/imports/new/")
    page.set_input_files("[name=file]", SAMPLE[company.language])
    with worker.held():
        send(page)
        expect(page.locator(".prog")).to_contain_text(company.say("Waiting for its turn"))
        where_it_stands.click()
        expect(page.locator(".prog")).to_be_visible()
    for heading in (company.say("Which column is what?"), "companies"):
        worker.catch_up()
        where_it_stands.click()
        expect(page.locator("h1")).to_contain_text(heading)
        with worker.held():  # or it is done before the page is there that says how far it is
            page.locator("main button.primary").click()
            expect(where_it_stands).to_be_visible()
    worker.catch_up()
    where_it_stands.click()

    expect(
        page.get_by_text(company.say("Written. Everything is in the public pool, and anybody may claim it."))
    ).to_be_visible()


def test_language_and_theme_are_switched_and_remembered(page, company):
    other = {"en": "zh-hans", "zh-hans": "en"}[company.language]
    page.goto("/customers/pool/")
    page.locator("button.me").click()
    page.locator("#menu [name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("button.me").click()
    page.locator(f"#menu [name=language][value={other}]").click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    page.goto("/customers/")

    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(20, 24, 30)"
