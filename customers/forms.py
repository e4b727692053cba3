"""What may come in about a customer, by form or by list: the same fields, the same sentences."""

import re

import phonenumbers
from django import forms
from django.core.validators import URLValidator
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NotValid

from customers import countries
from customers.changing import add_credit_code
from customers.models import Customer
from customers.names import has_hidden, normalised, tidy
from customers.registration import Draft

FORMULA = "=+-@＝＋－＠\t\r"
# What most cells of a list look like. Django's validator and phonenumbers say the same of these, and take dozens of times as long.
PLAIN_ADDRESS = re.compile(
    r"(https?://)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}/?", re.ASCII | re.IGNORECASE
)
CHINESE_MOBILE = re.compile(r"1(?!79)[3-9][0-9]{9}")  # 179.. begins with the code of a carrier
web_address = URLValidator(schemes=["http", "https"])


def plain(value):
    """One line of text that is what it looks like: no control characters, no hidden direction, no formula."""
    if has_hidden(value):
        raise forms.ValidationError(
            _("This contains characters that cannot be seen. Type it again by hand."), code="hidden"
        )
    if "\ufffd" in value:
        raise forms.ValidationError(
            _("This contains “�”, which stands where a character was lost. Type it again by hand."), code="lost"
        )
    if value and value.lstrip()[:1] in FORMULA:
        raise forms.ValidationError(
            _("This begins with “%(sign)s”, as a spreadsheet formula does. Remove the sign."),
            code="formula", params={"sign": value.lstrip()[:1]},
        )  # fmt: skip
    return tidy(value)


class PlainField(forms.CharField):
    def clean(self, value):
        return plain(super().clean(value))


class CountryField(forms.CharField):
    """A code, or a name in English or Chinese; gives the code."""

    def clean(self, value):
        text = super().clean(value)
        if text and not (code := countries.code_of(text)):
            raise forms.ValidationError(
                _("“%(name)s” is not a country or region we know."), code="country", params={"name": text[:40]}
            )
        return code if text else ""


class CountryChoice(forms.Select):
    """The countries in the reader's language, China first."""

    def optgroups(self, name, value, attrs=None):
        self.choices = [
            ("", "—"),
            ("CN", countries.name_of("CN")),
            *((c, n) for c, n in countries.choices() if c != "CN"),
        ]
        return super().optgroups(name, value, attrs)


class NamedChoice(forms.ChoiceField):
    """A choice by its code, or by its name in English or Chinese, as lists write it: large, 大型, 大型企业."""

    def __init__(self, *, choices, **options):
        self.named = list(choices)
        super().__init__(choices=[("", "—"), *self.named], **options)
        self.codes = {}

    def to_python(self, value):
        text = " ".join(str(value or "").split()).casefold()
        if text and not self.codes:
            self.codes = dict(self._names())
        code = self.codes.get(text) or self.codes.get(text.removesuffix("企业"))
        return code or text

    def validate(self, value):
        if value and not self.valid_value(value):
            known = ", ".join(str(label) for code, label in self.named)
            raise forms.ValidationError(
                _("“%(name)s” is none of these: %(known)s."), code="choice", params={"name": value[:40], "known": known}
            )

    def _names(self):
        for language in ("en", "zh-hans"):
            with translation.override(language):
                yield from ((str(label).casefold(), code) for code, label in self.named)
        yield from ((code.casefold(), code) for code, _label in self.named)


class ProfileForm(forms.Form):
    """What describes a company without identifying it; the owner may change it."""

    other_name = PlainField(label=_("Name in the other language"), max_length=200, required=False)
    short_name = PlainField(label=_("Short name"), max_length=80, required=False)
    website = PlainField(label=_("Web site"), max_length=200, required=False)
    country = CountryField(label=_("Country or region"), required=False, widget=CountryChoice)
    region = PlainField(label=_("Province or city"), max_length=80, required=False)
    industry = PlainField(label=_("Industry"), max_length=80, required=False)
    size = NamedChoice(label=_("Size"), choices=Customer.Size.choices, required=False)
    tier = NamedChoice(label=_("Tier"), choices=Customer.Tier.choices, required=False)

    def clean_website(self):
        website = self.cleaned_data["website"]
        if website and not PLAIN_ADDRESS.fullmatch(website):
            whole = website if "//" in website else f"https://{website}"
            try:
                web_address(whole.replace("_", "-"))  # hosts with _ are not by the book, and there
            except forms.ValidationError:
                raise forms.ValidationError(
                    _("This is not a web address. An example: www.example.com."), code="website"
                ) from None
        return website


