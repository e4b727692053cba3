"""The own forwarding address, and what came in by it and still has to be sorted."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.paging import Keyset, counted, plain_fetcher
from audit.deeds import Refused, allow, stamped
from customers.evidence.arriving import happened_at, letter_in, sort_to
from customers.evidence.artefacts import Unusable
from customers.evidence.mail_forms import SortForm
from customers.evidence.telling import told
from customers.models import InboundMail, MailAddress

NEWEST = Keyset(id=UUID, descending=True)


@require_GET
def mail(request):
    """Only his own: until a mail belongs to a customer, it is his correspondence."""
    _works(request.user)
    waiting = InboundMail.objects.to_sort().filter(person=request.user).select_related("organization")
    page = NEWEST.page(request, plain_fetcher(waiting))
    context = {
        "page": page,
        "count": counted(waiting),
        "address": MailAddress.objects.filter(person=request.user).select_related("organization").first(),
        "is_open": bool(settings.INBOUND_DOMAIN),
    }
    return render(request, "customers/evidence/mail.html", context)


@require_POST
def renew(request):
    """A first address, or another one; the one before is nobody's from now on."""
    _works(request.user)
    address = MailAddress.objects.filter(person=request.user).first()
    if address:
        address.renew(by=request.user)
    else:
        address = MailAddress(person=request.user)
        allow(request.user, "customers.renew_mail_address", address)
        with stamped("customers.renew_mail_address", by=request.user):
            address.draw().save(force_insert=True)
    messages.success(request, _("This is your address from now on. One that you had before is nobody’s."))
    return redirect("customers:mail")


def sort(request, pk):
    """One mail: to which customer it belongs, or to none."""
    arrived = _his(request.user, pk)
    letter = letter_in(arrived)
    form = SortForm(request.POST if request.method == "POST" else None, user=request.user, arrived=arrived)
    if letter and form.is_valid():
        try:
            return _sorted(request, arrived, form.cleaned_data["customer"])
        except Unusable as unusable:
            form.add_error(None, unusable.sentence)
    context = {"mail": arrived, "letter": letter, "form": form, "at": letter and happened_at(arrived, letter)}
    return render(request, "customers/evidence/sort.html", context, status=422 if form.errors else 200)


def _sorted(request, arrived, customer):
    entry = sort_to(arrived, customer, by=request.user)
    messages.success(request, told(customer, entry))
    return redirect("customers:detail", customer.pk)


@require_POST
def discard(request, pk):
    _his(request.user, pk).discard(by=request.user)
    messages.success(request, _("Discarded. It stands at no customer."))
    return redirect("customers:mail")


def _his(user, pk):
    waiting = InboundMail.objects.to_sort().filter(person=user).select_related("organization")
    return get_object_or_404(waiting, pk=pk)


def _works(user):
    if not user.may("customers.work"):
        raise Refused("customers.follow_up")
