"""Groups of companies: to whom a company belongs. What is promised to a group counts together, so the place in it is no
matter of taste: it changes with evidence and a second person, as a name does."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.refusals import constraint_of
from approvals.asking import ask
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, a_second_person, register
from audit.deeds import locked, stamped
from customers.denials import denied_to
from customers.models import Customer, IdentityKey
from customers.names import normalised
from customers.registration import states_of

SHOWN = 20


@register
class GroupChange(Kind):
    """The company to which this one belongs, as its branch or its subsidiary; or to none."""

    name = "customers.group"
    label = gettext_lazy("Change of the group of a customer")
    subject = "customers.Customer"
    policy = a_second_person(MANAGER)
    stands_on = ("owner", "parent", "relation")

    def interested(self, subject, asked):
        return denied_to(subject)

    def title(self, approval):
        asked = approval.asked
        if not asked["parent"]:
            return _("%(customer)s belongs to no group any more") % {"customer": asked["customer"]}
        return _("%(customer)s belongs to %(parent)s") % {
            "customer": asked["customer"], "parent": asked["parent_as_typed"],
        }  # fmt: skip

    def short(self, approval):
        return approval.asked["parent_as_typed"] or _("no group")

    def lines(self, approval):
        asked = approval.asked
        return [
            (_("Customer"), None, asked["customer"]),
            (_("Belongs to"), asked["parent_before"], asked["parent_as_typed"] or _("none")),
            (_("Relation"), _relation(asked["relation_before"]), _relation(asked["relation"]) or _("none")),
        ]

    def shows_subject_to(self, reader, subject):
        return reader.has_perm("customers.view", subject)

    def url(self, approval):
        return reverse("customers:detail", args=[approval.subject_id])

    def url_to_ask(self, approval):
        return reverse("customers:group", args=[approval.subject_id])

    def take_effect(self, approval, *, by):
        asked, customer = approval.asked, Customer.objects.get(pk=approval.subject_id)
        parent_id = UUID(asked["parent"]) if asked["parent"] else None
        try:
            with transaction.atomic():
                customer.regroup(by=by, parent_id=parent_id, relation=asked["relation"], reason=approval.reason)
        except IntegrityError as error:
            if constraint_of(error) != "group_has_no_circle":
                raise
            raise CannotTakeEffect(
                _("That company belongs to this one already. Reject the request or return it.")
            ) from None


def _relation(code):
    return str(Customer.Relation(code).label) if code else ""


def company_called(text, organization) -> UUID | None:
    """The id of the company with exactly this registered name (a former one counts) or credit code, whoever may see it."""
    kinds = IdentityKey.Kind
    for kind, value in ((kinds.CREDIT_CODE, text.strip().upper()), (kinds.NAME, normalised(text))):
        key = IdentityKey.objects.filter(kind=kind, digest=organization.digest(kind, value)).first()
        if key:
            return key.customer_id
    return None


@transaction.atomic
def ask_for_group(customer, *, by, reason, files, parent_id, parent, relation):
    """The request with its evidence; raises AlreadyAsked. It keeps the parent as it was typed: who asks may not see that
    company, and learns nothing by asking."""
    with stamped("customers.group", by=by, reason=reason):
        customer = locked(customer)
        asked = {
            "customer": customer.name, "parent": str(parent_id or ""), "parent_as_typed": parent if parent_id else "",
            "parent_before": _name_before(customer, by), "relation_before": customer.relation,
            "relation": relation if parent_id else "",
        }  # fmt: skip
        return ask(GroupChange.name, customer, by=by, reason=reason, files=list(files), **asked)


def _name_before(customer, by):
    """The name of the company above, for who may see it; otherwise only that there is one."""
    if not customer.parent_id:
        return ""
    parent = Customer.objects.visible_to(by).filter(pk=customer.parent_id).first()
    return parent.name if parent else _("a company that is not shown")


@dataclass
class Relative:
    """Another company of the group: its name for who may see it, for everybody else a state."""

    relation: Any
    state: Any
    customer: Customer | None


@dataclass
class Group:
    parent: Relative | None
    children: list[Relative]
    more: bool


def group_of(customer, user) -> Group:
    """The company above and those below, as far as this person may know them. At most three queries."""
    related = Customer.objects.filter(parent=customer).values_list("pk", "relation").order_by("pk")[: SHOWN + 1]
    below = list(related)
    ids = [pk for pk, _relation in below[:SHOWN]] + ([customer.parent_id] if customer.parent_id else [])
    if not ids:
        return Group(None, [], False)
    visible = Customer.objects.visible_to(user).in_bulk(ids)
    states = states_of(ids, by=user)

    def relative(pk, relation):
        return Relative(Customer.Relation(relation).label, states[pk], visible.get(pk))

    parent = relative(customer.parent_id, customer.relation) if customer.parent_id else None
    return Group(parent, [relative(pk, relation) for pk, relation in below[:SHOWN]], len(below) > SHOWN)
