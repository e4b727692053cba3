"""The page that explains access: why a person may or may not do a thing to a record."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import explaining
from accounts.deeds import allow
from accounts.forms import AccessForm
from accounts.recording import record


@require_GET
@never_cache
def access(request):
    """Asked in the address, so that an answer can be sent on; every question stands in the ledger."""
    allow(request.user, "accounts.explain_access", request.user.organization)
    form = AccessForm(request.GET if "person" in request.GET else None, initial=request.GET)
    answer = _answered(request.user, form) if form.is_valid() else None
    return render(request, "accounts/access.html", {"form": form, "answer": answer}, status=422 if form.errors else 200)


def _answered(reader, form):
    """What the form asks, or a sentence under its field."""
    person = form.cleaned_data["person"]
    found = explaining.found(form.cleaned_data["record"])
    if found is None:
        form.add_error("record", _("No record of your organisation has this number. Copy the address of its page."))
        return None
    subject, sort = found
    record("accounts.explain_access", person, detail={"record": str(subject.pk)})
    return {
        "person": person,
        "record": subject if reader.has_perm(next(iter(sort.acts)), subject) else None,
        "kind": sort.model._meta.verbose_name,
        "answers": explaining.answers(person, subject, sort),
    }
