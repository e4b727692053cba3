"""Pages of break-glass access: opening it, all its uses, and one of them with everything that was looked at."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts.confirming import is_confirmed
from accounts.deeds import allow
from accounts.models import BreakGlass, User
from accounts.models.break_glass import reviewers
from accounts.paging import Keyset, number, plain_fetcher
from accounts.permissions import reviews_break_glass
from accounts.refusals import constraint_of
from audit.break_glass import using
from audit.break_glass.forms import REFUSALS, BreakGlassForm, ReviewForm
from audit.models import Entry
from audit.reading import acts

NEWEST = Keyset(id=UUID, descending=True)
IN_ORDER = Keyset(id=number)


@require_GET
def list_(request):
    """Who reviews sees all uses; everybody else his own."""
    allow(request.user, "accounts.see_break_glass", request.user.organization)
    page = NEWEST.page(
        request, plain_fetcher(_visible_to(request.user).with_clock().select_related("person", "reviewed_by"))
    )
    return render(request, "audit/break_glass/list.html", {"page": page, "may_open": _may_open(request.user)})


def _visible_to(user):
    uses = BreakGlass.objects.all()
    return uses if reviews_break_glass(user) else uses.filter(person=user)


def _may_open(user):
    """Whether the button is there; the page behind it says why not now."""
    return user.may("accounts.break_glass")


@never_cache
@sensitive_post_parameters("password")
def open_(request):
    """The form; when the right rests, the sentence that says who reviews what."""
    allow(request.user, "accounts.see_break_glass", request.user.organization)
    if not _may_open(request.user):
        allow(request.user, "accounts.break_glass", request.user.organization)
    resting = BreakGlass.objects.overdue().filter(person=request.user).order_by("pk").first()
    form = BreakGlassForm(request.POST or None)
    if resting is None and form.is_valid() and is_confirmed(request, form, request.user) and _opened(request, form):
        return redirect("customers:list")
    who = User.objects.filter(pk__in=reviewers(request.user.pk)).order_by("-is_owner", "name")
    context = {"form": form, "resting": resting, "who": who}
    status = 409 if resting and request.method == "POST" else 422 if form.errors else 200
    return render(request, "audit/break_glass/open.html", context, status=status)


def _opened(request, form):
    said = {name: form.cleaned_data[name] for name in ("reason", "ticket", "minutes")}
    try:
        with transaction.atomic():
            using.break_glass(by=request.user, **said)
    except IntegrityError as refused:
        form.add_error(None, _why(refused))
        return False
    return True


def _why(refused):
    return REFUSALS.get(constraint_of(refused), _("The database refused it. Nothing was opened."))


@require_GET
def detail(request, pk):
    return _detail(request, _found(request.user, pk), ReviewForm())


def _found(user, pk):
    uses = _visible_to(user).select_related("person", "reviewed_by", "organization")
    return get_object_or_404(uses, pk=pk)


def _detail(request, glass, form, status=200):
    """With the ledger's entries of it, as they came."""
    allow(request.user, "accounts.view_break_glass", glass)
    entries = Entry.objects.under(glass)
    page = IN_ORDER.page(request, plain_fetcher(entries))
    context = {
        "glass": glass, "form": form, "page": page, "acts": acts(page.rows), "told": using.people_told(glass),
        "read": entries.filter(op=Entry.Op.EVENT).exclude(table_name__in=("", glass._meta.db_table)).values("about_id").distinct().count(),
        "may_end": glass.is_live and request.user.has_perm("accounts.end_break_glass", glass),
        "may_review": request.user.has_perm("accounts.review_break_glass", glass),
        "reviewers": User.objects.filter(pk__in=glass.reviewers).order_by("-is_owner", "name"),
    }  # fmt: skip
    return render(request, "audit/break_glass/detail.html", context, status=status)


@require_POST
def end(request, pk):
    glass = _found(request.user, pk)
    try:
        with transaction.atomic():
            using.end(glass, by=request.user)
        messages.success(request, _("Ended. What was looked at stands on this page."))
    except IntegrityError:
        messages.error(request, _("It was over already. Nothing was changed."))
    return redirect("break_glass:detail", pk)


@require_POST
def review(request, pk):
    glass, form = _found(request.user, pk), ReviewForm(request.POST)
    if glass.reviewed_at:
        messages.error(
            request, _("Somebody else was faster: %(person)s has reviewed it.") % {"person": glass.reviewed_by}
        )
        return redirect("break_glass:detail", pk)
    allow(request.user, "accounts.review_break_glass", glass)
    if not form.is_valid():
        return _detail(request, glass, form, status=422)
    using.review(glass, by=request.user, **form.cleaned_data)
    messages.success(request, _("Reviewed. %(person)s was told.") % {"person": glass.person.name})
    return redirect("break_glass:detail", pk)
