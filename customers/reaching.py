"""Customers in the pages that explain rights: how many somebody reaches, and how he stands to one."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.explaining import explained
from accounts.models.roles import Reach
from accounts.paging import counted
from accounts.reaching import reached
from customers.collaborators import is_shared
from customers.models import Customer


@reached(gettext_lazy("customers seen"))
def seen(person):
    return _number(person, "view") if person.may("customers.read") else "0"


@reached(gettext_lazy("customers changed"))
def changed(person):
    return _number(person, "edit") if person.may("customers.work") else "0"


@reached(gettext_lazy("customers exported"))
def exported(person):
    return _number(person, "export") if person.may("customers.take_out") else "0"


def _number(person, way):
    return counted(Customer.objects.open_to(person).within(person.reach(way)).owned())


def standing(person, customer) -> str:
    """How a person stands to a customer, in a sentence."""
    if customer.owner_id == person.pk:
        return _("%(name)s owns it.") % {"name": person.name}
    if person.break_glass:
        return _("%(name)s reads it by break-glass access, for some minutes.") % {"name": person.name}
    if is_shared(person, customer):
        return _("It is shared with %(name)s.") % {"name": person.name}
    return _("It is %(whose)s, and the role %(role)s sees customers of: %(reach)s.") % {
        "whose": _("in the pool") if customer.owner is None else _("a colleague's"),
        "role": person.rights,
        "reach": Reach(person.rights.view).label,
    }


explained(
    Customer,
    {
        "customers.view": gettext_lazy("see it"),
        "customers.edit": gettext_lazy("change its record"),
        "customers.follow_up": gettext_lazy("log a follow-up"),
        "customers.add_contact": gettext_lazy("add a contact"),
        "customers.claim": gettext_lazy("claim it, if it is free"),
        "customers.release": gettext_lazy("release it to the pool"),
        "customers.transfer": gettext_lazy("ask for its transfer"),
        "customers.share": gettext_lazy("share it with a colleague"),
        "customers.deny": gettext_lazy("deny somebody access to it"),
        "customers.identity": gettext_lazy("ask for another name or credit code"),
    },
    standing,
)
