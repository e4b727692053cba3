"""Pages of requests: where they wait, and the one screen on which they are decided."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.deeds import Refused
from accounts.paging import Keyset, counted, merged_fetcher, moment, plain_fetcher
from accounts.rules import is_denied
from approvals import showing
from approvals.forms import AddStepForm, CommentForm, DecisionForm, WhyForm
from approvals.kinds import kinds
from approvals.models import Approval, Approver, Decision
from audit.recording import record

BY_DEADLINE = Keyset(due_at=moment, seat=UUID)
NEWEST = Keyset(opened_at=moment, id=UUID, descending=True)
LAST_DECIDED = Keyset(decided_at=moment, id=UUID, descending=True)


@require_GET
def inbox(request):
    """What waits for this person, the nearest deadline first."""
    page = BY_DEADLINE.page(request, plain_fetcher(Approval.objects.waiting_for(request.user)))
    rows = showing.rows(page.rows, "seal", "bulk", "absent", "seated_at", "due_at")
    context = {"view": "inbox", "page": page, "rows": rows, "bulk": any(row["bulk"] for row in rows)}
    return render(request, "approvals/inbox.html", context)


@require_GET
def asked(request):
    """What this person asked for, and where it stands."""
    return _list(request, "asked", Approval.objects.filter(requested_by=request.user))


@require_GET
def all_(request):
    """Every request of the organisation, for auditors; of his people, for a manager."""
    if not (request.user.is_auditor or request.user.is_manager):
        raise Refused("approvals.view")
    if request.user.is_auditor:
        return _list(request, "all", Approval.objects.all())
    people = list(request.user.people_below)
    return _list(request, "all", Approval.objects.filter(requested_by__among=people), people)


def _list(request, view, found, people=()):
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    found = found.filter(kind=kind) if kind in {each.name for each in kinds()} else found
    found = found.filter(state=state) if state in Approval.State.values else found
    fetch = merged_fetcher(found, "requested_by", people)
    page = NEWEST.page(request, lambda *asked: fetch(*asked).in_a_list())
    _name_deciders(page.rows)
    rows = showing.rows(page.rows, "state", "deciders", "due_at", "opened_at")
    context = {
        "view": view, "page": page, "rows": rows, "count": counted(found), "kinds": kinds(), "kind": kind, "state": state,
        "states": Approval.State.choices,
    }  # fmt: skip
    return render(request, "approvals/list.html", context)


def _name_deciders(approvals):
    """Who sits there now (three names tell enough) and by when he has to decide, in one query."""
    seats = Approver.objects.live().filter(approval__among=[each.pk for each in approvals]).order_by("due_at")
    sitting = {}
    for pk, *seat in seats.values_list("approval_id", "person__name", "due_at"):
        sitting.setdefault(pk, []).append(seat)
    for approval in approvals:
        seats = sitting.get(approval.pk, [])
        approval.deciders = pgettext("between names", ", ").join(name for name, _due in seats[:3])
        approval.due_at = seats[-1][1] if seats else None


@require_GET
def decided(request):
    """What this person decided."""
    found = Decision.objects.filter(person=request.user)
    page = LAST_DECIDED.page(request, plain_fetcher(found.in_a_list()))
    return render(request, "approvals/decided.html", {"view": "decided", "page": page, "count": counted(found)})


@require_GET
def detail(request, pk):
    approval = visible(request.user, pk)
    record("approvals.view", approval, about=approval)
    return show(request, approval)


def visible(user, pk):
    """The request, or a 404 that does not say whether there is one."""
    found = Approval.objects.visible_to(user).select_related("requested_by", "policy", "organization", "follows")
    approval = get_object_or_404(found, pk=pk)
    if is_denied(user, approval):
        raise Http404
    return approval


def show(request, approval, *, form=None, comment_form=None, why_form=None, add_form=None, status=200):
    """The one screen with everything needed to decide."""
    user, kind = request.user, approval.kind_of
    decides = approval.state == approval.State.PENDING and bool(approval.live_seats(user))
    attachments = list(approval.attachments.select_related("file").order_by("pk"))
    opened = set(approval.openings.filter(person=user).values_list("attachment_id", flat=True))
    context = {
        "approval": approval,
        "kind": kind,
        **showing.exactly(approval),
        "background": kind.background(approval),
        "subject_url": kind.url(approval),
        "record": showing.requesters_record(approval),
        "sum": showing.rolling_sum(approval),
        "way": showing.way(approval, user),
        "due": approval.steps.open().order_by("due_at").values_list("due_at", flat=True).first(),
        "attachments": [(attachment, attachment.pk in opened) for attachment in attachments],
        "unopened": [each for each in attachments if each.pk not in opened],
        "comments": approval.comments.select_related("author").order_by("written_at"),
        "decides": decides,
        "comments_on_it": user.has_perm("approvals.comment", approval),
        "withdraws": approval.state == approval.State.PENDING and approval.requested_by_id == user.pk,
        "again": kind.url_to_ask(approval) if _may_ask_anew(user, approval) else "",
        "acts": showing.lately(approval, user),
        "form": form or DecisionForm(initial={"seal": approval.seal}),
        "comment_form": comment_form or CommentForm(),
        "why_form": why_form or WhyForm(),
        "add_form": add_form or (AddStepForm(approval=approval) if decides else None),
    }
    return render(request, "approvals/detail.html", context, status=status)


def _may_ask_anew(user, approval):
    return approval.requested_by_id == user.pk and approval.state not in (
        Approval.State.PENDING,
        Approval.State.APPROVED,
    )


def answer(request, approval, sentence, ok=True):
    (messages.success if ok else messages.error)(request, sentence)
    return redirect("approvals:detail", approval.pk)
