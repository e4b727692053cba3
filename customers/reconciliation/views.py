"""Pages of reconciliation: lists that were compared, what differs, and what follows from it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_fsm import TransitionNotAllowed

from accounts.paging import Keyset, number, plain_fetcher
from audit.deeds import Refused, allow
from audit.recording import record
from customers.importing.mapping import guess, samples
from customers.models import ReconciledRow, Reconciliation
from customers.reconciliation.arriving import bring
from customers.reconciliation.comparing import here_only
from customers.reconciliation.following import item_for
from customers.reconciliation.following import propose as propose_row
from customers.reconciliation.forms import ComparedColumnsForm, ListForm
from customers.reconciliation.reporting import report
from customers.reconciliation.telling import answers, chosen, told
from customers.verification.verifying import CannotVerify

NEWEST, BY_ID, BY_LINE = Keyset(id=UUID, descending=True), Keyset(id=UUID), Keyset(line=number)
SAMPLED = 30
State = Reconciliation.State


@require_GET
def reconciliations(request):
    """One's own lists; a manager also reads those of his people, an auditor all."""
    if not request.user.may("customers.reconcile"):
        raise Refused("customers.start_reconciliation")
    visible = Reconciliation.objects.visible_to(request.user).select_related("file", "created_by")
    return render(request, "customers/reconciliation/list.html", {"page": NEWEST.page(request, plain_fetcher(visible))})


def new(request):
    allow(request.user, "customers.start_reconciliation", request.user.organization)
    form = ListForm(_posted(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        return redirect(bring(file.name, file.read(), by=request.user, system=form.cleaned_data["system"]))
    return render(request, "customers/reconciliation/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def reconciliation(request, pk):
    """Where the comparison stands, then what it found. Reading somebody else's is an entry."""
    batch = _visible(request.user, pk)
    if batch.created_by_id != request.user.pk:
        record("customers.view_reconciliation", batch)
    elif batch.state == State.MAPPING:
        return redirect("customers:reconciliation_map", pk)
    return render(request, "customers/reconciliation/detail.html", _result(request, batch))


def _result(request, batch):
    context = {"batch": batch, "answers": answers(batch), "is_mine": batch.created_by_id == request.user.pk}
    if batch.state != State.COMPARED:
        return context
    outcome = chosen(batch, request.GET.get("outcome"))
    context |= {"outcome": outcome, "may_take_out": request.user.has_perm("customers.export_reconciliation", batch)}
    if outcome == "here":
        rows = here_only(batch, request.user).select_related("owner")
        return context | {"page": BY_ID.page(request, plain_fetcher(rows)), "outcome_label": _("Only here")}
    page = BY_LINE.page(request, plain_fetcher(batch.rows.filter(outcome=outcome)))
    lines = told(batch, page.rows, user=request.user)
    return context | {"page": page, "lines": lines, "outcome_label": ReconciledRow.Outcome(outcome).label}


def columns(request, pk):
    """Which column is what: guessed, shown with a few values, decided by a person."""
    batch = _visible(request.user, pk)
    allow(request.user, "customers.reconcile", batch)
    if batch.state != State.MAPPING:
        return redirect(batch)
    form = ComparedColumnsForm(_posted(request), headings=batch.headers, mapping=guess(batch.headers))
    if form.is_valid():
        try:
            batch.compare(by=request.user, mapping=form.mapping)
        except TransitionNotAllowed:
            messages.error(request, _("This list has moved on meanwhile. Here is where it stands."))
        return redirect(batch)
    shown = samples(batch.rows.order_by("line")[:SAMPLED], len(batch.headers))
    context = {"batch": batch, "form": form, "columns": list(zip(form, shown, strict=True))}
    return render(request, "customers/reconciliation/columns.html", context, status=422 if form.errors else 200)


@require_POST
def verify(request, pk, row):
    """One click: the customer of this line, to be verified with the list as its source."""
    batch, found = _line(request.user, pk, row)
    return redirect(item_for(batch, found, by=request.user))


@require_POST
def propose(request, pk, row):
    """One click: what the list says otherwise, proposed to the owner."""
    batch, found = _line(request.user, pk, row)
    if _proposed(batch, found, request.user):
        messages.success(request, _("Proposed to the owner, with the line of the list as its source."))
    else:
        messages.error(
            request, _("Nothing of this line can be proposed: it was compared before, or is no field that is verified.")
        )
    return redirect(f"{batch.get_absolute_url()}?outcome={found.outcome}#lines")


def _proposed(batch, found, user) -> bool:
    try:
        return bool(propose_row(batch, found, by=user))
    except CannotVerify:
        return False


@require_GET
def take_out(request, pk):
    """The report as a CSV; each download is an entry with the hash of what left."""
    batch = _visible(request.user, pk)
    if batch.state != State.COMPARED:
        return redirect(batch)
    response = HttpResponse(report(batch, by=request.user), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reconciliation.csv"'
    return response


def _visible(user, pk):
    found = Reconciliation.objects.visible_to(user).select_related("file", "progress", "created_by", "organization")
    batch = get_object_or_404(found, pk=pk)
    allow(user, "customers.view_reconciliation", batch)
    return batch


def _line(user, pk, row):
    """A line with its customer, as far as this person sees it by now."""
    batch = _visible(user, pk)
    lines = batch.rows.filter(customer__isnull=False).select_related("customer__organization", "customer__owner")
    found = get_object_or_404(lines, pk=row)
    found.batch = batch
    allow(user, "customers.verify", found.customer)
    return batch, found


def _posted(request):
    """What was sent; a form that was sent empty is still sent."""
    return request.POST if request.method == "POST" else None
