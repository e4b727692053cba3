"""What somebody says who asks for another owner, or for another name or credit code of a customer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms import PlainField, ReasonForm, credit_code, registered_name
from customers.transfers import heirs

MOST_FILES, MOST_BYTES = 5, 10 * 1024 * 1024
TOO_LARGE = _("The files are larger than 10 MB together. Leave some out or make them smaller.")


class HeirField(forms.ModelChoiceField):
    """People by name and team: typing the first letters finds one among hundreds."""

    def label_from_instance(self, obj):
        return f"{obj.name} · {obj.team.name}" if obj.team else obj.name


class TransferForm(ReasonForm):
    """To whom, and why."""

    to = HeirField(label=_("New owner"), queryset=None, empty_label="—")
    field_order = ["to", "reason"]

    def __init__(self, *args, customer, **options):
        super().__init__(*args, **options)
        self.fields["to"].queryset = heirs(customer)  # type: ignore[attr-defined]


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One to five files, not larger than a letter may be; gives a list."""

    widget = FilesInput(attrs={"data-max-bytes": MOST_BYTES, "data-too-large": TOO_LARGE})

    def clean(self, data, initial=None):
        files = [file for each in data or [None] if (file := super(FilesField, self).clean(each))]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most 5 files. Put pages that belong together into one."), code="many")
        if sum(file.size for file in files) > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE, code="too_large")
        return files


class IdentityForm(ReasonForm):
    """What the company is called from now on, and what shows it."""

    name = PlainField(label=_("Registered name"), max_length=200, help_text=_("As it stands on the business licence."))
    code = forms.CharField(
        label=_("Credit code"), required=False, max_length=30, help_text=_("18 characters; the last one is a check.")
    )
    evidence = FilesField(
        label=_("Evidence"), max_length=200,
        help_text=_("1 to 5 files, 10 MB together: the new business licence, a notice of the registry."),
    )  # fmt: skip
    field_order = ["name", "code", "reason", "evidence"]

    def __init__(self, *args, customer, initial, **options):
        as_it_is = {"name": customer.name, "code": customer.credit_code}
        super().__init__(*args, initial=as_it_is | initial, **options)
        self.customer = customer
        self.fields["code"].required = bool(customer.credit_code)

    def clean_name(self):
        return registered_name(self.cleaned_data["name"])

    def clean_code(self):
        return credit_code(self.cleaned_data["code"])

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("name") == self.customer.name and "code" in cleaned:
            if cleaned["code"] == self.customer.credit_code:
                raise forms.ValidationError(_("Name and credit code are as they were, so there is nothing to decide."))
            if not self.customer.credit_code:
                self.add_error("code", _("A missing credit code needs no second person: add it on the page “Edit”."))
        return cleaned
