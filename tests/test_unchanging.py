"""Words and addresses that templates say are found once: for each language, and only where nothing else decides them."""

import pytest
from django.template import engines
from django.utils import translation

from crm.templatetags.unchanging import Unchanging


def drawn(text, language="en", **words):
    template = engines["django"].from_string(text)
    with translation.override(language):
        return template.render(words)


def nodes(text):
    return engines["django"].from_string(text).template.nodelist


@pytest.mark.parametrize("load", ["", "{% load i18n %}"])
def test_a_word_is_kept_for_each_language(load):
    template = engines["django"].from_string(load + '{% translate "Customers" %}')
    for _time in range(2):
        with translation.override("en"):
            assert template.render() == "Customers"
        with translation.override("zh-hans"):
            assert template.render() == "客户"


@pytest.mark.parametrize(
    "text", ['{% translate "Customers" %}', "{% translate 'until' context 'a time' %}", "{% url 'customers:list' %}"]
)
def test_what_is_written_is_kept(text):
    assert isinstance(nodes(text)[0], Unchanging)


@pytest.mark.parametrize(
    "text",
    [
        "{% translate word %}",
        '{% translate "Customers"|upper %}',
        '{% translate "Customers" as word %}',
        '{% translate "until" context where %}',
        "{% url page %}",
        "{% url 'customers:detail' pk %}",
        "{% url 'customers:list' as there %}",
    ],
)
def test_what_depends_on_the_page_is_not_kept(text):
    assert not isinstance(nodes(text)[0], Unchanging)


def test_what_depends_on_the_page_is_said_anew():
    assert drawn("{% translate word %}", "zh-hans", word="Customers") == "客户"
    assert drawn('{% translate "Customers" as said %}{{ said }}!', "zh-hans") == "客户!"
