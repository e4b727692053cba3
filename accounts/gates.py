"""What stands between somebody who is signed in and the page: the limits of his session, his network, his second factor,
the age of his password. Each gate that is closed says what to do next; the pages for that stay open."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode

from accounts import sessions, tenancy
from accounts.devices import address_of
from accounts.networks import is_within

ALWAYS = {"account_logout", "accounts:preferences", "healthz"}
SETTING_UP = ALWAYS | {
    "accounts:set_up",
    "accounts:add_app",
    "accounts:add_passkey",
    "accounts:recovery_codes",
    "account_reauthenticate",
}
CHANGING = ALWAYS | {"account_change_password", "account_reauthenticate"}
POLLED = {"accounts:notice_count", "accounts:progress"}  # a page asks by itself: nobody is at work


def closed(request) -> HttpResponse | None:
    """The answer of the first gate that is closed to this request."""
    person = request.user
    policy = person.organization.sign_in_policy
    if why := run_out(person.session, policy):
        return _signed_out(request, why)
    name = _name(request)
    if name not in ALWAYS and not is_within(address_of(request), policy.networks_of(person.role)):
        return render(request, "accounts/elsewhere.html", status=403)
    if to_do := _to_do(person, policy):
        open_meanwhile, page = to_do
        if name not in open_meanwhile:
            return _sent(request, reverse(page))
    if name not in POLLED:
        sessions.seen(person.session)
    return None


def _to_do(person, policy):
    """What somebody has to do before anything else, one thing at a time: (the pages open for it, where it begins)."""
    if must_set_up(person, policy):
        return SETTING_UP, "accounts:set_up"
    return (CHANGING, "account_change_password") if must_change_password(person, policy) else None


def run_out(session, policy) -> str:
    """Why a session is over by the clock: '' while it is not."""
    if session.now - session.began_at > timedelta(hours=policy.absolute_hours):
        return "absolute"
    return "idle" if session.now - session.seen_at > timedelta(minutes=policy.idle_minutes) else ""


def must_set_up(person, policy) -> bool:
    """Is a second factor asked of him that this session was not begun with? Whoever has one was asked for it at sign-in."""
    return settings.REQUIRE_SECOND_FACTOR and not person.session.factor and policy.asks_second_factor_of(person.role)


def must_change_password(person, policy) -> bool:
    if not policy.password_days:
        return False
    return person.session.now - person.password_changed_at > timedelta(days=policy.password_days)


def _signed_out(request, why):
    sessions.run_out(request.user.session, why)
    request.session.flush()
    request.user = AnonymousUser()
    tenancy.enter(tenancy.Scope(source="web"))
    asked = {"over": why} | (
        {"next": request.get_full_path()} if request.method == "GET" and not _is_part(request) else {}
    )
    return _sent(request, f"{reverse('account_login')}?{urlencode(asked)}")


def _sent(request, url):
    """There; a part of a page takes the whole page along."""
    if _is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def whole(request, response):
    """A part of a page never shows the sign-in page within itself: whoever is nobody any more is sent there in full."""
    if _is_part(request) and response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return _sent(request, reverse("account_login"))
    return response


def _is_part(request):
    return "HX-Request" in request.headers


def _name(request):
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
