"""Jobs: how far one's own are, and, for administrators, those that failed."""

import hashlib

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from accounts import dead_letters as failed
from accounts.deeds import allow
from accounts.models import Outbox, Progress


@require_GET
def progress(request, pk):
    """How far a job is. A page polls the fragment; when the job is done, it is sent on to where the result is."""
    row = get_object_or_404(Progress, pk=pk, started_by=request.user)
    if "HX-Request" not in request.headers:
        return (
            redirect(row.url)
            if row.finished_at and row.url
            else render(request, "accounts/progress.html", {"progress": row})
        )
    return _polled(request, row)


def _polled(request, row):
    """304 while nothing moved. A job that failed stays on the page, which then stops asking."""
    etag = _etag(row)
    response = get_conditional_response(request, etag=etag) or render(
        request, "accounts/_progress.html", {"progress": row}
    )
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    if row.finished_at and row.url:
        response["HX-Redirect"] = row.url
    elif row.finished_at and not row.failure:
        response["HX-Refresh"] = "true"
    return response


def _etag(row):
    state = f"{row.pk} {row.done} {row.total} {row.finished_at} {row.failure} {get_language()}"
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:20]}"'


@require_GET
def dead_letters(request):
    allow(request.user, "accounts.see_dead_letters", request.user.organization)
    return render(request, "accounts/dead_letters.html", {"jobs": failed.unfinished()})


@require_POST
def retry(request, pk):
    """Only what was given up: a job that is just being done holds its row, and the page would wait for it."""
    job = get_object_or_404(Outbox, pk=pk)
    allow(request.user, "accounts.retry", job)
    if job.dead_at:
        job.retry(by=request.user)
    return redirect("accounts:dead_letters")
