"""Pages on which administrators ask for what a second person decides: role and team, manager and place."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import reaching
from accounts.deeds import allow
from accounts.models import Role, Team, User
from accounts.views.people import holds
from approvals.administration import Position, Tree, asked_of_position, asked_of_tree, still_undecided
from approvals.administration_forms import PositionForm, TeamChangeForm
from approvals.alone import administers_alone, waits_alone
from approvals.asking import AlreadyAsked, ask
from approvals.foretelling import who_would_decide
from approvals.waiting import one_of


def position(request, pk):
    """Another role or team of somebody; nothing changes until it is decided."""
    person = get_object_or_404(User.objects.active().select_related("team"), pk=pk)
    allow(request.user, Position.name, person)
    form = PositionForm(posted(request), person=person)
    if form.is_valid() and "show" not in request.POST:
        role, team, reason = (form.cleaned_data[name] for name in ("role", "team", "reason"))
        try:
            asked = asked_of_position(person, role=role, team=team)
            return led_to(request, ask(Position.name, person, by=request.user, reason=reason, **asked))
        except AlreadyAsked:
            return _position_page(request, person, form, status=409)
    return _position_page(request, person, form)


def _position_page(request, person, form, status=200):
    asked = asked_of_position(person, role=person.role, team=person.team)
    context = {"person": person, "reach": _reach(person, form), **decision_on(request.user, Position, person, asked)}
    context["form"] = None if context["undecided"] and not form.is_bound else form
    return render(request, "approvals/position.html", context, status=422 if form.errors else status)


def _reach(person, form):
    """What the person reaches now and would in the chosen role and team; verbs that come and go."""
    if not {"role", "team"} <= getattr(form, "cleaned_data", {}).keys():
        return None
    role, team = Role.objects.get(code=form.cleaned_data["role"]), form.cleaned_data["team"]
    gained, lost = reaching.gained_and_lost(person.rights.verbs, role.verbs)
    rows = reaching.compared(person, reaching.as_if(person, role, team and team.pk))
    return {"gained": gained, "lost": lost, "people": [(person, rows)]}


def change_team(request, pk):
    """The name of a team changes at once; for another manager or place somebody else is asked."""
    team = get_object_or_404(Team.objects.select_related("manager", "parent"), pk=pk)
    allow(request.user, "accounts.change_team", team)
    form, requests = TeamChangeForm(posted(request), team=team), []
    try:
        if form.is_valid() and holds(form, lambda: requests.extend(_changed(team, form, request.user))):
            return led_to(request, requests[0]) if requests else redirect("accounts:people")
    except AlreadyAsked:
        return _team_page(request, pk, form, status=409)
    return _team_page(request, pk, form)


def _changed(team, form, by):
    """Rename it; then the request, if more than the name is to change."""
    name, manager, parent, reason = (form.cleaned_data[key] for key in ("name", "manager", "parent", "reason"))
    if "name" in form.changed_data:
        team.rename(by=by, name=name)
    if not form.asks:
        return []
    return [ask(Tree.name, team, by=by, reason=reason, **asked_of_tree(team, manager=manager, parent=parent))]


def _team_page(request, pk, form, status=200):
    team = Team.objects.select_related("manager", "parent").get(pk=pk)
    asked = asked_of_tree(team, manager=team.manager, parent=team.parent)
    context = {"team": team, "form": form, **decision_on(request.user, Tree, team, asked)}
    return render(request, "approvals/change_team.html", context, status=422 if form.errors else status)


def decision_on(user, kind, subject, asked, key=None):
    """What waits already, and who would decide if nothing does; or that nobody else administers."""
    deciders = who_would_decide(kind.name, subject, by=user, **asked)
    return {
        "undecided": next(iter(still_undecided(user, kind.name, subject_id=key or subject.pk)), None),
        "deciders": one_of(person.name for person in deciders),
        "alone": not deciders and administers_alone(user),
    }


def led_to(request, approval):
    if approval.state == approval.State.PENDING:
        messages.success(request, _by_the_clock(approval) or _("Asked. Nothing changes until it is decided."))
    return redirect("approvals:detail", approval.pk)


def _by_the_clock(approval):
    return waits_alone(approval) and _("Asked. It takes effect in 24 hours, unless it is stopped.")


def posted(request):
    """What was sent; a form that was sent empty is still sent."""
    return request.POST if request.method == "POST" else None
