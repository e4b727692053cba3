"""What the customer answers, and what becomes of it: evidence for the contact, or a question to those above it."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.hierarchy import superiors
from accounts.models import User
from accounts.notices import sentences, tell
from audit.deeds import stamped
from customers.models import Confirmation, ConfirmationAnswer, Evidence

sentences(
    {
        "customers.customer_says": _(
            "A customer has answered about a contact of %(name)s, and somebody has to look at it."
        )
    }
)
_listeners: list = []


def when_telling(listener):
    """Register a function of an answer that says no, or that others of us were in touch: a floor above, or a later issue."""
    _listeners.append(listener)
    return listener


def open_by(token) -> Confirmation | None:
    """The question of a link in the organisation in scope, if it can still be answered."""
    return Confirmation.objects.open().filter(token_hash=Confirmation.hash(token)).first()


@transaction.atomic
def answer(token, *, met, others, said) -> bool:
    """False when the link was used a moment before or is too old: the index lets one answer through."""
    confirmation = open_by(token)
    if confirmation is None:
        return False
    with stamped("customers.answer"):
        given = ConfirmationAnswer(pk=tenancy.fresh_ids(1)[0], confirmation=confirmation, met=met, others=others)
        given.customer_id = confirmation.customer_id
        given.seal(said)
        ConfirmationAnswer.objects.bulk_create([given], ignore_conflicts=True)
        if not ConfirmationAnswer.objects.filter(pk=given.pk).exists():
            return False
        if met:
            _becomes_evidence(confirmation)
    if given.is_telling:
        _tell(given)
    return True


def _becomes_evidence(confirmation):
    """Of the contact itself, at its own time: an answer that comes days later makes it no younger."""
    follow_up = confirmation.follow_up
    Evidence.objects.create(
        customer_id=follow_up.customer_id, follow_up=follow_up, kind=Evidence.Kind.CONFIRMATION,
        digest=confirmation.digest, happened_at=follow_up.occurred_at,
    )  # fmt: skip


def _tell(given):
    author = given.confirmation.follow_up.author
    auditors = User.objects.active().filter(role=User.Role.AUDITOR)
    tell(
        [*superiors(author)[:1], *auditors], "customers.customer_says", url=reverse("customers:confirmation_answers"),
        key=str(given.pk), name=author.name,
    )  # fmt: skip
    for listener in _listeners:
        listener(given)
