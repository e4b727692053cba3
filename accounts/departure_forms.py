"""Forms about somebody's leaving."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tenancy
from accounts.departures import people_to_announce


def _reason_field(help_text):
    return forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=help_text, widget=forms.Textarea(attrs={"rows": 2})
    )


def _date_field(label, help_text=""):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


class DepartureForm(forms.Form):
    """Who leaves, from when on he takes nothing along, and when he is gone."""

    person = forms.ModelChoiceField(None, label=gettext_lazy("Person"))
    notice_on = _date_field(gettext_lazy("Departure mode from"), gettext_lazy("Today at the earliest."))
    last_day = _date_field(gettext_lazy("Last day"))
    reason = _reason_field(gettext_lazy("It stays in the history, and the person reads it."))

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.fields["person"].queryset = people_to_announce(user)  # type: ignore[attr-defined]

    def clean_notice_on(self):
        if self.cleaned_data["notice_on"] < timezone.localdate(tenancy.now()):
            raise forms.ValidationError(_("Departure mode is not backdated: choose today or a later day."))
        return self.cleaned_data["notice_on"]

    def clean(self):
        values = super().clean() or {}
        if {"notice_on", "last_day"} <= values.keys() and values["last_day"] < values["notice_on"]:
            self.add_error("last_day", _("The last day lies before the departure mode begins."))
        return values


class CancelForm(forms.Form):
    reason = _reason_field(gettext_lazy("It stays in the history; who announced the departure reads it."))
