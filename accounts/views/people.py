"""People, as their administrator sees them: who is there, who is invited, in which teams. No customers."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import teams
from accounts.deeds import allow
from accounts.forms import TeamForm
from accounts.models import Invitation, User
from accounts.paging import Keyset, counted, plain_fetcher
from accounts.undecided import undecided

BY_NAME = Keyset(name=str, id=UUID)
LINK = "invitation_link"


@require_GET
@never_cache
def people(request):
    allow(request.user, "accounts.see_people", request.user.organization)
    everybody = User.objects.select_related("team")
    page = BY_NAME.page(request, plain_fetcher(everybody))
    context = {
        "page": page,
        "count": counted(everybody),
        "people": [(person, _offered(request.user, person)) for person in page.rows],
        "invitations": Invitation.objects.open().select_related("team", "invited_by").order_by("-invited_at"),
        "branches": teams.tree(),
        "undecided": undecided(request.user),
        "link": _link_shown_once(request),
        "may_set": request.user.has_perm("accounts.see_settings", request.user.organization),
    }
    return render(request, "accounts/people.html", context)


def _offered(user, person):
    """The buttons beside a person. The other deeds have pages of their own, and asking for them costs a query each."""
    return {name for name in ("deactivate", "reactivate") if user.has_perm(f"accounts.{name}", person)}


def show_once(request, link):
    """On the page that follows, and on no later one: until then the link waits sealed in the session."""
    request.session[LINK] = request.user.organization.seal(LINK, link)


def _link_shown_once(request):
    sealed = request.session.pop(LINK, "")
    return request.user.organization.unseal(LINK, sealed) if sealed else ""


@require_POST
def revoke(request, pk):
    invitation = get_object_or_404(Invitation.objects.open(), pk=pk)
    invitation.revoke(by=request.user)
    messages.success(request, _("The link to %(email)s no longer works.") % {"email": invitation.email})
    return redirect("accounts:people")


@require_POST
def deactivate(request, pk):
    person = get_object_or_404(User, pk=pk)
    try:
        person.deactivate(by=request.user)
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.name})
    except IntegrityError:
        messages.error(request, _("Somebody must be able to administer the organisation. Nothing was changed."))
    return redirect("accounts:people")


def create_team(request):
    allow(request.user, "accounts.create_team", request.user.organization)
    form = TeamForm(request.POST or None)
    if form.is_valid() and holds(form, lambda: teams.create(**form.cleaned_data, by=request.user)):
        return redirect("accounts:people")
    return render(request, "accounts/team.html", {"form": form}, status=422 if form.errors else 200)


def holds(form, act):
    """Did the database agree? A name or a circle may have come in between."""
    try:
        with transaction.atomic():
            act()
        return True
    except IntegrityError:
        form.add_error(None, _("Somebody changed the teams a moment ago. Load the page again and look."))
        return False
