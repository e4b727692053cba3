"""Pages of verification: rounds, one customer of a round, the samples that chance picks."""

from uuid import UUID

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.paging import Keyset, plain_fetcher
from audit.deeds import Refused, allow, stamped
from audit.recording import record
from customers.import_forms import filtered
from customers.leaving import look
from customers.models import Sample, Verification, VerificationItem, VerificationRound, VerificationTerms
from customers.verification import rounds
from customers.verification.forms import CompareForm, RoundForm, TermsForm
from customers.verification.standing import freshness_of
from customers.verification.values import first_contact
from customers.verification.verifying import CannotVerify, verify
from customers.verification.verifying import reveal as reveal_contact

NEWEST, BY_ITEM = Keyset(id=UUID, descending=True), Keyset(id=UUID)


@require_GET
def verification(request):
    """Rounds that somebody or chance has picked, and the sample that is committed."""
    if not request.user.may("customers.verify") and not request.user.may("customers.sampling"):
        raise Refused("customers.open_round")
    visible = VerificationRound.objects.visible_to(request.user).select_related("opened_by", "sample")
    context = {
        "page": NEWEST.page(request, plain_fetcher(visible)),
        "sample": Sample.objects.sealed().first(),
        "terms": VerificationTerms.of_organization(),
        "may_verify": request.user.may("customers.verify"),
        "may_set": request.user.may("customers.sampling"),
    }
    return render(request, "customers/verification/rounds.html", context)


def new(request):
    """A round of what the list shows with these filters, as far as this person verifies it."""
    allow(request.user, "customers.open_round", request.user.organization)
    filters = {name: value for name, value in request.GET.items() if name not in ("after", "before")}
    customers = _shown(filters, request.user)
    form = RoundForm(_posted(request))
    if form.is_valid():
        try:
            return redirect(rounds.open_round(form.cleaned_data["title"], customers, by=request.user, filters=filters))
        except rounds.NothingToVerify:
            form.add_error(
                None, _("Of these customers you verify none: they are yours, were yours, or nobody owns them.")
            )
    number = rounds.verifiable(customers, request.user)[: rounds.MOST + 1].count()
    context = {"form": form, "number": min(number, rounds.MOST), "is_cut": number > rounds.MOST, "filters": filters}
    return render(request, "customers/verification/new.html", context, status=422 if form.errors else 200)


def _shown(filters, user):
    query = QueryDict(mutable=True)
    query.update(filters)
    return filtered(query, user, way="view")[0].qs


@require_GET
def round_(request, pk):
    found = _round(request.user, pk)
    if found.opened_by_id != request.user.pk:
        record("customers.view_round", found)
    items = rounds.items_of(found, request.user)
    number = found.items.count()
    context = {
        "round": found,
        "page": BY_ITEM.page(request, plain_fetcher(items)),
        "fields": len(rounds.fields_of(request.user.organization)),
        "number": number,
        "closed": number - items.count(),
    }
    return render(request, "customers/verification/round.html", context)


def _round(user, pk):
    visible = VerificationRound.objects.visible_to(user).select_related("opened_by", "sample", "reconciliation__file")
    found = get_object_or_404(visible, pk=pk)
    allow(user, "customers.view_round", found)
    return found


def item(request, of, pk):
    """One customer, field by field; the source is said once for all of them."""
    found = _item(request.user, of, pk)
    return _item_page(request, found, request.POST if request.method == "POST" else None)


def _item(user, of, pk):
    found = get_object_or_404(rounds.items_of(_round(user, of), user), pk=pk)
    look(user, found.customer)
    return found


def _item_page(request, found, posted, revealed=False):
    customer, may = found.customer, request.user.has_perm("customers.verify", found.customer)
    record("customers.view", customer, detail={"name": customer.name})
    held = rounds.to_compare(customer, revealed=revealed)
    done = {each.field: each for each in _compared(found)}
    still_open = {field: each for field, each in held.items() if field not in done} if may else {}
    form = CompareForm(posted, held=still_open, customer=customer, initial=_as_last_time(request))
    if posted is not None and form.is_valid() and _recorded(request, found, form):
        messages.success(request, _("Recorded, with the time and your name. Differences were proposed to the owner."))
        return redirect(found)
    context = {
        "item": found, "round": found.round, "customer": customer, "form": form, "may": may, "done": done.values(),
        "freshness": freshness_of(customer), "contact": next((each.contact for each in held.values() if each.contact), None),
        "is_masked": any(each.is_masked for each in still_open.values()), "held": held,
    }  # fmt: skip
    return render(request, "customers/verification/item.html", context, status=422 if form.errors else 200)


def _recorded(request, found, form) -> bool:
    """Write down what was said; what the database says no to is said at its field."""
    allow(request.user, "customers.verify", found.customer)
    source, reference = form.cleaned_data["source"], form.cleaned_data["reference"]
    try:
        verify(found, form.answers, by=request.user, source=source, reference=reference)
    except CannotVerify as refusal:
        form.add_error(f"result_{refusal.field}", str(refusal))
    return form.is_valid()


def _compared(found):
    rows = Verification.objects.filter(item=found).select_related("verified_by", "contact__person_key__organization")
    return rows.order_by("pk")


def _as_last_time(request):
    """Who verifies a list from one source says it once: the form begins with what he wrote last."""
    last = Verification.objects.filter(verified_by=request.user).order_by("-pk").first()
    return {"source": last.source} if last else {}


@require_POST
def reveal(request, of, pk):
    """Phone and e-mail, once, to compare them; every look is counted and in the ledger."""
    found = _item(request.user, of, pk)
    allow(request.user, "customers.verify", found.customer)
    contact = first_contact(found.customer)
    if contact is not None:
        reveal_contact(contact, by=request.user)
    return _item_page(request, found, None, revealed=True)


@require_GET
def sample(request, pk):
    """What was committed and what was revealed, for everybody who works here, with how to work it out again."""
    found = get_object_or_404(Sample, pk=pk)
    mine = VerificationItem.objects.filter(round__sample=found, customer__owner=request.user).select_related("customer")
    context = {
        "sample": found,
        "mine": mine.order_by("pk")[:50],
        "round": VerificationRound.objects.filter(sample=found).first(),
    }
    return render(request, "customers/verification/sample.html", context)


def terms(request):
    """How often, how many, how long to answer; the next sample takes it."""
    allow(request.user, "customers.verification_terms", request.user.organization)
    form = TermsForm(_posted(request), instance=VerificationTerms.of_organization())
    if form.is_valid():
        with stamped("customers.verification_terms", by=request.user):
            VerificationTerms.objects.bulk_create([VerificationTerms()], ignore_conflicts=True)
        VerificationTerms.objects.get().set_to(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. The next sample takes it; the committed one keeps its day and its size."))
        return redirect("customers:verification")
    return render(request, "customers/verification/terms.html", {"form": form}, status=422 if form.errors else 200)


def _posted(request):
    """What was sent; a form that was sent empty is still sent."""
    return request.POST if request.method == "POST" else None
