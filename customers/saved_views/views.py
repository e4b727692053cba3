"""Pages of saved views. What a view narrows by is what the list showed, in the address of the page."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.deeds import allow
from customers.lists import CustomerFilter, views_shown_to
from customers.models import Customer, SavedView
from customers.saved_views import saving
from customers.saved_views.forms import SavedViewForm
from customers.saved_views.looking import asked_for


def new(request):
    allow(request.user, "customers.save_view", request.user.organization)
    shown = asked_for(request.GET, request.user, views_shown_to(request.user))
    form = SavedViewForm(request.POST if request.method == "POST" else None, look=shown, user=request.user)
    if form.is_valid():
        view = saving.save(by=request.user, **form.values())
        messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
        return _to(view)
    return _page(request, form, shown)


def edit(request, pk):
    """Rename, share, other columns or order; with what the list showed, if one comes from a list that was narrowed."""
    view = get_object_or_404(SavedView.objects.live().filter(owner=request.user), pk=pk)
    allow(request.user, "customers.change_view", view)
    query = request.GET.copy()
    query["view"] = str(view.pk)
    shown = asked_for(query, request.user, views_shown_to(request.user))
    posted = request.POST if request.method == "POST" else None
    form = SavedViewForm(posted, look=shown, user=request.user, view=view)
    if form.is_valid():
        saving.change(view, by=request.user, **form.values())
        messages.success(request, _("The view was changed."))
        return _to(view)
    return _page(request, form, shown, view)


@require_POST
def remove(request, pk):
    view = get_object_or_404(SavedView.objects.live().filter(owner=request.user), pk=pk)
    view.remove(by=request.user)
    messages.success(request, _("The view “%(name)s” was removed.") % {"name": view.name})
    return redirect("customers:list")


def _page(request, form, shown, view=None):
    filters = CustomerFilter(shown.data, Customer.objects.none())
    base = views_shown_to(request.user)[shown.base]
    context = {"form": form, "view": view, "filters": filters, "base": base}
    return render(request, "customers/views/form.html", context, status=422 if form.errors else 200)


def _to(view):
    return redirect(f"{reverse('customers:list')}?view={view.pk}")
