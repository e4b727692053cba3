"""Without JavaScript every act is still there."""

from playwright.sync_api import expect

from customers.models import Claim, FollowUp
from tests.browser.pages import SAMPLE


def test_a_day_without_script(windows, worker, company):
    """Created, followed up, released with a reason, claimed again, a list uploaded: by forms alone."""
    page = windows.of(company.wang, java_script_enabled=False)

    page.goto("/customers/new/")
    page.fill("[name=name]", "Fjordlys Energi AS")
    page.locator("main form[method=post] button.primary").click()
    expect(page.locator("h1")).to_have_text("Fjordlys Energi AS")
    page.fill(".compose [name=content]", "Called.")
    page.locator(".compose button.primary").click()
    expect(page.locator(".tl")).to_contain_text("Called.")
    page.locator("main noscript [name=reason], main [name=reason]:visible").first.fill("not a fit")
    page.locator("main form[action$='/release/'] button:visible").last.click()
    page.goto("/customers/pool/")
    page.locator("form[action$='/claim/'] button").click()
    expect(page.locator("h1")).to_have_text("Fjordlys Energi AS")
    page.goto("/customers/imports/new/")
    page.set_input_files("[name=file]", SAMPLE[company.language])
    page.locator("main form[method=post] button.primary").click()
    worker.catch_up()
    page.reload()

    expect(page.locator("h1")).to_have_text(company.say("Which column is what?"))
    with company.inside():
        assert FollowUp.objects.get().content == "Called."
        assert Claim.objects.filter(released_at=None).count() == 1
        assert Claim.objects.exclude(released_at=None).get().release_reason == "not a fit"
