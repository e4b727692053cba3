"""Pages of handing over: the list for whom the departure concerns, and what is offered to a successor."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Departure
from accounts.paging import Keyset, counted, plain_fetcher
from approvals.foretelling import who_would_decide
from approvals.kinds import CannotTakeEffect
from approvals.waiting import one_of, waiting
from audit.deeds import allow
from customers.handover import HandoverKind, accept_all, ask_for_handover
from customers.handover_forms import DecisionForm, HandoverForm
from customers.models import Handover, HandoverItem
from customers.watching import to_hand_over

BY_ITEM = Keyset(id=UUID)


def handover(request, pk):
    """Who takes over what. Names are shown to who sees the customers; an administrator chooses one successor for all."""
    departure = get_object_or_404(Departure.objects.visible_to(request.user).select_related("person"), pk=pk)
    allow(request.user, "customers.hand_over", departure)
    items = to_hand_over(departure)
    form = HandoverForm(request.POST if request.method == "POST" else None, person=departure.person, items=items)
    sentence, status = "", 200
    if form.is_valid():
        try:
            return _sent(request, _asked(departure, form, request.user))
        except CannotTakeEffect as refusal:
            sentence, status = str(refusal), 409
    context = {
        "departure": departure,
        "form": form,
        "sentence": sentence,
        **_shown(request.user, departure, items, form),
    }
    return render(request, "customers/handover/new.html", context, status=422 if form.errors else status)


def _asked(departure, form, by):
    if asked := _waiting(by, departure):
        raise CannotTakeEffect(_("A handover of %(name)s waits for %(people)s already.") % {
            "name": departure.person.name, "people": one_of(asked.deciders) or _("somebody who may decide")})  # fmt: skip
    rest, reason = form.cleaned_data["rest"], form.cleaned_data["reason"]
    return ask_for_handover(departure, by=by, successors=form.successors, rest=rest, reason=reason)


def _waiting(user, departure):
    handovers = Handover.objects.filter(departure=departure).values("pk")
    return waiting(user, HandoverKind.name, subject_id__in=handovers).first()


def _shown(user, departure, items, form):
    sees = user.manages(departure.person_id)
    asked = {"person": str(departure.person_id), "rest": "", "items": []}
    deciders = who_would_decide(HandoverKind.name, Handover(departure=departure), by=user, **asked)
    return {
        "items": [(item, form.chosen(item)) for item in items] if sees else [],
        "number": len(items),
        "unreachable": sum(bool(item["unreachable"]) for item in items),
        "waiting": _waiting(user, departure),
        "deciders": one_of(person.name for person in deciders),
    }


def _sent(request, approval):
    if approval.state == approval.State.PENDING:
        messages.success(request, _("Asked. Nothing changes until it is decided."))
    return redirect("approvals:detail", approval.pk)


@require_GET
def handed_over(request):
    return _offered(request, DecisionForm())


def _offered(request, form, status=200):
    """What is offered to this person, to be accepted or declined, each by itself or all that are shown."""
    offered = HandoverItem.objects.offered_to(request.user).select_related("customer", "handover__departure__person")
    page = BY_ITEM.page(request, plain_fetcher(offered))
    context = {"page": page, "form": form, "count": counted(offered)}
    return render(request, "customers/handover/offered.html", context, status=status)


@require_POST
def decide(request):
    """The chosen items, or all that were shown; what is not his is not found."""
    form = DecisionForm(request.POST)
    offered = HandoverItem.objects.offered_to(request.user).select_related("customer", "handover__departure__person")
    chosen = list(offered.filter(pk__in=_ids(request.POST.getlist("item"))).order_by("pk"))
    if not chosen:
        messages.error(request, _("Choose at least one customer. Nothing was changed."))
        return redirect("customers:handed_over")
    if "decline" in request.POST:
        return _declined(request, chosen, form)
    done = accept_all(chosen, by=request.user)
    messages.success(request, ngettext("%(number)s customer is yours now.", "%(number)s customers are yours now.", done[True]) % {"number": done[True]})  # fmt: skip
    if done[False]:
        messages.error(request, _("Some had another owner by now; they stay where they are."))
    return redirect("customers:handed_over")


def _declined(request, chosen, form):
    if not form.is_valid() or not form.cleaned_data["note"]:
        form.add_error("note", _("Say in a few words why. Nothing was changed."))
        return _offered(request, form, status=422)
    for item in chosen:
        item.decline(by=request.user, reason=form.cleaned_data["note"])
    messages.success(request, _("Declined. Who hands over reads your note."))
    return redirect("customers:handed_over")


def _ids(texts):
    """What looks like an id; anything else nobody of ours wrote."""
    for text in texts[:200]:
        try:
            yield UUID(text)
        except ValueError:
            continue
