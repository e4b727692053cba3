"""Payment terms: how much a customer may owe, and for how long. Asked for by its owner with evidence, decided by a second
person."""

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.asking import ask
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, Measure, a_second_person, register
from audit.deeds import locked, stamped
from customers.denials import denied_to
from customers.models import Customer


@register
class PaymentTerms(Kind):
    """Credit limit and days to pay. A policy may ask for more people above a limit of either."""

    name = "customers.terms"
    label = gettext_lazy("Payment terms")
    subject = "customers.Customer"
    policy = a_second_person(MANAGER)
    measures = {
        "credit_limit": Measure(gettext_lazy("credit limit")),
        "payment_days": Measure(gettext_lazy("days to pay"), gettext_lazy(" days")),
    }
    stands_on = ("owner", "credit_limit", "currency", "payment_days")

    def measure(self, subject, asked):
        return {"credit_limit": Decimal(asked["credit_limit"] or 0), "payment_days": int(asked["payment_days"] or 0)}

    def interested(self, subject, asked):
        return denied_to(subject)

    def title(self, approval):
        return _("Payment terms of %(customer)s") % {"customer": approval.asked["customer"]}

    def short(self, approval):
        return limit_in_words(approval.asked) or days_in_words(approval.asked) or _("no credit")

    def lines(self, approval):
        before, after = approval.asked["before"], approval.asked
        return [
            (_("Customer"), None, after["customer"]),
            (_("Credit limit"), limit_in_words(before), limit_in_words(after) or _("none")),
            (_("Days to pay"), days_in_words(before), days_in_words(after) or _("none")),
        ]

    def shows_subject_to(self, reader, subject):
        return reader.has_perm("customers.view", subject)

    def url(self, approval):
        return reverse("customers:detail", args=[approval.subject_id])

    def url_to_ask(self, approval):
        return reverse("customers:terms", args=[approval.subject_id])

    def take_effect(self, approval, *, by):
        asked, customer = approval.asked, Customer.objects.get(pk=approval.subject_id)
        if terms_of(customer) != asked["before"]:
            raise CannotTakeEffect(_("The terms are others by now. Reject the request or return it."))
        customer.set_terms(
            by=by, reason=approval.reason, currency=asked["currency"],
            credit_limit=Decimal(asked["credit_limit"]) if asked["credit_limit"] else None,
            payment_days=int(asked["payment_days"]) if asked["payment_days"] else None,
        )  # fmt: skip


def terms_of(customer) -> dict:
    """As a request keeps them: texts, because a fraction has no exact writing."""
    return {
        "credit_limit": "" if customer.credit_limit is None else f"{customer.credit_limit:.2f}",
        "currency": customer.currency,
        "payment_days": "" if customer.payment_days is None else str(customer.payment_days),
    }


def limit_in_words(terms) -> str:
    return f"{Decimal(terms['credit_limit']):,.2f} {terms['currency']}" if terms["credit_limit"] else ""


def days_in_words(terms) -> str:
    days = int(terms["payment_days"] or 0)
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days} if terms["payment_days"] else ""


@transaction.atomic
def ask_for_terms(customer, *, by, reason, files, **wanted):
    """The request with its evidence; raises AlreadyAsked. What stands now is read under the customer's lock."""
    with stamped("customers.terms", by=by, reason=reason):
        customer = locked(customer)
        asked = asked_of_terms(customer, **wanted)
        return ask(PaymentTerms.name, customer, by=by, reason=reason, files=list(files), **asked)


def asked_of_terms(customer, *, credit_limit, currency, payment_days) -> dict:
    after = {
        "credit_limit": "" if credit_limit is None else f"{credit_limit:.2f}",
        "currency": "" if credit_limit is None else currency,
        "payment_days": "" if payment_days is None else str(payment_days),
    }
    return {"customer": customer.name, "before": terms_of(customer), **after}
