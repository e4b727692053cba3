"""While somebody looks by break-glass, each of his pages is an entry, and every entry says by which use it was made."""

from dataclasses import replace

from django.utils.cache import patch_cache_control

from accounts import tenancy
from accounts.recording import record

# What a page asks for by itself every minute: a number of notices, and nothing of anybody's.
NO_SCREENS = {"accounts:notice_count"}
SECRETS = {"key", "token", "uidb36", "word"}  # parts of an address that open something


class BreakGlassMiddleware:
    """Stands after the person is known and before his page is made. What is not recorded is not shown."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (glass := _of(request)) is None:
            return self.get_response(request)
        tenancy.enter(replace(tenancy.current() or tenancy.Scope(), source=glass.source))
        response = self.get_response(request)
        if "Cache-Control" not in response:  # the way back of a browser shows nothing when it is over
            patch_cache_control(response, no_store=True, private=True)
        return response

    def process_view(self, request, view, args, kwargs):
        glass, match = _of(request), request.resolver_match
        if glass and match.view_name not in NO_SCREENS:
            place = match.view_name if kwargs.keys() & SECRETS else request.path
            asked = request.META.get("QUERY_STRING", "")[:500]
            detail = {"name": f"{place}?{asked}" if asked else place, "method": request.method}
            record("accounts.break_glass_look", glass, detail=detail)


def _of(request):
    """Only who signed in has one (`sign_in.Backend`)."""
    return request.user.break_glass if request.user.is_authenticated else None
