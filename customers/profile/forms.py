"""What may come in about the places and people of a customer, about tags and about the standard of records."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms import ContactForm, CountryChoice, CountryField, PlainField, phone
from customers.models import Address, ContactPoint
from customers.profile.tags import folded
from customers.standards import FIELDS


class AddressForm(forms.Form):
    kind = forms.ChoiceField(label=_("What for"), choices=Address.Kind.choices, initial=Address.Kind.OFFICE)
    lines = PlainField(label=_("Street and number"), max_length=300)
    postcode = PlainField(label=_("Postcode"), max_length=20, required=False)
    city = PlainField(label=_("City"), max_length=80, required=False)
    region = PlainField(label=_("Province"), max_length=80, required=False)
    country = CountryField(label=_("Country or region"), required=False, widget=CountryChoice)


class PointForm(forms.Form):
    """One phone or one mail address: which of the two is seen by what is typed."""

    value = forms.CharField(label=_("Phone or e-mail"), max_length=254)
    label = PlainField(
        label=_("What for"), max_length=40, required=False, help_text=_("For example: switchboard, office, home.")
    )

    def clean_value(self):
        value = self.cleaned_data["value"].strip()
        return forms.EmailField().clean(value) if "@" in value else phone(value)

    def clean(self):
        cleaned = super().clean() or {}
        kinds = ContactPoint.Kind
        cleaned["kind"] = kinds.EMAIL if "@" in cleaned.get("value", "") else kinds.PHONE
        return cleaned


class ContactEditForm(ContactForm):
    """The sealed values are not shown here: what is left empty stays as it is."""

    def __init__(self, *args, contact, **options):
        super().__init__(*args, initial={"name": contact.name, "title": contact.title}, **options)
        for kind, label in (("phone", _("Remove this phone")), ("email", _("Remove this e-mail"))):
            if shown := getattr(contact, f"{kind}_masked"):
                self.fields[kind].help_text = _("%(masked)s stays when this is left empty.") % {"masked": shown}
                self.fields[f"drop_{kind}"] = forms.BooleanField(label=label, required=False)
        self.order_fields(["name", "title", "phone", "drop_phone", "email", "drop_email"])

    def details(self):
        """As the deed takes them."""
        given = {name: self.cleaned_data[name] for name in ("name", "title", "phone", "email")}
        return given | {"drop": [kind for kind in ("phone", "email") if self.cleaned_data.get(f"drop_{kind}")]}


class TagForm(forms.Form):
    name = PlainField(label=_("Tag"), max_length=40)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not folded(name):
            raise forms.ValidationError(_("A tag has at least one letter or character."), code="name")
        return name


class StandardForm(forms.Form):
    """For each field: does it count, and for how many days does it stay fresh."""

    def __init__(self, *args, standard, **options):
        super().__init__(*args, **options)
        for name, label in FIELDS.items():
            self.fields[f"counts_{name}"] = forms.BooleanField(
                label=label, required=False, initial=name in standard.counts,
                widget=forms.CheckboxInput(attrs={"aria-label": _("%(field)s counts") % {"field": label}}),
            )  # fmt: skip
            self.fields[f"days_{name}"] = forms.IntegerField(
                label=label, required=False, min_value=7, max_value=3650, initial=standard.fresh_days.get(name),
                widget=forms.NumberInput(attrs={"aria-label": _("Days for which %(field)s stays fresh") % {"field": label}}),
            )  # fmt: skip

    def rows(self):
        return [(label, self[f"counts_{name}"], self[f"days_{name}"]) for name, label in FIELDS.items()]

    def clean(self):
        cleaned = super().clean() or {}
        if not self.errors and not self.counts():
            raise forms.ValidationError(_("At least one field counts, or every record would be complete."))
        return cleaned

    def counts(self):
        return {name for name in FIELDS if self.cleaned_data.get(f"counts_{name}")}

    def fresh_days(self):
        return {name: days for name in FIELDS if (days := self.cleaned_data.get(f"days_{name}"))}
