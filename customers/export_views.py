"""Pages of lists that leave."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.paging import Keyset, counted, plain_fetcher
from audit.deeds import Refused, allow
from audit.recording import record
from customers import exporting
from customers.import_forms import ExportForm, filtered
from customers.models import Export

NEWEST = Keyset(id=UUID, descending=True)
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@require_GET
def exports(request):
    """One's own exports; an auditor reads all."""
    if not (request.user.sells or request.user.is_auditor):
        raise Refused("customers.export")
    visible = Export.objects.visible_to(request.user).select_related("file", "progress", "requested_by")
    return render(request, "customers/exports/list.html", {"page": NEWEST.page(request, plain_fetcher(visible))})


def new(request):
    """What for, and in which format. Which rows is what the list showed, in the address of this page."""
    allow(request.user, "customers.export", request.user.organization)
    filters, view = filtered(request.GET, request.user)
    form = ExportForm(request.POST if request.method == "POST" else None, customers=filters.qs)
    if form.is_valid():
        kept = {"view": view} | {name: value for name in filters.filters if (value := request.GET.get(name, "")[:200])}
        exporting.ask(by=request.user, filters=kept, **form.cleaned_data)
        return redirect("customers:exports")
    count = counted(filters.qs)
    context = {"form": form, "filters": filters, "view": view, "count": count, "number": int(count.rstrip("+"))}
    return render(request, "customers/exports/new.html", context, status=422 if form.errors else 200)


@require_GET
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
