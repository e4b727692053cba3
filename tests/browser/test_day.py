"""A rep's day: find one, claim one, log three follow-ups with what comes next, release one. By keyboard alone, and on a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from customers.models import Claim, FollowUp, NextStep
from customers.next_steps import plan, today

PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
FOUND, CLAIMED, OTHER = "Nordhafen Maschinenbau GmbH", "Harbour Street Robotics Pty Ltd", "Fjordlys Energi AS"
SAID = ["They want a pilot in spring.", "Sent the drawing.", "Introduced ourselves."]


@pytest.fixture
def day(company):
    """Two customers of Wang's, one of them with a step that is due, and one company in the pool."""
    company.customer(company.wang, FOUND)
    other = company.customer(company.wang, OTHER)
    company.in_pool(CLAIMED)
    with company.inside():
        plan(other, by=company.wang, what="Send the drawing", due_on=today())
    return company


def in_days(company, days):
    with company.inside():
        return today() + timedelta(days=days)


def what_the_day_left(company):
    """The same, however it was done."""
    with company.inside():
        assert {entry.content for entry in FollowUp.objects.all()} == set(SAID)
        steps = {step.what: step for step in NextStep.objects.all()}
        assert (steps["Call Anna"].due_on, steps["Call Anna"].state) == (today() + timedelta(days=1), "open")
        assert steps["Send the drawing"].done_with.content == SAID[1]
        assert steps["Send the offer"].state == "dropped"  # it went to the pool with its customer
        assert Claim.objects.exclude(released_at=None).get().customer.name == CLAIMED


# By keyboard alone


def arrive(page, heading):
    expect(page.locator("h1")).to_have_text(heading)
    page.wait_for_function("document.readyState === 'complete'")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def reach(page, target, most=40):
    """Tab until the focus is there."""
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard does not reach it")


def arrange(page, what):
    """The next step in its drop, from the field of the follow-up; it is for tomorrow unless one says otherwise."""
    reach(page, page.locator(".compose .drop summary").first)
    press(page, "Enter")
    reach(page, page.locator("[name=next_what]"))
    page.keyboard.type(what)


def send(page, said):
    press(page, "Control+Enter")
    expect(page.locator(".tl")).to_contain_text(said)
    page.wait_for_function("document.readyState === 'complete'")


def test_a_reps_day_by_keyboard_alone(windows, day):
    """R51: the mouse is not touched. One required field, and two actions: L, then Ctrl and Enter."""
    company, page = day, windows.of(day.wang)
    page.goto("/")
    arrive(page, company.say("My day"))

    press(page, "Control+k")  # find a customer
    page.keyboard.type("nordh")
    expect(page.locator("#palette .opt")).to_have_text([FOUND])
    press(page, "Enter")
    arrive(page, FOUND)
    press(page, "l")
    page.keyboard.type(SAID[0])
    arrange(page, "Call Anna")
    send(page, SAID[0])

    press(page, "g", "d")  # what was arranged for today
    arrive(page, company.say("My day"))
    reach(page, page.locator(".todo a.btn").first)
    press(page, "Enter")
    arrive(page, OTHER)
    expect(page.locator("[name=content]")).to_be_focused()
    page.keyboard.type(SAID[1])
    send(page, SAID[1])

    press(page, "g", "p")  # claim one from the pool
    arrive(page, company.say("Public pool"))
    press(page, "/")
    page.keyboard.type("robot")
    press(page, "Enter")
    page.wait_for_url("**q=robot*")
    page.wait_for_function("document.readyState === 'complete'")
    press(page, "j", "Enter")
    arrive(page, CLAIMED)
    press(page, "l")
    page.keyboard.type(SAID[2])
    arrange(page, "Send the offer")
    send(page, SAID[2])

    press(page, "r")  # release it
    expect(page.locator("#release")).to_be_visible()
    reach(page, page.locator("#release [name=reason]"))
    page.keyboard.type("not a fit")
    press(page, "Control+Enter")
    expect(page.locator(".toast")).to_have_text(company.say("%(name)s is in the public pool.", name=CLAIMED))
    what_the_day_left(company)


def test_l_leads_to_a_page_to_log_on_where_there_is_no_field(windows, day):
    """From anywhere: L, the customer, the sentence."""
    company, page = day, windows.of(day.wang)
    page.goto("/notices/")
    arrive(page, company.say("Notices"))
    press(page, "l")
    page.wait_for_url("**/customers/log/")
    page.wait_for_function("document.readyState === 'complete'")
    expect(page.locator("main [name=q]")).to_be_focused()
    page.keyboard.type("fjord")
    press(page, "Enter")
    page.wait_for_url("**q=fjord*")
    page.wait_for_function("document.readyState === 'complete'")
    reach(page, page.locator("main .opt").first)
    press(page, "Enter")
    arrive(page, OTHER)
    expect(page.locator("[name=content]")).to_be_focused()


# On a phone


def log_on_the_phone(page, company, said, what="", days=0):
    page.locator(".compose [name=content]").fill(said)
    if what:
        page.locator(".compose .drop summary").first.tap()
        page.locator("[name=next_what]").fill(what)
        page.locator("[name=next_day]").fill(f"{in_days(company, days)}")
        page.locator(".compose [name=content]").tap()  # the sheet goes
    page.locator(".compose button[type=submit]").tap()
    expect(page.locator(".tl")).to_contain_text(said)


def test_a_reps_day_on_a_phone(windows, day):
    """390 px: three actions from anywhere (Log, the customer, Record), two from the page of the customer."""
    company, page = day, windows.of(day.wang, **PHONE)
    page.goto("/")
    expect(page.locator("h1")).to_have_text(company.say("My day"))
    tabs = page.locator(".tabs")
    expect(tabs.locator(".tab")).to_have_count(5)

    tabs.locator("a[href='/customers/log/']").tap()
    page.locator("main .opt", has_text=FOUND).tap()
    expect(page.locator("h1")).to_have_text(FOUND)
    log_on_the_phone(page, company, SAID[0], "Call Anna", 1)

    tabs.locator("a[href='/day/']").tap()
    page.locator(".todo a.btn").first.tap()
    expect(page.locator("h1")).to_have_text(OTHER)
    log_on_the_phone(page, company, SAID[1])

    tabs.locator("button").tap()
    page.locator("#menu a[href='/customers/pool/']").tap()
    page.locator("tr", has_text=CLAIMED).get_by_role("button").tap()
    expect(page.locator("h1")).to_have_text(CLAIMED)
    log_on_the_phone(page, company, SAID[2], "Send the offer", 3)

    page.locator("[commandfor=release][command=show-modal]").tap()
    page.locator("#release [name=reason]").fill("not a fit")
    page.locator("#release button.primary").tap()
    expect(page.locator(".toast")).to_have_text(company.say("%(name)s is in the public pool.", name=CLAIMED))
    what_the_day_left(company)
