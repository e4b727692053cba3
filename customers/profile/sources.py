"""The source of a customer is said once, when it comes in: who brought it may be paid by it. Later a second person decides."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.asking import ask
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, a_second_person, register
from audit.deeds import locked, stamped
from customers.denials import denied_to
from customers.models import Customer


@register
class SourceChange(Kind):
    """Another source than the one it came in with, or one where none was named."""

    name = "customers.source"
    label = gettext_lazy("Change of a customer's source")
    subject = "customers.Customer"
    policy = a_second_person(MANAGER)
    stands_on = ("owner", "source", "source_number")

    def interested(self, subject, asked):
        return denied_to(subject)

    def title(self, approval):
        return _("Another source of %(customer)s") % {"customer": approval.asked["customer"]}

    def short(self, approval):
        return approval.asked["source"]

    def lines(self, approval):
        asked = approval.asked
        return [
            (_("Customer"), None, asked["customer"]),
            (_("Source"), asked["source_before"], asked["source"] or _("none")),
            (_("Number in the source"), asked["number_before"], asked["source_number"] or _("none")),
        ]

    def shows_subject_to(self, reader, subject):
        return reader.has_perm("customers.view", subject)

    def url(self, approval):
        return reverse("customers:detail", args=[approval.subject_id])

    def url_to_ask(self, approval):
        return reverse("customers:source", args=[approval.subject_id])

    def take_effect(self, approval, *, by):
        asked, customer = approval.asked, Customer.objects.get(pk=approval.subject_id)
        if (customer.source, customer.source_number) != (asked["source_before"], asked["number_before"]):
            raise CannotTakeEffect(_("The source is another by now. Reject the request or return it."))
        customer.correct_source(
            by=by, source=asked["source"], source_number=asked["source_number"], reason=approval.reason
        )


@transaction.atomic
def ask_for_source(customer, *, by, reason, files, source, source_number):
    """The request; raises AlreadyAsked."""
    with stamped("customers.source", by=by, reason=reason):
        customer = locked(customer)
        asked = asked_of_source(customer, source=source, source_number=source_number)
        return ask(SourceChange.name, customer, by=by, reason=reason, files=list(files), **asked)


def asked_of_source(customer, *, source, source_number) -> dict:
    return {
        "customer": customer.name, "source_before": customer.source, "number_before": customer.source_number,
        "source": source, "source_number": source_number,
    }  # fmt: skip
