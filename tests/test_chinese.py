"""The Chinese catalogue as its tools and its readers see it: what xgettext collects, and how Candor writes Chinese."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import allauth.account
import django
import pytest
from django.contrib.auth import password_validation
from django.core import validators
from django.utils import translation
from django.utils.functional import Promise

from audit.words import spoken, words_for
from crm import borrowed_words
from crm.stack import messages

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|(?<!%)%[sd]|\{[a-z_]*\}|</?[a-z][^>]*>")
HAN = "[\u3400-\u9fff]"


def entries(path):
    """The entries of a .po file as {(context, original): translation}; the head is not one."""
    found = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields = messages._fields(line for line in block.strip().splitlines() if not line.startswith("#"))
        if fields.get("msgid"):
            said = [text for key, text in fields.items() if key.startswith("msgstr")]
            found[fields.get("msgctxt", ""), fields["msgid"]] = said[0]
    return found


def kept():
    return entries(CATALOGUE)


def extracting():
    """The command of `make messages`, so that both always collect alike."""
    line = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "makemessages" in line)
    return shlex.split(line.partition("manage ")[2])


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """What `make messages` would find in the source as it is now, collected beside a copy of it."""
    if not shutil.which("xgettext"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("xgettext is missing; apt-get install gettext")
    copy = tmp_path_factory.mktemp("messages") / "source"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.mo", "tests", "static", "staticfiles")
    )
    subprocess.run([sys.executable, "manage.py", *extracting()], cwd=copy, check=True, capture_output=True)
    return copy / CATALOGUE.relative_to(ROOT)


def test_the_catalogue_holds_what_the_source_says(collected):
    said, there = entries(collected).keys(), kept().keys()
    assert not said - there, "`make messages` collects these; then they want a translation"
    assert not there - said, "nobody says these any more; `make messages` takes them out"


def test_nothing_is_empty_or_guessed():
    assert [original for original, text in kept().items() if not text] == []
    assert "fuzzy" not in CATALOGUE.read_text(encoding="utf-8")
    assert "\n#~" not in CATALOGUE.read_text(encoding="utf-8")


def test_placeholders_stay():
    for (_context, original), text in kept().items():
        missing = set(PLACEHOLDER.findall(original)) - set(PLACEHOLDER.findall(text))
        added = set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(original))
        # One form serves one and many, so that the Chinese may name the number where the English singular does not.
        assert not missing, original
        assert added <= {"%(number)s", "%(shown)s", "%(most)s", "%(times)s"}, original


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(f"{HAN}[,.:;?!]", id="English mark after a Chinese character"),
        pytest.param("[!\uff01]", id="exclamation mark"),
        pytest.param("\u60a8", id="distant form of address"),
        pytest.param("\u8fdd\u89c4|\u4f5c\u5f0a|\u5acc\u7591|\u975e\u6cd5", id="a person is judged"),
        pytest.param(f"{HAN} [\uff0c\u3002\uff1a\uff1b\uff1f]|[\uff0c\u3002\uff1a\uff1b\uff1f] ", id="space at a mark"),
        pytest.param(f"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}", id="no space between Chinese and Latin"),
        pytest.param("[\"'\u300c\u300d]", id="quotation marks that are not ours"),
    ],
)
def test_the_chinese_is_written_as_candor_writes_it(wrong):
    texts = (PLACEHOLDER.sub("", text) for text in kept().values())
    assert [text for text in texts if re.search(wrong, text)] == []


def test_every_act_of_the_ledger_is_told_in_chinese():
    messages.compile_all()
    with translation.override("zh-hans"):
        told = {action: words_for(action) for action in spoken()}
        assert all(isinstance(text, Promise) for text in told.values())
        assert [action for action, text in told.items() if not re.search(HAN, str(text))] == []


def test_borrowed_sentences_are_still_said_by_their_lenders():
    lenders = [*Path(allauth.account.__file__).parent.glob("*.py"), *Path(django.__file__).parent.glob("forms/*.py")]
    lenders += [Path(password_validation.__file__), Path(validators.__file__)]
    lent = re.sub(r'"\s+"', "", "".join(path.read_text() for path in lenders))
    borrowed = re.findall(r'"(\S+ .+)"', Path(borrowed_words.__file__).read_text())
    assert len(borrowed) > 10
    assert [sentence for sentence in borrowed if sentence not in lent] == []
