"""Which list, from where, and which of its columns is what."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.import_forms import ColumnsForm, UploadForm
from customers.models import Reconciliation


class ListForm(UploadForm):
    system = forms.ChoiceField(
        label=_("Where the list comes from"), choices=Reconciliation.System.choices, initial=Reconciliation.System.ERP,
        widget=forms.RadioSelect,
    )  # fmt: skip
    field_order = ["file", "system"]


class ComparedColumnsForm(ColumnsForm):
    """As for an import; what is not matched is not compared."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.choices = [("", _("not compared")), *field.choices[1:]]  # type: ignore[attr-defined]
