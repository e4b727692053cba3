"""Draws between several who want the same customer: prepared ahead, entered until it opens, drawn from a seed that anybody
can check against what was committed to.

Each step is a job of its own and one transaction; killed, it is done again from its beginning and finds the same.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.models import Organization
from accounts.notices import sentences, tell
from accounts.outbox import enqueue, job
from accounts.rules import rule, while_leaving
from accounts.schedules import every
from accounts.the_clock import CLOCK, due
from audit.deeds import allow, stamped
from customers.limits import SENTENCES
from customers.lots import objection_to_entry
from customers.models import ContestedClaim, Customer, Draw, DrawEntry, OwnershipRules
from customers.pools.masking import shown_name

AN_HOUR = timedelta(hours=1)
MOST_HOURS = 24 * 31
NO_ENTRY = SENTENCES | {
    "open_already": _("This company is open already. Whoever claims it first has it."),
    "not_prepared": _("The draw for this hour is being prepared. You can enter in a few minutes."),
}

sentences(
    {
        "customers.draw_won": _("You won the draw: %(customer)s is yours now."),
        "customers.draw_lost": _("The draw for %(customer)s gave it to somebody else. Your attempt is kept."),
        "customers.draw_passed_over": _(
            "You came first in the draw for %(customer)s and were passed over. The page of the draw says why."
        ),
    }
)
while_leaving(_("entering draws"), "customers.want")


class CannotEnter(Exception):
    """He cannot enter this draw; says why in a sentence. Nothing was changed."""


# Prepared ahead


@every("customers.prepare_draws", AN_HOUR)
def prepare():
    """A draw for each hour in which something may open. Who enters finds its seed chosen and committed to."""
    hours = min(OwnershipRules.objects.in_force().release_hours, MOST_HOURS)
    if not hours:
        return
    wanted = _full_hours(hours + 2)
    there = set(Draw.objects.filter(opens_at__in=wanted).values_list("opens_at", flat=True))
    missing = [hour for hour in wanted if hour not in there]
    organization = Organization.objects.get()
    with stamped("customers.prepare_draw"):
        ids = tenancy.fresh_ids(len(missing))
        rows = [_sealed(organization, pk, hour) for pk, hour in zip(ids, missing, strict=True)]
        Draw.objects.bulk_create(rows, ignore_conflicts=True)


def _full_hours(count):
    """The full hours to come, by the organisation's clock; not one that would begin while its draw is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hour FROM accounts_organization, generate_series(1, %s) AS n,"
            " LATERAL (SELECT date_trunc('hour', clock_timestamp(), time_zone) + n * interval '1 hour') AS to_come(hour)"
            " WHERE id = %s AND hour > clock_timestamp() + interval '1 minute'",
            [count, tenancy.organization_id()],
        )
        return [hour for (hour,) in cursor.fetchall()]


def _sealed(organization, pk, hour):
    seed = secrets.token_bytes(32)
    sealed = organization.seal(Draw.lies_at(pk), seed.hex())
    return Draw(pk=pk, opens_at=hour, commitment=hashlib.sha256(seed).digest(), sealed=sealed)


# Wanted


@transaction.atomic
def want(customer, *, by) -> DrawEntry:
    """Enter the draw for a customer. However often it is said, it is one entry with one number."""
    allow(by, "customers.want", customer)
    if why := objection_to_entry(customer, by):
        raise CannotEnter(str(NO_ENTRY[why]))
    draw = Draw.objects.get(opens_at=customer.available_at)
    with stamped("customers.want", by=by):
        entry = _entry(draw, customer, by)
    enqueue(
        "customers.open_draw", dedupe_key=str(draw.pk), due_at=draw.opens_at + timedelta(seconds=5), draw=str(draw.pk)
    )
    return entry


