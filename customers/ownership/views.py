"""Pages of the ownership rules: for everybody what holds; for who looks after them a proposal and its replay."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from approvals.administration import still_undecided
from approvals.asking import AlreadyAsked
from approvals.kinds import CannotTakeEffect
from approvals.views.administration import decision_on, led_to, posted
from audit.deeds import allow
from customers.assignment.changes import reads_assignment_rules
from customers.models import Replay
from customers.ownership import changes as changing
from customers.ownership.forms import AskForm, ProposalForm, begun_with
from customers.ownership.replay import Outcome, ask_for_replay
from customers.ownership.versions import standing
from customers.ownership.wording import changes

LATELY = 5


@require_GET
def ownership_rules(request):
    """What holds, what comes, what held: with who asked, who approved, when, and what differs from version to version."""
    organization = request.user.organization
    allow(request.user, "customers.see_ownership_rules", organization)
    proposes = request.user.has_perm(changing.RulesChange.name, organization)
    context = {
        "standing": standing(),
        "proposes": proposes,
        "reads_assignment_rules": reads_assignment_rules(request.user),
        "undecided": next(iter(_undecided(request.user)), None),
        "replays": Replay.objects.select_related("asked_by").order_by("-asked_at")[:LATELY] if proposes else (),
    }
    return render(request, "customers/ownership/rules.html", context)


def _undecided(user):
    return still_undecided(user, changing.RulesChange.name, subject_id=changing.key_of_rules())


def propose_rules(request):
    """All rules as they are to be. Nothing is asked for yet: first a replay shows what they would have changed."""
    allow(request.user, "customers.replay", request.user.organization)
    stands = standing()
    form = ProposalForm(posted(request), standing=stands, initial=_begun(request, stands))
    if form.is_valid():
        return redirect("customers:replay", ask_for_replay(by=request.user, **form.proposal).pk)
    context = {"form": form, "standing": stands, "undecided": next(iter(_undecided(request.user)), None)}
    return render(request, "customers/ownership/propose.html", context, status=422 if form.errors else 200)


def _begun(request, stands):
    """From `?as=` a replay, `?without=` a coming version, or from what holds."""
    number = request.GET.get("without", "")
    coming = [each for each in stands.coming if str(each.number) == number]
    return begun_with(stands, replay=_named(request.GET.get("as", "")), instead_of=coming[0] if coming else None)


def _named(text):
    try:
        return Replay.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None


def replay(request, pk):
    """What these rules would have made of the last 90 days. Here they are asked for; whoever decides reads the same page."""
    found = get_object_or_404(Replay.objects.select_related("asked_by", "progress"), pk=pk)
    if not request.user.has_perm("customers.view_replay", found):
        raise Http404
    form, sentence, status = AskForm(posted(request)), "", 200
    if form.is_valid():
        try:
            return led_to(request, changing.ask_for_rules(found, by=request.user, reason=form.cleaned_data["reason"]))
        except CannotTakeEffect as old:
            sentence, status = str(old), 409
        except AlreadyAsked:
            status = 409
    context = _shown(request.user, found) | {"form": form, "sentence": sentence}
    return render(request, "customers/ownership/replay.html", context, status=422 if form.errors else status)


def _shown(user, found):
    organization = user.organization
    compared = changing.compared_with(found)
    context = {
        "replay": found,
        "compared": compared,
        "changes": changes(compared.as_asked, found.rules),
        "is_fresh": changing.is_fresh(found),
        "asks": user.has_perm(changing.RulesChange.name, organization),
    }
    if found.finished_at:
        outcome = Outcome(found)
        context |= {"outcome": outcome, "customers": outcome.customers(user)}
    if context["asks"]:
        asked = changing.asked_of_rules(found)
        context |= decision_on(user, changing.RulesChange, organization, asked, key=changing.key_of_rules())
    return context
