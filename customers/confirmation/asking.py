"""Asking the customer: which contacts, by what way, and who brings a link to whom no letter can be sent."""

import hashlib
import secrets
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import mailing, tenancy
from accounts.models import Organization, User
from accounts.schedules import every
from audit.deeds import allow, stamped
from audit.recording import record
from customers.models import Confirmation, ConfirmationDay, Evidence, EvidenceKey, FollowUp
from customers.names import domain

AHEAD = 3  # days that are committed to beforehand
PICKED = """
SELECT f.id FROM customers_followup f WHERE f.organization_id = %(organization)s AND f.recorded_at >= %(begins)s AND f.recorded_at < %(ends)s
   AND f.kind = ANY(%(kinds)s) AND customers_is_picked(%(seed)s, f.id, %(percent)s)
"""


class NobodyToAsk(Exception):
    """The customer has no contact who could be asked."""


@every("customers.commit_confirmations", timedelta(hours=6))
def commit():
    """Seeds for the next days, which nobody has seen; the ledger has their hashes before a day begins."""
    organization, today = Organization.objects.get(), _today()
    there = set(ConfirmationDay.objects.filter(day__gt=today).values_list("day", flat=True))
    for ahead in range(1, AHEAD + 1):
        if (day := today + timedelta(days=ahead)) not in there:
            commit_to(day, organization)


def commit_to(day, organization) -> ConfirmationDay:
    seed = secrets.token_bytes(32)
    commitment = hashlib.sha256(seed).digest()
    sealed = organization.seal(_place(commitment), seed.hex())
    with stamped("customers.commit_confirmations"):
        return ConfirmationDay.objects.create(day=day, commitment=commitment, sealed=sealed)


def _place(commitment) -> str:
    return f"confirmations:{bytes(commitment).hex()}"


@every("customers.ask_customers", timedelta(hours=1))
def ask_customers():
    """For each day that is over: its seed is shown; whom chance has picked is asked, and every key account that was visited."""
    for day in ConfirmationDay.objects.filter(day__lt=_today(), seed=None).order_by("day"):
        _reveal(day)
        with stamped("customers.ask_customers"):
            _ask_about_all(key_visits(day), Confirmation.Chosen.KEY_ACCOUNT)
            _ask_about_all(FollowUp.objects.filter(pk__in=picked(day)), Confirmation.Chosen.SAMPLE)


def _ask_about_all(follow_ups, chosen):
    for follow_up in follow_ups.select_related("customer", "author"):
        _ask_about(follow_up, chosen)


def key_visits(day):
    """Visits to key accounts whose evidence of that day extends protection: each is asked about, and chance has no say.
    The mirror of `customers_is_key_visit`, which refuses any other."""
    begins, ends = _bounds(day)
    extended = Evidence.objects.filter(gathered_at__gte=begins, gathered_at__lt=ends)
    visits = FollowUp.objects.qualifying().filter(kind=FollowUp.Kind.VISIT, corrects=None, customer__key_account=True)
    return visits.filter(pk__in=extended.values("follow_up"))


def _bounds(day):
    zone = _zone(Organization.objects.get())
    return [datetime.combine(each, time.min, zone) for each in (day.day, day.day + timedelta(days=1))]


def picked(day) -> list:
    """Ids of the contacts of a day that its seed picks."""
    begins, ends = _bounds(day)
    asked = {
        "organization": tenancy.organization_id(), "begins": begins, "ends": ends, "kinds": list(FollowUp.IN_PERSON),
        "seed": bytes(day.seed), "percent": day.percent,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PICKED, asked)
        return [pk for (pk,) in cursor.fetchall()]


def _reveal(day):
    with stamped("customers.reveal_confirmations"):
        day.seed = bytes.fromhex(Organization.objects.get().unseal(_place(day.commitment), day.sealed))
        day.save(update_fields=["seed"])


def _today():
    return timezone.localdate(timezone=_zone(Organization.objects.get()))


def _zone(organization):
    return ZoneInfo(organization.time_zone)


@transaction.atomic
def ask_for(follow_up, *, by) -> Confirmation:
    """Who had the contact wants it confirmed. He never sees the link. Raises NobodyToAsk."""
    allow(by, "customers.ask_customer", follow_up)
    with stamped("customers.ask_customer", by=by):
        return _ask_about(follow_up, Confirmation.Chosen.ASKED, or_raise=True)


def _ask_about(follow_up, chosen, *, or_raise=False):
    if found := Confirmation.objects.filter(follow_up=follow_up).first():
        return found
    contact = _to_ask(follow_up.customer)
    if contact is None and or_raise:
        raise NobodyToAsk
    organization, token = Organization.objects.get(), secrets.token_urlsafe(24)
    digest = Confirmation.hash(token)
    by_mail = bool(contact and contact.email and is_the_companys(contact.email, follow_up.customer))
    asked = Confirmation.objects.create(
        customer=follow_up.customer, follow_up=follow_up, contact=contact, chosen=chosen, token_hash=digest,
        sealed=organization.seal(f"confirmation:{digest}", token), mailed=by_mail,
    )  # fmt: skip
    if by_mail:
        _mail(asked, token, organization)
    return asked


def _to_ask(customer):
    """Of those who still work there: whom one can write to first, then whom one can call."""
    still_there = customer.contacts.filter(left_at=None)
    contacts = list(still_there.select_related("person_key__organization").order_by("pk"))
    return next((each for each in contacts if each.email), next((each for each in contacts if each.phone), None))


def is_the_companys(email, customer) -> bool:
    """Is this an address under a domain of the company, and under none at which our own people read their mail? Any other
    could be the rep's own."""
    if not (host := domain(email)):
        return False
    ours = {domain(address) for address in User.objects.values_list("email", flat=True)}
    digest = customer.organization.digest(EvidenceKey.Kind.DOMAIN, host)
    known = EvidenceKey.objects.filter(customer=customer, kind=EvidenceKey.Kind.DOMAIN, digest=digest)
    return host not in ours and domain(customer.website) == host and known.exists()


def _mail(asked, token, organization):
    author = asked.follow_up.author
    mailing.write(
        "confirmation", to=asked.contact.email, language=organization.language, organization=organization,
        company=organization.name, name=asked.contact.name, rep=author.name, link=link_of(token, organization),
        day=timezone.localdate(asked.follow_up.occurred_at, _zone(organization)).isoformat(),
    )  # fmt: skip


def link_of(token, organization):
    return settings.BASE_URL + reverse("customers:confirm", args=[organization.pk, token])


def show(confirmation, *, by) -> str:
    """The link of a question, for who brings it to the customer. Each look is an entry."""
    allow(by, "customers.show_confirmation", confirmation)
    record("customers.show_confirmation", confirmation, about=confirmation.customer)
    return link_of(confirmation.token, confirmation.organization)
