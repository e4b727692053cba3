"""What is asked for in the blind conflict check, and how often one may ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms import CustomerForm, PlainField, credit_code, phone, registered_name
from customers.models import ProbeTerms
from customers.registration import Draft


class ProbeForm(forms.Form):
    """A name is enough; each further field makes the answer surer."""

    name = PlainField(
        label=_("Company"), max_length=200, help_text=_("As you know it: registered, short or in the other language.")
    )
    credit_code = forms.CharField(label=_("Credit code"), required=False, max_length=30)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    website = PlainField(label=_("Web site"), max_length=200, required=False)
    region = PlainField(label=_("Province or city"), max_length=80, required=False)

    def clean_name(self):
        return registered_name(self.cleaned_data["name"])

    def clean_credit_code(self):
        return credit_code(self.cleaned_data["credit_code"])

    def clean_phone(self):
        return phone(self.cleaned_data["phone"])

    def draft(self) -> Draft:
        values = dict(self.cleaned_data)
        return Draft(values.pop("name"), values, {"phone": values.pop("phone")})


class TypedForm(CustomerForm):
    """What stands in the form of a new customer so far. What does not fit yet is told when it is submitted."""

    def cleaned_data_so_far(self) -> dict:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def draft(self, line=0) -> Draft:
        values = {name: self.cleaned_data.get(name, "") for name in self.fields}
        contact = {name.removeprefix("contact_"): values.pop(name) for name in self.CONTACT}
        return Draft(values.pop("name"), values, contact, line)


class TermsForm(forms.ModelForm):
    class Meta:
        model = ProbeTerms
        fields = ["an_hour", "a_day"]
