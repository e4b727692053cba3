"""The page on which other rights of a role are asked for, with what they reach before they are given."""

from django.shortcuts import get_object_or_404, render

from accounts import reaching, roles
from accounts.deeds import allow
from accounts.models import Role, User
from approvals.asking import AlreadyAsked, ask
from approvals.role_change_forms import RoleForm
from approvals.role_changes import RoleChange, asked_of_role
from approvals.views.administration import decision_on, led_to, posted

SHOWN = 10


def change(request, code):
    """Nothing changes until a second person agrees. `?template` fills the form in as the house ships the role."""
    role = get_object_or_404(Role, code=code)
    allow(request.user, RoleChange.name, role)
    form = RoleForm(posted(request), role=role, start=roles.given(code) if "template" in request.GET else role.written)
    if form.is_valid() and "show" not in request.POST:
        try:
            asked = asked_of_role(role, form.cleaned_data)
            return led_to(
                request, ask(RoleChange.name, role, by=request.user, reason=form.cleaned_data["reason"], **asked)
            )
        except AlreadyAsked:
            return _page(request, role, form, status=409)
    return _page(request, role, form)


def _page(request, role, form, status=200):
    wanted = form.wanted()
    context = {
        "role": role,
        "form": form,
        "reach": _reach(role, wanted) if wanted else None,
        **decision_on(request.user, RoleChange, role, asked_of_role(role, wanted or role.written)),
    }
    return render(request, "approvals/change_role.html", context, status=422 if form.errors else status)


def _reach(role, wanted):
    """Verbs that come and go, and for the first people with this role what they reach now and then."""
    seeming = Role(code=role.code, organization_id=role.organization_id, **wanted)
    people = User.objects.active().filter(role=role.code).select_related("rights").order_by("name")
    gained, lost = reaching.gained_and_lost(role.verbs, wanted["verbs"])
    return {
        "gained": gained,
        "lost": lost,
        "people": [
            (person, reaching.compared(person, reaching.as_if(person, seeming, person.team_id)))
            for person in people[:SHOWN]
        ],
        "more": max(0, people.count() - SHOWN),
    }
