"""Who cannot decide a request, and why. The database refuses the same people (`decision_is_independent`)."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "asked": _("asked for it"),
    "below": _("works for the person who asked"),
    "party": _("has a share in it"),
    "declared": _("declared an interest"),
    "detected": _("has an interest that was found"),
    "gone": _("is not active"),
}


def objection(person, approval) -> str:
    """The code of the reason why this person cannot decide, or '' for who can."""
    if not person.is_active:
        return "gone"
    if person.pk == approval.requested_by_id:
        return "asked"
    if interest := approval.interest_of(person):
        return interest.why
    return "below" if approval.requested_by.manages(person) else ""


def is_independent(person, approval) -> bool:
    return not objection(person, approval)
