"""Pages on which somebody asks for what a second person decides: another owner, another name or credit code."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import StoredFile
from approvals.asking import AlreadyAsked, returned
from approvals.foretelling import who_would_decide
from approvals.kinds import CannotTakeEffect
from approvals.waiting import one_of
from audit.deeds import allow
from customers.identity_changes import IdentityChange, TakenIdentity, ask_for_identity
from customers.leaving import ask_to_claim, look
from customers.models import Customer
from customers.request_forms import IdentityForm, TransferForm
from customers.transfers import Transfer, ask_for_transfer
from customers.waiting import waiting_for


def transfer(request, pk):
    """To whom and why; the customer stays where it is until somebody has decided."""
    customer = asked_about(request.user, pk, Transfer.name)
    form = TransferForm(posted(request), customer=customer, initial=as_asked_before(request.user, Transfer, customer))
    if form.is_valid():
        try:
            return sent(request, ask_for_transfer(customer, by=request.user, **form.cleaned_data))
        except (AlreadyAsked, CannotTakeEffect) as refusal:
            return _page(request, "transfer", Transfer, customer, form, status=409, refusal=refusal)
    return _page(request, "transfer", Transfer, customer, form)


def identity(request, pk):
    """What the company is called now, with evidence. A name that another company has is answered with a state."""
    customer = asked_about(request.user, pk, IdentityChange.name)
    form = IdentityForm(
        posted(request), request.FILES or None, customer=customer,
        initial=as_asked_before(request.user, IdentityChange, customer),
    )  # fmt: skip
    if form.is_valid():
        try:
            return sent(request, _ask_for_identity(customer, request.user, **form.cleaned_data))
        except (AlreadyAsked, CannotTakeEffect, TakenIdentity) as refusal:
            return _page(request, "identity", IdentityChange, customer, form, status=409, refusal=refusal)
    return _page(request, "identity", IdentityChange, customer, form)


def _ask_for_identity(customer, user, *, evidence, **asked):
    files = (StoredFile.keep(file.name, file.read(), by=user) for file in evidence)
    return ask_for_identity(customer, by=user, files=files, **asked)


def _page(request, name, kind, customer, form, status=200, refusal=None):
    """The form with everything typed in it; only the request that waits already, when there is one to begin with."""
    waiting = [each for each in waiting_for(customer, request.user) if each.kind == kind.name]
    is_blank = waiting and not form.is_bound
    owner = str(customer.owner_id)
    deciders = who_would_decide(kind.name, customer, by=request.user, **{"from": owner, "to": owner})
    context = {
        "customer": customer,
        "form": None if is_blank else form,
        "waiting": waiting,
        "answer": refusal if isinstance(refusal, TakenIdentity) else None,
        "sentence": str(refusal) if isinstance(refusal, CannotTakeEffect) else "",
        "deciders": one_of(person.name for person in deciders),
    }
    status = 409 if is_blank else 422 if form.errors else status
    return render(request, f"customers/{name}.html", context, status=status)


def asked_to_claim(request, customer):
    """Somebody who leaves claims nothing himself: his manager is asked, and until then it is in the pool for everybody."""
    try:
        approval = ask_to_claim(customer, by=request.user)
    except AlreadyAsked as waiting:
        approval = waiting.approval
    if approval.requested_by_id != request.user.pk:
        messages.error(request, _("A colleague who leaves has asked for this company already. Nothing was changed."))
        return redirect("customers:pool")
    return sent(request, approval)


def sent(request, approval):
    if approval.state == approval.State.PENDING:
        messages.success(request, _("Asked. Nothing changes until it is decided."))
    else:
        messages.success(request, _("Done: the policy asks for nobody else here."))
    return redirect("approvals:detail", approval.pk)


def asked_about(user, pk, action):
    """The customer, if this person may see it and ask for this."""
    found = Customer.objects.visible_to(user).select_related("owner", "organization")
    customer = get_object_or_404(found, pk=pk)
    look(user, customer)
    allow(user, action, customer)
    return customer


def as_asked_before(user, kind, customer):
    """A request that was returned is corrected, not typed anew; its files are chosen again."""
    before = returned(kind.name, customer, user)
    return before.asked | {"reason": before.reason} if before else {}


def posted(request):
    """What was sent; a form that was sent empty is still sent."""
    return request.POST if request.method == "POST" else None
