"""The settings of the organisation: what changes at once, and the rules about which a second person decides."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.deeds import allow
from accounts.models import Organization
from approvals.administration_forms import OrganizationForm, RulesForm
from approvals.asking import AlreadyAsked, ask
from approvals.settings_changes import Settings, asked_of_settings, key_of
from approvals.views.administration import decision_on, led_to, posted


def settings(request):
    """Name, language and time zone change at once."""
    organization = Organization.objects.get()
    allow(request.user, "accounts.see_settings", organization)
    form = OrganizationForm(posted(request), instance=Organization.objects.get())
    if form.is_valid():
        organization.describe(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. The rules of the organisation are as they were."))
        return redirect("approvals:settings")
    return _page(request, organization, form, RulesForm(organization=organization))


@require_POST
def rules(request):
    """Nothing changes until a second person agrees."""
    organization = Organization.objects.get()
    allow(request.user, Settings.name, organization)
    form = RulesForm(request.POST, organization=organization)
    if not form.is_valid():
        return _page(request, organization, OrganizationForm(instance=organization), form)
    try:
        asked = asked_of_settings(organization, form.cleaned_data)
        return led_to(
            request, ask(Settings.name, organization, by=request.user, reason=form.cleaned_data["reason"], **asked)
        )
    except AlreadyAsked:
        return _page(request, organization, OrganizationForm(instance=organization), form, status=409)


def _page(request, organization, form, rules, status=200):
    now = {name: getattr(organization, name) for name in Organization.RULES}
    waits = decision_on(
        request.user, Settings, organization, asked_of_settings(organization, now), key=key_of(organization)
    )
    context = {"organization": organization, "at_once": form, "form": rules, **waits}
    return render(request, "approvals/settings.html", context, status=422 if form.errors or rules.errors else status)
