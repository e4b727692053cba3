"""axe finds nothing on any page, in both languages and themes, wide and narrow; nothing scrolls sideways in either."""

import os
from pathlib import Path

import pytest

from tests.browser.pages import SIGHTS

ASK = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`));
}"""
# What is wider than its column and the gap beside it lies on the next one, which the width of the page does not tell.
SPILLS = """() => [...document.querySelectorAll(".with-aside > *")]
  .map(column => [column.scrollWidth - column.clientWidth, column.outerHTML.slice(0, 200)]).filter(([over]) => over > 24)"""
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # a theme changes colours and nothing else
# Structure and colours do not depend on the language: each language asks everything at one width and in one theme.
FACES = {
    "en": [("light", 1280, EVERYTHING), ("dark", 390, [])],
    "zh-hans": [("dark", 390, EVERYTHING), ("light", 1280, [])],
}
# Twice as many take twice as long: by turns each is looked at in one language, and with EVERY_FACE=yes in both, with
# the colours of both themes.
EVERY_FACE = bool(os.environ.get("EVERY_FACE"))
ALBUM = os.environ.get("ALBUM")  # a folder for a picture of every face, to be looked at by people


def sights_in(language):
    """The pages to look at in this language."""
    turn = list(FACES).index(language)
    return [pytest.param(sight, id=sight.name) for place, sight in enumerate(SIGHTS) if EVERY_FACE or place % 2 == turn]


def look(window_of, furnished, sight, language):
    """R29. The page is opened once; theme and width change under it, as they do for people."""
    company, furniture = furnished(language)
    page = window_of(getattr(company, sight.who) if sight.who else None, language)
    page.set_viewport_size({"width": 1280, "height": 800})
    sight.open(page, furniture)

    assert page.locator("html").get_attribute("lang") == language
    for theme, width, rules in FACES[language]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        if ALBUM:
            page.screenshot(path=Path(ALBUM, language, f"{sight.name} {theme} {width}.png"), full_page=True)
        asked = rules or (COLOURS if EVERY_FACE else [])
        assert not asked or page.evaluate(ASK, asked) == [], f"{theme}, {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SPILLS) == []
