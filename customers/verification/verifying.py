"""Comparing: each field with what a source says. Nothing of the customer is changed by it."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.refusals import constraint_of
from audit.deeds import allow, locked, stamped
from audit.recording import record
from customers.models import Contact, Verification
from customers.standards import standard_of
from customers.verification import corrections
from customers.verification.values import OF_A_PERSON, held_by

Result = Verification.Result
HOUSE_DAYS = 180


SENTENCES = {
    "nobody_verifies_what_he_wrote": _("You entered this yourself; somebody else verifies it."),
    "verification_once": _("This field was compared in this round meanwhile."),
    "verified_as_it_stands": _("It was changed while you compared. Here is what stands now."),
}


class CannotVerify(Exception):
    """One field that is not for this person to verify now, and why."""

    def __init__(self, field, sentence):
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Answer:
    """What a verifier says of one field."""

    result: str
    said: str = ""


@transaction.atomic
def verify(item, answers: dict[str, Answer], *, by, source, reference) -> list[Verification]:
    """Write down what was found. Each difference becomes a proposal to the owner."""
    with stamped("customers.verify", by=by):
        customer = locked(item.customer)
        allow(by, "customers.verify", customer)
        held, days = held_by(customer, names=answers), standard_of(customer.organization).fresh_days
        written = [
            Verification(
                item=item, customer=customer, field=field, result=answer.result, source=source, reference=reference,
                verified_by=by, fresh_days=days.get(field, HOUSE_DAYS), **_texts(held[field], answer),
            )
            for field, answer in answers.items()
        ]  # fmt: skip
        for verification in written:
            _write(verification)
        corrections.propose([each for each in written if each.result == Result.DIFFERS])
    return written


def _write(verification):
    """The row, or the sentence that belongs to what the database says no to."""
    try:
        with transaction.atomic():
            verification.save(force_insert=True)
    except IntegrityError as refusal:
        sentence = SENTENCES.get(constraint_of(refusal))
        if sentence is None:
            raise
        raise CannotVerify(verification.field, str(sentence)) from refusal


def _texts(held, answer) -> dict:
    """What stands here and what is said; of a person sealed under his key."""
    if held.field not in OF_A_PERSON:
        return {"held": held.value, "said": answer.said}
    key, place = held.contact.person_key, f"verification.{held.field}"
    return {
        "contact": held.contact,
        "held_sealed": key.seal(place, held.value) if held.value else None,
        "said_sealed": key.seal(place, answer.said) if answer.said else None,
    }


@transaction.atomic
def reveal(contact, *, by) -> dict:
    """Phone and e-mail in the clear, to compare them. Each look is an entry, written before anything is shown."""
    contact = Contact.objects.select_related("customer", "person_key__organization").get(pk=contact.pk)
    allow(by, "customers.reveal_to_verify", contact)
    record("customers.reveal_to_verify", contact, about=contact.customer, detail={"contact": str(contact.pk)})
    return {"phone": contact.phone, "email": contact.email}
