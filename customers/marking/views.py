"""Pages of lists that were found: whose they are, and what canary records have reported."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.paging import Keyset, plain_fetcher
from audit.deeds import allow
from audit.recording import record
from customers.importing.workbooks import Unreadable
from customers.marking import phones
from customers.marking.forms import CanaryPhonesForm, FoundListForm
from customers.marking.tracing import FoundList, whose
from customers.models import CanaryHit, CanaryPhone, Import

NEWEST = Keyset(id=UUID, descending=True)


def trace(request):
    """Whose list is this? Asking is an entry; the file is not kept."""
    allow(request.user, "customers.trace_list", request.user.organization)
    form = FoundListForm(request.POST if request.method == "POST" else None, request.FILES or None)
    context = {"form": form}
    if form.is_valid():
        context |= _answered(form, request.user)
    return _page(request, context, status=422 if form.errors else 200)


def _answered(form, user):
    content = form.cleaned_data["file"].read()
    try:
        found = FoundList.read(content, user.organization)
    except Unreadable as unreadable:
        form.add_error("file", Import.Problem(unreadable.problem).label)
        return {}
    answers = whose(found, by=user)
    told = {answer.export.number: answer.verdict.value for answer in answers}
    detail = {"sha256": hashlib.sha256(content).hexdigest(), "rows": len(found.rows), "answers": told}
    record("customers.trace_list", detail=detail)
    return {"found": found, "answers": answers}


def _page(request, context, status=200):
    hits = CanaryHit.objects.exclude(canary__person=request.user)
    hits = hits.select_related("canary__person", "export", "organization", "batch__created_by", "batch__file")
    numbers = CanaryPhone.objects.visible_to(request.user).select_related("organization").order_by("added_at", "pk")
    more = {
        "page": NEWEST.page(request, plain_fetcher(hits)),
        "domains": settings.CANARY_DOMAINS,
        "phones": numbers,
        "phones_form": CanaryPhonesForm() if request.user.may("customers.canary_phones") else None,
    }
    return render(request, "customers/exports/trace.html", more | context, status=status)


@require_POST
def add_phones(request):
    allow(request.user, "customers.add_canary_phones", request.user.organization)
    form = CanaryPhonesForm(request.POST)
    if not form.is_valid():
        return _page(request, {"form": FoundListForm(), "phones_form": form}, status=422)
    number = phones.add(form.cleaned_data["numbers"], by=request.user)
    messages.success(
        request, ngettext("%(number)d number was added.", "%(number)d numbers were added.", number) % {"number": number}
    )
    return redirect("customers:trace")


@require_POST
def remove_phone(request, pk):
    get_object_or_404(CanaryPhone.objects.visible_to(request.user), pk=pk).remove(by=request.user)
    messages.success(request, _("No new canary contact gets this number."))
    return redirect("customers:trace")
