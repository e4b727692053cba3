"""Addresses of rows: found once per name of a page, because finding one costs ten times as much as writing it."""

from functools import lru_cache
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
NOBODY = UUID(int=0)


@register.simple_tag
def address(name: str, pk: UUID) -> SafeString:
    """What `{% url name pk %}` says, for long lists."""
    before, after = _around(name)
    return mark_safe(f"{before}{pk}{after}")


@lru_cache
def _around(name: str) -> tuple[str, str]:
    """What stands before the key and behind it."""
    before, _key, after = reverse(name, args=[NOBODY]).partition(str(NOBODY))
    return before, after
