"""The customer's page, the service desk's and the managers'."""

from uuid import UUID

import segno
from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import tenancy
from accounts.paging import Keyset, moment, plain_fetcher
from audit.deeds import allow
from customers.confirmation import answering, asking, telling
from customers.confirmation.forms import AnswerForm
from customers.models import Confirmation, ConfirmationDay, Customer

NEWEST = Keyset(answered_at=moment, id=UUID, descending=True)
OLDEST = Keyset(asked_at=moment, id=UUID)
DAYS_SHOWN = 14


@login_not_required
@never_cache
def confirm(request, organization_id, token):
    """What the customer is asked. Somebody of ours who is signed in here does not answer for him."""
    if request.user.is_authenticated:
        return render(request, "customers/confirmation/not_for_us.html", status=403)
    if refused := consume_or_429(request, action="join"):
        return refused
    with tenancy.inside(organization_id):
        return _asked(request, token)


def _asked(request, token):
    confirmation = answering.open_by(token)
    if confirmation is not None:
        with timezone.override(confirmation.organization.time_zone):
            return _answered(request, token, confirmation)
    return render(request, "customers/confirmation/over.html", status=410)


def _answered(request, token, confirmation):
    """The form, and what becomes of it. Times are those of the organisation: the customer has told us none."""
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        done = answering.answer(token, **form.cleaned_data)
        page, status = ("thanks", 200) if done else ("over", 410)
        return render(request, f"customers/confirmation/{page}.html", status=status)
    context = {"form": form, "confirmation": confirmation, "company": confirmation.organization.name}
    return render(request, "customers/confirmation/ask.html", context, status=422 if form.errors else 200)


@require_POST
def ask(request, pk, follow_up):
    """Who had the contact wants it confirmed; the link goes to the customer and past him."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    entry = get_object_or_404(customer.follow_ups.select_related("customer__organization", "author"), pk=follow_up)
    try:
        asked = asking.ask_for(entry, by=request.user)
    except asking.NobodyToAsk:
        messages.error(
            request, _("This customer has no contact who could be asked. Add one with a phone or a mail address.")
        )
    else:
        by_mail = _("The customer is asked by mail. You will see if he confirms it.")
        by_hand = _("The service desk brings the question to the customer. You will see if he confirms it.")
        messages.success(request, by_mail if asked.mailed else by_hand)
    return redirect("customers:detail", pk)


@require_GET
def to_deliver(request):
    """Questions that go by no mail."""
    allow(request.user, "customers.see_questions", request.user.organization)
    waiting = Confirmation.objects.to_deliver().select_related("customer", "contact", "follow_up__author")
    page = OLDEST.page(request, plain_fetcher(waiting))
    return render(request, "customers/confirmation/to_deliver.html", {"page": page})


@require_POST
def show(request, pk):
    """Link and QR code of one question, for who brings it; each look is an entry."""
    found = Confirmation.objects.to_deliver().select_related("customer", "contact", "follow_up__author", "organization")
    confirmation = get_object_or_404(found, pk=pk)
    link = asking.show(confirmation, by=request.user)
    code = segno.make(link, error="m").svg_data_uri(scale=5, border=4, light="#fff", dark="#000")
    return render(
        request, "customers/confirmation/link.html", {"confirmation": confirmation, "link": link, "code": code}
    )


@require_GET
def answers(request):
    """What customers said, newest first, each person's figures beside the others', and the seeds of the last days."""
    allow(request.user, "customers.see_answers", request.user.organization)
    context = {
        "page": NEWEST.page(request, plain_fetcher(telling.answers_for(request.user))),
        "rates": telling.rates_for(request.user),
        "days": [shown(day) for day in ConfirmationDay.objects.order_by("-day")[:DAYS_SHOWN]],
    }
    return render(request, "customers/confirmation/answers.html", context)


def shown(day):
    day.commitment_hex = bytes(day.commitment).hex()
    day.seed_hex = bytes(day.seed).hex() if day.seed else ""
    return day
