"""Who merges two records, who asks for it, and who takes it back."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.rules import rule
from accounts.verbs import verb
from approvals.carrying_out import carried_out
from customers.merging.comparing import directly
from customers.models import Customer, Merge

verb(
    "customers.merge_records", _("Merge two records of one company, or ask for it"),
    "customers.merge", "customers.unmerge", "customers.choose_merge",
    given_to=["rep", "manager"],
)  # fmt: skip


def has_part(user, owner):
    """It is his own, or he stands above the owner."""
    return owner is not None and (owner == user.pk or user.manages(owner))


@rule("customers.choose_merge", no=_("Only the owner merges it, and his managers."))
def may_begin(user, customer: Customer):
    return not user.is_leaving and (has_part(user, customer.owner_id) or _is_nobodys(user, customer))


def _is_nobodys(user, customer):
    return customer.owner_id is None and user.role == "manager"


@rule("customers.merge", no=_("Only who owns one of them asks, and his managers. Both have to be in his sight."))
def has_part_in_one(user, merge: Merge):
    pair = (merge.winner, merge.loser)
    sees_both = all(each.owner_id is None or user.has_perm("customers.view", each) for each in pair)
    return sees_both and any(may_begin(user, each) for each in pair)


@rule("customers.carry_out_merge")
def merges_as_approved_or_directly(user, merge):
    if carried_out("customers.merge", merge):
        return True
    return has_part_in_one(user, merge) and directly(user, merge.winner.owner_id, merge.loser.owner_id)


@rule("customers.unmerge", no=_("Whoever owned one of them asks, his managers, and who asked for the merge."))
def had_part_in_it(user, merge):
    owners = [merge.winner.owner_id, *map(as_id, (merge.compared["winner"]["owner"], merge.compared["loser"]["owner"]))]
    return not user.is_leaving and (merge.asked_by_id == user.pk or any(has_part(user, each) for each in owners))


@rule("customers.undo_merge")
def undoes_as_approved_or_directly(user, merge):
    if carried_out("customers.unmerge", merge):
        return True
    return user.may("customers.merge_records") and undoes_directly(user, merge)


def undoes_directly(user, merge):
    return directly(user, merge.winner.owner_id, as_id(merge.compared["loser"]["owner"]))


def as_id(text):
    return UUID(text) if text else None
