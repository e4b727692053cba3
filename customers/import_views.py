"""Pages of lists that come in. The work is done by jobs; a page says where it stands and offers the next step."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_fsm import TransitionNotAllowed

from accounts.paging import Keyset, number, plain_fetcher
from audit.deeds import Refused, allow, deeds_open_to
from audit.recording import record
from customers.forms import ReasonForm
from customers.import_forms import ColumnsForm, UploadForm
from customers.importing.arriving import bring
from customers.importing.correcting import corrections
from customers.importing.mapping import guess, samples
from customers.importing.telling import answers, chosen, told
from customers.models import Import, ImportRow

NEWEST = Keyset(id=UUID, descending=True)
BY_LINE = Keyset(line=number)
SAMPLED = 30
State = Import.State


@require_GET
def imports(request):
    """One's own lists; a manager also reads those of his people, an auditor all."""
    if not (request.user.sells or request.user.is_auditor):
        raise Refused("customers.start_import")
    visible = Import.objects.visible_to(request.user).select_related("file", "created_by")
    return render(request, "customers/imports/list.html", {"page": NEWEST.page(request, plain_fetcher(visible))})


def new(request):
    allow(request.user, "customers.start_import", request.user.organization)
    form = UploadForm(_posted(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        return redirect(bring(file.name, file.read(), by=request.user))
    return render(request, "customers/imports/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def detail(request, pk):
    """Where the import stands. Reading somebody else's is an entry."""
    batch = _visible(request.user, pk)
    if batch.created_by_id != request.user.pk:
        record("customers.view_import", batch)
    elif batch.state == State.MAPPING:
        return redirect("customers:import_map", pk)
    return render(request, "customers/imports/detail.html", _result(request, batch))


def _result(request, batch):
    outcome = "" if batch.is_working else chosen(batch, request.GET.get("outcome"))
    page = BY_LINE.page(request, plain_fetcher(batch.rows.filter(outcome=outcome)))
    return {
        "batch": batch,
        "deeds": deeds_open_to(request.user, batch),
        "answers": answers(batch),
        "outcome": outcome,
        "outcome_label": ImportRow.Outcome(outcome).label if outcome else "",
        "page": page,
        "lines": told(batch, page.rows),
        "reason_form": ReasonForm(),
    }


def columns(request, pk):
    """Which column is what: guessed, shown with a few values, decided by a person."""
    batch = _visible(request.user, pk)
    allow(request.user, "customers.import_try", batch)
    if batch.state not in (State.MAPPING, State.TRIED):
        return redirect(batch)
    form = ColumnsForm(_posted(request), headings=batch.headers, mapping=batch.mapping or guess(batch.headers))
    if form.is_valid():
        return _go_on(request, batch, batch.try_out, mapping=form.mapping)
    shown = samples(batch.rows.order_by("line")[:SAMPLED], len(batch.headers))
    context = {"batch": batch, "form": form, "columns": list(zip(form, shown, strict=True))}
    return render(request, "customers/imports/columns.html", context, status=422 if form.errors else 200)


@require_POST
def confirm(request, pk):
    batch = _visible(request.user, pk)
    return _go_on(request, batch, batch.confirm)


@require_POST
def undo(request, pk):
    batch = _visible(request.user, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why you undo it. Nothing was changed."))
        return redirect(batch)
    return _go_on(request, batch, batch.undo, reason=form.cleaned_data["reason"])


@require_GET
def errors(request, pk):
    """The lines to be corrected, whole, for the one who brought them; each download is an entry."""
    batch = _visible(request.user, pk)
    allow(request.user, "customers.import", batch)
    outcome = chosen(batch, request.GET.get("outcome", "invalid"))
    record("customers.import_errors", batch, detail={"outcome": outcome, "lines": batch.counts.get(outcome, 0)})
    response = HttpResponse(corrections(batch, outcome), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{outcome}-lines.csv"'
    return response


def _posted(request):
    """What was sent; a form that was sent empty is still sent."""
    return request.POST if request.method == "POST" else None


def _visible(user, pk):
    """The import, or a 404 that does not say whether there is one."""
    found = Import.objects.visible_to(user).select_related("file", "progress", "created_by", "organization")
    batch = get_object_or_404(found, pk=pk)
    allow(user, "customers.view_import", batch)
    return batch


def _go_on(request, batch, act, **details):
    """Take the next step; one that was taken meanwhile, in another tab, is not taken twice."""
    try:
        act(by=request.user, **details)
    except TransitionNotAllowed:
        messages.error(request, _("This import has moved on meanwhile. Here is where it stands."))
    return redirect(batch)
