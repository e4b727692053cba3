"""Pages of collision cases. Who has nothing to do with a case does not find it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.paging import Keyset, plain_fetcher
from audit.deeds import allow
from audit.recording import record
from customers.collisions import deciding, opening
from customers.collisions.forms import ContestForm, LogForm, OpenForm, StatementForm, VerdictForm
from customers.collisions.showing import shown_to
from customers.collisions.statistics import figures_for
from customers.evidence.artefacts import Unusable
from customers.forms import ReasonForm
from customers.models import CollisionCase, Customer
from customers.request_views import posted

VIEWS = {
    "open": pgettext_lazy("cases", "Open"),
    "decide": _lazy("For me to decide"),
    "over": pgettext_lazy("cases", "Over"),
}
NEWEST = Keyset(id=UUID, descending=True)


def _found(request, pk) -> CollisionCase:
    cases = CollisionCase.objects.visible_to(request.user)
    people = ("party_a__team", "party_b__team", "arbiter", "opened_by", "appealed_by")
    return get_object_or_404(cases.select_related("customer", "other_customer", "attempt", *people), pk=pk)


@require_GET
def cases(request):
    """His cases and those he decides; for who leads or audits, all in reach. The open ones, or those that are over."""
    if not request.user.may("customers.read"):
        raise PermissionDenied("customers.cases")
    seen = CollisionCase.objects.visible_to(request.user).select_related("customer", "party_a", "party_b", "arbiter")
    view = request.GET.get("view", "open")
    if view == "over":
        seen = seen.filter(state__in=CollisionCase.OVER)
    elif view == "decide":
        seen = seen.open().filter(arbiter=request.user)
    else:
        view, seen = "open", seen.open()
    context = {"page": NEWEST.page(request, plain_fetcher(seen)), "view": view, "views": VIEWS}
    return render(request, "customers/collisions/cases.html", context)


@require_GET
def case(request, pk):
    found = _found(request, pk)
    record("customers.view_case", found, about=found.customer, detail={"number": found.number})
    return _page(request, found)


def _page(request, found, status=200, **forms):
    return render(request, "customers/collisions/case.html", shown_to(request.user, found, **forms), status=status)


def contest(request):
    """Which attempt, and why: the answer is a case, or one sentence for whatever stands in its way."""
    if not request.user.sells:
        raise PermissionDenied("customers.contest_claim")
    attempts = opening.contestable(request.user)
    form = ContestForm(posted(request), attempts=attempts, initial={"attempt": request.GET.get("attempt")})
    if form.is_valid():
        try:
            opened = opening.contest(form.cleaned_data["attempt"], by=request.user, reason=form.cleaned_data["reason"])
        except opening.CannotOpen as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(opened)
    context = {"form": form, "attempts": attempts}
    return render(request, "customers/collisions/contest.html", context, status=422 if form.errors else 200)


def open_by_hand(request, pk):
    """By who audits or leads one of the two."""
    found = Customer.objects.visible_to(request.user).select_related("owner", "organization")
    customer = get_object_or_404(found, pk=pk)
    allow(request.user, "customers.open_case", customer)
    form = OpenForm(posted(request), customer=customer, by=request.user)
    if form.is_valid():
        try:
            return redirect(opening.open_case(customer, by=request.user, origin="hand", **form.cleaned_data))
        except opening.CannotOpen as refusal:
            form.add_error(None, str(refusal))
    context = {"customer": customer, "form": form}
    return render(request, "customers/collisions/open.html", context, status=422 if form.errors else 200)


@require_POST
def file_statement(request, pk):
    found, form = _found(request, pk), StatementForm(request.POST)
    if not form.is_valid():
        return _page(request, found, statement=form, status=422)
    done = _("Filed and sealed. It is read when both are filed, or when the time is over.")
    return _done(request, found, deciding.file_statement, done, **form.cleaned_data)


@require_POST
def decide(request, pk):
    found, form = _found(request, pk), VerdictForm(request.POST)
    allow(request.user, "customers.decide_case", found)
    if not form.is_valid():
        return _page(request, found, verdict=form, status=422)
    return _done(
        request, found, deciding.decide, _("The verdict is given. Both parties are told."), **form.cleaned_data
    )


@require_POST
def log(request, pk):
    found, form = _found(request, pk), LogForm(request.POST, request.FILES)
    allow(request.user, "customers.log_in_case", found)
    if form.is_valid():
        try:
            done = _("Recorded, and marked as recorded after the case opened.")
            return _done(request, found, deciding.log, done, **form.cleaned_data)
        except Unusable as unusable:
            form.add_error("evidence", str(unusable.sentence))
    return _page(request, found, log=form, status=422)


@require_POST
def recuse(request, pk):
    return _with_reason(request, pk, deciding.recuse, _("You stepped back, and somebody else was looked for."))


@require_POST
def appeal(request, pk):
    return _with_reason(
        request, pk, deciding.appeal, _("You appealed. Somebody else decides anew, and then it is final.")
    )


@require_POST
def withdraw(request, pk):
    return _with_reason(request, pk, deciding.withdraw, _("You stepped back. The customer stays where it is."))


def _with_reason(request, pk, work, done):
    found, form = _found(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why. Nothing was changed."))
        return redirect(found)
    return _done(request, found, work, done, **form.cleaned_data)


def _done(request, found, work, done, **said):
    """One verb; whoever stepped back may not see the case any more."""
    try:
        work(found, by=request.user, **said)
    except deciding.NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, done)
    still = CollisionCase.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return redirect(found if still else "customers:cases")


@require_GET
def statistics(request):
    """Counted over the cases this person may see."""
    if not (request.user.is_auditor or request.user.is_manager):
        raise PermissionDenied("customers.case_statistics")
    return render(request, "customers/collisions/statistics.html", {"counted": figures_for(request.user)})
