"""How the pages look to a person: language and theme, remembered on the person and in this browser."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.forms import PreferencesForm

THEME = "theme"


@login_not_required
@require_POST
def preferences(request):
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        raise BadRequest("preferences")
    chosen = {name: form.cleaned_data[name] for name in ("language", THEME) if name in request.POST}
    if request.user.is_authenticated:
        request.user.prefer(by=request.user, **chosen)
    response = redirect(_back(request))
    for name, value in chosen.items():
        _remember(response, settings.LANGUAGE_COOKIE_NAME if name == "language" else THEME, value)
    return response


def _back(request):
    """To the page the switch was on, never to somebody else's."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else resolve_url("home")


def _remember(response, name, value):
    if not value:
        return response.delete_cookie(name, samesite="Lax")
    year = settings.LANGUAGE_COOKIE_AGE
    return response.set_cookie(name, value, max_age=year, secure=settings.HTTPS, httponly=True, samesite="Lax")
