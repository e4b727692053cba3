"""What somebody in departure mode may not do with customers, and how far he may still look."""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.hierarchy import superiors
from accounts.models import User
from accounts.notices import sentences, tell
from accounts.rules import rule, while_leaving
from approvals.asking import ask
from approvals.carrying_out import carried_out
from approvals.kinds import MANAGER, CannotTakeEffect, Kind, a_second_person, register
from audit.models import Entry
from audit.recording import record
from customers.models import Customer

while_leaving(gettext_lazy("taking lists out"), "customers.export", "customers.view_export")
while_leaving(gettext_lazy("passing customers on or releasing them"), "customers.transfer", "customers.release")
while_leaving(gettext_lazy("bringing lists in and undoing imports"), "customers.start_import", "customers.import_try", "customers.import_undo")  # fmt: skip
while_leaving(gettext_lazy("claiming without approval"), "customers.claim")
while_leaving(gettext_lazy("taking over from others who leave"), "customers.accept_handover")

sentences(
    {
        "customers.views_used_up": gettext_lazy(
            "%(name)s, who is leaving, has looked into %(number)s customers today; the next one stayed closed."
        ),
    }
)


class OverBudget(PermissionDenied):
    """He has looked into as many customers today as somebody in departure mode may."""

    action = "customers.view"

    @property
    def sentence(self):
        number = formats.number_format(settings.LEAVING_VIEWS)
        return _(
            "In departure mode up to %(number)s customers can be opened a day, and today’s are used up. Those you opened"
            " today stay open; from midnight on there are new ones. Your manager can look things up for you."
        ) % {"number": number}


def look(user, customer):
    """Counted for somebody who leaves, and for nobody else: one statement more for him, none for the others."""
    if not user.is_leaving:
        return
    with connection.cursor() as cursor:  # two pages opened at the same moment count one after the other
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('look', hashtextextended(%s, 0)))", [str(user.pk)]
        )
    seen = looked_into(user)
    if str(customer.pk) in seen:
        return
    if len(seen) >= settings.LEAVING_VIEWS:
        _refuse(user, customer)
    record("customers.look_while_leaving", customer, detail={"name": customer.name})


def looked_into(user) -> set:
    """Ids of the customers he opened today, by the organisation's day; the ledger says so."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    looks = Entry.objects.filter(
        actor=user.pk, action="customers.look_while_leaving", recorded_at__gte=midnight, op=Entry.Op.EVENT
    )
    return set(looks.order_by().values_list("about_id", flat=True).distinct())


def _refuse(user, customer):
    record("customers.over_budget", customer)
    tell(
        superiors(user)[:1], "customers.views_used_up", url=reverse("accounts:departures"),
        key=f"{user.pk} {timezone.localdate()}", name=user.name, number=settings.LEAVING_VIEWS,
    )  # fmt: skip
    raise OverBudget


@register
class ClaimWhileLeaving(Kind):
    """Somebody who leaves wants a company from the pool: his manager decides whether that still makes sense."""

    name = "customers.claim_while_leaving"
    label = gettext_lazy("Claim in departure mode")
    subject = "customers.Customer"
    policy = a_second_person(MANAGER)
    stands_on = ("owner",)

    def title(self, approval):
        return _("%(person)s claims %(customer)s while leaving") % {
            "person": approval.asked["to_name"], "customer": approval.asked["customer"],
        }  # fmt: skip

    def lines(self, approval):
        asked = approval.asked
        return [(_("Customer"), None, asked["customer"]), (_("Owner"), _("nobody, in the pool"), asked["to_name"])]

    def url(self, approval):
        return reverse("customers:pool")

    def take_effect(self, approval, *, by):
        claimant = User.objects.get(pk=UUID(approval.asked["to"]))
        if not (claimant.is_active and claimant.sells):
            raise CannotTakeEffect(_("%(person)s no longer works with customers.") % {"person": claimant.name})
        Customer.objects.get(pk=approval.subject_id).claim_as_approved(by=by, to=claimant)


@rule("customers.claim_while_leaving")
def leaves_and_sells(user, customer):
    return user.is_leaving and customer.owner_id is None


@rule("customers.claim_as_approved")
def was_approved_to_claim(user, customer):
    return customer.owner_id is None and (
        carried_out("customers.claim_while_leaving", customer) or carried_out("customers.claim_after_lapses", customer)
    )


@transaction.atomic
def ask_to_claim(customer, *, by):
    """The request of somebody who leaves; raises AlreadyAsked when one waits. Meanwhile anybody may claim it."""
    return ask(
        ClaimWhileLeaving.name, customer, by=by, reason=_("A claim in departure mode."),
        customer=customer.name, to=str(by.pk), to_name=by.name,
    )  # fmt: skip
