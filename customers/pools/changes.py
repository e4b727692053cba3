"""Four eyes on the pools: which there are, what comes into each, who claims from it. They decide who gets what."""

from uuid import UUID

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tenancy
from accounts.models import Team, User
from accounts.rules import rule
from accounts.undecided import Undecided
from accounts.verbs import verb
from approvals.alone import administers_alone
from approvals.carrying_out import carried_out
from approvals.foretelling import who_would_decide
from approvals.kinds import SECURITY, Kind, a_second_person, register
from approvals.waiting import one_of, waiting
from audit.deeds import stamped
from customers.models import Customer, Pool, PoolMember
from customers.pools.masking import HIDEABLE
from customers.pools.sorting import sort_everything

MOST = 20
MEMBERS = ("members__team", "members__person")
COLUMNS = ("country", "region", "industry", "size", "tier")


def columns(names) -> dict:
    """{column: its label} of those that customers have."""
    there = {field.name: field.verbose_name for field in Customer._meta.get_fields() if hasattr(field, "verbose_name")}
    return {name: capfirst(there[name]) for name in names if name in there}


def conditions_on() -> dict:
    return columns(COLUMNS)


def hideable() -> dict:
    return columns(HIDEABLE)


def labels_of_hidden(names) -> str:
    return ", ".join(str(label) for name, label in hideable().items() if name in names)


@register
class PoolChange(Kind):
    """A new pool, or another cut of one."""

    name = "customers.pool"
    label = gettext_lazy("Public pools")
    subject = "customers.Pool"
    policy = a_second_person(SECURITY, hours=24)
    administration = True
    stands_on = ("name", "place", "conditions", "hidden", "archived_at")

    def title(self, approval):
        name = approval.asked["pool"]["name"] or _("Everything else")
        if approval.asked["before"] is None:
            return _("New public pool %(name)s") % {"name": name}
        return _("Public pool %(name)s") % {"name": name}

    def lines(self, approval):
        before, after = approval.asked["before"], approval.asked
        was, is_to_be = said(before) if before else {}, said(after)
        return [(label, _from(was, label, words), words) for label, words in is_to_be.items()]

    def url(self, approval):
        return reverse("customers:pools")

    def take_effect(self, approval, *, by):
        content, members = approval.asked["pool"], approval.asked["members"]
        pool = Pool.objects.filter(pk=approval.subject_id).first()
        if pool is None:
            with stamped("customers.set_pool", by=by, reason=approval.reason):
                pool = Pool.objects.create(pk=approval.subject_id, **{name: content[name] for name in Pool.CONTENT})
        else:
            pool.arrange(by=by, reason=approval.reason, **content)
        with stamped("customers.set_pool", by=by, reason=approval.reason):
            _set_members(pool, members)
            sort_everything()


def _from(was, label, words):
    """As the page of a request shows it: None for what stays, '' for what was not there."""
    return None if was.get(label) == words else was.get(label, "")


def said(asked) -> dict:
    """{label: words} of a pool as it was asked for."""
    pool = asked["pool"]
    conditions = {str(label): ", ".join(pool["conditions"].get(name, [])) for name, label in conditions_on().items()}
    return {
        _("Name"): pool["name"] or _("Everything else"),
        _("Place"): str(pool["place"]),
        **{label: words or _("any") for label, words in conditions.items()},
        _("Members"): ", ".join(asked["member_names"]) or _("everybody who sells"),
        _("Hidden until claimed"): labels_of_hidden(pool["hidden"]) or _("nothing"),
        _("Takes customers in"): _("no, it is archived") if pool["archived"] else _("yes"),
    }


def facts_of(pool) -> list[tuple]:
    """(label, words) of a pool as it stands, without what it does not ask for."""
    asked, any_ = said(as_it_is(pool)), _("any")
    conditions = [(str(label), asked[str(label)]) for label in conditions_on().values() if asked[str(label)] != any_]
    return [
        *(conditions or [(_("What comes into it"), _("what fits no other pool") if pool.is_rest else _("everything"))]),
        *((label, asked[label]) for label in (_("Members"), _("Hidden until claimed"))),
    ]


def _set_members(pool, members):
    """As approved: who is not among them goes, who is new comes. A trigger refuses anybody else."""
    there = set(pool.members.values_list("team", "person"))
    wanted = {(UUID(team), None) for team in members["teams"]} | {(None, UUID(person)) for person in members["people"]}
    for member in pool.members.all():
        if (member.team_id, member.person_id) not in wanted:
            member.delete()
    PoolMember.objects.bulk_create(
        PoolMember(pool=pool, team_id=team, person_id=person) for team, person in sorted(wanted - there, key=str)
    )


def asked_of_pool(pool, content, *, teams, people) -> dict:
    """The copy for `ask`: what is to be, with the names of the members, and what was."""
    return _copy(content, teams, people) | {"before": None if pool._state.adding else as_it_is(pool)}


def as_it_is(pool) -> dict:
    prefetch_related_objects([pool], *MEMBERS)
    members = pool.members.all()
    teams = [member.team for member in members if member.team_id]
    return _copy(pool.content, teams, [member.person for member in members if member.person_id])


def _copy(content, teams, people):
    return {
        "pool": content,
        "members": {"teams": sorted(str(team.pk) for team in teams), "people": sorted(str(one.pk) for one in people)},
        "member_names": sorted(team.name for team in teams) + sorted(person.name for person in people),
    }


def decision_on(user, pool, asked) -> dict:
    """What waits already, and who would decide if nothing does; or that nobody else administers."""
    waits = waiting(user, PoolChange.name, subject_id=pool.pk).first()
    deciders = who_would_decide(PoolChange.name, pool, by=user, **asked)
    return {
        "undecided": waits and Undecided(_waits(waits), _page(waits) if waits.is_readable else ""),
        "deciders": one_of(person.name for person in deciders),
        "alone": not deciders and administers_alone(user),
    }


def undecided_pools(user) -> list[Undecided]:
    """What is asked for and waits, for who may ask himself."""
    found = waiting(user, PoolChange.name)[:MOST]
    return [Undecided(_waits(approval), _page(approval) if approval.is_readable else "") for approval in found]


def _waits(approval):
    people = one_of(approval.deciders) or _("somebody who may decide")
    return _("%(what)s waits for %(people)s.") % {"what": approval.kind_of.title(approval), "people": people}


def _page(approval):
    return reverse("approvals:detail", args=[approval.pk])


def new_pool() -> Pool:
    """One that is about to be asked for, with its id: the request is about it."""
    return Pool(pk=tenancy.fresh_ids(1)[0], place=1 + Pool.objects.filter(is_rest=False).count())


def possible_members():
    """(teams, people) that a pool can have: who sells."""
    people = User.objects.active().filter(rights__verbs__contains=["customers.sell"])
    return Team.objects.order_by("name"), people.order_by("name", "pk")


verb(
    "customers.pools", gettext_lazy("Ask for other public pools"), "customers.pool",
    given_to=["administrator"],
)  # fmt: skip


@rule("customers.pool")
def administers_pools(user, pool):
    """His role carries the verb; a second person decides."""
    return True


@rule("customers.set_pool")
def was_approved_for_the_pool(user, pool):
    return carried_out(PoolChange.name, pool)
