"""What each ownership rule does, in a sentence, and how its value is read aloud."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.words import read_as
from customers.models import OwnershipRules

WHAT_IT_DOES = {
    "protection_days": gettext_lazy(
        "From the claim on, and anew from each contact that evidence shows. What one types alone extends nothing."
    ),
    "hold_hours": gettext_lazy(
        "A fresh claim waits so long for evidence and lapses without it. At most 72; 0 means that claims need none."
    ),
    "holds_at_once": gettext_lazy("So many claims of one person may wait for evidence at the same time."),
    "lapses_at_most": gettext_lazy("After so many holds without evidence, a manager decides about the next claim."),
    "daily_claims": gettext_lazy(
        "By one person, from midnight to midnight in the time zone of the organisation. Giving back frees no place."
    ),
    "holding_limit": gettext_lazy("Whoever holds so many claims nothing more before he releases one."),
    "cooldown_days": gettext_lazy(
        "The former owner, his team, its manager, and with whom customers went to and fro wait so long for this customer."
    ),
    "release_hours": gettext_lazy("What comes into the pool opens after a random time within so many hours."),
    "opportunity_days": gettext_lazy(
        "Without an opportunity by then the protection is over, whatever was logged. Empty: none is needed."
    ),
    "won_days": gettext_lazy("Without a deal by then the protection is over, whatever was logged. Empty: none is needed."),
    "warn_days": gettext_lazy("So many days before the end, and again on the last day."),
}  # fmt: skip


def label_of(name):
    return OwnershipRules._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def said(name, value) -> str:
    """The value of a rule as a person reads it."""
    if value is None:
        return _("not asked for")
    if name.endswith("_days"):
        return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
    if name.endswith("_hours"):
        return ngettext("%(n)s hour", "%(n)s hours", value) % {"n": value}
    return str(value)


def in_words(rules: dict) -> list[dict]:
    """Each rule with its value and what it does."""
    return [
        {"label": label_of(name), "value": said(name, rules[name]), "does": WHAT_IT_DOES.get(name, "")}
        for name in OwnershipRules.RULES
    ]


def changes(before: dict, after: dict) -> list[dict]:
    """What differs between two versions, for `c-diff`. A rule that an older version did not know yet was not asked for."""
    return [
        {"label": label_of(name), "before": said(name, before.get(name)), "after": said(name, after[name])}
        for name in OwnershipRules.RULES
        if before.get(name) != after[name]
    ]


for _name in OwnershipRules.RULES:
    read_as(f"customers_ownershiprules.{_name}", partial(said, _name))
read_as(
    "customers_replay.rules", lambda rules: "; ".join(f"{label_of(name)}: {said(name, rules[name])}" for name in rules)
)
