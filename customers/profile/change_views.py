"""Pages on which an owner asks for payment terms, another place in a group, or another source; a second person decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.models import StoredFile
from approvals.asking import AlreadyAsked
from approvals.foretelling import who_would_decide
from approvals.waiting import one_of
from audit.recording import record
from customers.profile.change_forms import GroupForm, SourceForm, TermsForm
from customers.profile.groups import GroupChange, ask_for_group
from customers.profile.sources import SourceChange, ask_for_source
from customers.profile.terms import PaymentTerms, ask_for_terms, terms_of
from customers.request_views import as_asked_before, asked_about, posted, sent
from customers.waiting import waiting_for


@dataclass(frozen=True)
class Change:
    """What one of these pages says and does."""

    kind: Any
    form: Any
    ask: Callable
    title: Any
    sub: Any
    then: Any
    template: str = "customers/change.html"


TERMS = Change(
    PaymentTerms, TermsForm, ask_for_terms, _("Change payment terms"),
    _("How much a customer may owe, and for how long. A second person compares it with the evidence; until then nothing changes."),
    _("What is approved holds from the decision on. When the customer changes hands, a request that waits is void; terms that hold stay."),
)  # fmt: skip
GROUP = Change(
    GroupChange, GroupForm, ask_for_group, _("Change the group"),
    _("What is promised to a group counts together, so a second person compares its shape with the evidence."),
    _("The companies show each other on their pages: by name to who may see both, to everybody else as a state."),
)  # fmt: skip
SOURCE = Change(
    SourceChange, SourceForm, ask_for_source, _("Change the source"),
    _("The source is said once, when a customer comes in. Later a second person decides, because somebody may be paid by it."),
    _("Both sources stay in the history: the one it came in with, and the one that was approved."),
)  # fmt: skip


def terms(request, pk):
    return _page_of(request, pk, TERMS)


def group(request, pk):
    return _page_of(request, pk, GROUP)


def source(request, pk):
    return _page_of(request, pk, SOURCE)


def _page_of(request, pk, change):
    customer = asked_about(request.user, pk, change.kind.name)
    initial = as_asked_before(request.user, change.kind, customer)
    form = change.form(posted(request), request.FILES or None, customer=customer, initial=initial)
    if form.is_valid():
        try:
            return sent(request, _ask(change, customer, request.user, form))
        except AlreadyAsked:
            return _page(request, change, customer, form, status=409)
    if getattr(form, "is_unknown", False):
        record("customers.seek_parent", customer, detail={"name": customer.name})
    return _page(request, change, customer, form)


def _ask(change, customer, user, form):
    files = (StoredFile.keep(file.name, file.read(), by=user) for file in form.cleaned_data["evidence"])
    return change.ask(customer, by=user, reason=form.cleaned_data["reason"], files=files, **form.wanted())


def _page(request, change, customer, form, status=200):
    waiting = [each for each in waiting_for(customer, request.user) if each.kind == change.kind.name]
    is_blank = waiting and not form.is_bound
    deciders = who_would_decide(change.kind.name, customer, by=request.user, **terms_of(customer))
    context = {
        "customer": customer, "change": change, "waiting": waiting, "form": None if is_blank else form,
        "deciders": one_of(person.name for person in deciders),
    }  # fmt: skip
    return render(request, change.template, context, status=409 if is_blank else 422 if form.errors else status)
