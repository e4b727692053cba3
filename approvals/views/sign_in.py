"""Pages on which other rules about signing in, or the reset of a second factor, are asked for."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import second_factors
from accounts.deeds import allow
from accounts.devices import address_of
from accounts.models import SignInPolicy, User
from accounts.reauthentication import asks_again
from approvals.administration import still_undecided
from approvals.asking import AlreadyAsked, ask
from approvals.sign_in_forms import ResetForm, SignInPolicyForm
from approvals.sign_in_rules import LABELS, ResetSecondFactor, SignIn, asked_of_reset, said
from approvals.views.administration import decision_on, led_to, posted


def sign_in_policy(request):
    """The rules as they are."""
    policy = SignInPolicy.objects.get()
    allow(request.user, "accounts.see_sign_in_policy", policy)
    rules = [(LABELS[name], said(name, value)) for name, value in policy.as_asked().items()]
    undecided = next(iter(still_undecided(request.user, SignIn.name, subject_id=policy.pk)), None)
    return render(request, "approvals/sign_in_policy.html", {"rules": rules, "undecided": undecided})


@asks_again
def change_sign_in_policy(request):
    """Other rules; nothing changes until a second person has decided."""
    policy = SignInPolicy.objects.get()
    allow(request.user, SignIn.name, policy)
    address = address_of(request)
    form = SignInPolicyForm(posted(request), instance=policy, person=request.user, address=address)
    if form.is_valid():
        try:
            return led_to(
                request, ask(SignIn.name, policy, by=request.user, reason=form.cleaned_data["reason"], **form.asked)
            )
        except AlreadyAsked as waiting:
            messages.info(request, _("Other rules are asked for already. They are decided first."))
            return redirect("approvals:detail", waiting.approval.pk)
    context = {
        "form": form,
        **decision_on(request.user, SignIn, policy, policy.as_asked() | {"before": policy.as_asked()}),
    }
    return render(request, "approvals/change_sign_in_policy.html", context, status=422 if form.errors else 200)


@asks_again
def reset_second_factor(request, pk):
    """Somebody has lost his second factor: a second person decides whether it is taken off."""
    person = get_object_or_404(User.objects.active(), pk=pk)
    allow(request.user, ResetSecondFactor.name, person)
    if not second_factors.of(person):
        messages.info(request, _("%(name)s has no second factor.") % {"name": person.name})
        return redirect("accounts:person", person.pk)
    form = ResetForm(posted(request))
    if form.is_valid():
        try:
            asked = asked_of_reset(person)
            return led_to(
                request,
                ask(ResetSecondFactor.name, person, by=request.user, reason=form.cleaned_data["reason"], **asked),
            )
        except AlreadyAsked as waiting:
            return redirect("approvals:detail", waiting.approval.pk)
    context = {
        "person": person,
        "form": form,
        **decision_on(request.user, ResetSecondFactor, person, asked_of_reset(person)),
    }
    return render(request, "approvals/reset_second_factor.html", context, status=422 if form.errors else 200)
