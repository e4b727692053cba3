"""Pages of possible duplicates: the pairs that wait, one pair side by side, and the search through all customers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.paging import counted, plain_fetcher
from audit.deeds import Refused, allow, deeds_open_to
from audit.recording import record
from customers.duplicates import blocks, scanning
from customers.duplicates.reviewing import (
    STRONGEST,
    group_of,
    merge_page,
    shown,
    side_by_side,
    visible,
    waiting,
)
from customers.forms import ReasonForm
from customers.leaving import look
from customers.models import DuplicateScan


@require_GET
def duplicates(request):
    """What waits for this person, the strongest first; how far the search is; what too many customers share."""
    reviews, scans = (request.user.may(f"customers.{verb}_duplicates") for verb in ("review", "scan"))
    if not reviews and not scans:
        raise Refused("customers.view_duplicate")
    pairs = waiting(request.user)
    page = STRONGEST.page(request, plain_fetcher(pairs))
    page.rows = shown(page.rows, request.user)
    context = {
        "page": page,
        "number": counted(pairs) if reviews else "",
        "reviews": reviews,
        "scans": scans,
        "scan": last_scan(),
        "blocks": blocks.shared_by_many(request.user) if reviews else [],
    }
    return render(request, "customers/duplicates/list.html", context)


def last_scan():
    return DuplicateScan.objects.select_related("asked_by").order_by("-began_at").first()


@require_POST
def scan(request):
    """What changed, or all customers anew; one at a time in an organisation."""
    begun = scanning.begin(by=request.user, whole=request.POST.get("whole") == "yes")
    if begun:
        messages.success(request, _("The search has begun. You may leave this page; you are told when it is done."))
    else:
        messages.info(request, _("A search is under way already. A second one would find the same."))
    return redirect("customers:duplicates")


@require_GET
def scan_progress(request):
    """How far the search is; the page asks again as long as it is under way."""
    allow(request.user, "customers.scan_duplicates", request.user.organization)
    return render(request, "customers/duplicates/_scan.html", {"scan": last_scan(), "scans": True})


@require_GET
def duplicate(request, pk):
    """Both companies side by side, why they may be one, and what speaks against it."""
    return _page(request, _pair(request.user, pk), ReasonForm())


def _pair(user, pk):
    pair = get_object_or_404(visible(user), pk=pk)
    for customer in (pair.first, pair.second):
        look(user, customer)
    return pair


def _page(request, pair, form, status=200):
    open_deeds = deeds_open_to(request.user, pair)
    in_one_group = group_of(pair)
    record("customers.view_duplicate", pair)
    pair = shown([pair], request.user)[0]
    context = {
        "pair": pair,
        "lines": side_by_side(pair),
        "form": form,
        "deeds": open_deeds,
        "in_one_group": in_one_group,
        "merge": merge_page(pair) if pair.status == pair.Status.SAME and "reopen" in open_deeds else "",
    }
    return render(request, "customers/duplicates/pair.html", context, status=status)


def _decided(request, pk, deed, sentence):
    """A decision with its reason; without one the page asks for it, and nothing was changed."""
    pair = _pair(request.user, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pair, form, status=422)
    getattr(pair, deed)(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, sentence)
    if pair.status == pair.Status.SAME and pair.has_two_owners:
        messages.info(request, _("Two of us own it: a collision case between them is opened by itself."))
    return redirect("customers:duplicate", pk)


@require_POST
def tell_apart(request, pk):
    return _decided(
        request, pk, "tell_apart", _("They are different. The search does not ask again unless one of them changes.")
    )


@require_POST
def confirm_same(request, pk):
    return _decided(request, pk, "confirm_same", _("They are the same company."))


@require_POST
def reopen_pair(request, pk):
    return _decided(request, pk, "reopen", _("The pair is there to be decided again."))
