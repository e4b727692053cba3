"""Pages of lists that leave."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.paging import Keyset, counted, plain_fetcher
from accounts.reauthentication import asks_again
from approvals.foretelling import who_would_decide
from approvals.models import Approval, Approver, Decision
from approvals.waiting import one_of
from audit.deeds import allow
from audit.models import Entry
from audit.recording import record
from customers import exporting
from customers.export_approval import ExportKind, rows_without_asking
from customers.import_forms import ExportForm, filtered
from customers.models import Export

NEWEST = Keyset(id=UUID, descending=True)
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@require_GET
def exports(request):
    """One's own exports; an auditor reads all. Each says how its approval stands."""
    allow(request.user, "customers.export", request.user.organization)
    visible = Export.objects.visible_to(request.user).select_related("file", "progress", "requested_by", "approval")
    seats = Approver.objects.live().select_related("person").order_by("seated_at", "pk")
    decisions = Decision.objects.exclude(verdict=Decision.Verdict.APPROVE).select_related("person")
    standing = visible.prefetch_related(
        Prefetch("approval__approvers", seats, to_attr="seated"),
        Prefetch("approval__decisions", decisions, to_attr="refusals"),
    )
    page = NEWEST.page(request, plain_fetcher(standing))
    for approval in (export.approval for export in page.rows if export.approval):
        approval.deciders = one_of(seat.person.name for seat in approval.seated)
    _count_downloads(page.rows)
    return render(request, "customers/exports/list.html", {"page": page})


def _count_downloads(exports):
    """How often each file was taken, as the ledger has it."""
    taken = Entry.objects.filter(action="customers.download_export", about_id__in=[str(each.pk) for each in exports])
    times = dict(taken.order_by().values_list("about_id").annotate(Count("id")))
    for export in exports:
        export.downloads = times.get(str(export.pk), 0)


@asks_again
def new(request):
    """What for, and in which format. Which rows is what the list showed, in the address of this page."""
    allow(request.user, "customers.export", request.user.organization)
    filters, view = filtered(request.GET, request.user)
    form = ExportForm(request.POST if request.method == "POST" else None, customers=filters.qs)
    if form.is_valid():
        kept = {"view": view} | {name: value for name in filters.filters if (value := request.GET.get(name, "")[:200])}
        return _sent(request, exporting.ask(by=request.user, filters=kept, **form.cleaned_data))
    count = counted(filters.qs)
    context = {"form": form, "filters": filters, "view": view, "count": count, "number": int(count.rstrip("+"))}
    return render(
        request,
        "customers/exports/new.html",
        context | _limit(request.user, filters.qs),
        status=422 if form.errors else 200,
    )


def _sent(request, export):
    if export.approval.state == Approval.State.PENDING:
        messages.success(request, _("Asked. The file is made when it is approved."))
    return redirect("customers:exports")


def _limit(user, rows):
    """How many rows he may take now, and who is asked when these are more."""
    free = rows_without_asking(user)
    number = rows.order_by()[: ExportForm.MOST + 1].count()
    asks = number > max(0, free)
    deciders = who_would_decide(ExportKind.name, Export(requested_by=user), by=user, rows=number) if asks else []
    names = one_of(person.name for person in deciders)
    return {
        "free": max(0, free),
        "is_limited": free < ExportForm.MOST,
        "asks": asks,
        "deciders": names,
        "days": ExportKind.rolling.days,
    }


@require_GET
@asks_again(then="customers:exports")
def download(request, pk):
    """The file, for the one who asked for it; each download is an entry of its own."""
    export = get_object_or_404(
        Export.objects.visible_to(request.user).select_related("file"), pk=pk, file__isnull=False
    )
    allow(request.user, "customers.view_export", export)
    record("customers.download_export", export, detail={"rows": export.rows, "sha256": export.file.sha256})
    response = HttpResponse(export.file.opened(), content_type=TYPES[export.format])
    response["Content-Disposition"] = f'attachment; filename="{export.file.name}"'
    return response
