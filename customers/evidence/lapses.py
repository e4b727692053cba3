"""Whose holds have lapsed too often asks his manager before he claims the next company."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rules import rule
from accounts.tenancy import now
from approvals.asking import ask
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, a_second_person, register
from customers.evidence.holds import WINDOW
from customers.limits import refusal_of
from customers.models import Claim, Customer


@register
class ClaimAfterLapses(Kind):
    """A company from the pool for somebody whose holds lapsed: his manager decides whether he will work on this one."""

    name = "customers.claim_after_lapses"
    label = gettext_lazy("Claim after lapsed holds")
    subject = "customers.Customer"
    policy = a_second_person(MANAGER)
    stands_on = ("owner",)

    def title(self, approval):
        return _("%(person)s claims %(customer)s after holds that lapsed") % {
            "person": approval.asked["to_name"], "customer": approval.asked["customer"],
        }  # fmt: skip

    def lines(self, approval):
        asked = approval.asked
        return [
            (_("Customer"), None, asked["customer"]),
            (_("Owner"), _("nobody, in the pool"), asked["to_name"]),
            (_("Holds that lapsed in 30 days"), None, str(asked["lapses"])),
            (_("This company among them"), None, _("yes") if asked["again"] else _("no")),
        ]

    def url(self, approval):
        return reverse("customers:pool")

    def take_effect(self, approval, *, by):
        claimant = User.objects.get(pk=UUID(approval.asked["to"]))
        if not (claimant.is_active and claimant.sells):
            raise CannotTakeEffect(_("%(person)s no longer works with customers.") % {"person": claimant.name})
        Customer.objects.get(pk=approval.subject_id).claim_as_approved(by=by, to=claimant)


@rule("customers.claim_after_lapses", no=gettext_lazy("His manager is asked only when holds have lapsed too often."))
def holds_have_lapsed(user, customer):
    """Only what nobody owns, and only what the rules keep from him for this one reason."""
    return user.sells and customer.owner_id is None and refusal_of(user, Claim.Way.POOL, customer) == "lapses"


@transaction.atomic
def ask_after_lapses(customer, *, by, reason):
    """The request; raises AlreadyAsked when one waits. Meanwhile anybody may claim it."""
    lapsed = Claim.objects.filter(claimant=by, ended_as=Claim.End.LAPSED, released_at__gt=now() - WINDOW)
    return ask(
        ClaimAfterLapses.name, customer, by=by, reason=reason, customer=customer.name, to=str(by.pk), to_name=by.name,
        lapses=lapsed.count(), again=lapsed.filter(customer=customer).exists(),
    )  # fmt: skip
