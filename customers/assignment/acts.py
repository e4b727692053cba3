"""A manager's acts: he takes a customer back to the pool, or gives it to another of his people. He edits nothing."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notices import sentences, tell
from accounts.rules import rule
from accounts.verbs import verb
from audit.deeds import Refused, allow, locked, stamped
from customers.denials import denied_to
from customers.models import Assignment, Claim

Act = Assignment.Act

sentences(
    {
        "customers.recalled_from_you": _("%(who)s has recalled %(name)s to the public pool: %(reason)s"),
        "customers.assigned_away": _("%(who)s has assigned %(name)s to %(to)s: %(reason)s"),
        "customers.assigned_to_you": _("%(who)s has assigned %(name)s to you: %(reason)s"),
    }
)
verb(
    "customers.lead", _("Recall customers of their people and assign them"), "customers.recall", "customers.assign",
    given_to=["manager"],
)  # fmt: skip


@rule("customers.recall", no=_("Only who stands above the owner recalls it, and not while it is in dispute."))
def stands_above_the_owner(user, customer):
    return customer.owner_id is not None and not customer.in_dispute and user.manages(customer.owner_id)


@rule(
    "customers.assign",
    no=_(
        "Only who stands above the owner assigns it, or, what is in the pool, to one of his people; and not while it is in dispute."
    ),
)
def leads_whom_it_concerns(user, customer):
    return not customer.in_dispute and (customer.owner_id is None or user.manages(customer.owner_id))


class NotAssignable(Refused):
    """Not now, or not to this person. Says why."""

    def __init__(self, sentence):
        super().__init__("customers.assign")
        self.sentence = str(sentence)


@transaction.atomic
def recall(customer, *, by, reason):
    """Back to the pool; the former owner and his group wait out the cooldown as after any other end."""
    with stamped("customers.recall", by=by, reason=reason):
        customer = _in_hand(customer, by, "customers.recall", Act.RECALLED, reason)
        owner = customer.owner
        _end(customer, by, reason, Claim.End.RECALLED)
        customer.go_to_pool()
        _save(customer)
    _tell([owner], "customers.recalled_from_you", customer, by=by, reason=reason)


@transaction.atomic
def assign(customer, *, by, to, reason):
    """To another of his people. The protection period goes on: being passed on buys no time."""
    _must_be_fit(customer, by, to)
    with stamped("customers.assign", by=by, reason=reason):
        customer = _in_hand(customer, by, "customers.assign", Act.ASSIGNED, reason, to=to)
        owner = customer.owner
        if owner:
            _end(customer, by, reason, Claim.End.PASSED)
        customer.belong_to(to, Claim.begin(customer, to))
        _save(customer)
    _tell([to], "customers.assigned_to_you", customer, by=by, reason=reason)
    if owner:
        _tell([owner], "customers.assigned_away", customer, by=by, reason=reason, to=to.name)


def _in_hand(customer, by, action, act, reason, to=None):
    """The customer, locked. The row is not the manager's to lock before his act is written; if it changed hands just then, the
    act is undone."""
    allow(by, action, customer)
    made = Assignment.objects.create(customer=customer, act=act, to=to, reason=reason)
    made.refresh_from_db(fields=["was"])
    fresh = locked(customer)
    if fresh.owner_id != made.was_id:
        raise NotAssignable(
            _("%(name)s has changed hands meanwhile. Nothing was changed; look again.") % {"name": fresh.name}
        )
    return fresh


def _must_be_fit(customer, by, to):
    if not by.manages(to.pk):
        raise NotAssignable(_("You assign customers to your own people."))
    if to.pk == customer.owner_id:
        raise NotAssignable(_("%(name)s has it already.") % {"name": to.name})
    if not (to.is_active and to.sells) or to.is_leaving or to.pk in denied_to(customer):
        raise NotAssignable(_("%(name)s cannot take this customer over.") % {"name": to.name})


def _end(customer, by, reason, ended_as):
    Claim.objects.live().get(customer=customer).end(by=by, reason=reason, ended_as=ended_as)


def _save(customer):
    customer.save(update_fields=["owner", "protected_until", "pooled_at", "is_held"])


def _tell(people, what, customer, *, by, reason, **words):
    url = reverse("customers:pool") if what == "customers.recalled_from_you" else reverse("customers:list")
    if what == "customers.assigned_to_you":
        url = reverse("customers:detail", args=[customer.pk])
    key = f"{customer.pk} {customer.protected_until or customer.pooled_at}"
    tell(people, what, url=url, key=key, who=by.name, name=customer.name, reason=reason, **words)


def people_for(manager, customer=None):
    """To whom he may assign: his own people who sell and stay, and are not denied it."""
    found = User.objects.active().filter(
        pk__in=manager.people_below, rights__verbs__contains=["customers.sell"], leaving_from=None
    )
    without = [customer.owner_id, *denied_to(customer)] if customer else []
    return found.exclude(pk__in=[pk for pk in without if pk]).select_related("team").order_by("name", "pk")
