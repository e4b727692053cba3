"""Pages around follow-ups: for whom one logs, what was wrong, what came with it; and the next steps of a customer."""

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.deeds import allow
from customers import follow_ups, next_steps
from customers.follow_up_forms import DropForm, SaidForm, StepForm, WhenForm
from customers.leaving import look
from customers.models import Customer, NextStep


@require_GET
def log(request):
    """For whom? Those he spoke with last, or those whose name has what he types. Then one field, and it is done."""
    if not request.user.may("customers.work"):
        raise PermissionDenied("customers.follow_up")
    typed = request.GET.get("q", "").strip()[:100]
    found = follow_ups.named(request.user, typed) if typed else follow_ups.lately_worked_on(request.user)
    return render(request, "customers/log.html", {"typed": typed, "customers": found})


def correct(request, pk, follow_up):
    """What should have been said. The one that was wrong stays, and the correction counts for nothing."""
    customer = _visible(request.user, pk)
    wrong = get_object_or_404(customer.follow_ups.select_related("customer"), pk=follow_up, corrections=None)
    allow(request.user, "customers.correct_follow_up", wrong)
    as_it_was = {name: getattr(wrong, name) for name in ("content", "kind", "occurred_at", "needs", "intention")}
    form = SaidForm(_posted(request), request.FILES or None, initial=as_it_was)
    if form.is_valid():
        follow_ups.correct(wrong, by=request.user, **form.said())
        messages.success(request, _("Corrected. Both stay to be read, and the correction counts for nothing."))
        return redirect("customers:detail", pk)
    context = {"customer": customer, "wrong": wrong, "form": form}
    return render(request, "customers/correct.html", context, status=422 if form.errors else 200)


@require_GET
def file(request, pk, number):
    """A file of a follow-up, for who sees the customer; each look is an entry."""
    customer = _visible(request.user, pk)
    found = get_object_or_404(follow_ups.files_of(customer), pk=number)
    response = HttpResponse(follow_ups.opened(found), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file.name)}"
    return response


def plan(request, pk):
    """A next step without a follow-up."""
    customer = _visible(request.user, pk)
    allow(request.user, "customers.plan_step", customer)
    form = StepForm(_posted(request), time_zone=customer.organization.time_zone)
    if form.is_valid():
        next_steps.plan(customer, by=request.user, what=form.cleaned_data["what"], **form.when())
        messages.success(request, _("Planned. It stands in your day when it is due."))
        return redirect("customers:detail", pk)
    return _page(request, "plan", customer, form)


@require_POST
def finish(request, pk, step):
    found = _step(request.user, pk, step)
    if _is_open(request, found):
        found.finish(by=request.user)
        messages.success(request, _("Done: %(what)s") % {"what": found.what})
    return redirect("customers:detail", pk)


def move(request, pk, step):
    """To another day; how often it was moved stays to be seen."""
    found = _step(request.user, pk, step)
    allow(request.user, "customers.move_step", found)
    form = WhenForm(_posted(request), time_zone=request.user.organization.time_zone)
    if form.is_valid() and _is_open(request, found):
        found.move(by=request.user, **form.when())
        messages.success(request, _("Moved: %(what)s") % {"what": found.what})
    if form.is_valid():
        return redirect("customers:detail", pk)
    return _page(request, "move", found.customer, form, step=found)


def drop(request, pk, step):
    """It will not be done; why stays beside it."""
    found = _step(request.user, pk, step)
    allow(request.user, "customers.drop_step", found)
    form = DropForm(_posted(request))
    if form.is_valid() and _is_open(request, found):
        found.drop(by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Dropped: %(what)s") % {"what": found.what})
    if form.is_valid():
        return redirect("customers:detail", pk)
    return _page(request, "drop", found.customer, form, step=found)


def _page(request, name, customer, form, **more):
    """The small form of one act about a step."""
    context = {"customer": customer, "form": form, **more}
    return render(request, f"customers/steps/{name}.html", context, status=422 if form.errors else 200)


def _visible(user, pk):
    found = Customer.objects.visible_to(user).select_related("owner", "organization")
    customer = get_object_or_404(found, pk=pk)
    look(user, customer)
    return customer


def _step(user, pk, step):
    found = get_object_or_404(_visible(user, pk).next_steps.select_related("customer"), pk=step)
    allow(user, "customers.finish_step", found)
    return found


def _is_open(request, step) -> bool:
    """Somebody may have ended it a moment before; then there is nothing left to do, and he is told."""
    if step.state == NextStep.State.OPEN:
        return True
    messages.info(request, _("This step was ended already. Nothing was changed."))
    return False


def _posted(request):
    """What was sent; a form that was sent empty is still sent."""
    return request.POST if request.method == "POST" else None
