"""How somebody signs in: his own page, an administrator's page about him, and the end of a session."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import devices, passkeys, second_factors, sessions
from accounts.deeds import allow, deeds_open_to
from accounts.models import Session, User
from accounts.reauthentication import asks_again
from accounts.recording import record
from accounts.sign_in_history import history_of


@require_GET
@never_cache
def security(request):
    """One's own second factors, sessions and history of sign-ins."""
    person, factors = request.user, second_factors.of(request.user)
    context = {
        "factors": factors,
        "has_app": any(factor.kind == "app" for factor in factors),
        "codes_left": second_factors.codes_left(person),
        "passkeys": passkeys.possible(),
        "policy": person.organization.sign_in_policy,
        **_sign_ins(person),
    }
    return render(request, "accounts/security.html", context)


@require_GET
@never_cache
def person(request, pk):
    """Somebody, as who looks after sign-ins sees him. Other apps add their part by what they register."""
    person = get_object_or_404(User.objects.select_related("team"), pk=pk)
    allow(request.user, "accounts.see_person", person)
    record("accounts.see_person", person)
    context = {
        "person": person,
        "deeds": deeds_open_to(request.user, person) & {"deactivate", "reactivate"},
        "factor_kinds": second_factors.kinds_of(person),
        "codes_left": second_factors.codes_left(person),
        **_sign_ins(person),
    }
    return render(request, "accounts/person.html", context)


def _sign_ins(person):
    live = sessions.of(person)
    for session in live:
        session.device = devices.agent_class(session.agent)
    return {"sessions": live, "history": history_of(person)}


@require_POST
@asks_again
def end_session(request, pk):
    session = get_object_or_404(Session.objects.live().select_related("person"), pk=pk)
    if session.person_id != request.user.pk:
        allow(request.user, "accounts.see_person", session.person)
    sessions.end(session, by=request.user)
    messages.success(request, _("Signed out there, from the next request on."))
    return _back(request, session.person)


@require_POST
@asks_again
def end_others(request):
    """One's own, everywhere but here."""
    sessions.end_all(request.user, by=request.user, but=request.user.session)
    messages.success(request, _("You are signed in here and nowhere else."))
    return redirect("accounts:security")


@require_POST
@asks_again
def end_sessions(request, pk):
    """All of somebody's."""
    person = get_object_or_404(User, pk=pk)
    allow(request.user, "accounts.see_person", person)
    sessions.end_all(person, by=request.user)
    messages.success(request, _("%(name)s is signed in nowhere.") % {"name": person.name})
    return _back(request, person)


def _back(request, person):
    return redirect("accounts:security") if person == request.user else redirect("accounts:person", person.pk)
