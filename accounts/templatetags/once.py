"""`{% once %}`: the hidden one-time key of a form."""

from django import template
from django.utils.html import format_html

from accounts.once import FIELD, fresh

register = template.Library()


@register.simple_tag
def once():
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, fresh())
