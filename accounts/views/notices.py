"""One's own notices: the list, the way through a notice to what it is about, the count that the page polls."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import notices as telling
from accounts.forms import NoticePreferencesForm
from accounts.models import Notice
from accounts.models.notices import is_ours
from accounts.paging import Keyset, plain_fetcher

NEWEST_FIRST = Keyset(id=UUID, descending=True)


@require_GET
@never_cache
def notices(request):
    page = NEWEST_FIRST.page(request, plain_fetcher(Notice.objects.visible_to(request.user)))
    return render(request, "accounts/notices.html", {"page": page})


@require_GET
@never_cache
def notice(request, pk):
    """Read, and on to what it is about; never to a place that is not ours."""
    told = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if not is_ours(told.url):
        raise Http404
    telling.read(request.user, [told.pk])
    return redirect(told.url)


@require_POST
def read(request):
    telling.read(request.user)
    return redirect("accounts:notices")


@require_GET
def count(request):
    """How many are unread, for the frame of a page that is open. 304 while nothing has changed."""
    unread = telling.unread_count(request.user)
    etag = _etag(request.user, unread)
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        render_to_string("accounts/_unread_count.html", {"unread": unread})
    )
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


def _etag(user, unread):
    state = f"{user.pk} {unread} {get_language()}"
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:20]}"'


def preferences(request):
    """When notices come by mail as well."""
    form = NoticePreferencesForm(request.POST or None, initial={"mail_notices": request.user.mail_notices})
    if form.is_valid():
        request.user.prefer(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:notices")
    return render(request, "accounts/notice_preferences.html", {"form": form}, status=422 if form.errors else 200)
