"""The look is kept by tests: contrast, weight, strict policy, vendored files, and a styleguide that shows everything."""

import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from crm import errors, styleguide

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates" / "cotton").glob("*.html"))
CSS = (STATIC / "css" / "candor.css").read_text()
STATES = ("free", "taken", "pool", "dispute", "review", "wait", "yes", "no", "idle")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def tokens():
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", CSS)
    return {name: (light, dark) for name, light, dark in pairs}


def texts_on_grounds():
    grounds = ("sheet", "ground", "inset", "hover")
    yield from ((text, ground) for text in ("ink", "ink-2", "ink-3", "dai", "bronze") for ground in grounds)
    yield from (
        ("dai", "dai-wash"),
        ("ink", "dai-wash"),
        ("ink-3", "dai-wash"),
        ("bronze", "bronze-wash"),
        ("ink-2", "bronze-wash"),
    )
    yield from (("on-dai", "dai-solid"), ("on-dai", "dai-deep"), ("sheet", "ink"), ("ink", "free-wash"))
    for state in STATES:
        yield from (
            (state, "sheet"),
            (state, "hover"),
            (state, f"{state}-wash"),
            ("ink", f"{state}-wash"),
            ("ink-2", f"{state}-wash"),
        )


@pytest.mark.parametrize(("text", "ground"), [*texts_on_grounds()])
def test_text_is_readable_in_both_themes(text, ground):
    for theme in (0, 1):
        assert contrast(tokens()[text][theme], tokens()[ground][theme]) >= 4.5


@pytest.mark.parametrize("line", ["edge", "dai", "no"])
def test_borders_of_controls_are_visible_in_both_themes(line):
    for theme in (0, 1):
        assert contrast(tokens()[line][theme], tokens()["sheet"][theme]) >= 3


@pytest.mark.parametrize("folder", [STATIC / "vendor", ROOT / "tests" / "vendor"], ids=["pages", "tests"])
def test_vendored_files_are_what_they_say(folder):
    listed = json.loads((folder / "VENDOR.json").read_text())
    assert {folder / one["file"] for one in listed} == set(folder.rglob("*.js"))
    for one in listed:
        content = (folder / one["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
        assert b"sourceMappingURL" not in content
        assert one["version"]
        assert one["licence"]
        assert one["source"]


def test_scripts_and_styles_of_a_page_weigh_at_most_30_kilobytes():
    files = [STATIC / "css" / "candor.css", STATIC / "vendor" / "htmx" / "htmx.min.js", *(STATIC / "js").glob("*.js")]
    assert sum(len(brotli.compress(file.read_bytes())) for file in files) <= 30_000


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_keeps_the_strict_policy_and_stays_short(template):
    text = template.read_text()
    assert not re.search(r"\sstyle=|<style|javascript:|\son\w+=|\bhx-on|hx-(vals|headers)=.?js:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_live_values_go_only_into_attributes_a_component_declares(template):
    """An undeclared `:attribute` is printed into the tag without escaping, and one with a filter is silently empty."""
    for name, attributes in re.findall(
        r"<c-([a-z.-]+)((?:\s+[^\s/>\"=]+(?:=\"[^\"]*\")?)*)\s*/?>", template.read_text()
    ):
        live = set(re.findall(r"\s:([\w-]+)=", attributes)) - {"attrs"}
        assert not live or live <= declared(name), f"c-{name}"
        assert not re.search(r"\s:[\w-]+=\"[^\"]*\|", attributes), f"c-{name}"


def declared(component):
    source = (ROOT / "templates" / "cotton" / f"{component.replace('-', '_')}.html").read_text()
    found = re.search(r"<c-vars (.*?)/>", source, re.DOTALL)
    return set(re.findall(r"([\w-]+)=\"", found[1])) if found else set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_form_that_writes_carries_its_keys(template):
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", template.read_text(), re.DOTALL):
        assert "{% csrf_token %}" in form
        assert "{% once %}" in form


def test_styleguide_shows_every_component():
    shown = "".join(path.read_text() for path in (ROOT / "templates" / "styleguide").glob("*.html"))
    shown += (ROOT / "templates" / "base.html").read_text()
    missing = [path.stem for path in COMPONENTS if not re.search(rf"<c-{path.stem.replace('_', '-')}[\s/>]", shown)]
    assert missing == []


def test_readme_lists_every_component():
    listed = set(re.findall(r"`c-([a-z-]+)`", (ROOT / "templates" / "cotton" / "README.md").read_text()))
    assert listed == {path.stem.replace("_", "-") for path in COMPONENTS}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_styleguide_has_every_face(language, theme):
    page = drawn(f"/styleguide/?language={language}&theme={theme}")
    assert f'lang="{language}"' in page
    assert f'data-theme="{theme}"' in page


@pytest.mark.parametrize("question", ["?language=no-such&theme=neon", "?language=%00"])
def test_styleguide_answers_to_nonsense(question):
    assert "data-theme" not in drawn(f"/styleguide/{question}")


def drawn(address):
    """The styleguide without session and database: it must need neither."""
    return styleguide.styleguide(RequestFactory().get(address)).content.decode()


@pytest.mark.parametrize("code", ["400", "413", "415", "500"])
def test_early_error_pages_need_neither_request_nor_database(code):
    assert f">{code}<" in render_to_string(f"{code}.html")


def test_the_page_of_an_error_in_the_database_asks_it_nothing():
    """Its transaction is broken by then, even for somebody signed in."""
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(is_authenticated=True)
    assert errors.broken(request).status_code == 500
