"""Who cannot decide a request, and why. The database refuses the same people (`decision_is_independent`, and about rights
`rights_decided_apart`)."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.hierarchy import superiors
from accounts.models import User
from accounts.roles import DUTIES

REASONS = {
    "asked": _("asked for it"),
    "below": _("works for the person who asked"),
    "above": _("leads the person who asked"),
    "brought": _("of the two, one brought the other into the duty within 30 days"),
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
    if approval.requested_by.manages(person):
        return "below"
    return approval.too_near.get(person.pk, "")


def is_independent(person, approval) -> bool:
    return not objection(person, approval)


def too_near(person) -> dict:
    """{id: code} of those who decide nothing about rights that this person asks for: whoever leads him, the owner of the
    organisation excepted; and everybody with a duty of whom he brought one into it, or who brought him. Two queries."""
    near = dict.fromkeys(_brought(person), "brought")
    return dict.fromkeys((each.pk for each in superiors(person) if not each.is_owner), "above") | near


def _brought(person):
    """As the database counts it, by its clock."""
    duties = list(User.objects.filter(role__in=DUTIES).exclude(pk=person.pk).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT other FROM unnest(%s::uuid[]) other WHERE approvals_brought_in(%s, %s, other)"
            " OR approvals_brought_in(%s, other, %s)",
            [duties, person.organization_id, person.pk, person.organization_id, person.pk],
        )
        return [pk for (pk,) in cursor.fetchall()]
