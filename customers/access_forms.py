"""What somebody says who shares a customer, or denies it to a person."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import collaborators, denials
from customers.forms import ReasonForm
from customers.models import Collaborator
from customers.models.collaborator import LONGEST
from customers.request_forms import HeirField

USUAL = timedelta(days=30)
WAYS = [
    (Collaborator.Way.VIEW.value, pgettext_lazy("a collaborator", "look at it")),
    (Collaborator.Way.EDIT.value, pgettext_lazy("a collaborator", "look at it and work on it")),
]


class LastDayField(forms.DateField):
    """A day in the reader's time zone; gives the moment it ends."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value):
        day = super().clean(value)
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."), code="over")
        try:
            return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        except OverflowError:
            raise forms.ValidationError(_("Choose a day within the next years."), code="far") from None


class ShareForm(ReasonForm):
    """With whom, what he may do, until when and why."""

    person = HeirField(label=_("Collaborator"), queryset=None, empty_label="—")
    way = forms.ChoiceField(
        label=pgettext_lazy("a collaborator", "May"), choices=WAYS, widget=forms.RadioSelect,
        initial=Collaborator.Way.VIEW,
    )  # fmt: skip
    until = LastDayField(label=_("Last day"), help_text=_("At most 180 days; then it ends by itself."))
    field_order = ["person", "way", "until", "reason"]

    def __init__(self, *args, customer, by, **options):
        options["initial"] = {"until": timezone.localdate() + USUAL} | options.get("initial", {})
        super().__init__(*args, **options)
        self.fields["person"].queryset = collaborators.possible(customer, by)  # type: ignore[attr-defined]
        if by.pk != customer.owner_id:
            self.fields["way"].choices = WAYS[:1]  # type: ignore[attr-defined]

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until > timezone.now() + LONGEST:
            raise forms.ValidationError(_("At most 180 days from today. Share it again when they are over."))
        return until


class DenialForm(ReasonForm):
    """Whom, why, and perhaps until when."""

    person = HeirField(label=_("Person"), queryset=None, empty_label="—")
    until = LastDayField(label=_("Last day"), required=False, help_text=_("Left empty, it holds until it is lifted."))
    field_order = ["person", "until", "reason"]

    def __init__(self, *args, customer, by, **options):
        super().__init__(*args, **options)
        self.fields["person"].queryset = denials.deniable(customer, by)  # type: ignore[attr-defined]

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until and until > timezone.now() + timedelta(days=3660):
            raise forms.ValidationError(_("At most ten years. Left empty, it holds until it is lifted."))
        return until
