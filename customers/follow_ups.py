"""Logging a contact with a customer: one row, never edited afterwards. What was wrong is answered by a correction."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StoredFile
from accounts.rules import rule
from audit.deeds import allow, locked, stamped
from audit.recording import record
from customers import next_steps
from customers.models import Collaborator, Customer, FollowUp, FollowUpFile
from customers.rules import works_on
from customers.search import matching

MOST_OFFERED, LATEST = 12, 60


@transaction.atomic
def log(
    customer, *, by, content, kind=FollowUp.Kind.CALL, occurred_at, needs="", intention="", files=(), plan=None,
    finishes=None,
) -> FollowUp:  # fmt: skip
    """The new follow-up; the customer's list shows it from now on. The protection period is untouched by what one types.

    `plan` is the next step that was arranged (what, due_on, due_at), `finishes` an open one that is done with this.
    """
    with stamped("customers.follow_up", by=by):
        followed = locked(customer)
        allow(by, "customers.follow_up", followed)
        said = {"content": content, "kind": kind, "occurred_at": occurred_at, "needs": needs, "intention": intention}
        entry = _write(followed, by, files, **said)
        followed.last_contact_at = max(filter(None, [followed.last_contact_at, occurred_at]))
        followed.save(update_fields=["last_contact_at"])
    if finishes:
        finishes.finish(by=by, follow_up=entry)
    if plan:
        next_steps.plan(followed, by=by, follow_up=entry, **plan)
    return entry


@transaction.atomic
def correct(wrong, *, by, files=(), **said) -> FollowUp:
    """What should have been said; both stay to be read. It counts for nothing: no last contact, no step, no protection."""
    with stamped("customers.correct_follow_up", by=by):
        wrong.customer = locked(wrong.customer)
        allow(by, "customers.correct_follow_up", wrong)
        return _write(wrong.customer, by, files, corrects=wrong, **said)


def _write(customer, by, files, **said):
    """The follow-up and the files that came with it."""
    entry = FollowUp.objects.create(customer=customer, author=by, **said)
    for file in files:
        kept = StoredFile.keep(file.name, file.read(), by=by)
        FollowUpFile.objects.create(customer=customer, follow_up=entry, file=kept)
    return entry


def files_of(customer):
    """What came with its follow-ups."""
    return FollowUpFile.objects.filter(customer=customer).select_related("file", "customer")


def opened(attachment) -> bytes:
    """What is in a file of a follow-up; each look is an entry of its own."""
    file = StoredFile.objects.defer(None).get(pk=attachment.file_id)
    record(
        "customers.open_file", attachment, about=attachment.customer, detail={"name": file.name, "sha256": file.sha256}
    )
    return file.opened()


def worked_on_by(user):
    """The customers on which this person may work now: his own, those whose records he keeps, and what is shared for it."""
    within = user.reach("edit")
    shared = Collaborator.objects.filter(user=user, way=Collaborator.Way.EDIT).values("content_object")
    owned = Customer.objects.open_to(user).owned()
    return owned if within is None else owned.filter(Q(owner__among=within) | Q(pk__in=shared))


def lately_worked_on(user) -> list[Customer]:
    """For whom he logged last, the latest first; where these are few, those of his whose protection ends next."""
    latest = FollowUp.objects.filter(author=user).order_by("-recorded_at").values_list("customer", flat=True)[:LATEST]
    ids = list(dict.fromkeys(latest))[:MOST_OFFERED]
    there = worked_on_by(user).in_bulk(ids)
    found = [there[pk] for pk in ids if pk in there]
    if len(found) < MOST_OFFERED:
        mine = Customer.objects.open_to(user).filter(owner=user).exclude(pk__in=there).order_by("protected_until")
        found += mine[: MOST_OFFERED - len(found)]
    return found


def named(user, fragment) -> list[Customer]:
    """Those on which he works and whose names have what he typed."""
    return list(matching(worked_on_by(user), fragment).order_by("name")[:MOST_OFFERED])


@rule("customers.correct_follow_up", no=_("One corrects what one said oneself, as long as one works on the customer."))
def said_it(user, follow_up):
    return follow_up.author_id == user.pk and works_on(user, follow_up.customer)
