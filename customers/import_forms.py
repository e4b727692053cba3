"""What a person decides about a list: which file, which column is what, and why rows leave."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers import lists
from customers.forms import CustomerForm, PlainField
from customers.models import Customer, Export

TOO_LARGE = _("This file is larger than 20 MB. Split the list and upload the parts.")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("List"),
        help_text=_(
            "CSV in UTF-8, GB18030 or UTF-16, or an Excel workbook (.xlsx). At most 20 MB, 50,000 rows, 100 columns."
        ),
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


class ColumnsForm(forms.Form):
    """One select for each column of a list."""

    def __init__(self, *args, headings, mapping, **options):
        super().__init__(*args, **options)
        chosen = {place: field for field, place in mapping.items()}
        choices = [("", _("not imported")), *((name, field.label) for name, field in CustomerForm.base_fields.items())]
        for place, heading in enumerate(headings):
            label = heading or _("Column %(number)d") % {"number": place + 1}
            initial = chosen.get(place, "")
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=initial
            )

    def clean(self):
        super().clean()
        places: dict[str, list[int]] = {}
        for name, field in self.cleaned_data.items():
            if field:
                places.setdefault(field, []).append(int(name.removeprefix("column_")))
        for field, columns in places.items():
            if len(columns) > 1:
                label = CustomerForm.base_fields[field].label
                self.add_error(
                    f"column_{columns[1]}", _("“%(field)s” is matched with another column already.") % {"field": label}
                )
        if "name" not in places:
            raise forms.ValidationError(
                _("Say which column holds the registered name: a company cannot be told apart without it.")
            )
        self.mapping = {field: columns[0] for field, columns in places.items()}


class ExportForm(forms.Form):
    purpose = PlainField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("What the list is for, in a few words. It is kept in the ledger with the list."),
    )
    format = forms.ChoiceField(
        label=_("Format"), choices=Export.Format.choices, initial=Export.Format.XLSX, widget=forms.RadioSelect
    )

    MOST = 50_000

    def __init__(self, *args, customers=None, **options):
        super().__init__(*args, **options)
        self.customers = Customer.objects.none() if customers is None else customers

    def clean(self):
        number = self.customers[: self.MOST + 1].count()
        if number == 0:
            raise forms.ValidationError(_("No customer fits these filters, so there is nothing to export."))
        if number > self.MOST:
            raise forms.ValidationError(
                _("More than 50,000 customers fit these filters. Narrow them and export the parts.")
            )
        return super().clean()


def filtered(filters, user, way="export"):
    """The list a person is looking at, as its filters say, within what he may take out or look at."""
    offered = lists.views_for(user)
    view = filters.get("view") if filters.get("view") in offered else next(iter(offered))
    return lists.CustomerFilter(filters, lists.rows_of(view, user, way=way)), view
