"""A rep's day with the keyboard alone; single letters that never disturb who writes."""

import pytest
from playwright.sync_api import expect

# What an input method sends while it composes: browsers say so in one way or the other.
COMPOSING = """([key, how]) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...how }))"""


@pytest.fixture
def page(windows, english):
    """The list of a rep who has two customers."""
    english.customer(english.wang, "Nordhafen Maschinenbau GmbH")
    english.customer(english.wang, "Fjordlys Energi AS")
    page = windows.of(english.wang)
    arrive(page, "/customers/")
    return page


def arrive(page, address="", heading=""):
    """Shortcuts work as soon as a page is there, not before."""
    if address:
        page.goto(address)
    if heading:
        expect(page.locator("h1")).to_have_text(heading)
    page.wait_for_function("document.readyState === 'complete'")


def test_find_open_and_log_without_a_mouse(page):
    """R51: from anywhere to a logged contact by keys."""
    arrive(page, "/customers/pool/")
    page.keyboard.press("Control+k")
    page.keyboard.type("nordh")
    expect(page.locator("#palette .opt")).to_have_text(["Nordhafen Maschinenbau GmbH"])
    page.keyboard.press("Enter")
    arrive(page, heading="Nordhafen Maschinenbau GmbH")
    page.keyboard.press("l")
    page.keyboard.type("Asked for delivery times.")
    page.keyboard.press("Shift+Tab")  # back from nothing in particular: the field keeps what was typed
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".tl p").first).to_have_text("Asked for delivery times.")


def test_arrows_choose_in_the_palette_and_escape_closes_it(page):
    page.keyboard.press("Control+k")
    options = page.locator("#palette .opt")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()
    assert page.url.endswith("/customers/")


def test_rows_are_walked_and_opened(page):
    names = page.locator("tbody a").all_text_contents()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tbody a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text(names[0])


def test_g_and_a_letter_lead_to_a_page(page):
    page.keyboard.press("g")
    page.keyboard.press("p")
    arrive(page, heading="Public pool")
    page.keyboard.press("g")
    page.keyboard.press("c")
    arrive(page, heading="Customers")
    page.keyboard.press("c")

    expect(page.locator("h1")).to_have_text("New customer")


def test_letters_are_letters_in_a_field(page):
    page.keyboard.press("/")
    page.keyboard.type("c?gp")

    expect(page.locator("#filter")).to_have_value("c?gp")
    expect(page.locator("#shortcuts")).to_be_hidden()
    assert page.url.endswith("/customers/")


@pytest.mark.parametrize("how", [{"isComposing": True}, {"keyCode": 229}], ids=str)
def test_nothing_happens_while_an_input_method_composes(page, how):
    for key in ("?", "c", "j"):
        page.evaluate(COMPOSING, [key, how])
    page.evaluate(COMPOSING, ["k", how | {"ctrlKey": True}])
    expect(page.locator("#shortcuts")).to_be_hidden()
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("body")).to_be_focused()

    page.keyboard.press("Control+k")
    expect(page.locator("#palette .opt[aria-selected=true]")).to_be_visible()
    page.evaluate(COMPOSING, ["Enter", how])

    expect(page.locator("#palette")).to_be_visible()
    assert page.url.endswith("/customers/")


def test_the_help_lists_what_this_page_knows(page):
    page.keyboard.press("?")
    listed = page.locator("#shortcuts .keys")
    expect(page.locator("#shortcuts")).to_be_visible()
    for words in ("Search or jump", "Public pool", "New customer", "Name or short name"):
        expect(listed.filter(has_text=words)).to_have_count(1)
    page.keyboard.press("Escape")

    expect(page.locator("#shortcuts")).to_be_hidden()


def test_letters_can_be_switched_off_in_this_browser(page):
    """WCAG 2.1.4; what is not a single letter stays."""
    page.keyboard.press("?")
    page.get_by_label("Single-letter shortcuts in this browser").uncheck()
    page.keyboard.press("Escape")
    arrive(page, "/customers/")
    for letter in "c?gp":
        page.keyboard.press(letter)
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.keyboard.press("Control+k")

    expect(page.locator("#palette")).to_be_visible()
    assert page.url.endswith("/customers/")


def test_letters_can_be_switched_off_for_a_person(windows, english):
    with english.inside():
        english.wang.shortcuts = False
        english.wang.save(update_fields=["shortcuts"])
    page = windows.of(english.wang)
    arrive(page, "/customers/")
    for letter in "cgp":
        page.keyboard.press(letter)

    expect(page.locator("h1")).to_have_text("Customers")


def test_a_form_is_sent_with_control_and_enter(page):
    arrive(page, "/customers/new/")
    page.keyboard.press("Tab")  # skip link
    page.get_by_label("Registered name").focus()
    page.keyboard.type("Castell & Roure, S.L.")
    page.keyboard.press("Control+Enter")

    expect(page.locator("h1")).to_have_text("Castell & Roure, S.L.")
