"""A rep's day with the keyboard alone; single letters that never disturb who writes."""

from playwright.sync_api import expect

from tests.factories import customer_of


def test_find_open_and_log_without_a_mouse(windows, english):
    """R51: from anywhere to a logged contact by keys."""
    customer = english.customer(english.wang, "Nordhafen Maschinenbau GmbH")
    page = windows.of(english.wang)
    page.goto("/customers/pool/")

    page.keyboard.press("Control+k")
    page.keyboard.type("nordh")
    expect(page.locator("#palette .opt", has_text=customer.name)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(customer.name)
    page.wait_for_load_state()
    page.keyboard.press("l")
    page.keyboard.type("Asked for delivery times.")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".tl")).to_contain_text("Asked for delivery times.")


def test_letters_lead_on_and_are_letters_in_fields(windows, english):
    with english.inside():
        customer_of(english.wang)
    page = windows.of(english.wang)
    page.goto("/customers/")

    page.keyboard.press("/")
    page.keyboard.type("c?g")
    expect(page.locator("#filter")).to_have_value("c?g")
    assert page.url.endswith("/customers/")

    page.locator("#filter").evaluate("field => field.blur()")
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.locator("h1")).to_have_text("Public pool")
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_letters_can_be_switched_off(windows, english):
    """WCAG 2.1.4."""
    with english.inside():
        english.wang.shortcuts = False
        english.wang.save(update_fields=["shortcuts"])
    page = windows.of(english.wang)
    page.goto("/customers/")

    page.keyboard.press("c")
    page.keyboard.press("g")
    page.keyboard.press("p")

    expect(page.locator("h1")).to_have_text("Customers")
