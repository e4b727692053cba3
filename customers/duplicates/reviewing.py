"""Pairs that wait for a person, as far as somebody reaches both of their customers, with what the comparison says."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.paging import Keyset
from customers import countries
from customers.duplicates import clusters
from customers.duplicates.reasons import SENTENCES
from customers.duplicates.scoring import PROPOSED
from customers.models import Customer, Denial, DuplicatePair
from customers.pools.masking import masked

STRONGEST = Keyset(descending=True, score=float, id=UUID)
COMPARED = ("name", "other_name", "short_name", "credit_code", "website", "country", "region", "industry", "source")


def visible(user):
    """Pairs of which this person reaches both customers, or that nobody owns; decided ones too, but none of a record that passed
    into another one."""
    if not user.may("customers.review_duplicates"):
        return DuplicatePair.objects.none()
    pairs, within = (
        DuplicatePair.objects.select_related("first__owner", "first__pool", "second__owner", "second__pool"),
        user.reach("view"),
    )
    denied = Denial.objects.live().filter(person=user).values("customer")
    for side in ("first", "second"):
        pairs = pairs.filter(**{f"{side}__merged_into": None})
        pairs = pairs.exclude(**{f"{side}__has_denials": True, f"{side}__in": denied})
        if within is not None:
            pairs = pairs.filter(Q(**{f"{side}__owner": None}) | Q(**{f"{side}__owner__among": within}))
    return pairs


def waiting(user):
    """Those that nobody has decided, without what is only related."""
    return visible(user).open().filter(verdict__in=PROPOSED)


def shown(pairs, user):
    """These pairs as a page shows them: what a pool hides is hidden, and how many more may be the same company."""
    pairs = list(pairs)
    members = clusters.around({pk for pair in pairs for pk in (pair.first_id, pair.second_id)})
    reached = _reached({pk for cluster in members.values() for pk in cluster}, user)
    for pair in pairs:
        cluster = members.get(pair.first_id, set()) | members.get(pair.second_id, set())
        pair.more = sorted(
            (reached[pk] for pk in cluster - {pair.first_id, pair.second_id} if pk in reached), key=lambda each: each.pk
        )
        for customer in (pair.first, pair.second):
            _as_seen_by(user, customer)
        pair.percent = min(99, int(pair.score * 100))
        pair.speaks_for, pair.speaks_against = _reasons(pair)
    return pairs


def _reached(ids, user):
    found = Customer.objects.open_to(user).filter(pk__among=ids).select_related("owner", "pool")
    within = user.reach("view")
    found = found if within is None else found.filter(Q(owner=None) | Q(owner__among=within))
    return {each.pk: _as_seen_by(user, each) for each in found}


def _as_seen_by(user, customer):
    """Who sees the whole organisation sees the pool as well; others see of it what it shows, and no code that tells a hidden name."""
    if customer.owner_id is not None or user.reach("view") is None:
        return customer
    if customer.pool and "name" in customer.pool.hidden:
        customer.credit_code = ""
    return masked(customer, customer.pool)


def _reasons(pair):
    """(sentences that speak for one company, sentences that speak against it), the strongest first."""
    known = [(code, weight) for code, weight, *_value in pair.reasons if code in SENTENCES]
    return (
        [SENTENCES[code] for code, weight in known if weight > 0],
        [SENTENCES[code] for code, weight in known if weight < 0],
    )


@dataclass
class Line:
    """One field of both companies, side by side."""

    label: Any
    first: Any
    second: Any

    @property
    def agrees(self):
        return bool(self.first) and str(self.first).casefold() == str(self.second).casefold()


def side_by_side(pair) -> list[Line]:
    """What stands in both records; a field that both leave empty says nothing."""
    both = (pair.first, pair.second)
    labels = {field.name: field.verbose_name for field in Customer._meta.concrete_fields}
    lines = [Line(labels[name], *(_written(each, name) for each in both)) for name in COMPARED]
    people = [", ".join(_names_of(each)) for each in both]
    lines.append(Line(_("Contacts"), *people))
    return [line for line in lines if line.first or line.second]


def _written(customer, name):
    value = getattr(customer, name)
    return countries.name_of(value) if value and name == "country" else value


def _names_of(customer):
    if customer.owner_id is None:
        return []
    return customer.contacts.filter(left_at=None).order_by("pk").values_list("name", flat=True)[:10]


def group_of(pair) -> bool:
    """Are they branch, subsidiary or sisters of one group already?"""
    one, other = pair.first, pair.second
    return (
        one.parent_id == other.pk
        or other.parent_id == one.pk
        or (one.parent_id is not None and one.parent_id == other.parent_id)
    )


def merge_page(pair) -> str:
    """Where the two are made one, if this installation has such a page."""
    try:
        return f"{reverse('customers:merge')}?first={pair.first_id}&second={pair.second_id}"
    except NoReverseMatch:
        return ""
