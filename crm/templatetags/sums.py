"""Figures of a rolling sum."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def figure(value):
    """A measured number with separators and no needless zeros."""
    return number_format(format(Decimal(value).normalize(), "f"), force_grouping=True)


@register.filter
def share(whole, part):
    """How wide a part of the sum is drawn: "37.50%". `part` is the name of an attribute or a number."""
    return whole.share(getattr(whole, part) if isinstance(part, str) else part)
