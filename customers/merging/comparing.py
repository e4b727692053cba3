"""Two records beside each other: what both say, what hangs on them, and why they are not merged."""

from collections.abc import Callable

from django.apps import apps
from django.db.models import Count, F, Max, Value
from django.utils.translation import gettext as _

from accounts import tenancy
from customers import countries
from customers.denials import denied_to
from customers.limits import SENTENCES, refusal_of
from customers.merging.fates import SETTLED, STAYS, fates
from customers.models import Correction, Customer, HandoverItem

# In the order of the page; what identifies a company first.
FIELDS = (
    "name", "credit_code", "other_name", "short_name", "website", "country", "region", "industry", "size", "tier",
)  # fmt: skip
POOL_SAYS_NO = ("cooldown", "not_a_member", "not_open_yet", "drawn")
_hindrances: list[Callable] = []


class CannotMerge(Exception):
    """These two are not merged, or not parted, now. Carries the sentence that says why and what to do next."""


def hinders(question):
    """Register a function `(winner, loser, owner) -> sentence or ''`: what a floor above knows against a merge."""
    _hindrances.append(question)
    return question


def compared(customer) -> dict:
    """As a request keeps it, in the words of the database (`customers_merge_compared`)."""
    owner = str(customer.owner_id) if customer.owner_id else None
    return {"owner": owner} | {name: getattr(customer, name) for name in FIELDS}


def may_merge(winner, loser, owner) -> str:
    """Why these two are not merged now, or ''. One place to ask, for whoever knows a reason (`hinders`)."""
    return next((sentence for question in _hindrances if (sentence := question(winner, loser, owner))), "")


@hinders
def are_two_that_stand(winner, loser, owner):
    if winner.pk == loser.pk:
        return _("These are one record already. Choose another one to merge it with.")
    for customer in (winner, loser):
        if customer.merged_into_id:
            return _("%(name)s has passed into another record already.") % {"name": customer.name}
    return ""


@hinders
def are_in_no_dispute(winner, loser, owner):
    """A collision case marks its customer; until the arbiter has decided, nothing of it moves."""
    for customer in (winner, loser):
        if customer.in_dispute:
            return _("%(name)s is in dispute. It can be merged when the case is decided.") % {"name": customer.name}
    return ""


@hinders
def are_no_parent_and_part(winner, loser, owner):
    if loser.pk == winner.parent_id or winner.pk == loser.parent_id:
        return _(
            "One of them belongs to the other. If they are one company, ask first that it is taken out of the group."
        )
    return ""


@hinders
def are_handed_over_by_nobody(winner, loser, owner):
    open_ = HandoverItem.objects.open().filter(customer__in=[winner, loser], handover__departure__completed_at=None)
    if open_.filter(handover__departure__cancelled_at=None).exists():
        return _("One of them is being handed over. It can be merged when the successor has accepted it.")
    return ""


@hinders
def wait_for_no_answer(winner, loser, owner):
    if Correction.objects.filter(customer__in=[winner, loser], state="proposed").exists():
        return _("A verification has proposed a correction for one of them. Its owner answers that first.")
    return ""


@hinders
def owner_is_denied_neither(winner, loser, owner):
    if owner and owner.pk in denied_to(winner) | denied_to(loser):
        return _("%(name)s cannot own it. Choose another owner, or transfer it first.") % {"name": owner.name}
    return ""


@hinders
def pool_gives_it(winner, loser, owner):
    """Who could not claim the one in the pool does not get it by merging."""
    waiting = next((each for each in (winner, loser) if each.owner_id is None), None)
    if owner is None or waiting is None:
        return ""
    refusal = refusal_of(owner, "pool", waiting)
    if refusal not in POOL_SAYS_NO:
        return ""
    return _("%(name)s waits in the pool, and %(owner)s could not claim it now: %(why)s") % {
        "name": waiting.name, "owner": owner.name, "why": SENTENCES[refusal],
    }  # fmt: skip


def what_hangs_on(*customers) -> list[tuple]:
    """(label, how many hang on each of these), of everything that has a name and passes on. One query for all."""
    counted = [each for each in fates().values() if each.label and each.fate != STAYS]
    rows = None
    for place, each in enumerate(counted):
        model = apps.get_model(each.model)
        column = next(field.name for field in model._meta.fields if field.column == "customer_id")
        found = getattr(model, "kept", model.objects).filter(**{f"{column}__in": customers})
        if each.fate == SETTLED:
            found = found.filter(ended_at=None)
        found = found.order_by().annotate(place=Value(place), of=F(column)).values_list("place", "of")
        found = found.annotate(n=Count("pk"))
        rows = found if rows is None else rows.union(found, all=True)
    numbers = {(place, of): number for place, of, number in rows or []}
    lines = [
        (each.label, [numbers.get((place, customer.pk), 0) for customer in customers])
        for place, each in enumerate(counted)
    ]
    return [line for line in lines if any(line[1])]


def label_of(name) -> str:
    return str(Customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def in_words(name, value) -> str:
    """The value of a field as people read it."""
    if name == "country":
        return countries.name_of(value) if value else ""
    return str(dict(Customer.Size.choices).get(value, value)) if name == "size" else value


def lines_of(merge) -> list[tuple]:
    """(label, what the one that stays said, what the other said, whether that was taken), as both were."""
    winner, loser = merge.compared["winner"], merge.compared["loser"]
    return [
        (label_of(name), in_words(name, winner[name]), in_words(name, loser[name]), name in merge.chosen)
        for name in FIELDS
        if winner[name] or loser[name]
    ]  # fmt: skip


def moved_by(merge) -> list[tuple]:
    """(label, how many rows passed), as the database wrote it down."""
    rows = (merge.moved or {}).get("rows", {})
    return [(each.label, len(rows[each.table])) for each in fates().values() if each.label and each.table in rows]


def last_changed(*customers) -> dict:
    """{id: when the record was last written}, to show the newer one first."""
    ids = [customer.pk for customer in customers]
    rows = Customer.history.filter(id__in=ids).order_by().values_list("id").annotate(Max("history_date"))
    return dict(rows)


def directly(user, winner_owner, loser_owner) -> bool:
    """May this person merge without asking: he stands above the owner, and at most one person owns them?"""
    owners = {each for each in (winner_owner, loser_owner) if each}
    return user.role == "manager" and len(owners) < 2 and all(user.manages(each) for each in owners)


def protected_until_after(winner, loser, owner):
    """Until when the customer that stays is protected: never longer than either was."""
    ends = [each.protected_until for each in (winner, loser) if each.protected_until]
    return min(ends) if owner and ends else None


def is_over(merge) -> bool:
    """Has the time to undo it passed, by our clock? The database asks its own."""
    return merge.reversible_until is not None and merge.reversible_until <= tenancy.now()
