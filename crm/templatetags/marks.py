"""The small marks pages are made of: icon, state, money, time, person.

They are tags in Python and not components, because a list draws hundreds of them:
a mark costs about 8 microseconds here and 75 as a component. The components of the
same names call these.
"""

from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

register = template.Library()

# code: (class, glyph, word, boxed). Only exceptions are boxed: a quiet list stays quiet.
STATES = {
    "free": ("free", "circle-dashed", gettext_lazy("Free"), False),
    "taken": ("taken", "circle-dot", gettext_lazy("Taken"), False),
    "pool": ("pool", "waves", gettext_lazy("In the pool"), False),
    "dispute": ("dispute", "scale", gettext_lazy("In dispute"), True),
    "review": ("review", "scan-search", gettext_lazy("Review"), True),
    "wait": ("wait", "hourglass", gettext_lazy("Pending"), True),
    "hold": ("wait", "hourglass", gettext_lazy("Provisional hold"), True),
    "yes": ("yes", "check", gettext_lazy("Approved"), False),
    "no": ("no", "x", gettext_lazy("Rejected"), False),
    "invalid": ("no", "triangle-alert", gettext_lazy("Invalid"), False),
    "idle": ("idle", "corner-up-left", gettext_lazy("Returned"), False),
    "verified": ("led", "badge-check", gettext_lazy("Verified"), True),
}
STATES |= {
    "pending": STATES["wait"], "approved": STATES["yes"], "rejected": STATES["no"], "returned": STATES["idle"],
    "withdrawn": ("idle", "undo-2", gettext_lazy("Withdrawn"), False),
    "void": ("idle", "circle-slash", gettext_lazy("No longer applies"), False),
}  # fmt: skip
STATES |= {"in_pool": STATES["pool"], "in_dispute": STATES["dispute"], "new": STATES["free"]}
KINDS = {
    "call": "phone",
    "visit": "map-pin",
    "email": "mail",
    "mail": "mail",
    "meeting": "users",
    "message": "message-circle",
    "note": "message-square",
}
# Names of the design language that the icon set has since changed.
RENAMED = {"waves": "waves-horizontal", "fingerprint": "fingerprint-pattern"}
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: str = "") -> SafeString:
    """A lucide icon; it always stands beside a word, so screen readers skip it."""
    drawing = lucide(RENAMED.get(name, name), size=None)
    paths = "".join(line.strip() for line in drawing.partition(">")[2].splitlines())
    return mark_safe(
        f'<svg class="i {size}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{paths}'
    )


@register.simple_tag
def state(value: Any, label: Any = "", plain: bool = False) -> SafeString:
    """A state as glyph and word, boxed when it is an exception."""
    return _state(str(value), str(label), bool(plain), get_language())


@lru_cache(maxsize=512)
def _state(value: str, label: str, plain: bool, language: str | None) -> SafeString:
    tone, glyph, word, boxed = STATES.get(value.lower(), ("idle", "circle", value, False))
    box = " box" if boxed and not plain else ""
    return format_html('<span class="st {}{}">{}{}</span>', tone, box, icon(glyph), label or word)


@register.simple_tag
def money(value: Any, currency: str = "CNY") -> SafeString:
    """An amount with sign, thousands and two decimals in every language; a dash for none."""
    if value in (None, ""):
        return mark_safe('<span class="money">—</span>')
    sign = "−" if value < 0 else ""
    return format_html('<span class="money">{}{}{}</span>', sign, SIGNS.get(currency, currency), f"{abs(value):,.2f}")


@register.simple_tag(takes_context=True)
def who(context: Context, person: Any, note: Any = "") -> SafeString:
    """A person, or the name of one, as a neutral round chip; the reader in the act colour, the system as a dashed square."""
    name = person if isinstance(person, str) and person else str(getattr(person, "name", person) or _("System"))
    is_me = bool(person) and not isinstance(person, str) and person == context.get("user")
    tone = "me" if is_me else "" if person else "sys"
    small = format_html(" <small>{}</small>", note) if note else ""
    first, whole = escape(name[:1]), escape(name)
    return mark_safe(
        f'<span class="who"><i class="{tone}" aria-hidden="true">{first}</i><span>{whole}{small}</span></span>'
    )


@register.simple_tag
def glyph(value: Any) -> SafeString:
    """The icon of a note: a hand where somebody else decides, otherwise the icon of the state."""
    name = str(value).lower()
    spoken = {"idle": "hand", "no": "triangle-alert"}
    return icon(spoken.get(name) or (STATES[name][1] if name in STATES else "info"))


@register.filter
def tone(value: Any) -> str:
    """The class that carries a state's colours."""
    return STATES[str(value).lower()][0] if str(value).lower() in STATES else "idle"


@register.simple_tag
def kind_icon(kind: Any) -> SafeString:
    """The icon of a kind of follow-up; nothing for a kind that has none."""
    return icon(KINDS[str(kind)]) if str(kind) in KINDS else SafeString()


@register.filter
def number(value: Any) -> str:
    """A whole number with thousands in every language; a capped count such as "1000+" stays as it is."""
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.simple_tag
def control(field: BoundField, says: str = "") -> SafeString:
    """A field's widget; the hint, the errors and the note `says` under it are named as its description."""
    described = " ".join(filter(None, (field.aria_describedby, says)))
    return field.as_widget(attrs={"aria-describedby": described} if described else None)
