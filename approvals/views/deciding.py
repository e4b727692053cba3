"""What people do with a request: each a deed of its own, each by POST."""

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.deeds import allow
from approvals import telling
from approvals.deciding import decide
from approvals.forms import AddStepForm, CommentForm, DecisionForm, WhyForm
from approvals.models import Approval, CannotDecide, Comment, Opening
from approvals.views.requests import answer, show, visible
from audit.deeds import stamped
from audit.recording import record


def _decision(verb):
    @require_POST
    def view(request, pk):
        approval = visible(request.user, pk)
        form = DecisionForm(request.POST, says_why=verb != "approve")
        if not form.is_valid():
            return show(request, approval, form=form, status=422)
        ok, sentence = decide(approval, verb, by=request.user, **form.cleaned_data)
        return answer(request, approval, sentence, ok)

    return view


approve, reject, send_back = _decision("approve"), _decision("reject"), _decision("send_back")


@require_POST
def approve_many(request):
    """Several at once, only where each one's policy allows it; each is a decision of its own, on its own copy."""
    chosen = dict(each.split(":", 1) for each in request.POST.getlist("chosen")[:50] if ":" in each)
    asked = Approval.objects.waiting_for(request.user).filter(pk__in=[pk for pk in chosen if _is_id(pk)])
    yes, no = 0, []
    for approval in Approval.objects.filter(pk__in=asked.values("pk")).select_related("requested_by"):
        if approval.terms["bulk"]:
            ok, sentence = decide(approval, "approve", by=request.user, seal=chosen[str(approval.pk)], reason="")
            yes, no = yes + ok, no if ok else [*no, f"{approval.title}: {sentence}"]
    for sentence in no:
        messages.error(request, sentence)
    messages.success(request, ngettext("%(n)s request approved.", "%(n)s requests approved.", yes) % {"n": yes})
    return redirect("approvals:inbox")


def _is_id(text):
    try:
        return bool(UUID(text))
    except ValueError:
        return False


@require_POST
def withdraw(request, pk):
    approval = visible(request.user, pk)
    try:
        approval.withdraw(by=request.user)
    except CannotDecide:
        return answer(request, approval, _("It was decided a moment before."), ok=False)
    return answer(request, approval, _("Withdrawn. Nothing was changed."))


@require_POST
def recuse(request, pk):
    """Who has a share in it says so; somebody else is found at once."""
    approval = visible(request.user, pk)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return show(request, approval, why_form=form, status=422)
    approval.recuse(by=request.user, **form.cleaned_data)
    return answer(request, approval, _("You no longer decide this. Somebody else was asked."))


@require_POST
def add_step(request, pk):
    approval = visible(request.user, pk)
    form = AddStepForm(request.POST, approval=approval)
    if not form.is_valid():
        return show(request, approval, add_form=form, status=422)
    try:
        approval.add_step(by=request.user, **form.cleaned_data)
    except CannotDecide:
        return answer(request, approval, _("It was decided a moment before."), ok=False)
    return answer(
        request, approval, _("%(person)s has to say yes as well.") % {"person": form.cleaned_data["person"].name}
    )


@require_POST
def comment(request, pk):
    approval = visible(request.user, pk)
    allow(request.user, "approvals.comment", approval)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show(request, approval, comment_form=form, status=422)
    with stamped("approvals.comment", by=request.user):
        written = Comment.objects.create(approval=approval, author=request.user, **form.cleaned_data)
    telling.tell_of_comment(approval, written)
    return redirect("approvals:detail", pk)


@require_GET
def attachment(request, pk, number):
    """A file of the request; whoever decides is shown what he has not opened yet."""
    approval = visible(request.user, pk)
    found = get_object_or_404(approval.attachments.select_related("file"), pk=number)
    allow(request.user, "approvals.open_attachment", approval)
    opening = Opening(approval=approval, attachment=found, person=request.user)
    with stamped("approvals.open_attachment", by=request.user):
        Opening.objects.bulk_create([opening], ignore_conflicts=True)
    record("approvals.open_attachment", approval, detail={"file": found.file.name, "sha256": found.file.sha256})
    response = HttpResponse(found.file.opened(), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file.name)}"
    return response
