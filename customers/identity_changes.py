"""A company is called otherwise, or its credit code was wrong: what identifies it changes with evidence and a second person."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.asking import ask
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, a_second_person, register
from audit.deeds import allow, locked, stamped
from customers.changing import holder_of_another, renew_terms, take_keys
from customers.denials import denied_to
from customers.duplicates.raising import changed
from customers.models import ContestedClaim, Customer
from customers.registration import Draft, identity_of, states_of


@register
class IdentityChange(Kind):
    """Another registered name or credit code. The former name stays an identity key: nobody registers it again."""

    name = "customers.identity"
    label = gettext_lazy("Change of what identifies a customer")
    subject = "customers.Customer"
    policy = a_second_person(MANAGER)
    stands_on = ("name", "credit_code", "owner")

    def interested(self, subject, asked):
        return denied_to(subject)

    def title(self, approval):
        asked = approval.asked
        if asked["name"] != asked["name_before"]:
            return _("%(before)s is now called %(name)s") % {"before": asked["name_before"], "name": asked["name"]}
        return _("Another credit code for %(name)s") % {"name": asked["name"]}

    def short(self, approval):
        asked = approval.asked
        return asked["name"] if asked["name"] != asked["name_before"] else asked["code"]

    def lines(self, approval):
        asked = approval.asked
        return [
            (_("Registered name"), asked["name_before"], asked["name"]),
            (_("Credit code"), asked["code_before"], asked["code"]),
        ]

    def shows_subject_to(self, reader, subject):
        return reader.has_perm("customers.view", subject)

    def url(self, approval):
        return reverse("customers:detail", args=[approval.subject_id])

    def url_to_ask(self, approval):
        return reverse("customers:identity", args=[approval.subject_id])

    def take_effect(self, approval, *, by):
        customer = Customer.objects.select_related("organization").get(pk=approval.subject_id)
        if customer.in_dispute:
            raise CannotTakeEffect(
                _("The customer is in dispute. Decide when the case is closed, or return the request.")
            )
        wanted = _identity(approval.asked, customer)
        if not take_keys(customer, wanted):
            raise CannotTakeEffect(
                _("Another company has this name or credit code by now. Reject the request or return it.")
            )
        customer.rename(by=by, name=approval.asked["name"], credit_code=approval.asked["code"], reason=approval.reason)
        renew_terms(customer)
        changed([customer.pk], by=by)


class TakenIdentity(Exception):
    """Another customer has this name or credit code; the attempt was kept. Carries the state of that customer, and only it."""

    def __init__(self, state):
        super().__init__(state)
        self.state = state


def ask_for_identity(customer, *, by, name, code, reason, files):
    """The request with its evidence; raises TakenIdentity or AlreadyAsked. The files may be made while they are read off:
    they are kept only with the request they belong to."""
    allow(by, IdentityChange.name, customer)
    asked = {"name_before": customer.name, "name": name, "code_before": customer.credit_code, "code": code}
    if holder := holder_of_another(customer, _identity(asked, customer)):
        ContestedClaim.keep([(holder, name if name != customer.name else code)], by=by, way=ContestedClaim.Way.EDIT)
        raise TakenIdentity(states_of([holder], by=by)[holder])
    return _ask(customer, by, reason, files, asked)


@transaction.atomic
def _ask(customer, by, reason, files, asked):
    with stamped("customers.identity", by=by, reason=reason):
        return ask(IdentityChange.name, locked(customer), by=by, reason=reason, files=list(files), **asked)


def _identity(asked, customer):
    return identity_of(Draft(asked["name"], {"credit_code": asked["code"]}), customer.organization)
