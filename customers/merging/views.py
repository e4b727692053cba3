"""Pages of merging: find the other record, compare both, read what was done, take it back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.paging import Keyset, plain_fetcher
from approvals.asking import AlreadyAsked
from approvals.foretelling import who_would_decide
from approvals.waiting import one_of, waiting
from audit.deeds import allow
from audit.reading import acts
from audit.recording import record
from customers.forms import ReasonForm
from customers.merging import asking, finding
from customers.merging.comparing import (
    CannotMerge,
    compared,
    directly,
    last_changed,
    lines_of,
    may_merge,
    moved_by,
    protected_until_after,
    what_hangs_on,
)
from customers.merging.forms import MergeForm, same_in_both
from customers.merging.rules import undoes_directly
from customers.models import Customer, Merge
from customers.visibility import history_of

NEWEST = Keyset(id=UUID, descending=True)
MOST_ACTS = 100


@require_GET
def choose(request, pk):
    """Which other record is the same company?"""
    customer = get_object_or_404(finding.choosable(request.user).select_related("owner", "organization"), pk=pk)
    allow(request.user, "customers.choose_merge", customer)
    typed = request.GET.get("q", "").strip()[:100]
    customers = finding.found(request.user, typed, but=customer) if typed else []
    context = {"customer": customer, "typed": typed, "customers": customers}
    return render(request, "customers/merging/choose.html", context)


def merge(request):
    """Both beside each other, the one that was changed last first. Nothing is merged by looking."""
    pair, changed, owners = _newest_first(request)
    first, second = pair
    form = MergeForm(request.POST if request.method == "POST" else None, pair=pair, owners=owners)
    allow(request.user, "customers.merge", _draft(request.user, first, second, owners))
    sentence, status = may_merge(first, second, owners[0] if len(owners) == 1 else None), 200
    if form.is_valid():
        try:
            return _answered(request, asking.merge(by=request.user, moves=_moves(form), **form.said()))
        except (CannotMerge, AlreadyAsked) as refusal:
            sentence, status = _said(refusal), 409
    context = _shown(request.user, pair, owners, changed) | {"form": form, "sentence": sentence}
    return render(request, "customers/merging/compare.html", context, status=422 if form.errors else status)


def _newest_first(request):
    pair = finding.pair_of(request.user, request.GET.get("first"), request.GET.get("second"))
    changed = last_changed(*pair)
    pair.sort(key=lambda each: changed.get(each.pk, each.created_at), reverse=True)
    return pair, changed, list({each.owner_id: each.owner for each in pair if each.owner_id}.values())


def _draft(user, first, second, owners):
    both = {"winner": compared(first), "loser": compared(second)}
    return Merge(
        winner=first, loser=second, owner=owners[0] if owners else None, asked_by=user, compared=both, chosen=[]
    )


def _moves(form):
    loser = form.said()["loser"]
    return [(label, numbers[0]) for label, numbers in what_hangs_on(loser)]


def _shown(user, pair, owners, changed):
    first, second = pair
    at_once, draft = directly(user, first.owner_id, second.owner_id), _draft(user, first, second, owners)
    asked = {} if at_once else asking.asked_of(draft)
    deciders = [] if at_once else who_would_decide(asking.MergeKind.name, draft, by=user, **asked)
    return {
        "first": first, "second": second, "changed": [changed.get(each.pk) for each in pair],
        "same": same_in_both(first, second), "hangs": what_hangs_on(first, second), "at_once": at_once,
        "deciders": one_of(person.name for person in deciders), "waiting": finding.asked_for(user, first, second),
        "until": protected_until_after(first, second, owners),
    }  # fmt: skip


def _said(refusal):
    if isinstance(refusal, AlreadyAsked):
        return _("The same was asked for already and is not decided yet. Nothing was sent.")
    return str(refusal)


def _answered(request, done):
    if done.stands:
        messages.success(request, _("Merged. It can be undone for 30 days."))
        return redirect("customers:merge_page", done.pk)
    messages.success(request, _("Asked. Nothing changes until it is decided."))
    return redirect("customers:merge_page", done.pk)


@require_GET
def merges(request):
    """What was merged and asked for, newest first, as far as this person sees."""
    if not request.user.may("customers.read"):
        raise PermissionDenied("customers.merges")
    seen = Merge.objects.visible_to(request.user).select_related("asked_by")
    return render(request, "customers/merging/list.html", {"page": NEWEST.page(request, plain_fetcher(seen))})


@require_GET
def merge_page(request, pk):
    return _page(request, finding.merge_seen_by(request.user, pk), ReasonForm())


def _page(request, found, form, status=200, sentence=""):
    record("customers.view_merge", found.winner, detail={"name": found.winner.name})
    may_undo = found.can_go_back and request.user.has_perm("customers.unmerge", found)
    pending = list(waiting(request.user, asking.MergeKind.name, asking.UnmergeKind.name, subject_id=found.pk))
    context = {
        "merge": found, "form": form, "sentence": sentence, "pending": pending, "may_undo": may_undo and not pending,
        "at_once": undoes_directly(request.user, found), "lines": lines_of(found), "moved": moved_by(found),
        "sees_winner": Customer.objects.visible_to(request.user).filter(pk=found.winner_id).exists(),
    }  # fmt: skip
    for each in pending:
        each.deciders = one_of(each.deciders)
    return render(request, "customers/merging/page.html", context, status=status)


@require_POST
def undo(request, pk):
    """Exactly what was moved goes back, at once or when a second person has said yes."""
    found, form = finding.merge_seen_by(request.user, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        done = asking.undo(found, by=request.user, reason=form.cleaned_data["reason"])
    except (CannotMerge, AlreadyAsked) as refusal:
        return _page(request, found, form, status=409, sentence=_said(refusal))
    messages.success(request, _("Undone. Both stand as before; what came since stays with the one that stayed.") if done.undone_at else _("Asked. Nothing changes until it is decided."))  # fmt: skip
    return redirect("customers:merge_page", pk)


def passed(request, pk):
    """The page of a record that passed into another: what it said, and where it went. A 404 for who does not see that one."""
    merge = finding.where_it_went(request.user, pk)
    if merge is None:
        raise Http404
    record("customers.view", merge.loser, detail={"name": merge.loser.name})
    entries = history_of(merge.loser, request.user).changes_and("customers.reveal").order_by("-id")[:MOST_ACTS]
    context = {"merge": merge, "customer": merge.loser, "lines": lines_of(merge), "acts": acts(entries)}
    return render(request, "customers/merging/passed.html", context)
