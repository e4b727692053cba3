"""The auditor's reading room."""

from uuid import UUID

from django.shortcuts import render

from accounts.models import User
from accounts.paging import Keyset, number, plain_fetcher
from audit.deeds import allow
from audit.models import Entry
from audit.reading import acts
from audit.recording import record
from audit.words import spoken, words_for

NEWEST_FIRST = Keyset(id=number, descending=True)


def ledger(request):
    """Who did what, in the whole organisation; narrowed by person and by action."""
    allow(request.user, "audit.read_ledger", request.user.organization)
    record("audit.read_ledger", detail=request.GET.dict())
    entries = _narrowed(Entry.objects.all(), request.GET)
    page = NEWEST_FIRST.page(request, plain_fetcher(entries))
    people = {each.pk: each for each in User.objects.only("name").order_by("name")}
    context = {
        "page": page,
        "acts": acts(page.rows, people),
        "people": people.values(),
        "actions": sorted(((action, words_for(action)) for action in spoken()), key=lambda pair: str(pair[1])),
        "person": _uuid(request.GET.get("person", "")),
        "action": request.GET.get("action", ""),
    }
    return render(request, "audit/ledger.html", context)


def _narrowed(entries, asked):
    if asked.get("person"):
        entries = entries.filter(actor=_uuid(asked["person"]))
    return entries.filter(action=asked["action"]) if asked.get("action") else entries


def _uuid(text):
    """The id, or one that nobody has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
