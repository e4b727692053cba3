"""Pages of the calendar address, and the address itself, which is read without signing in."""

import hashlib
import time

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import tenancy
from accounts.devices import address_of
from accounts.networks import is_within
from accounts.reauthentication import asks_again
from audit.deeds import allow
from customers import calendars
from customers.models import CalendarFeed

HOUR = 3600  # seconds
MOST_OF_ONE, MOST_FROM_ONE = 60, 1200  # requests an hour for one address, and from one network address: a whole office


@require_GET
@never_cache
def calendar(request):
    """Is there an address, since when, and when was it read last."""
    return _page(request)


@require_POST
@asks_again(then="customers:calendar")
@never_cache
def renew(request):
    """A new address, shown this once; the one before it answers nobody any more."""
    return _page(request, address=calendars.renew(request.user, by=request.user))


@require_POST
def switch_off(request):
    calendars.switch_off(request.user, by=request.user)
    messages.success(request, _("Switched off. The address answers nobody any more."))
    return redirect("customers:calendar")


def _page(request, address=""):
    allow(request.user, "customers.open_calendar", request.user)
    feed = CalendarFeed.objects.live().filter(person=request.user).first()
    return render(request, "customers/calendar.html", {"feed": feed, "address": address})


@require_safe
@login_not_required
def feed(request, organization_id, token):
    """The steps as iCalendar. An address that is wrong, old, switched off or somebody's who left is simply not there."""
    if _too_often(CalendarFeed.hash(token), MOST_OF_ONE) or _too_often(address_of(request), MOST_FROM_ONE):
        return _plain(429)
    with tenancy.scope(organization_id, source="calendar"):
        found = calendars.feed_of(token)
        if found is None or not _may_come_from(request, found.person):
            return _plain(404)
        tenancy.enter_as(found.person)
        with timezone.override(found.person.organization.time_zone), translation.override(found.person.language):
            return _as_calendar(request, calendars.read(found))


def _too_often(what, most) -> bool:
    """Within this hour; what counts forgets when it does."""
    key = f"calendar:{int(time.time() // HOUR)}:{what}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) > most
    except ValueError:  # forgotten between the two
        return False


def _may_come_from(request, person) -> bool:
    """Where a role may sign in only from some networks, its calendars are read only from there, too."""
    networks = person.organization.sign_in_policy.networks_of(person.role)
    return is_within(address_of(request), networks)


def _as_calendar(request, content):
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return get_conditional_response(request, etag=etag, response=response)


def _plain(status):
    """For a program, not for eyes."""
    return HttpResponse(status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})
