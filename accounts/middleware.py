"""Bodies are looked at before anything else; then one transaction per request, for one organisation."""

import structlog
from django.conf import settings
from django.contrib.auth import get_user
from django.db import transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts import devices, gates, tenancy
from accounts.sessions import number

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
WRITES = ("POST", "PUT", "PATCH")


class BodyMiddleware:
    """Refuses bodies that Django would stumble over: no form or another charset (415), too large (413), NUL bytes (400)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in WRITES:
            if refused := self._refusal(request):
                return refused
        elif "\0" in request.META.get("QUERY_STRING", "") or "%00" in request.META.get("QUERY_STRING", ""):
            return _page(request, 400)
        return self.get_response(request)

    def _refusal(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit():
            return _page(request, 400)
        if int(length) > settings.LARGEST_BODY:
            return _page(request, 413)
        charset = request.content_params.get("charset", "utf-8").lower().replace("_", "-")
        if int(length) and (request.content_type not in FORMS or charset not in ("utf-8", "utf8")):
            return _page(request, 415)
        return None


def _page(request, status):
    """An error page that needs no session and no database, in the language this browser was last spoken to."""
    with translation.override(translation.get_language_from_request(request)):
        return HttpResponse(render_to_string(f"{status}.html"), status=status)


class ScopeMiddleware:
    """Opens the request's transaction and scope; a 5xx rolls it back.

    Stands after the sessions and before everything that reads the database. Not ATOMIC_REQUESTS: that wraps only the
    view, and the middleware's own queries would run outside.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with self._scope(request):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def _scope(self, request):
        structlog.contextvars.clear_contextvars()
        organization_id = request.session.get("organization_id")
        if organization_id is None:
            return tenancy.anonymous(signing_in=_is_signing_in(request))
        person = request.session.get("_auth_user_id")
        return tenancy.scope(organization_id, user=person, source="web", session_id=number(request))


def _is_signing_in(request):
    return request.path.startswith(settings.SIGN_IN_PATH)


class PersonMiddleware:
    """The signed-in person, his language and his time zone, as far as the gates let him. A session whose person is gone,
    or that was ended, becomes nobody's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return devices.remember(request, gates.whole(request, self._answer(request)))

    def _answer(self, request):
        if "organization_id" not in request.session:
            return self.get_response(request)
        request.user = get_user(request)
        if not request.user.is_authenticated:
            request.session.flush()
            tenancy.enter(tenancy.Scope(source="web", signing_in=_is_signing_in(request)))
            return self.get_response(request)
        structlog.contextvars.bind_contextvars(request_id=tenancy.request_id(), user=str(request.user.pk))
        with timezone.override(request.user.organization.time_zone), translation.override(request.user.language):
            request.LANGUAGE_CODE = request.user.language
            response = gates.closed(request) or self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response
