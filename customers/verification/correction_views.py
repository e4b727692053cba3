"""Pages of proposals: what a source says otherwise, and the answer of who keeps the record."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_fsm import TransitionNotAllowed

from approvals.asking import AlreadyAsked
from audit.recording import record
from customers.identity_changes import TakenIdentity
from customers.leaving import look
from customers.models import Correction, Customer
from customers.verification import corrections as answering
from customers.verification.forms import DeclineForm
from customers.verification.standing import freshness_of
from customers.verification.values import held_by


@require_GET
def corrections(request, pk):
    return _page(request, _customer(request.user, pk))


def _page(request, customer, declined=None, form=None, status=200):
    """What waits for an answer first, then what was answered; with what stands here now."""
    found = customer.corrections.select_related(
        "verification__verified_by",
        "verification__contact__person_key__organization",
        "customer",
        "answered_by",
        "approval",
    )
    rows = sorted(found.order_by("-pk")[:100], key=lambda each: each.state != Correction.State.PROPOSED)
    works = any(request.user.has_perm("customers.accept_correction", each) for each in rows[:1])
    held = held_by(customer, revealed=works)
    for each in rows:
        each.here = held.get(each.verification.field)
        each.may_answer = request.user.has_perm("customers.accept_correction", each)
        each.form = form if form is not None and declined == each else DeclineForm(prefix=str(each.pk))
    record("customers.view", customer, detail={"name": customer.name})
    for contact in {each.verification.contact for each in rows if works} - {None}:
        record("customers.reveal", contact, about=customer, detail={"contact": str(contact.pk)})
    context = {"customer": customer, "rows": rows, "works": works, "freshness": freshness_of(customer)}
    return render(request, "customers/verification/corrections.html", context, status=status)


@require_POST
def accept(request, pk, correction):
    customer = _customer(request.user, pk)
    found = _correction(customer, correction)
    try:
        answering.accept(found, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("This proposal was answered meanwhile."))
    except AlreadyAsked:
        messages.error(
            request,
            _("Another request about this company waits already. It is decided first; the proposal stays open."),
        )
    except TakenIdentity:
        messages.error(
            request,
            _("Another company has this name or credit code. The attempt is kept, and the proposal stays open."),
        )
    except answering.CannotCorrect as sentence:
        messages.error(request, str(sentence))
    else:
        found.refresh_from_db(fields=["approval"])
        _say(request, found)
    return redirect("customers:corrections", pk)


def _say(request, correction):
    if correction.approval_id:
        messages.success(request, _("Asked. Nothing changes until a second person has decided."))
    else:
        messages.success(
            request, _("Taken over. The change is in the history; verify it again for it to count as verified.")
        )


@require_POST
def decline(request, pk, correction):
    customer = _customer(request.user, pk)
    found = _correction(customer, correction)
    form = DeclineForm(request.POST, prefix=str(found.pk))
    if not form.is_valid():
        return _page(request, customer, declined=found, form=form, status=422)
    try:
        answering.decline(found, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Answered. What stands here stays, with your reason beside it."))
    except TransitionNotAllowed:
        messages.error(request, _("This proposal was answered meanwhile."))
    return redirect("customers:corrections", pk)


def _customer(user, pk):
    """The customer, or a 404 that does not say whether there is one; counted for somebody who leaves."""
    customer = get_object_or_404(Customer.objects.visible_to(user).select_related("owner", "organization"), pk=pk)
    look(user, customer)
    return customer


def _correction(customer, pk):
    rows = customer.corrections.select_related(
        "verification__verified_by", "verification__contact", "customer__organization"
    )
    return get_object_or_404(rows, pk=pk)
