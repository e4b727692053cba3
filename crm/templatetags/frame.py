"""The links of the navigation. They stand on every page up to three times, so they are tags, as the marks are."""

from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.templatetags.marks import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def entry(context: Context, link: dict, keyed: bool = False) -> SafeString:
    """A link of the navigation with what it counts; `keyed` where it stands with its shortcut."""
    current = mark_safe(' aria-current="page"') if link.get("current") else ""
    key = format_html(' data-key="{}"', link["key"]) if keyed else ""
    words = icon(link["icon"]), link["label"], _count(context, link.get("counts"))
    return format_html('<a href="{}"{}{}>{}<span>{}</span>{}</a>', link["url"], current, key, *words)


@register.simple_tag
def unread(number: int | str) -> SafeString:
    """How many notices are unread, said to those who do not see where it stands; nothing for none."""
    return format_html('{}<span class="vh"> {}</span>', number, _("unread")) if number else SafeString()


@register.tag
def everybody(parser: Any, token: Any) -> "Everybody":
    """`{% everybody %}…{% endeverybody %}`: what is the same for everybody who reads the same language."""
    drawn = Everybody(parser.parse(("endeverybody",)))
    parser.delete_first_token()
    return drawn


class Everybody(Node):
    """Drawn once a language for as long as the process lives. Nothing of a person or of a request may stand in it."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist, self.kept = nodelist, dict[str | None, SafeString]()

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.kept:
            self.kept[language] = self.nodelist.render(context)
        return self.kept[language]


def _count(context: Context, counted: Any) -> SafeString:
    number = getattr(context["figures"], counted) if counted else 0
    if counted == "unread":  # polled, so it has its place even when there is none
        return format_html('<b class="unread-count">{}</b>', unread(number))
    return format_html("<b>{}</b>", number) if number else SafeString()
