"""What no page may carry, and what every form must."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def templates():
    return sorted((ROOT / "templates").rglob("*.html"))


def where(path):
    return str(path.relative_to(ROOT))


def test_templates_carry_no_style_and_no_script():
    """The content security policy has no `unsafe-*`: whatever is written into a page does not run and does not show."""
    inline = re.compile(r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:|hx-on", re.I)
    for path in templates():
        assert not inline.search(path.read_text()), where(path)


def test_every_form_that_posts_carries_both_keys():
    """The one against forged requests, and the one against doing it twice."""
    for path in templates():
        if "account/" in where(path):  # allauth's pages, for whom nobody has signed in yet
            continue
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.S):
            if re.search(r'method="post"', form, re.I):
                assert "{% csrf_token %}" in form, where(path)
                assert "{% once %}" in form, where(path)
