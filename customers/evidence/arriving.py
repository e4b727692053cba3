"""Mail that comes in by a forwarding address: kept at once, read by a worker, logged by itself where it is clear."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import tenancy
from accounts.models import StoredFile
from accounts.outbox import enqueue, job
from audit.deeds import allow, locked, stamped
from customers import follow_ups
from customers.evidence import mail
from customers.evidence.artefacts import Problem as NoEvidence
from customers.evidence.artefacts import Unusable
from customers.evidence.gathering import Strength, attach, of_letter, original_of
from customers.evidence.parties import Parties
from customers.models import Customer, FollowUp, InboundMail, MailAddress
from customers.models.evidence import DAY

Problem = InboundMail.Problem
MOST_A_DAY = 500
NEAR = timedelta(hours=2)


class Later(Exception):
    """More mail than one person gets in a day: the sending server tries again."""


def receive(organization_id, token, content):
    """Keep a mail and write the job that reads it. An address that is nobody's, or of somebody who no longer works here,
    leaves nothing behind, and the server that brought it is told nothing."""
    with tenancy.scope(organization_id, source="mail"), stamped("customers.receive_mail"):
        address = MailAddress.objects.filter(digest=MailAddress.digest_of(token)).select_related("person").first()
        if address is None or not address.person.is_active or not address.person.may("customers.work"):
            return
        _not_too_many(address.person)
        file = StoredFile.keep("mail.eml", content, by=address.person)
        arrived = InboundMail.objects.create(person=address.person, file=file)
        enqueue("customers.read_mail", dedupe_key=str(arrived.pk), arrived=str(arrived.pk))


def _not_too_many(person):
    if InboundMail.objects.filter(person=person, arrived_at__gt=tenancy.now() - DAY).count() >= MOST_A_DAY:
        raise Later


@job("customers.read_mail")
def read_mail(arrived):
    """Log it, or say why not. Whatever it is, it ends in the timeline of a customer or in his list to be sorted."""
    arrived = (
        InboundMail.objects.select_for_update(of=("self",)).select_related("person", "organization").get(pk=arrived)
    )
    if arrived.read_at is not None:
        return
    with stamped("customers.receive_mail"):
        arrived.read_at = tenancy.now()
        try:
            _log_or_say_why(arrived, mail.read(arrived.file.opened(), mail.LIMITS.inbound))
        except Unusable:
            arrived.problem = Problem.UNREADABLE
        arrived.save(update_fields=["read_at", "problem", "sealed", "follow_up"])


def _log_or_say_why(arrived, received):
    letter = original_of(received, arrived.organization)
    is_original = letter is not received
    arrived.summarise(**_summary(letter))
    parties = Parties(arrived.organization, letter.sender, letter.recipients)
    customers = list(Customer.objects.filter(pk__in=list(parties.contacts)))
    arrived.problem = _problem(arrived, letter, parties, customers, is_original)
    if not arrived.problem:
        strength = Strength.BROUGHT if is_original else Strength.WITNESSED
        _log(arrived, letter, customers[0], strength=strength)


def _problem(arrived, letter, parties, customers, is_original):
    """Why it is not logged by itself; empty when it is clear where it belongs."""
    if letter.to_many:
        return Problem.CIRCULAR
    if letter.written_at is None and is_original:
        return Problem.NO_DATE
    if not customers:
        return Problem.FORWARDED if parties.from_us and not parties.others else Problem.UNKNOWN
    if len(customers) > 1:
        return Problem.SEVERAL
    if not arrived.person.has_perm("customers.follow_up", customers[0]):
        return Problem.NOT_OPEN
    is_used = of_letter(letter, customers[0], at=arrived.arrived_at).is_used(arrived.organization)
    return Problem.REPEATED if is_used else ""


def _summary(letter):
    return {
        "name": letter.name, "sender": letter.sender, "recipients": letter.recipients, "subject": letter.subject,
        "opening": letter.opening, "written_at": letter.written_at and letter.written_at.isoformat(),
        "to_many": letter.to_many,
    }  # fmt: skip


def letter_in(arrived) -> mail.Letter | None:
    """What a worker read of it, without reading it again."""
    if not (words := arrived.summary):
        return None
    written = words["written_at"]
    return mail.Letter(**words | {"written_at": datetime.fromisoformat(written) if written else None})


def happened_at(arrived, letter):
    """Never later than it arrived, whatever it says; a mail without a time has that of its arrival."""
    return min(letter.written_at or arrived.arrived_at, arrived.arrived_at)


def _log(arrived, letter, customer, *, strength):
    """A follow-up in the name of who let it come in, or the one he has logged of it already; and the evidence beside it."""
    at, by = happened_at(arrived, letter), arrived.person
    entry = _logged_already(customer, by, at) or follow_ups.log(
        customer, by=by, kind=FollowUp.Kind.MAIL, content=letter.words or "…", occurred_at=at
    )
    attach(entry, of_letter(letter, customer, at=at, strength=strength), arrived.file)
    arrived.follow_up = entry


def _logged_already(customer, by, at):
    """What he typed of the same mail: one of his, of the same hours, that nothing shows yet."""
    typed = FollowUp.objects.filter(customer=customer, author=by, kind=FollowUp.Kind.MAIL, evidence=None)
    return typed.filter(occurred_at__gte=at - NEAR, occurred_at__lte=at + NEAR).order_by("-recorded_at").first()


@transaction.atomic
def sort_to(arrived, customer, *, by) -> FollowUp:
    """A person says where a mail belongs. It shows a contact only if an address of it is a contact's."""
    arrived = locked(arrived)
    allow(by, "customers.sort_mail", arrived)
    letter = letter_in(arrived)
    if letter is None or arrived.follow_up_id or arrived.discarded_at:
        raise Unusable(NoEvidence.UNREADABLE)
    at = happened_at(arrived, letter)
    with stamped("customers.sort_mail", by=by):
        entry = follow_ups.log(customer, by=by, kind=FollowUp.Kind.MAIL, content=letter.words or "…", occurred_at=at)
        _show(entry, arrived, letter, customer, at)
        arrived.follow_up = entry
        arrived.save(update_fields=["follow_up"])
    return entry


def _show(entry, arrived, letter, customer, at):
    if letter.to_many:
        return
    try:
        attach(entry, of_letter(letter, customer, at=at), arrived.file)
    except Unusable:
        return  # a mail of strangers, or one that has shown a contact before: logged, and no evidence
