"""Delegations in the access review: who decides in somebody's place is confirmed, or stops doing so."""

from django.db.models import Max
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.duties import hand_over
from accounts.rules import rule
from approvals.models import Decision, Delegation
from audit.reviewing import Thing, lapses_now, reviewed


def describe(facts) -> str:
    until = formats.date_format(timezone.localtime(parse_datetime(facts["until"])))
    return _("decides in place of %(name)s until %(date)s") % {"name": facts["absent"], "date": until}


def end(item, by):
    """It ends now; what the delegate was to decide finds somebody else."""
    Delegation.objects.get(pk=item.thing).lapse(by=by)
    hand_over(item.person, by=by)


@reviewed("delegation", gettext_lazy("Delegation"), describe=describe, end=end)
def delegations(terms):
    """Those that are not over, each with when it was last used. Two queries."""
    rows = (
        Delegation.objects.not_over().filter(delegate__isnull=False).select_related("person", "delegate").order_by("pk")
    )
    used = Decision.objects.filter(instead_of__isnull=False).order_by().values_list("person", "instead_of")
    last = {(person, absent): at for person, absent, at in used.annotate(Max("decided_at"))}
    for row in rows:
        yield Thing(
            key=row.pk, person=row.delegate, since=row.begins_at, last_used=last.get((row.delegate_id, row.person_id)),
            facts={"absent": row.person.name, "until": row.ends_at.isoformat()},
        )  # fmt: skip


@rule("approvals.lapse_delegation")
def was_not_confirmed(user, delegation):
    return lapses_now("delegation", delegation)
