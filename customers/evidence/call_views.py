"""Pages of call logs: bringing one, saying what its columns are, and what came of each line."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.paging import Keyset, plain_fetcher
from audit.deeds import Refused, allow
from customers.evidence import calls as call_logs
from customers.evidence.call_forms import CallColumnsForm, CallLogForm, ExtensionForm
from customers.evidence.calls import Outcome
from customers.models import CallLog, Extension

NEWEST = Keyset(id=UUID, descending=True)
BY_NUMBER = Keyset(number=str)


@require_GET
def calls(request):
    """The logs this person brought; an auditor reads all."""
    if not (request.user.may("customers.bring_calls") or request.user.is_auditor):
        raise Refused("customers.bring_calls")
    visible = CallLog.objects.visible_to(request.user).select_related("file", "brought_by")
    return render(request, "customers/evidence/calls.html", {"page": NEWEST.page(request, plain_fetcher(visible))})


def new(request):
    allow(request.user, "customers.bring_calls", request.user.organization)
    form = CallLogForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        return redirect(call_logs.bring(file.name, file.read(), by=request.user))
    return render(request, "customers/evidence/calls_new.html", {"form": form}, status=422 if form.errors else 200)


def detail(request, pk):
    """Where it stands: at work, its columns, or what came of each line."""
    visible = CallLog.objects.visible_to(request.user).select_related("file", "brought_by", "organization")
    log = get_object_or_404(visible, pk=pk)
    form = _columns(request, log)
    if form and form.is_valid():
        call_logs.match(log, form.mapping, by=request.user)
        return redirect(log)
    context = {"log": log, "form": form, "answers": _answers(log)}
    return render(request, "customers/evidence/call_log.html", context, status=422 if form and form.errors else 200)


def _columns(request, log):
    """What is asked of who brought it, once it is read."""
    if log.problem or log.read_at is None or log.mapping or not request.user.has_perm("customers.match_calls", log):
        return None
    posted = request.POST if request.method == "POST" else None
    return CallColumnsForm(posted, headings=log.headers, guessed=call_logs.guess(log.headers))


def _answers(log):
    """(outcome, its number, its first lines), what showed a contact first."""
    counts, lines = log.report.get("counts", {}), log.report.get("lines", {})
    return [(each, counts[each], lines.get(each, [])) for each in Outcome if counts.get(each)]


def extensions(request):
    """Whose extension is which; a manager says it of his people, an administrator of everybody but himself."""
    allow(request.user, "customers.bring_calls", request.user.organization)
    form = ExtensionForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        call_logs.say_extension(form.cleaned_data["number"], form.cleaned_data["person"], by=request.user)
        messages.success(request, _("Saved. Call logs that are brought from now on count for this person."))
        return redirect("customers:extensions")
    page = BY_NUMBER.page(request, plain_fetcher(Extension.objects.select_related("person")))
    context = {"form": form, "page": page}
    return render(request, "customers/evidence/extensions.html", context, status=422 if form.errors else 200)
