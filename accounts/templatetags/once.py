"""`{% once %}`: the hidden one-time key of a form."""

from django import template
from django.utils.safestring import mark_safe

from accounts.once import FIELD, fresh

register = template.Library()


@register.simple_tag
def once():
    return mark_safe(f'<input type="hidden" name="{FIELD}" value="{fresh()}">')