def _entry(draw, customer, by):
    entry, _is_new = DrawEntry.objects.get_or_create(
        draw=draw, customer=customer, person=by, defaults={"pool_id": customer.pool_id}
    )
    if (
        entry.withdrawn_at is None and entry.entered_at < customer.pooled_at
    ):  # it was in the pool for this hour once before
        entry.withdraw(by=by)
    if entry.withdrawn_at:
        entry.renew(by=by)
    return entry


def no_longer_wanted(customer, *, by):
    """Take one's entry back; until it opens that can be done."""
    entry = DrawEntry.objects.standing().of_pooling(customer).filter(person=by).first()
    if entry is None:
        return
    try:
        with transaction.atomic():
            entry.withdraw(by=by)
    except IntegrityError as refused:
        raise CannotEnter(str(NO_ENTRY["drawn"])) from refused


@rule("customers.want", no=_("It has an owner, so nothing is drawn."))
def sells_what_nobody_owns(user, customer):
    """Whether he is a member, and whether it opens later, is for the database to say."""
    return customer.owner_id is None and not customer.in_dispute


@rule("customers.renew_entry", "customers.withdraw_entry")
def is_ones_own(user, entry):
    return entry.person_id == user.pk


# Opened and drawn


@job("customers.open_draw")
def open_draw(draw):
    """The seed is shown, and each customer that somebody wants is drawn for in a transaction of its own."""
    draw = Draw.objects.get(pk=draw)
    if draw.seed is None:
        draw.reveal(by=CLOCK)
    wanted = DrawEntry.objects.standing().filter(draw=draw, outcome="").order_by().values_list("customer", flat=True)
    for customer in wanted.distinct():
        enqueue("customers.draw", dedupe_key=f"{draw.pk} {customer}", draw=str(draw.pk), customer=str(customer))


@job("customers.draw")
def draw_for(draw, customer):
    """One gets it, or nobody whom the rules let; everybody who entered is told."""
    customer = Customer.objects.get(pk=customer)
    if CLOCK.has_perm("customers.draw", customer):
        customer.draw(by=CLOCK)
        _tell(DrawEntry.objects.filter(draw=draw, customer=customer).exclude(outcome=""), customer)


@due("customers.reveal_draw")
def has_opened(draw):
    return draw.opens_at <= tenancy.now()


@due("customers.draw")
def is_waited_for(customer):
    """It has opened in the pool, and somebody who wanted it has no answer."""
    if customer.owner_id or customer.in_dispute or customer.available_at > tenancy.now():
        return False
    return DrawEntry.objects.standing().of_pooling(customer).filter(outcome="", draw__seed__isnull=False).exists()


@rule("customers.reveal_draw", "customers.draw")
def nobody(user, subject):
    """Only the clock."""
    return False


def _tell(entries, customer):
    for entry in entries.select_related("person", "pool"):
        is_won = entry.outcome == DrawEntry.Outcome.WON
        name = customer.name if is_won else shown_name(customer, entry.pool)
        if entry.outcome == DrawEntry.Outcome.LOST:
            ContestedClaim.keep([(customer.pk, "")], by=entry.person, way=ContestedClaim.Way.DRAW)
        tell(
            [entry.person], WHAT[entry.outcome], key=str(entry.pk), url=reverse("customers:draw", args=[customer.pk, entry.draw_id]),
            customer=name,
        )  # fmt: skip


WHAT = {
    DrawEntry.Outcome.WON: "customers.draw_won",
    DrawEntry.Outcome.LOST: "customers.draw_lost",
    DrawEntry.Outcome.PASSED_OVER: "customers.draw_passed_over",
}


# Shown afterwards


def drawn(customer, draw, reader) -> list[DrawEntry] | None:
    """The entries of a draw that is over, smallest value first, for who entered it and for auditors; otherwise None."""
    entries = list(
        DrawEntry.objects.filter(customer=customer, draw=draw).exclude(outcome="").order_by("ticket", "pk")
        .select_related("pool", "draw")
    )  # fmt: skip
    if entries and (reader.is_auditor or any(entry.person_id == reader.pk for entry in entries)):
        return entries
    return None
