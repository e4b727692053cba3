"""A call log, its columns, and who is behind an extension."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.evidence.calls import COLUMNS
from customers.forms import PlainField
from customers.import_forms import TOO_LARGE


class CallLogForm(forms.Form):
    file = forms.FileField(
        label=_("Call log"),
        help_text=_("CSV or Excel workbook (.xlsx) of the telephone system. At most 20 MB and 50,000 lines."),
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.tsv,.txt,.xlsx",
                "data-max-bytes": settings.LARGEST_UPLOAD,
                "data-too-large": TOO_LARGE,
            }
        ),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.LARGEST_UPLOAD:
            raise forms.ValidationError(TOO_LARGE, code="too_large")
        return file


class CallColumnsForm(forms.Form):
    """For each thing that has to be known of a call, the column that holds it."""

    def __init__(self, *args, headings, guessed, **options):
        super().__init__(*args, **options)
        choices = [("", "—"), *((str(place), heading or str(place + 1)) for place, heading in enumerate(headings))]
        for name, (label, _words) in COLUMNS.items():
            initial = str(guessed[name]) if name in guessed else ""
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=initial)

    def clean(self):
        cleaned = super().clean() or {}
        self.mapping = {name: int(place) for name, place in cleaned.items()}
        for name, place in self.mapping.items():
            if list(self.mapping.values()).count(place) > 1:
                self.add_error(name, _("This column is chosen twice."))
        return cleaned


class ExtensionForm(forms.Form):
    number = PlainField(label=_("Extension"), max_length=40)
    person = forms.ModelChoiceField(label=_("Person"), queryset=None, empty_label="—")

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        people = User.objects.active().exclude(pk=user.pk).order_by("name")
        if not user.is_administrator:
            people = people.filter(pk__in=user.people_below)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
