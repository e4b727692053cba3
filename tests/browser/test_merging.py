"""Merging on a phone and without JavaScript: found, compared field by field, merged, read as it was, taken back."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from customers.models import Customer, Merge

ALBUM = os.environ.get("ALBUM")  # a folder for pictures of each page, to be looked at by people


def look(page, name):
    """Nothing scrolls sideways, wide or narrow; with an album, as a picture in both themes."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 780})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        for theme in ("light", "dark") if ALBUM else ():
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=Path(ALBUM, f"merging {name} {theme} {width}.png"), full_page=True)


@pytest.mark.parametrize("company", ["en"], indirect=True)
def test_two_records_become_one_and_part_again(windows, company):
    """R34, R61."""
    kept = company.customer(
        company.wang, "Nordhafen Maschinenbau GmbH", region="Hamburg", website="https://nordhafen.example"
    )
    other = company.customer(company.wang, "Nordhafen Machines Ltd", region="Bremen")
    page = windows.of(company.mei, java_script_enabled=False)
    page.goto(f"/customers/{kept.pk}/")
    page.locator(f"main a[href='/customers/{kept.pk}/merge/']").click()
    page.fill("main [name=q]", "nordhafen")
    page.locator("main form[role=search] button").click()
    look(page, "found")
    page.locator("main .found a").click()
    look(page, "compared")
    page.get_by_label(kept.name, exact=True).first.check()
    page.get_by_label("Bremen").check()
    page.fill("main [name=reason]", "one company, entered twice")
    page.locator("main form[method=post] button.primary").click()
    expect(page.locator("h1")).to_contain_text("Nordhafen")
    look(page, "done")
    page.goto(f"/customers/{other.pk}/")
    look(page, "as it was")
    page.locator(f"main a[href='/customers/{kept.pk}/']").last.click()
    expect(page.locator("main")).to_contain_text("Bremen")
    look(page, "the one that stays")
    page.goto("/customers/merges/")
    look(page, "list")
    page.locator("main td a").first.click()
    page.fill("main [name=reason]", "two after all")
    page.locator("main form[action$='/undo/'] button").last.click()
    expect(page.locator("main form[action$='/undo/']")).to_have_count(0)
    with company.inside():
        assert Merge.objects.get().undone_by == company.mei
        assert [Customer.objects.get(pk=each.pk).region for each in (kept, other)] == ["Hamburg", "Bremen"]
