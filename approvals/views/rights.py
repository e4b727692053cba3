"""Changes of rights: everything that was asked about roles, teams, rules and people, for whoever administers or audits."""

from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.deeds import allow
from accounts.paging import counted, plain_fetcher
from approvals.kinds import about_rights, kinds
from approvals.models import Approval, Approver, Decision
from approvals.showing import exactly
from approvals.views.requests import NEWEST
from approvals.wording import names_in


@require_GET
def rights(request):
    """Newest first, each with who asked, what would change, who decided. The same number of queries for any number."""
    allow(request.user, "approvals.see_rights", request.user.organization)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    found = Approval.objects.filter(kind__in=[kind] if kind in about_rights() else about_rights())
    found = found.filter(state=state) if state in Approval.State.values else found
    readable = Exists(Approval.objects.visible_to(request.user).filter(pk=OuterRef("pk")))
    rows = found.select_related("requested_by").annotate(is_readable=readable)
    page = NEWEST.page(request, plain_fetcher(rows))
    context = {
        "page": page, "rows": _told(page.rows), "count": counted(found), "kind": kind, "state": state,
        "kinds": [each for each in kinds() if each.administration], "states": Approval.State.choices,
        "may_see_people": request.user.has_perm("accounts.see_people", request.user.organization),
    }  # fmt: skip
    return render(request, "approvals/rights.html", context)


def _told(approvals):
    """[(request, what exactly, decisions, who may decide now)]. Three queries."""
    contents = [
        approval.asked[name] for approval in approvals for name in ("before", "content") if _is_policy(approval)
    ]
    names = names_in(*contents)
    decisions = _by_request(Decision.objects.filter(approval__in=approvals).order_by("decided_at"))
    seats = _by_request(Approver.objects.live().filter(approval__in=approvals).order_by("due_at"))
    for approval in approvals:
        approval.names = names
    return [(each, exactly(each), decisions.get(each.pk, []), seats.get(each.pk, [])) for each in approvals]


def _is_policy(approval):
    return "content" in approval.asked


def _by_request(found):
    grouped: dict = {}
    for each in found.select_related("person"):
        grouped.setdefault(each.approval_id, []).append(each)
    return grouped
