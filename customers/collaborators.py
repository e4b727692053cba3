"""Sharing a customer with a colleague (R33): to look at or to work on, until a day, with a reason.

What is shared stays its owner's: a collaborator releases, transfers and renames nothing, and shares nothing on.
"""

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.notices import sentences, tell
from accounts.refusals import constraint_of
from audit.deeds import allow, locked, stamped
from customers.denials import denied_to
from customers.models import Collaborator

Way = Collaborator.Way
CODENAMES = {Way.VIEW: "view_customer", Way.EDIT: "change_customer"}

sentences({"customers.shared": gettext_lazy("%(who)s shares %(customer)s with you until %(until)s: %(reason)s")})


class CannotShare(Exception):
    """A share that would not be right; says why in a sentence."""


@transaction.atomic
def share(customer, *, by, person, way, until, reason) -> Collaborator:
    """The share, of which the colleague is told. The database holds the same rules (`collaborator_stands`)."""
    with stamped("customers.share", by=by, reason=reason):
        customer = locked(customer)
        allow(by, "customers.share", customer)
        if sentence := objection(customer, by, person, way):
            raise CannotShare(sentence)
        given = _give(content_object=customer, user=person, way=way, until=until, reason=reason, given_by=by)
        _tell(given, customer)
    return given


def _give(*, way, **fields):
    permission = Permission.objects.get(
        content_type__app_label="customers", content_type__model="customer", codename=CODENAMES[Way(way)]
    )
    try:
        with transaction.atomic():
            return Collaborator.objects.create(way=way, permission=permission, **fields)
    except IntegrityError as refusal:
        if constraint_of(refusal) != "collaborator_once":
            raise
        raise CannotShare(_shared_already(fields["user"])) from refusal


def _tell(given, customer):
    tell(
        [given.user], "customers.shared", url=reverse("customers:detail", args=[customer.pk]), key=f"{given.pk} shared",
        who=given.given_by.name, customer=customer.name, reason=given.reason,
        until=formats.date_format(timezone.localtime(given.until)),
    )  # fmt: skip


def objection(customer, by, person, way) -> str:
    """Why this customer is not shared with this person, or ''."""
    name = {"name": person.name}
    if way == Way.EDIT and by.pk != customer.owner_id:
        return _("Only the owner lets somebody work on it. You can share it to look at.")
    if person.pk not in set(possible(customer, by).values_list("pk", flat=True)):
        return _("It is shared with active colleagues who work with customers; %(name)s is not among them.") % name
    if way == Way.EDIT and not person.may("customers.work"):
        return _("%(name)s's role changes no customers. Share it to look at.") % name
    if Collaborator.objects.filter(content_object=customer, user=person).exists():
        return _shared_already(person)
    return ""


def _shared_already(person):
    return _("It is shared with %(name)s already. Take that share back first.") % {"name": person.name}


def possible(customer, by):
    """Colleagues with whom it can be shared: not the owner, not oneself, no auditor, nobody who is denied it."""
    people = User.objects.active().filter(rights__verbs__contains=["customers.read"]).exclude(role=User.Role.AUDITOR)
    others = people.exclude(pk__in=[by.pk, customer.owner_id, *denied_to(customer)])
    return others.select_related("team").order_by("name", "pk")


def is_shared(user, customer, *ways) -> bool:
    """Is it shared with this person now, in one of these ways? What nobody owns, nobody shares."""
    live = Collaborator.objects.filter(user=user, content_object=customer)
    return customer.owner_id is not None and (live.filter(way__in=ways) if ways else live).exists()
