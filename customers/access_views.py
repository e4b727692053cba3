"""Pages on which a customer is shared with a colleague, or denied to a person."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.deeds import allow
from customers import collaborators, denials, visibility
from customers.access_forms import DenialForm, ShareForm
from customers.collaborators import CannotShare
from customers.denials import CannotDeny
from customers.forms import ReasonForm
from customers.models import Collaborator, Customer


def share(request, pk):
    """With whom, for what and how long; the colleague is told."""
    customer = _asked_about(request.user, pk, "customers.share")
    form = ShareForm(_posted(request), customer=customer, by=request.user)
    if form.is_valid():
        try:
            given = collaborators.share(customer, by=request.user, **form.cleaned_data)
        except CannotShare as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Shared with %(name)s.") % {"name": given.user.name})
            return redirect("customers:detail", pk)
    return render(
        request, "customers/share.html", {"customer": customer, "form": form}, status=422 if form.errors else 200
    )


@require_POST
def take_back(request, pk, collaborator):
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    given = get_object_or_404(Collaborator.objects.select_related("content_object", "user"), pk=collaborator, content_object=customer)  # fmt: skip
    given.take_back(by=request.user)
    messages.success(request, _("Taken back: %(name)s no longer has this share.") % {"name": given.user.name})
    return redirect("customers:detail", pk)


def deny(request, pk):
    """Whom and why; who is denied learns nothing of it. Denials that hold are lifted here."""
    customer = _to_be_denied(request.user, pk)
    form = DenialForm(_posted(request), customer=customer, by=request.user)
    if form.is_valid():
        try:
            denied = denials.deny(customer, by=request.user, **form.cleaned_data)
        except CannotDeny as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s no longer finds this customer.") % {"name": denied.person.name})
            return redirect("customers:deny", pk)
    return _deny_page(request, customer, form, status=422 if form.errors else 200)


@require_POST
def lift(request, pk, denial):
    customer = _to_be_denied(request.user, pk)
    denied = get_object_or_404(customer.denials.live().select_related("person"), pk=denial)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why it is lifted. Nothing was changed."))
        return redirect("customers:deny", pk)
    denied.lift(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("Lifted: what %(name)s may see is as his role says.") % {"name": denied.person.name})
    return redirect("customers:deny", pk)


def _deny_page(request, customer, form, status):
    standing = visibility.denials_of(customer)
    for denied in standing:
        denied.may_lift = request.user.has_perm("customers.lift", denied)
        denied.form = ReasonForm(auto_id=f"{denied.pk}-%s")
    seen = request.user.has_perm("customers.view", customer)
    context = {"customer": customer, "is_seen": seen, "form": form, "denials": standing}
    return render(request, "customers/deny.html", context, status=status)


def _to_be_denied(user, pk):
    """The owner of the organisation names a customer whose content he does not see: by its address, without its name."""
    customers = Customer.objects.open_to(user) if user.is_owner else Customer.objects.visible_to(user)
    return _found(user, customers, pk, "customers.deny")


def _asked_about(user, pk, action):
    return _found(user, Customer.objects.visible_to(user), pk, action)


def _found(user, customers, pk, action):
    customer = get_object_or_404(customers.select_related("owner", "organization"), pk=pk)
    allow(user, action, customer)
    return customer


def _posted(request):
    """What was sent; a form that was sent empty is still sent."""
    return request.POST if request.method == "POST" else None
