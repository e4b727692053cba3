"""Somebody has come across a canary record: kept, recorded, and told to auditors, with the list and the person it leads to."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notices import sentences, tell
from accounts.tenancy import now
from audit.recording import record
from customers.marking.recognising import recognised
from customers.models import CanaryHit

MOST = 100  # of one canary: a flood of letters tells no more than the first
Way = CanaryHit.Way

sentences(
    {
        "customers.canary_written_to": _(
            "Somebody wrote to a canary record of %(number)s, a list that %(who)s took: %(purpose)s."
        ),
        "customers.canary_imported": _(
            "%(by)s imported a list with a canary record of %(number)s, which %(who)s took: %(purpose)s."
        ),
    }
)


@transaction.atomic
def keep(canary, *, way, mark, detail, key, batch=None) -> CanaryHit | None:
    """The hit, if it is a new one; the ledger and the auditors hear of it."""
    digest = canary.organization.digest("hit", key)
    held = CanaryHit.objects.filter(canary=canary)
    if held.filter(digest=digest).exists() or held.count() >= MOST:
        return None
    hit = CanaryHit(canary=canary, export=latest_list(canary), way=way, mark=mark, digest=digest, batch=batch)
    hit.seal(detail)
    hit.save(force_insert=True)
    told = {"export": hit.export.number, "person": canary.person.name, "way": way, "mark": mark}
    record("customers.canary_hit", hit, about=hit.export, detail=told)
    _tell_auditors(hit, batch)
    return hit


def latest_list(canary):
    """The last list it was in. Which of several it was, their order says, if the list itself is found."""
    return canary.plantings.select_related("export").latest("planted_at").export


def _tell_auditors(hit, batch):
    person, export = hit.canary.person, hit.export
    words = {"who": person.name, "purpose": export.purpose, "number": export.number}
    what = "customers.canary_imported" if batch else "customers.canary_written_to"
    more = {"by": batch.created_by.name} if batch else {}
    key = f"{hit.canary_id}:{batch.pk if batch else now().date()}"
    tell(who_hears(person), what, url=reverse("customers:trace"), key=key, **words, **more)


def who_hears(person) -> list[User]:
    """The auditors, but for the person it leads to; where there is no other, the owner of the organisation."""
    others = User.objects.active().exclude(pk=person.pk)
    return list(others.filter(role=User.Role.AUDITOR)) or list(others.filter(is_owner=True))


def look_for(batch, drafts):
    """Canaries among the lines of an import. Whoever imports is told nothing; the lines go the way of all lines."""
    names = [draft.name for draft in drafts]
    cells = [cell for draft in drafts for cell in (*draft.fields.values(), *draft.contact.values()) if cell]
    for canary, mark in recognised(names, cells, batch.organization).items():
        detail = {"file": batch.file.name, "by": batch.created_by.name}
        keep(canary, way=Way.LIST, mark=mark, detail=detail, key=f"list:{batch.pk}", batch=batch)
