"""Pages of what holds for all customers: the vocabulary of tags, and what counts as a complete record."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.deeds import Refused, allow
from customers.models import RecordStandard, Tag
from customers.profile import tags
from customers.profile.forms import StandardForm, TagForm
from customers.request_views import posted
from customers.standards import set_standard, standard_of

MOST = 500


def all_tags(request):
    """The vocabulary, for everybody who works with customers; made by managers and administrators."""
    makes = request.user.has_perm("customers.make_tag", request.user.organization)
    if not (makes or request.user.may("customers.read")):
        raise Refused("customers.make_tag", request.user.organization)
    form = TagForm(posted(request))
    if form.is_valid():
        if tags.make(form.cleaned_data["name"], by=request.user):
            messages.success(request, _("The tag was made. Everybody can put it on customers now."))
            return redirect("customers:tags")
        form.add_error("name", _("There is a tag of this name already, perhaps in another writing or archived."))
    words = Tag.objects.select_related("made_by").order_by("archived_at", "name")[:MOST]
    context = {"words": words, "form": form, "makes": makes, "reads": request.user.may("customers.read")}
    return render(request, "customers/tags.html", context, status=422 if form.errors else 200)


@require_POST
def archive_tag(request, tag):
    get_object_or_404(Tag, pk=tag).archive(by=request.user)
    messages.success(request, _("Archived. Customers keep it; nobody puts it on another."))
    return redirect("customers:tags")


@require_POST
def restore_tag(request, tag):
    get_object_or_404(Tag, pk=tag).restore(by=request.user)
    return redirect("customers:tags")


def standard(request):
    """What counts, and how long it stays fresh. Records are measured anew in the background."""
    allow(request.user, "customers.set_standard", request.user.organization)
    form = StandardForm(posted(request), standard=standard_of(request.user.organization))
    if form.is_valid():
        set_standard(by=request.user, counts=form.counts(), fresh_days=form.fresh_days())
        messages.success(request, _("Saved. All records are measured by it in the background."))
        return redirect("customers:standard")
    context = {"form": form, "is_house": not RecordStandard.objects.exists()}
    return render(request, "customers/standard.html", context, status=422 if form.errors else 200)
