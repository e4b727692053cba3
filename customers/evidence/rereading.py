"""Evidence is read again: each row against the file it rests on. A row that somebody wrote past the doors has a file that
does not open, or that says something else."""

from datetime import timedelta

from cryptography.exceptions import InvalidTag
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.hierarchy import superiors
from accounts.models import User
from accounts.notices import sentences, tell
from accounts.schedules import every
from audit.recording import record
from customers.evidence import calendar, mail
from customers.evidence.artefacts import Artefact, Unusable
from customers.evidence.gathering import of_letter, original_of
from customers.models import Evidence

AGAIN = timedelta(days=1)
SLACK = timedelta(minutes=5)
MOST = 2000
READ = (Evidence.Kind.MAIL, Evidence.Kind.INVITATION)

sentences(
    {
        "customers.evidence_differs": _(
            "Evidence at %(customer)s does not say what its file says. What happened? The entry is in the history."
        )
    }
)


@every("customers.reread_evidence", AGAIN)
def reread():
    """What came since the day before yesterday: each twice, so that none is missed."""
    fresh = Evidence.objects.filter(kind__in=READ, gathered_at__gt=tenancy.now() - 2 * AGAIN)
    related = fresh.select_related("customer", "follow_up__author", "organization")
    for evidence in related.order_by("pk")[:MOST]:
        if not says_so(evidence):
            _report(evidence)


def says_so(evidence) -> bool:
    """Does the file say what the row says: the same artefact, of this customer, at this time, and no stronger?"""
    try:
        found = list(_artefacts(evidence))
    except (Unusable, InvalidTag):
        return False
    return any(_is_same(artefact, evidence) for artefact in found)


def _artefacts(evidence):
    content, customer = evidence.file.opened(), evidence.customer
    if evidence.kind == Evidence.Kind.INVITATION:
        for meeting in calendar.read(content):
            yield Artefact(evidence.kind, meeting.name, meeting.happened_at)
        return
    letter = original_of(mail.read(content, mail.LIMITS.inbound), evidence.organization)
    yield of_letter(letter, customer, at=letter.written_at or evidence.happened_at)


def _is_same(artefact, evidence):
    is_stronger = artefact.strength == Evidence.Strength.OWN and evidence.counts
    is_later = evidence.happened_at > artefact.happened_at + SLACK
    return artefact.digest(evidence.organization) == bytes(evidence.digest) and not (is_stronger or is_later)


def _report(evidence):
    record("customers.evidence_differs", evidence, about=evidence.customer, detail={"name": evidence.customer.name})
    told = {*superiors(evidence.follow_up.author)[:1], *User.objects.active().filter(role=User.Role.AUDITOR)}
    tell(
        told, "customers.evidence_differs", url=reverse("customers:history", args=[evidence.customer_id]),
        key=str(evidence.pk), customer=evidence.customer.name,
    )  # fmt: skip
