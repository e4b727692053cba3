"""The same act upon many customers: each by its own permission, each in a savepoint of its own, and a report of them all."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import no_of
from accounts.verbs import verb_of
from approvals.asking import AlreadyAsked
from approvals.kinds import CannotTakeEffect
from audit.deeds import Refused
from customers.assignment.acts import assign, recall
from customers.models import Customer
from customers.profile import tags
from customers.transfers import ask_for_transfer

MOST = 200
_acts: dict[str, "BulkAct"] = {}


@dataclass(frozen=True)
class BulkAct:
    """`do(customer, by, **said)` upon one customer; `wants` are the fields of the form it reads."""

    name: str
    label: Any
    action: str
    wants: tuple[str, ...]
    do: Any


@dataclass
class Report:
    """What was done, and what was refused and why: [(customer, sentence)]."""

    act: BulkAct
    done: list = field(default_factory=list)
    refused: list = field(default_factory=list)


def bulk_act(name, label, action, *wants):
    """Register an act upon many."""

    def register(do):
        _acts[name] = BulkAct(name, label, action, wants, do)
        return do

    return register


def acts_for(user) -> list[BulkAct]:
    """Those for which his role has the verb."""
    return [act for act in _acts.values() if (verb := verb_of(act.action)) is None or user.may(verb.name)]


def carry_out(name, ids, *, by, **said) -> Report:
    """The act upon each of these customers that this person sees, in their order; raises KeyError for an act that is none."""
    report = Report(_acts[name])
    for customer in Customer.objects.visible_to(by).filter(pk__in=ids[:MOST]).order_by("name", "pk"):
        sentence = _done(report.act, customer, by, said)
        if sentence:
            report.refused.append((customer, sentence))
        else:
            report.done.append(customer)
    return report


def _done(act, customer, by, said) -> str:
    """Why it was refused; '' when it was done. A refusal undoes this one and none of the others."""
    try:
        with transaction.atomic():
            act.do(customer, by=by, **{name: said[name] for name in act.wants})
    except AlreadyAsked:
        return _("The same was asked for already and is not decided yet.")
    except tags.NoSuchTag as refused:
        return str(refused)
    except (CannotTakeEffect, IntegrityError) as refused:
        return (
            str(refused)
            if isinstance(refused, CannotTakeEffect)
            else _("The database refuses it. Nothing was changed.")
        )
    except PermissionDenied as refused:
        return getattr(refused, "sentence", "") or (no_of(refused.action) if isinstance(refused, Refused) else "")
    return ""


@bulk_act("recall", gettext_lazy("Recall to the public pool"), "customers.recall", "reason")
def recall_it(customer, *, by, reason):
    recall(customer, by=by, reason=reason)


@bulk_act("assign", gettext_lazy("Assign to"), "customers.assign", "to", "reason")
def assign_it(customer, *, by, to, reason):
    assign(customer, by=by, to=to, reason=reason)


@bulk_act("transfer", gettext_lazy("Ask for the transfer to"), "customers.transfer", "to", "reason")
def ask_to_transfer(customer, *, by, to, reason):
    ask_for_transfer(customer, by=by, to=to, reason=reason)


@bulk_act("release", gettext_lazy("Release to the public pool"), "customers.release", "reason")
def release_it(customer, *, by, reason):
    customer.release(by=by, reason=reason)


@bulk_act("tag", gettext_lazy("Tag with"), "customers.tag", "tag")
def tag_it(customer, *, by, tag):
    tags.put(customer, tags.named(tag), by=by)
