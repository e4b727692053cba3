"""One's own absences."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from approvals.absences import announce, candidates
from approvals.models import Delegation

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class AbsenceForm(forms.Form):
    """From when to when, and who decides meanwhile."""

    begins_at = forms.DateTimeField(label=gettext_lazy("From"), widget=MOMENT)
    ends_at = forms.DateTimeField(label=gettext_lazy("Until"), widget=MOMENT)
    delegate = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Delegate"),
        required=False,
        empty_label=gettext_lazy("nobody: it goes to the next level"),
        help_text=gettext_lazy("Of your role and not below you. Both names stand with each decision."),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        people = candidates(person)
        found = User.objects.filter(pk__in=[each.pk for each in people]).order_by("name")
        self.fields["delegate"].queryset = found  # type: ignore[attr-defined]

    def clean(self):
        values = super().clean() or {}
        begins, ends = values.get("begins_at"), values.get("ends_at")
        if ends and ends <= timezone.now():
            self.add_error("ends_at", _("This is in the past. Nobody is named afterwards."))
        elif begins and ends and ends <= begins:
            self.add_error("ends_at", _("This is before the beginning."))
        return values


def absences(request):
    """Those to come and that of now, and the form for one more."""
    form = AbsenceForm(request.POST or None, person=request.user, initial={"begins_at": timezone.localtime()})
    if form.is_valid():
        announce(by=request.user, **form.cleaned_data)
        messages.success(request, _("Written down. Requests go to your delegate, or to the next level."))
        return redirect("approvals:absences")
    mine = Delegation.objects.not_over().filter(person=request.user).select_related("delegate").order_by("begins_at")
    status = 422 if form.errors else 200
    return render(
        request, "approvals/absences.html", {"form": form, "absences": mine, "view": "absences"}, status=status
    )


@require_POST
def end(request, pk):
    get_object_or_404(Delegation.objects.not_over(), pk=pk, person=request.user).end(by=request.user)
    messages.success(request, _("Ended. What comes from now on waits for you."))
    return redirect("approvals:absences")
