"""Pages of policies: what asks for whom, its versions, the next one, and what that would have asked for."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_fsm import TransitionNotAllowed

from accounts.paging import Keyset, moment
from approvals.asking import AlreadyAsked
from approvals.kinds import UnknownKind, kind_named
from approvals.models import Approval
from approvals.policy_changes import PolicyChange, propose
from approvals.policy_editor import Editor, with_a_line_more, without_line
from approvals.policy_forms import ReasonForm
from approvals.rehearsal import Rehearsal
from approvals.versions import add_approvers, standings
from audit.deeds import allow

NEWEST = Keyset(opened_at=moment, id=UUID, descending=True)


@require_GET
def policies(request):
    """Every kind of request with the policy in force, in words."""
    allow(request.user, "approvals.see_policies", request.user.organization)
    context = {"standings": standings(request.user), "writes": _writes(request.user)}
    return render(request, "approvals/policies/list.html", context)


@require_GET
def policy(request, kind):
    """One kind: what holds, what held, what comes, who wrote and who approved it."""
    standing = _standing(request, kind)
    add_approvers(standing.versions)
    versions = [(version, standing.read(version.content)) for version in standing.versions]
    context = {"standing": standing, "versions": versions, "number": len(versions), "writes": _writes(request.user)}
    return render(request, "approvals/policies/detail.html", context)


def draft(request, kind):
    """The next version, line by line. Every button keeps what was typed; only one of them saves."""
    allow(request.user, "approvals.draft_policy", request.user.organization)
    standing = _standing(request, kind)
    editor = Editor(standing, _typed(request))
    if request.POST.get("do") == "save" and editor.save(by=request.user):
        messages.success(request, _("The draft is kept. It changes nothing before a second person approves it."))
        return redirect("approvals:rehearsal", standing.kind.name)
    looked_at = request.POST.get("do") in ("save", "words")
    status = 422 if looked_at and (not editor.is_valid or editor.form.errors) else 200
    return render(request, "approvals/policies/draft.html", {"standing": standing, "editor": editor}, status=status)


def _typed(request):
    """What was sent, with a line more or less where a button asked for it; None when the page is only opened."""
    if request.method != "POST":
        return None
    if request.POST.get("do") == "add":
        return with_a_line_more(request.POST)
    gone = request.POST.get("remove", "")
    return without_line(request.POST, int(gone)) if gone.isdecimal() and len(gone) < 4 else request.POST


@require_GET
def rehearsal(request, kind):
    """What the draft would have asked for in the last 90 days, beside the policy in force."""
    return _rehearsed(request, _standing(request, kind), ReasonForm())


def _rehearsed(request, standing, form, status=200):
    context = {"standing": standing, "form": form, "writes": _writes(request.user)}
    if standing.draft:
        rehearsed = Rehearsal(standing.kind, standing.content, standing.draft.content)
        page = NEWEST.page(request, rehearsed.fetch)
        readable = set(Approval.objects.visible_to(request.user).filter(pk__in=[a.pk for a in page.rows]).values_list("pk", flat=True))  # fmt: skip
        rows = [(approval, rehearsed.told(approval), approval.pk in readable) for approval in page.rows]
        context |= {"rehearsal": rehearsed, "page": page, "rows": rows}
    return render(request, "approvals/policies/rehearsal.html", context, status=status)


@require_POST
def policy_propose(request, kind):
    """Ask a second person to put the draft in force, with a reason."""
    allow(request.user, "approvals.draft_policy", request.user.organization)
    standing, form = _standing(request, kind), ReasonForm(request.POST)
    if standing.draft is None:
        messages.error(request, _("There is no draft to propose. Nothing was changed."))
        return redirect("approvals:policy", standing.kind.name)
    if not form.is_valid():
        return _rehearsed(request, standing, form, status=422)
    return redirect("approvals:detail", _proposed(standing.draft, by=request.user, **form.cleaned_data).pk)


def _proposed(written, *, by, reason):
    """The request; that of who was faster when the draft is proposed already."""
    try:
        with transaction.atomic():
            return propose(written, by=by, reason=reason)
    except AlreadyAsked as there:
        return there.approval
    except TransitionNotAllowed:
        return Approval.objects.filter(kind=PolicyChange.name, subject_id=written.pk).latest("opened_at")


def _standing(request, name):
    """How the policy of this kind stands; 404 for a kind that nobody registered."""
    allow(request.user, "approvals.see_policies", request.user.organization)
    try:
        return standings(request.user, of=kind_named(name))[0]
    except UnknownKind:
        raise Http404 from None


def _writes(user):
    return user.has_perm("approvals.draft_policy", user.organization)
