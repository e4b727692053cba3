"""Pages of the blind conflict check."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.deeds import allow, stamped
from customers.models import ConflictProbe, ProbeTerms
from customers.probing.asking import OverBudget, probe
from customers.probing.forms import ProbeForm, TermsForm, TypedForm
from customers.request_views import posted

BYTES = 2500  # of every answer: nobody on the line tells them apart by their length


def check(request):
    """The question and its answer. The page has the same length whichever it is."""
    allow(request.user, "customers.probe", request.user.organization)
    form = ProbeForm(posted(request))
    answer, status = "", 422 if form.errors else 200
    if form.is_valid():
        answer, status = _answered(request, form, ConflictProbe.Way.PAGE)
    context = {"form": form, "answer": answer, "terms": ProbeTerms.of_organization()}
    return render(request, "customers/probing/check.html", context, status=status)


@require_POST
def typed(request):
    """While somebody fills in the form of a new customer: what the answer would be now."""
    allow(request.user, "customers.probe", request.user.organization)
    form = TypedForm(request.POST)
    if "name" not in form.cleaned_data_so_far():
        return HttpResponse(padded(""))
    answer, _status = _answered(request, form, ConflictProbe.Way.FORM)
    return HttpResponse(answer)


def _answered(request, form, way):
    """The answer as HTML, and a status."""
    try:
        state = probe(form.draft(), by=request.user, way=way, raw=request.POST.get("name", ""))
    except OverBudget as refused:
        return padded(_drawn(request, sentence=refused.sentence)), 429
    return padded(_drawn(request, state=state, way=way)), 200


def _drawn(request, **context):
    return render_to_string("customers/probing/_answer.html", context, request=request)


def padded(html):
    return format_html("{}{}", html, " " * (BYTES - len(html.encode())))


def terms(request):
    """How often one person may ask; for the next question."""
    allow(request.user, "customers.probe_terms", request.user.organization)
    form = TermsForm(posted(request), instance=ProbeTerms.of_organization())
    if form.is_valid():
        with stamped("customers.probe_terms", by=request.user):
            ProbeTerms.objects.bulk_create([ProbeTerms()], ignore_conflicts=True)
        ProbeTerms.objects.get().set_to(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. The next question is counted by it."))
        return redirect("customers:probe_terms")
    return render(request, "customers/probing/terms.html", {"form": form}, status=422 if form.errors else 200)
