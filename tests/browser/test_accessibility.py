"""axe finds nothing on any page, in both languages and themes, wide and narrow; nothing scrolls sideways in either."""

import os
from pathlib import Path

import pytest

from tests.browser.companies import settle
from tests.browser.pages import SIGHTS, furnish

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
ASK = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`));
}"""
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # a theme changes colours and nothing else
# Structure and colours do not depend on the language: each language asks everything at one width, and both themes there.
FACES = {
    "en": [("light", 1280, EVERYTHING), ("dark", 1280, COLOURS), ("dark", 390, [])],
    "zh-hans": [("dark", 390, EVERYTHING), ("light", 390, COLOURS), ("light", 1280, [])],
}


@pytest.fixture(scope="package")
def furnished(committed, worker):
    """Two organisations with something of everything, by language."""
    built = {}

    def of(language):
        if language not in built:
            company = settle(language)
            built[language] = company, furnish(company, worker)
        return built[language]

    return of


# Twice as many take twice as long: by turns each is looked at in one language, and in both with EVERY_LANGUAGE=yes.
LOOKED_AT = [
    pytest.param(sight, language, id=f"{sight.name}-{language}")
    for place, sight in enumerate(SIGHTS)
    for turn, language in enumerate(FACES)
    if os.environ.get("EVERY_LANGUAGE") or place % 2 == turn
]


@pytest.mark.parametrize(("sight", "language"), LOOKED_AT)
def test_nothing_stands_in_the_way(window_of, furnished, sight, language):
    """R29. The page is opened once; theme and width change under it, as they do for people."""
    company, furniture = furnished(language)
    page = window_of(getattr(company, sight.who) if sight.who else None, language)
    page.set_viewport_size({"width": 1280, "height": 800})

    sight.open(page, furniture)
    page.evaluate(AXE)

    assert page.locator("html").get_attribute("lang") == language
    for theme, width, rules in FACES[language]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        assert not rules or page.evaluate(ASK, rules) == [], f"{theme}, {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
