"""A customer passes from one rep to another: asked for by its owner or his manager, decided by a second person."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals.asking import ask
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, Measure, Rolling, a_second_person, register
from audit.deeds import allow, locked
from customers.denials import denied_to
from customers.models import Claim, Customer, Denial


@register
class Transfer(Kind):
    """The customer's next owner. The protection period goes on as it is: passing a customer on buys no time."""

    name = "customers.transfer"
    label = gettext_lazy("Customer transfer")
    subject = "customers.Customer"
    policy = a_second_person(MANAGER)
    measures = {"customers": Measure(gettext_lazy("customers"))}
    rolling = Rolling("customers", 90, gettext_lazy("transfers between these two in 90 days"), once=False)
    stands_on = ("owner",)

    def measure(self, subject, asked):
        return {"customers": 1}

    def group(self, subject, asked):
        return " ".join(sorted([asked["from"], asked["to"]]))

    def interested(self, subject, asked):
        return {UUID(asked["from"]), UUID(asked["to"])} | denied_to(subject)

    def title(self, approval):
        return _("Transfer %(customer)s to %(person)s") % {
            "customer": approval.asked["customer"], "person": approval.asked["to_name"],
        }  # fmt: skip

    def short(self, approval):
        return _("the transfer to %(person)s") % {"person": approval.asked["to_name"]}

    def lines(self, approval):
        asked = approval.asked
        until = timezone.localtime(parse_datetime(asked["protected_until"]))
        return [
            (_("Customer"), None, asked["customer"]),
            (_("Owner"), asked["from_name"], asked["to_name"]),
            (_("Protection period"), None, _("goes on until %(date)s") % {"date": formats.date_format(until)}),
        ]

    def background(self, approval):
        customer = Customer.objects.filter(pk=approval.subject_id).first()
        if customer is None:
            return []
        last = customer.last_contact_at
        return [
            (_("Owned since"), _day(_live(customer).claimed_at) if customer.owner_id else ""),
            (_("Last follow-up"), _day(last) if last else _("none")),
            (_("Owners so far"), str(customer.claims.count())),
        ]

    def shows_subject_to(self, reader, subject):
        return reader.has_perm("customers.view", subject)

    def url(self, approval):
        return reverse("customers:detail", args=[approval.subject_id])

    def url_to_ask(self, approval):
        return reverse("customers:transfer", args=[approval.subject_id])

    def take_effect(self, approval, *, by):
        heir = User.objects.get(pk=approval.asked["to"])
        if not (heir.is_active and heir.sells) or heir.is_leaving:
            raise CannotTakeEffect(_("%(person)s no longer works with customers.") % {"person": heir.name})
        customer = Customer.objects.get(pk=approval.subject_id)
        if customer.in_dispute:
            raise CannotTakeEffect(
                _("The customer is in dispute. Decide when the case is closed, or return the request.")
            )
        if Denial.objects.live().filter(customer=customer, person=heir).exists():
            raise CannotTakeEffect(_("%(person)s cannot take this customer over.") % {"person": heir.name})
        if str(customer.owner_id) != approval.asked["from"]:
            raise CannotTakeEffect(_("The customer has another owner by now. Reject the request or return it."))
        customer.pass_on(by=by, to=heir, reason=approval.reason)


@transaction.atomic
def ask_for_transfer(customer, *, by, to, reason):
    """The request; raises AlreadyAsked when one waits. Whose the customer is, is read anew and under its lock."""
    customer = locked(customer)
    allow(by, Transfer.name, customer)
    return ask(
        Transfer.name, customer, by=by, reason=reason, customer=customer.name,
        **{"from": str(customer.owner_id), "from_name": customer.owner.name, "to": str(to.pk), "to_name": to.name},
        protected_until=customer.protected_until.isoformat(),
    )  # fmt: skip


def heirs(customer):
    """Who may become the owner: everybody active who sells and stays, but the owner himself and who is denied the customer."""
    sellers = User.objects.active().filter(rights__verbs__contains=["customers.sell"], leaving_from=None)
    return (
        sellers.exclude(pk__in=[customer.owner_id, *denied_to(customer)]).select_related("team").order_by("name", "pk")
    )


def _live(customer):
    return Claim.objects.live().get(customer=customer)


def _day(moment):
    return formats.date_format(timezone.localtime(moment))
