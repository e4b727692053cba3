"""Denying a named person access to a named customer (R42): a conflict of interest, a relative on the other side.

Set from above, and above everything: role, team, share. Whoever is denied finds no such customer anywhere; enters he its
name, it is taken, as any company that is somebody else's.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.hierarchy import superiors
from accounts.models import User
from approvals.models import Approval
from audit.deeds import allow, locked, stamped
from customers.models import CollisionCase, Denial


class CannotDeny(Exception):
    """A denial that would not be right; says why in a sentence."""


@transaction.atomic
def deny(customer, *, by, person, reason, until=None) -> Denial:
    """The denial; a share of this person ends with it, and his seat where a request about the customer waits. He is told
    nothing."""
    with stamped("customers.deny", by=by, reason=reason):
        customer = locked(customer)
        allow(by, "customers.deny", customer)
        if sentence := objection(customer, by, person):
            raise CannotDeny(sentence)
        denied = Denial.objects.create(customer=customer, person=person, reason=reason, until=until, denied_by=by)
        for waiting in Approval.objects.pending().filter(subject_id=customer.pk).exclude(requested_by=person):
            waiting.set_aside(person)
    return denied


def objection(customer, by, person) -> str:
    """Why this person is not denied this customer, or ''. The database refuses the same (`denial_stands`)."""
    name = {"name": person.name}
    if person.pk == customer.owner_id:
        return _("%(name)s owns this customer. Transfer it first; nobody is denied what he owns.") % name
    if person.is_auditor:
        return _("%(name)s is an auditor. What auditors may not see, nobody would audit.") % name
    if person.pk == by.pk or person.is_owner or stands_above(person, by) or not person.is_active:
        return _("Nobody denies himself, whoever stands above him, or the owner of the organisation.")
    if customer.in_dispute and CollisionCase.objects.open().about(customer).involving(person).exists():
        return _("%(name)s is a party or the arbiter of the case about it. Deny it when the case is closed.") % name
    if Denial.objects.live().filter(customer=customer, person=person).exists():
        return _("%(name)s is denied this customer already.") % name
    return ""


def stands_above(manager, person) -> bool:
    """Does he lead, at some height, a team in which the other works or which he leads?"""
    return manager.pk in {each.pk for each in superiors(person)}


def deniable(customer, by):
    """Whom this person can choose from. The owner is among them, so that a sentence answers."""
    people = User.objects.active().filter(rights__verbs__contains=["customers.read"])
    return people.exclude(role=User.Role.AUDITOR).exclude(pk=by.pk).exclude(is_owner=True).order_by("name", "pk")


def denied_to(customer) -> set:
    """Ids of everybody who is denied this customer now; nobody decides about it either."""
    if not customer.has_denials:
        return set()
    return set(Denial.objects.live().filter(customer=customer).values_list("person", flat=True))
