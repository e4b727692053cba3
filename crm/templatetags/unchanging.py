"""`{% translate "…" %}` and `{% url '…' %}` of what stands written in the template: the same for everybody who reads the
same language, so found once. A page has forty such words and twenty such addresses, and each was looked up anew.

The library takes the place of Django's own `i18n` (`TEMPLATES`): templates say what they always said.
"""

from collections.abc import Callable
from typing import Any

from django import template
from django.template import Context, Node
from django.template.base import FilterExpression, Parser, Token, Variable
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


@register.tag
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Django's, kept for each language when nothing in it depends on the page."""
    node = i18n.do_translate(parser, token)
    said = [node.filter_expression, *filter(None, [node.message_context])]
    return Unchanging(node, get_language) if not node.asvar and all(map(_is_written, said)) else node


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's, kept when the page has its address from its name alone."""
    node = django_url(parser, token)
    depends = node.args or node.kwargs or node.asvar or not _is_written(node.view_name)
    return node if depends else Unchanging(node)


class Unchanging(Node):
    """What it draws is kept as long as the process lives."""

    child_nodelists = ()

    def __init__(self, node: Node, *depends: Callable[[], Any]) -> None:
        self.node, self.depends, self.kept = node, depends, dict[tuple, str]()

    def render(self, context: Context) -> str:
        asked = (context.autoescape, *[ask() for ask in self.depends])
        if asked not in self.kept:
            self.kept[asked] = self.node.render(context)
        return self.kept[asked]


def _is_written(expression: FilterExpression) -> bool:
    """A text in quotes, without a filter."""
    found = expression.var.literal if isinstance(expression.var, Variable) else expression.var
    return isinstance(found, str) and not expression.filters
