"""A collision case in the browser, from the lost claim to the verdict."""

from playwright.sync_api import Page, expect

from tests.browser.companies import settle

COMPANY = "Zhuoran Logistics Ltd"


def test_both_file_and_who_was_drawn_decides(windows, committed):
    """R9, R31, R34. Contested from the form, sealed on both sides, decided by who was drawn, read by both."""
    company = settle("en")
    company.customer(company.wang, COMPANY)
    owner, rival, arbiter = windows.of(company.wang), windows.of(company.li), windows.of(company.he)

    contest(rival, company)
    case = rival.url
    file(rival, "Ms Guo works with me.")
    expect(rival.locator("main")).not_to_contain_text("Ms Guo works with me.")
    owner.goto(case)
    expect(owner.locator("main")).not_to_contain_text("Ms Guo works with me.")
    file(owner, "Mr Tang wrote to me.")
    for page in (owner, rival):
        page.goto(case)
        expect(page.locator("main")).to_contain_text("Mr Tang wrote to me.")
        expect(page.locator("main")).to_contain_text("Ms Guo works with me.")

    arbiter.goto(case)
    arbiter.get_by_label("First claim with outside evidence").check()
    arbiter.get_by_label("Party A owns it and Party B works on it, too").check()
    arbiter.fill("[name=share_a]", "80")
    arbiter.fill("[name=share_b]", "20")
    arbiter.fill("[name=words]", "A was first.")
    arbiter.get_by_role("button", name="Give verdict").click()

    rival.goto(case)
    expect(rival.locator("main")).to_contain_text("A was first.")
    expect(rival.get_by_role("button", name="Appeal…")).to_be_visible()


def contest(page: Page, company):
    page.goto("/customers/new/")
    page.fill("main [name=name]", COMPANY)
    page.click("main form:not([role=search]) button.primary")
    expect(page.locator("body")).not_to_contain_text(company.wang.name)
    page.get_by_role("link", name="Contest this").click()
    page.get_by_label(COMPANY).check()
    page.fill("main [name=reason]", "I was there in August")
    page.get_by_role("button", name="Contest it").click()
    expect(page.locator("h1")).to_contain_text("Who was first with")
    expect(page.locator("main")).to_contain_text(company.wang.name)


def file(page: Page, words):
    page.fill("main [name=words]", words)
    page.get_by_role("button", name="File and seal").click()
