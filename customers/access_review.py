"""Shares in the access review: who looks at a colleague's customer is confirmed, or stops doing so."""

from django.db.models import Max
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import rule
from audit.models import Entry
from audit.reviewing import Thing, lapses_now, reviewed
from customers.models import Collaborator


def describe(facts) -> str:
    """The customer by its number: whoever reviews need not be one who may read its name."""
    until = formats.date_format(timezone.localtime(parse_datetime(facts["until"])))
    way = Collaborator.Way(facts["way"]).label
    return _("%(customer)s: %(way)s until %(date)s") % {"customer": facts["customer"], "way": way, "date": until}


def end(item, by):
    Collaborator.kept.get(pk=item.thing).lapse(by=by)


@reviewed("share", gettext_lazy("shared with colleagues"), describe=describe, end=end)
def shares(terms):
    """Those that count, each with when its person last did something about the customer. Two queries."""
    rows = list(Collaborator.kept.live().filter(user__is_active=True).select_related("user").order_by("pk"))
    used = Entry.objects.filter(
        about_id__in=[row.content_object_id for row in rows], actor__in=[row.user_id for row in rows]
    )
    last = {
        (actor, about): at
        for actor, about, at in used.order_by().values_list("actor", "about_id").annotate(Max("recorded_at"))
    }
    for row in rows:
        at = last.get((row.user_id, str(row.content_object_id)))
        yield Thing(
            key=row.pk, person=row.user, since=row.given_at, last_used=at if at and at >= row.given_at else None,
            facts={"customer": str(row.content_object_id)[-12:], "way": row.way, "until": row.until.isoformat()},
        )  # fmt: skip


@rule("customers.lapse_share")
def was_not_confirmed(user, collaborator):
    return lapses_now("share", collaborator)
