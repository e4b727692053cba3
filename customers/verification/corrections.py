"""What a source says otherwise reaches the owner as a proposal. He takes it over, or asks a second person where the house wants
one, or says why not; unanswered it goes up to his manager. Whoever verifies changes nothing."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import TransitionNotAllowed

from accounts import tenancy
from accounts.hierarchy import superiors
from accounts.models import StoredFile
from accounts.notices import sentences, tell
from accounts.schedules import every
from audit.deeds import allow, locked, stamped
from customers import changing
from customers.duplicates.raising import changed
from customers.identity_changes import ask_for_identity
from customers.models import Contact, Correction, EvidenceKey, VerificationTerms
from customers.names import domain
from customers.standards import FIELDS
from customers.verification.values import OF_A_PERSON

sentences(
    {
        "customers.correction_proposed": gettext_lazy(
            "%(who)s compared %(customer)s with a source: %(number)s fields differ. Answer until %(until)s."
        ),
        "customers.correction_answered": gettext_lazy(
            "%(who)s has answered what you proposed for %(customer)s: %(answer)s"
        ),
        "customers.correction_risen": gettext_lazy(
            "Nobody answered for %(customer)s in time what a verification says otherwise. Its owner is %(owner)s."
        ),
    }
)


class CannotCorrect(Exception):
    """It cannot be taken over as it is; says why in a sentence."""


def propose(verifications):
    """A proposal for each difference; the owner is told once."""
    if not verifications:
        return
    days = VerificationTerms.of_organization().answer_days
    for each in verifications:
        Correction.objects.create(verification=each, customer=each.customer, answer_days=days)
    _tell_the_owner(verifications)


def _tell_the_owner(verifications):
    first = verifications[0]
    customer = first.customer
    if customer.owner is None:
        return
    until = Correction.objects.values_list("answer_until", flat=True).get(verification=first)
    tell(
        [customer.owner], "customers.correction_proposed", url=_url(customer), key=f"{first.pk} proposed",
        who=first.verified_by.name, customer=customer.name, number=len(verifications), until=f"{until:%Y-%m-%d}",
    )  # fmt: skip


def _url(customer):
    return reverse("customers:corrections", args=[customer.pk])


def accept(correction, *, by):
    """Take over what the source says. Not in a transaction of its own: an attempt at what another company has is kept."""
    correction = locked(correction)
    allow(by, "customers.accept_correction", correction)
    if correction.state != Correction.State.PROPOSED:
        raise TransitionNotAllowed
    approval = _take_over(locked(correction.customer), correction.verification, by)
    correction.accept(by=by, approval=approval)
    _tell_the_verifier(correction, _("accepted"))


def _take_over(customer, verification, by):
    """What identifies the company is asked of a second person, with the verification as evidence; the rest changes now."""
    field = verification.field
    if field == "name" or (field == "credit_code" and customer.credit_code):
        return _ask(customer, verification, by)
    if field == "credit_code":
        if not changing.add_credit_code(customer, by=by, code=verification.said):
            raise CannotCorrect(
                _("Another company has this credit code. Your attempt is kept, and the proposal stays open.")
            )
    elif field in OF_A_PERSON:
        _correct_contact(verification, by)
    elif field in customer.EDITABLE:
        changing.change(customer, by=by, **{field: verification.said})
    else:
        raise CannotCorrect(_("Change it on the page of the customer first; then say here what was done."))
    return None


def _ask(customer, verification, by):
    """The request, in the owner's name; the file that goes with it says who compared what with which source."""
    asked = {"name": customer.name, "code": customer.credit_code}
    asked["name" if verification.field == "name" else "code"] = verification.said
    reason = _("Verification by %(who)s: %(source)s, %(reference)s") % {
        "who": verification.verified_by.name, "source": verification.get_source_display(), "reference": verification.reference,
    }  # fmt: skip
    evidence = StoredFile.keep("verification.txt", _evidence(verification, reason), by=by)
    return ask_for_identity(customer, by=by, reason=reason, files=[evidence], **asked)


def _evidence(verification, reason) -> bytes:
    lines = [
        reason,
        f"{FIELDS[verification.field]}: {verification.held} → {verification.said}",
        f"{verification.verified_at:%Y-%m-%d %H:%M} UTC · {verification.pk}",
    ]
    return "\n".join(lines).encode()


def _correct_contact(verification, by):
    """The person whose detail was compared; what he can be found by goes along."""
    with stamped("customers.accept_correction", by=by):
        held = Contact.objects.select_for_update(of=("self",)).select_related("person_key__organization", "customer")
        contact = held.get(pk=verification.contact_id)
        said = verification.source_says
        if verification.field == "contact":
            contact.name = said
            contact.save(update_fields=["name"])
            changed([contact.customer_id], by=by)
            return
        columns = Contact.seals(contact.person_key, contact.organization, **{verification.field: said})
        for name in (f"{verification.field}_sealed", f"{verification.field}_index"):
            setattr(contact, name, columns[name])
        contact.save(update_fields=[f"{verification.field}_sealed", f"{verification.field}_index"])
        _keep_evidence(contact, verification.field, said)
        changed([contact.customer_id], by=by)


def _keep_evidence(contact, field, said):
    kinds = EvidenceKey.Kind
    kind, value = (kinds.PHONE, said) if field == "phone" else (kinds.DOMAIN, domain(said))
    if value:
        key = EvidenceKey(customer=contact.customer, kind=kind, digest=contact.organization.digest(kind, value))
        EvidenceKey.objects.bulk_create([key], ignore_conflicts=True)


@transaction.atomic
def decline(correction, *, by, reason):
    """It stays as it is, and why stands beside what the source says."""
    correction.decline(by=by, reason=reason)
    _tell_the_verifier(correction, reason)


def _tell_the_verifier(correction, answer):
    customer = correction.customer
    tell(
        [correction.verification.verified_by], "customers.correction_answered", url=reverse("customers:verification"),
        key=f"{correction.pk} answered", at_once=False, who=correction.answered_by.name, customer=customer.name, answer=answer,
    )  # fmt: skip


@every("customers.corrections", timedelta(hours=6))
def rise():
    """What nobody answered in time: the nearest manager above the owner is told, once."""
    late = Correction.objects.open().filter(
        risen_at=None, answer_until__lte=tenancy.Clock(), customer__owner__isnull=False
    )
    with stamped("customers.rise_correction"):
        for correction in late.select_related("customer__owner").order_by("pk")[:500]:
            correction.risen_at = tenancy.now()
            correction.save(update_fields=["risen_at"])
            _tell_the_manager(correction)


def _tell_the_manager(correction):
    customer = correction.customer
    tell(
        superiors(customer.owner)[:1], "customers.correction_risen", url=reverse("customers:detail", args=[customer.pk]),
        key=f"{correction.pk} risen", customer=customer.name, owner=customer.owner.name,
    )  # fmt: skip
