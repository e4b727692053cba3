"""A request is asked for, decided at two levels and carried out, by the keyboard alone; on the desk and on the phone."""

import pytest
from playwright.sync_api import expect

from approvals import mail_link
from approvals.kinds import kind_named
from approvals.models import Approval
from customers.models import Customer
from tests.browser.waiting import in_force

TWO_LEVELS = {
    "lines": [{"when": [], "steps": [{"turn": 1, "who": "manager", "level": 1}, {"turn": 2, "who": "manager", "level": 2}]}],
    "hours": 48, "highest": False, "bulk": False, "confirm": False,
}  # fmt: skip
WHY = {"en": "Li Na speaks German", "zh-hans": "李娜懂德语"}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def customer(company):
    with company.inside():
        in_force(company, kind_named("customers.transfer"), TWO_LEVELS)
    return company.customer(company.wang, "Nordhafen Maschinenbau GmbH")


def press_to(page, target):
    """Tab until this element has the focus, as somebody does who has no mouse."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("the keyboard does not reach it")


def open_by_keys(page, company, approval):
    """From the first page to the request: G A, J, Enter."""
    page.goto("/")
    page.wait_for_function("document.readyState === 'complete'")
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text(company.say("Approvals"))
    page.wait_for_function("document.readyState === 'complete'")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(approval.asked["customer"])
    page.wait_for_function("document.readyState === 'complete'")


def ask(page, company, customer):
    page.goto(f"/customers/{customer.pk}/transfer/")
    page.locator("[name=to]").focus()
    page.keyboard.type(company.li.name[0])
    page.locator("[name=to]").select_option(str(company.li.pk))
    press_to(page, page.locator("[name=reason]"))
    page.keyboard.type(WHY[company.language])
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text(customer.name)
    with company.inside():
        return Approval.objects.get(subject_id=customer.pk, state="pending")


def state_of(company, approval):
    with company.inside():
        return Approval.objects.get(pk=approval.pk).state


def test_rep_manager_and_director_by_keyboard_alone(windows, company, customer):
    """R11, R12, R28. No single key decides: a decision is not an accident."""
    approval = ask(windows.of(company.wang, company.language), company, customer)
    manager = windows.of(company.mei, company.language)
    open_by_keys(manager, company, approval)
    for key in ("Enter", "a", "y", "Control+Enter"):
        manager.keyboard.press(key)
    assert state_of(company, approval) == "pending"
    press_to(manager, manager.locator("aside button.primary"))
    manager.keyboard.press("Enter")
    expect(manager.locator(".toast")).to_have_text(company.say("Approved. The next step is told."))
    assert state_of(company, approval) == "pending"

    director = windows.of(company.he, company.language)
    open_by_keys(director, company, approval)
    press_to(director, director.locator("aside button.primary"))
    director.keyboard.press("Enter")
    expect(director.locator(".toast")).to_have_text(company.say("Approved, and done as asked."))
    with company.inside():
        assert Customer.objects.get(pk=customer.pk).owner == company.li


def test_returned_on_the_phone_and_read_by_who_asked(windows, company, customer):
    rep = windows.of(company.wang, company.language, **PHONE)
    approval = ask(rep, company, customer)
    manager = windows.of(company.mei, company.language, **PHONE)
    manager.goto("/approvals/")
    manager.get_by_role("link", name=customer.name).click()
    reason = manager.locator("aside [name=reason]").first
    manager.get_by_role("button", name=company.say("Return"), exact=True).click()
    expect(
        manager.get_by_text(company.say("Say in a few words what is missing or why not. Nothing was decided."))
    ).to_be_visible()
    reason.fill("?")
    manager.get_by_role("button", name=company.say("Return"), exact=True).click()
    expect(manager.locator(".toast")).to_be_visible()
    assert manager.evaluate("document.documentElement.scrollWidth") <= 390

    rep.goto("/notices/")
    rep.get_by_role("link", name=customer.name).first.click()
    expect(rep.locator("main .st").first).to_have_text(company.say("Returned"))
    assert state_of(company, approval) == "returned"


def test_a_letter_is_enough_to_decide(windows, company, customer):
    approval = ask(windows.of(company.wang, company.language), company, customer)
    path = "/approvals/" + mail_link.to(approval, company.mei).partition("/approvals/")[2]
    reader = windows.of(language=company.language, **PHONE)
    reader.goto(path)
    reader.locator("button.primary").click()
    expect(reader.get_by_text(company.say("Approved. The next step is told."))).to_be_visible()
    reader.goto("/approvals/")
    assert "/account/login/" in reader.url
