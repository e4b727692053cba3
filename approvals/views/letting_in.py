"""Pages on which somebody is let in: by an invitation, or again after he was deactivated."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from accounts import invitations
from accounts.deeds import allow
from accounts.models import User
from accounts.views.people import show_once
from approvals.administration_forms import InviteForm, ReasonForm
from approvals.asking import AlreadyAsked, ask
from approvals.letting_in import Newcomer, Reactivation, asked_of_newcomer, asked_of_return
from approvals.views.administration import decision_on, led_to, posted


@never_cache
def invite(request):
    """The link goes out by mail and is shown once on the page that follows. Where a second person decides, there is no link
    yet, and later it goes by mail only."""
    allow(request.user, "accounts.invite", request.user.organization)
    form = InviteForm(posted(request))
    if form.is_valid():
        wanted = form.cleaned_data | {"by": request.user}
        reason = wanted.pop("reason")
        if form.asks:
            return led_to(request, _asked(reason=reason, **wanted))
        show_once(request, invitations.invite(**wanted))
        return redirect("accounts:people")
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


def _asked(*, email, role, team, by, reason):
    invitation = invitations.wish(email, role=role, team=team, by=by)
    return ask(Newcomer.name, invitation, by=by, reason=reason, **asked_of_newcomer(email, role=role, team=team))


def reactivate(request, pk):
    """Nothing changes until a second person agrees."""
    person = get_object_or_404(User.objects.filter(is_active=False).select_related("team"), pk=pk)
    allow(request.user, Reactivation.name, person)
    form, asked = ReasonForm(posted(request)), asked_of_return(person)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            return led_to(request, ask(Reactivation.name, person, by=request.user, reason=reason, **asked))
        except AlreadyAsked:
            status = 409
    context = {"person": person, "form": form, **decision_on(request.user, Reactivation, person, asked)}
    context["form"] = None if context["undecided"] and not form.is_bound else form
    return render(request, "approvals/reactivate.html", context, status=status)