class CustomerForm(ProfileForm):
    """A company and, if there is one, its first contact."""

    field_order = ["name", "credit_code", "source"]

    name = PlainField(label=_("Registered name"), max_length=200, help_text=_("As it stands on the business licence."))
    credit_code = forms.CharField(
        label=_("Credit code"), required=False, max_length=30, help_text=_("18 characters; the last one is a check.")
    )
    source = PlainField(label=_("Source"), max_length=120, required=False)
    source_number = PlainField(label=_("Number in the source"), max_length=60, required=False)
    contact_name = PlainField(label=_("Contact"), max_length=80, required=False)
    contact_title = PlainField(label=_("Position"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    FIRST = ("name", "credit_code", "source")
    CONTACT = ("contact_name", "contact_title", "phone", "email")

    def clean_name(self):
        return registered_name(self.cleaned_data["name"])

    def clean_credit_code(self):
        return credit_code(self.cleaned_data["credit_code"])

    def clean_phone(self):
        return phone(self.cleaned_data["phone"])

    def clean(self):
        cleaned = super().clean() or {}
        if (cleaned.get("phone") or cleaned.get("email")) and not cleaned.get("contact_name"):
            cleaned["contact_name"] = str(_("Main contact"))
        return cleaned

    def first_fields(self):
        return [self[name] for name in self.FIRST]

    def contact_fields(self):
        return [self[name] for name in self.CONTACT]

    def other_fields(self):
        return [field for field in self if field.name not in self.FIRST + self.CONTACT]

    def draft(self, line=0):
        values = dict(self.cleaned_data)
        contact = {key.removeprefix("contact_"): values.pop(key) for key in self.CONTACT}
        return Draft(values.pop("name"), values, contact if contact["name"] else {}, line)


class NewCustomerForm(CustomerForm):
    """The form of one new customer. Why it is another company than the one it is so much like, is asked once that is so."""

    another = PlainField(
        label=_("Why it is another company"), max_length=500, required=False,
        help_text=_("In a few words: another city, another owner. Who decides about it reads this."),
    )  # fmt: skip

    def other_fields(self):
        return [field for field in super().other_fields() if field.name != "another"]

    def draft(self, line=0):
        draft = super().draft(line)
        draft.another = draft.fields.pop("another")
        return draft


def registered_name(name):
    if len(normalised(name)) < 2:
        raise forms.ValidationError(_("A company's name has at least two letters or characters."), code="name")
    return name


def credit_code(value):
    code = re.sub(r"\s", "", value).upper()
    if not code:
        return ""
    if len(code) != 18:
        raise forms.ValidationError(
            _("%(count)d characters; a credit code has 18."), code="length", params={"count": len(code)}
        )
    try:
        return uscc.validate(code)
    except NotValid:
        raise forms.ValidationError(
            _("The check character does not fit. Compare it with the business licence."), code="check"
        ) from None


def phone(value):
    """The number in E.164; numbers without a country are Chinese."""
    if not value.strip():
        return ""
    if CHINESE_MOBILE.fullmatch(value):
        return f"+86{value}"
    try:
        number = phonenumbers.parse(value, "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise forms.ValidationError(
            _("This is not a phone number. Begin with + and the country code for other countries."), code="phone"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class ContactForm(forms.Form):
    name = PlainField(label=pgettext_lazy("of a person", "Name"), max_length=80)
    title = PlainField(label=_("Position"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    def clean_phone(self):
        return phone(self.cleaned_data["phone"])


class ReasonForm(forms.Form):
    reason = PlainField(label=_("Reason"), max_length=500)


class CreditCodeForm(forms.Form):
    """The credit code of a company that came without one."""

    credit_code = forms.CharField(label=_("Credit code"), required=False, max_length=30)

    def __init__(self, *args, customer, **options):
        super().__init__(*args, **options)
        self.customer = customer
        self.fields["credit_code"].disabled = bool(customer.credit_code)
        self.initial["credit_code"] = customer.credit_code

    def clean_credit_code(self):
        return credit_code(self.cleaned_data["credit_code"])

    def is_free(self, *, by):
        """Enter the contest for the code; a code that another company has becomes a field error."""
        code = self.cleaned_data["credit_code"]
        if not code or code == self.customer.credit_code or add_credit_code(self.customer, by=by, code=code):
            return True
        self.add_error(
            "credit_code", _("Taken. This code belongs to a company that is there already. Your attempt is kept.")
        )
        return False
