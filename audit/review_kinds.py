"""What is reviewed about everybody: his role and team, whether he still comes, and the rights he did not use."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts import tenancy
from accounts.models import User
from accounts.verbs import verbs
from audit.models import Entry
from audit.reviewing import Thing, reviewed
from audit.words import spoken


def describe(facts) -> str:
    """A role and a team, and which of the role's rights were not used."""
    role = dict(User.Role.choices).get(facts["role"], facts["role"])
    said = _("%(role)s in %(team)s") % {"role": role, "team": facts["team"]} if facts["team"] else str(role)
    unused = [str(verb.label) for verb in verbs() if verb.name in facts["unused"]]
    return said + (
        _("; not used: %(rights)s") % {"rights": pgettext("between names", ", ").join(unused)} if unused else ""
    )


def end(item, by):
    """The account is closed; whoever administers the organisation as the last one stays, and it is told."""
    try:
        with transaction.atomic():
            item.person.deactivate(by=by)
    except IntegrityError as refused:
        raise CannotEnd from refused


class CannotEnd(Exception):
    """It cannot end: the organisation would have nobody left who administers it."""


@reviewed("role", gettext_lazy("Role and team"), describe=describe, end=end)
def roles(terms):
    """Everybody who may sign in. Two queries, for however many people there are."""
    people = list(User.objects.active().select_related("team", "rights").order_by("name", "pk"))
    now = tenancy.now()
    acts = _acts(now - timedelta(days=max(terms.period_days, terms.dormant_days)))
    for person in people:
        his = acts.get(person.pk, {})
        last = max(his.values(), default=None)
        since_when = last or person.joined_at
        yield Thing(
            key=person.pk, person=person, since=person.joined_at, last_used=last,
            dormant=now - since_when > timedelta(days=terms.dormant_days),
            facts={"role": person.role, "team": person.team.name if person.team else "", "unused": unused(person, his)},
        )  # fmt: skip


def _acts(since) -> dict:
    """{person: {action: when last}}, as the ledger has it."""
    rows = Entry.objects.filter(recorded_at__gte=since, actor__isnull=False).order_by()
    found: dict = {}
    for actor, action, last in rows.values_list("actor", "action").annotate(Max("recorded_at")):
        found.setdefault(actor, {})[action] = last
    return found


def unused(person, acts) -> list[str]:
    """Verbs of his role of which the ledger shows no act. What leaves no entry is not held against anybody."""
    told = set(spoken())
    mine = [verb for verb in verbs() if verb.name in person.rights.verbs and told & set(verb.actions)]
    return [verb.name for verb in mine if not acts.keys() & set(verb.actions)]
