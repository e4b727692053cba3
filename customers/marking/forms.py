"""What is asked on the page of found lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms import phone
from customers.import_forms import UploadForm

MOST_NUMBERS = 100


class FoundListForm(UploadForm):
    """The same file as for an import; headings may be missing."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["file"].label = _("The list that was found")
        self.fields["file"].help_text = _(
            "CSV or an Excel workbook, at most 20 MB; a part of a list will do. The file is not kept."
        )


class CanaryPhonesForm(forms.Form):
    numbers = forms.CharField(
        label=_("Numbers"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text=_("One a line. They must be yours: whoever calls one has it from a list."),
    )

    def clean_numbers(self):
        lines = [line.strip() for line in self.cleaned_data["numbers"].splitlines() if line.strip()]
        if len(lines) > MOST_NUMBERS:
            raise forms.ValidationError(_("At most %(most)d numbers at once."), params={"most": MOST_NUMBERS})
        return [self._number(line) for line in lines]

    def _number(self, line):
        try:
            return phone(line)
        except forms.ValidationError as error:
            raise forms.ValidationError(f"{line[:40]}: {error.message}") from None
