"""Pages of what the roles may do: the same rules for everybody, readable by everybody."""

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import verbs
from accounts.models import PermissionTemplate, Role, User
from accounts.roles import roles_of_organization


@require_GET
def roles(request):
    people = dict(User.objects.active().order_by().values_list("role").annotate(Count("pk")))
    shipped = {template.code: template for template in PermissionTemplate.objects.all()}
    rows = [
        (role, people.get(role.code, 0), role.written != shipped[role.code].written) for role in roles_of_organization()
    ]
    may_explain = request.user.has_perm("accounts.explain_access", request.user.organization)
    return render(request, "accounts/roles.html", {"rows": rows, "may_explain": may_explain})


@require_GET
def role(request, code):
    found = get_object_or_404(Role, code=code)
    context = {
        "role": found,
        "is_adapted": found.written != PermissionTemplate.objects.get(pk=code).written,
        "verbs": [(each.label, each.name in found.verbs, code in each.possible_for) for each in verbs.verbs()],
        "people": User.objects.active().filter(role=code).order_by("name")[:20],
        "may_ask": request.user.has_perm("accounts.role", found),
    }
    return render(request, "accounts/role.html", context)
