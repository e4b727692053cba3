"""Pages of access reviews: what there is, what waits for an answer, and the evidence."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import StoredFile
from accounts.paging import Keyset, counted, plain_fetcher
from audit import closing
from audit.deeds import allow, stamped
from audit.models import AccessItem, AccessReview, ReviewTerms, reads_all
from audit.recording import record
from audit.review_forms import AnswerForm, TermsForm
from audit.reviewing import open_review, sort_of

NEWEST, BY_ITEM = Keyset(id=UUID, descending=True), Keyset(id=UUID)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def reviews(request):
    """All reviews for who runs them; for a reviewer those in which he is asked."""
    visible = AccessReview.objects.visible_to(request.user).select_related("opened_by", "answerable")
    page = NEWEST.page(request, plain_fetcher(visible))
    context = {
        "page": page,
        "count": counted(visible),
        "is_open": AccessReview.objects.open().exists(),
        "next_at": closing.next_at(),
        "terms": ReviewTerms.of_organization(),
        "may_open": request.user.may("accounts.reviews"),
    }
    return render(request, "audit/reviews.html", context)


@require_POST
def open_(request):
    try:
        with transaction.atomic():
            review = open_review(by=request.user)
    except IntegrityError:
        messages.error(request, _("A review is open already; it is answered first."))
        return redirect("audit:reviews")
    closing.tell_reviewers(review, "audit.review_opened")
    return redirect("audit:review", review.pk)


def terms(request):
    """Days between reviews, days to answer, days until an account counts as dormant; the next review takes them."""
    allow(request.user, "audit.review_terms", request.user.organization)
    standing = ReviewTerms.of_organization()
    form = TermsForm(request.POST if request.method == "POST" else None, instance=standing)
    if form.is_valid():
        _set(request.user, form.cleaned_data)
        messages.success(request, _("Saved. The next review takes it."))
        return redirect("audit:reviews")
    return render(request, "audit/review_terms.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _set(user, values):
    with stamped("audit.review_terms", by=user):
        ReviewTerms.objects.bulk_create([ReviewTerms()], ignore_conflicts=True)
    ReviewTerms.objects.get().set_to(by=user, **values)


@require_GET
def review(request, pk):
    return _page(request, _visible(request.user, pk), AnswerForm())


def _page(request, review, form, status=200):
    """The reader's own items first; who runs reviews sees everybody's on demand (`?all`)."""
    items = review.items.select_related("person__team", "reviewer").order_by("pk")
    runs = reads_all(request.user)
    mine = items.filter(reviewer=request.user)
    shown = items if runs and ("all" in request.GET or not mine.exists()) else mine
    page = BY_ITEM.page(request, plain_fetcher(shown))
    for item in page.rows:
        item.words, item.sort = sort_of(item).describe(item.facts), sort_of(item).label
    context = {
        "review": review,
        "page": page,
        "count": counted(shown),
        "answerable": [
            item for item in page.rows if item.state in ("open", "overdue") and item.reviewer_id == request.user.pk
        ],
        "runs": runs,
        "shows_all": shown is items,
        "states": _states(items),
        "form": form,
    }
    return render(request, "audit/review.html", context, status=status)


def _states(items):
    numbers = dict(items.order_by().values_list("state").annotate(Count("pk")))
    return [(state, label, numbers[state]) for state, label in AccessItem.State.choices if state in numbers]


@require_POST
def answer(request, pk):
    """The chosen items, confirmed or not. What is not his to answer is not found."""
    found, form = _visible(request.user, pk), AnswerForm(request.POST)
    items = AccessItem.objects.open().filter(review=found, reviewer=request.user, pk__in=_ids(request.POST))
    chosen = list(items.select_related("person", "review__answerable").order_by("pk"))
    confirmed = "refuse" not in request.POST
    if not chosen:
        messages.error(request, _("Choose at least one line. Nothing was changed."))
        return redirect("audit:review", pk)
    if not form.is_valid() or not (confirmed or form.cleaned_data["note"]):
        form.add_error("note", _("Say in a few words why. Nothing was changed."))
        return _page(request, found, form, status=422)
    closing.answer(chosen, by=request.user, confirmed=confirmed, note=form.cleaned_data["note"])
    messages.success(request, _("Answered. It is part of the evidence."))
    return redirect("audit:review", pk)


def _ids(posted):
    """What looks like an id; anything else nobody of ours wrote."""
    for text in posted.getlist("item")[:200]:
        try:
            yield UUID(text)
        except ValueError:
            continue


@require_GET
def evidence(request, pk):
    """The workbook of a closed review, for who runs reviews; each download is an entry."""
    if not reads_all(request.user):
        raise PermissionDenied("audit.open_review")
    found = get_object_or_404(AccessReview, pk=pk, file__isnull=False)
    file = StoredFile.objects.defer(None).get(pk=found.file_id)
    record("audit.download_evidence", found, detail={"sha256": file.sha256})
    response = HttpResponse(file.opened(), content_type=SHEET)
    response["Content-Disposition"] = f'attachment; filename="access-review-{found.opened_at:%Y-%m-%d}.xlsx"'
    return response


def _visible(user, pk):
    found = AccessReview.objects.visible_to(user).select_related("opened_by", "answerable", "file")
    return get_object_or_404(found, pk=pk)
