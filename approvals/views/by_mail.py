"""Deciding from a letter: the signed link opens one request for one person, and signs him in nowhere else."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import tenancy
from accounts.confirming import is_confirmed
from accounts.models import User
from accounts.rules import is_denied
from approvals import mail_link
from approvals.alone import waits_alone
from approvals.deciding import VERBS, decide
from approvals.forms import ConfirmedDecisionForm, DecisionForm
from approvals.models import Approval
from approvals.policies import wants_password
from approvals.showing import exactly, rolling_sum


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def by_mail(request, word):
    """The request as its approver reads it; who is signed in goes to the page itself."""
    named = mail_link.read(word)
    if named is None:
        return render(request, "approvals/by_mail_over.html", status=410)
    organization, approval, person = named
    if request.user.is_authenticated and str(request.user.pk) == person:
        return redirect("approvals:detail", approval)
    with tenancy.scope(organization, source="mail"):
        return _as_reader(request, approval, person)


def _as_reader(request, approval, person):
    reader = User.objects.active().filter(pk=person).select_related("organization").first()
    found = Approval.objects.filter(pk=approval).select_related("requested_by", "organization").first()
    if reader is None or found is None or is_denied(reader, found):
        return render(request, "approvals/by_mail_over.html", status=410)
    tenancy.enter_as(reader)
    with timezone.override(reader.organization.time_zone), translation.override(reader.language or None):
        if found.requested_by_id == reader.pk and reader.is_owner and waits_alone(found):
            return _stop(request, found, reader)
        if found.state != Approval.State.PENDING or not found.live_seats(reader):
            return _show(request, found, reader, None, status=410)
        return _decision(request, found, reader)


def _stop(request, approval, reader):
    """Where nobody else administers, the owner stops from his letter what was asked in his name."""
    if request.method != "POST":
        return _show(request, approval, reader, None, stops=True)
    approval.withdraw(by=reader)
    return _show(request, approval, reader, None, sentence=_("Stopped. Nothing was changed."))


def _decision(request, approval, reader):
    wanted = wants_password(approval.terms, approval.measures)
    form_class = ConfirmedDecisionForm if wanted else DecisionForm
    verb = request.POST.get("verb")
    if request.method != "POST" or verb not in VERBS:
        return _show(request, approval, reader, form_class(initial={"seal": approval.seal}))
    form = form_class(request.POST, says_why=verb != "approve")
    if not form.is_valid() or not _is_confirmed(request, form, reader):
        return _show(request, approval, reader, form, status=422)
    seal, reason = form.cleaned_data["seal"], form.cleaned_data["reason"]
    ok, sentence = decide(approval, verb, by=reader, seal=seal, reason=reason)
    return _show(
        request, Approval.objects.get(pk=approval.pk), reader, None, sentence=sentence, status=200 if ok else 409
    )


def _is_confirmed(request, form, reader):
    """The password, where the policy wants it."""
    return "password" not in form.fields or is_confirmed(request, form, reader)


def _show(request, approval, reader, form, *, sentence="", stops=False, status=200):
    context = {
        "approval": approval, "reader": reader, "form": form, "sentence": sentence, "stops": stops, **exactly(approval),
        "sum": rolling_sum(approval), "attachments": approval.attachments.select_related("file"),
        "due": approval.steps.open().values_list("due_at", flat=True).first(),
    }  # fmt: skip
    return render(request, "approvals/by_mail.html", context, status=status)
