"""Words: everything that is said is marked for translation, and said in 简体中文 as well."""

import ast
import re
from functools import cache
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

from crm.stack.messages import catalogue

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
APPS = ["accounts", "audit", "approvals", "customers", "opportunities", "crm"]
CALLS = {
    "_": ("id",), "gettext": ("id",), "gettext_lazy": ("id",), "gettext_noop": ("id",),
    "pgettext": ("context", "id"), "pgettext_lazy": ("context", "id"),
    "ngettext": ("id", "plural"), "ngettext_lazy": ("id", "plural"),
    "npgettext": ("context", "id", "plural"), "npgettext_lazy": ("context", "id", "plural"),
}  # fmt: skip
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(({STRING})(?:,\s*({STRING}))?(?:,\s*({STRING}))?")
CLASSES = {"wider"}  # a block that fills in a class, not a text
SAME_EVERYWHERE = CLASSES | {
    "SHA",
    "K",
    "Candor",
    "English",
    "简体中文",
    "中",
    "EN",
    "Ctrl",
    "Esc",
    "Enter",
    "Tab",
    "Shift",
}


def key(name, strings):
    """As gettext looks it up: context, an end of transmission, singular, a zero, plural."""
    parts = dict(zip(CALLS[name], strings, strict=False))
    context = f"{parts['context']}\4" if "context" in parts else ""
    return context + parts["id"] + (f"\0{parts['plural']}" if "plural" in parts else "")


def said_in_python(path):
    for node in ast.walk(ast.parse(path.read_text())):
        name = isinstance(node, ast.Call) and (getattr(node.func, "id", None) or getattr(node.func, "attr", None))
        if name in CALLS:
            strings = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if len(strings) >= len(CALLS[name]):
                yield key(name, strings)


def said_in_template(path):
    for name, *strings in IN_TEMPLATE.findall(templatize(path.read_text())):
        yield key(name, [ast.literal_eval(string) for string in strings if string])


@cache
def said():
    """{what is said: where}."""
    found = {}
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            found |= dict.fromkeys(said_in_python(path), str(path.relative_to(ROOT)))
    for path in (each for each in (ROOT / "templates").rglob("*") if each.suffix in (".html", ".txt")):
        found |= dict.fromkeys(said_in_template(path), str(path.relative_to(ROOT)))
    return found


@cache
def translated():
    finished = catalogue(CATALOGUE.read_text(encoding="utf-8"))
    return {original.decode(): text.decode() for original, text in finished.items() if original}


def test_everything_that_is_said_is_said_in_chinese():
    """Fuzzy and empty entries count as missing."""
    missing = {text: place for text, place in said().items() if text not in translated()}
    assert missing == {}


def test_the_catalogue_holds_nothing_that_nobody_says():
    assert translated().keys() - said().keys() == set()


def holes(text):
    """Placeholders and tags: what a translation must neither lose nor invent."""
    return sorted(set(re.findall(r"%\(\w+\)s|%[sd]|\{\w*\}|</?[a-z][^>]*>", text)))


def test_a_translation_keeps_what_is_filled_in():
    for original, texts in translated().items():
        singular, _, plural = original.rpartition("\4")[2].partition("\0")
        for text in texts.split("\0"):
            assert holes(text) == holes(plural or singular), original


def test_nothing_is_written_into_a_page_without_being_marked():
    """Text between tags, and the attributes that are read aloud or shown."""
    bare = []
    for path in (ROOT / "templates").rglob("*.html"):
        if "styleguide" not in str(path):
            bare += [f"{path.relative_to(ROOT)}: {text}" for text in unmarked(path.read_text())]
    assert bare == []


def unmarked(source):
    inside_translation, plain = False, []
    for token in Lexer(source).tokenize():
        name = token.contents.split(None, 1)[0] if token.token_type == TokenType.BLOCK else ""
        if name in ("blocktranslate", "endblocktranslate", "comment", "endcomment"):
            inside_translation = not name.startswith("end")
        plain.append(token.contents if token.token_type == TokenType.TEXT and not inside_translation else "\0")
    page = re.sub(r"<!--.*?-->|<(script|style|pre).*?</\1>", "", "".join(plain), flags=re.S)
    shown = re.findall(r'\s(?:title|label|placeholder|alt|aria-label|heading)="([^"\0]*)"', page)
    for text in [*shown, *re.split(r"\0", re.sub(r"<[^>]*>", "\0", page))]:
        if re.search(r"[^\W\d_]{2}", text) and not set(re.findall(r"[^\W\d_]+", text)) <= SAME_EVERYWHERE:
            yield " ".join(text.split())
