"""Pages of evidence: bringing it for a follow-up, the holds that want it, and the manager's word after holds that lapsed."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.paging import Keyset, counted, moment, plain_fetcher
from approvals.asking import AlreadyAsked
from approvals.foretelling import who_would_decide
from approvals.waiting import one_of
from audit.deeds import Refused, allow
from customers.evidence.forms import EvidenceForm
from customers.evidence.holds import lapses, wanting
from customers.evidence.lapses import ClaimAfterLapses, ask_after_lapses
from customers.evidence.telling import told
from customers.forms import ReasonForm
from customers.leaving import look
from customers.models import Customer

NEXT_TO_LAPSE = Keyset(protected_until=moment, id=UUID)


def bring_evidence(request, pk, follow_up):
    """A file for a contact that is logged already."""
    found = Customer.objects.visible_to(request.user).select_related("organization", "owner")
    customer = get_object_or_404(found, pk=pk)
    look(request.user, customer)
    entry = get_object_or_404(customer.follow_ups.select_related("author", "customer", "organization"), pk=follow_up)
    allow(request.user, "customers.bring_evidence", entry)
    form = EvidenceForm(*_posted(request))
    if form.is_valid() and form.brought(entry, by=request.user):
        messages.success(request, told(customer, entry))
        return redirect("customers:detail", pk)
    context = {"customer": customer, "follow_up": entry, "form": form}
    return render(request, "customers/evidence/bring.html", context, status=422 if form.errors else 200)


@require_GET
def holds(request):
    """What still waits for evidence, the next to lapse first; and how many lapsed."""
    if not request.user.sells:
        raise Refused("customers.claim")
    rows = wanting(request.user)
    page = NEXT_TO_LAPSE.page(request, plain_fetcher(rows))
    lapsed, may_lapse, of_people = lapses(request.user)
    context = {
        "page": page,
        "count": counted(rows),
        "lapsed": lapsed,
        "may_lapse": may_lapse,
        "of_people": of_people,
    }
    return render(request, "customers/evidence/holds.html", context)


def claim_after_lapses(request, pk):
    """The way on for somebody whose holds lapsed: a reason, and his manager decides."""
    customer = get_object_or_404(Customer.objects.in_pool().open_to(request.user), pk=pk)
    allow(request.user, ClaimAfterLapses.name, customer)
    form = ReasonForm(*_posted(request)[:1])
    if form.is_valid():
        try:
            return _asked(request, ask_after_lapses(customer, by=request.user, **form.cleaned_data))
        except AlreadyAsked:
            form.add_error(None, _("A colleague has asked for this company already. Nothing was changed."))
    deciders = who_would_decide(ClaimAfterLapses.name, customer, by=request.user, to=str(request.user.pk))
    context = {"customer": customer, "form": form, "deciders": one_of(each.name for each in deciders)}
    return render(request, "customers/evidence/after_lapses.html", context, status=422 if form.errors else 200)


def _asked(request, approval):
    messages.success(request, _("Asked. Until it is decided the company is in the pool for everybody."))
    return redirect("approvals:detail", approval.pk)


def _posted(request):
    """What was sent; a form that was sent empty is still sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
