"""From a file to evidence: what it shows about one customer, and the row that says so beside a follow-up."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from accounts import tenancy
from accounts.models import StoredFile
from accounts.refusals import constraint_of
from audit.deeds import allow, stamped
from customers import follow_ups
from customers.evidence import calendar, mail
from customers.evidence.artefacts import Artefact, Problem, Unusable
from customers.evidence.parties import Parties, is_at
from customers.models import Evidence, FollowUp
from customers.models.evidence import DAY

Kind, Strength = Evidence.Kind, Evidence.Strength
SLACK = timedelta(minutes=5)  # clocks of mail programs


@dataclass(frozen=True)
class Finding:
    """What a file shows about a customer, with the words a follow-up can have of it."""

    artefact: Artefact
    follow_up_kind: FollowUp.Kind
    words: str


def found_in(content: bytes, customer) -> Finding:
    """What an uploaded file shows about this customer; raises Unusable."""
    finding = _of_meeting(content, customer) if calendar.is_calendar(content) else _of_mail(content, customer)
    if finding.artefact.happened_at > tenancy.now() + SLACK:
        raise Unusable(Problem.FUTURE)
    if finding.artefact.is_used(customer.organization):
        raise Unusable(Problem.USED)
    return finding


def _of_mail(content, customer):
    letter = original_of(mail.read(content), customer.organization)
    if letter.to_many:
        raise Unusable(Problem.CIRCULAR)
    if letter.written_at is None:
        raise Unusable(Problem.NO_DATE)
    artefact = of_letter(letter, customer, at=letter.written_at)
    return Finding(artefact, FollowUp.Kind.MAIL, letter.words)


def original_of(letter, organization):
    """The mail itself; or the one that a colleague forwards by it to nobody but us."""
    parties = Parties(organization, letter.sender, letter.recipients)
    is_forwarded = len(letter.originals) == 1 and parties.from_us and not parties.contacts
    return letter.originals[0] if is_forwarded else letter


def of_letter(letter, customer, *, at, strength=Strength.BROUGHT) -> Artefact:
    """A mail from a contact of the customer, or to one; raises Unusable when it is neither."""
    parties = Parties(customer.organization, letter.sender, letter.recipients)
    if not parties.belongs_to(customer):
        raise Unusable(Problem.STRANGERS)
    return Artefact(Kind.MAIL, letter.name, at, strength if parties.wrote(customer) else Strength.OWN)


def _of_meeting(content, customer):
    """The first meeting of a file to which somebody at the customer agreed."""
    for meeting in calendar.read(content):
        parties = Parties(customer.organization, meeting.organizer, list(meeting.accepted_by))
        if any(address not in parties.ours and is_at(customer, address) for address in meeting.agreed):
            artefact = Artefact(Kind.INVITATION, meeting.name, meeting.happened_at)
            return Finding(artefact, FollowUp.Kind.MEETING, meeting.summary)
    raise Unusable(Problem.NOT_ACCEPTED)


@transaction.atomic
def log_with(customer, name, content, /, *, by, occurred_at=None, **said) -> FollowUp:
    """A follow-up and what shows it, in one act. Without a typed time it has that of the file."""
    finding = found_in(content, customer)
    at = finding.artefact.happened_at
    if occurred_at is not None and abs(occurred_at - at) > DAY:
        raise Unusable(Problem.OTHER_DAY)
    occurred_at = occurred_at or min(at, tenancy.now())
    entry = follow_ups.log(customer, by=by, occurred_at=occurred_at, **said)
    _bring(entry, finding.artefact, name, content, by=by)
    return entry


@transaction.atomic
def bring(follow_up, name, content, *, by) -> Evidence:
    """Evidence for a follow-up that is there already; raises Unusable."""
    allow(by, "customers.bring_evidence", follow_up)
    artefact = found_in(content, follow_up.customer).artefact
    if abs(follow_up.occurred_at - artefact.happened_at) > DAY:
        raise Unusable(Problem.OTHER_DAY)
    return _bring(follow_up, artefact, name, content, by=by)


def _bring(follow_up, artefact, name, content, *, by):
    with stamped("customers.bring_evidence", by=by):
        return attach(follow_up, artefact, StoredFile.keep(name, content, by=by))


def attach(follow_up, artefact, file) -> Evidence:
    """The row. The index says whether the artefact has shown a contact before; the database, what it brings the claim."""
    organization = follow_up.organization
    try:
        with transaction.atomic():
            return Evidence.objects.create(
                customer_id=follow_up.customer_id, follow_up=follow_up, kind=artefact.kind, strength=artefact.strength,
                digest=artefact.digest(organization), happened_at=artefact.happened_at, file=file,
            )  # fmt: skip
    except IntegrityError as refusal:
        if constraint_of(refusal) != "evidence_proves_once":
            raise
        raise Unusable(Problem.USED) from None
