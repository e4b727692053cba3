"""Pages of leaving: announced, watched, cancelled or completed by somebody else than who announced it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import departures, rules
from accounts.deeds import deeds_open_to
from accounts.departure_forms import CancelForm, DepartureForm
from accounts.models import Departure
from accounts.paging import Keyset, counted, plain_fetcher

NEWEST = Keyset(id=UUID, descending=True)


@require_GET
def list_(request):
    """Who leaves and who left, as far as it concerns the reader."""
    visible = Departure.objects.visible_to(request.user).select_related("person__team", "announced_by")
    context = {
        "page": NEWEST.page(request, plain_fetcher(visible)),
        "count": counted(visible),
        "may_announce": request.user.may("accounts.departures"),
    }
    return render(request, "accounts/departures.html", context)


def announce(request):
    """Who leaves, from when on. `?person=` fills in somebody."""
    if not request.user.may("accounts.departures"):
        raise PermissionDenied("accounts.announce_departure")
    today = timezone.localdate().isoformat()
    start = {"notice_on": today, "person": request.GET.get("person", "")[:36]}
    form = DepartureForm(request.POST if request.method == "POST" else None, user=request.user, initial=start)
    if form.is_valid():
        try:
            return redirect("accounts:departure", departures.announce(by=request.user, **form.cleaned_data).pk)
        except departures.AlreadyLeaving:
            form.add_error("person", _("This departure was announced a moment ago by somebody else."))
    context = {"form": form, "closed": closed()}
    return render(request, "accounts/announce_departure.html", context, status=422 if form.errors else 200)


def closed():
    """What is closed in departure mode, each sort of act once."""
    return list(dict.fromkeys(str(label) for label in rules.closed_while_leaving().values()))


@require_GET
def departure(request, pk):
    return _page(request, _visible(request.user, pk), CancelForm())


def _page(request, departure, form, status=200):
    context = {
        "departure": departure,
        "deeds": deeds_open_to(request.user, departure),
        "closed": closed(),
        "form": form,
        "parts": departures.parts(departure, request.user),
    }
    return render(request, "accounts/departure.html", context, status=status)


@require_POST
def cancel(request, pk):
    found, form = _visible(request.user, pk), CancelForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    departures.cancel(found, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The departure of %(name)s is cancelled.") % {"name": found.person.name})
    return redirect("accounts:departure", pk)


@require_POST
def complete(request, pk):
    found = _visible(request.user, pk)
    try:
        found.complete(by=request.user)
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": found.person.name})
    except departures.CannotComplete as refused:
        messages.error(request, str(refused))
    except IntegrityError:
        messages.error(request, _("Somebody must be able to administer the organisation. Nothing was changed."))
    return redirect("accounts:departure", pk)


def _visible(user, pk):
    found = Departure.objects.visible_to(user)
    return get_object_or_404(
        found.select_related("person__team", "announced_by", "cancelled_by", "completed_by", "person__rights"), pk=pk
    )
