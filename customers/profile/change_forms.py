"""What somebody says who asks for payment terms, for another place in a group, or for another source."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms import PlainField, ReasonForm
from customers.models import Customer
from customers.profile.groups import company_called
from customers.request_forms import FilesField

AS_IT_WAS = _("Everything is as it was, so there is nothing to decide.")


class TermsForm(ReasonForm):
    """How much the customer may owe and for how long; empty is nothing."""

    credit_limit = forms.DecimalField(
        label=_("Credit limit"), min_value=0, max_digits=14, decimal_places=2, required=False,
        help_text=_("Empty: no credit."),
    )  # fmt: skip
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, help_text=_("Three letters, such as CNY.")
    )
    payment_days = forms.IntegerField(
        label=_("Days to pay"), min_value=0, max_value=365, required=False, help_text=_("Empty: no days agreed.")
    )
    evidence = FilesField(
        label=_("Evidence"), max_length=200,
        help_text=_("1 to 5 files, 10 MB together: a credit report, a signed agreement."),
    )  # fmt: skip
    field_order = ["credit_limit", "currency", "payment_days", "reason", "evidence"]

    def __init__(self, *args, customer, initial, **options):
        standing = {name: getattr(customer, name) for name in ("credit_limit", "payment_days")}
        standing["currency"] = customer.currency or "CNY"
        super().__init__(*args, initial=standing | initial, **options)
        self.customer = customer

    def clean_currency(self):
        code = self.cleaned_data["currency"].strip().upper()
        if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(
                _("A currency is written in three letters, such as CNY or EUR."), code="currency"
            )
        return code or "CNY"

    def clean(self):
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        customer, limit = self.customer, cleaned["credit_limit"]
        asked = limit, cleaned["currency"] if limit is not None else "", cleaned["payment_days"]
        if asked == (customer.credit_limit, customer.currency, customer.payment_days):
            raise forms.ValidationError(AS_IT_WAS)
        return cleaned

    def wanted(self):
        return {name: self.cleaned_data[name] for name in ("credit_limit", "currency", "payment_days")}


class GroupForm(ReasonForm):
    """To which company it belongs: named exactly, because a company may be there that nobody here sees."""

    parent = PlainField(
        label=_("Belongs to"), max_length=200, required=False,
        help_text=_("The registered name or the credit code of a company that is a customer. Empty: to no group."),
    )  # fmt: skip
    relation = forms.ChoiceField(
        label=_("Relation"), choices=Customer.Relation.choices, required=False, widget=forms.RadioSelect,
        initial=Customer.Relation.SUBSIDIARY,
    )  # fmt: skip
    evidence = FilesField(
        label=_("Evidence"), max_length=200, help_text=_("1 to 5 files, 10 MB together: an extract of the registry.")
    )
    field_order = ["parent", "relation", "reason", "evidence"]

    def __init__(self, *args, customer, initial, **options):
        before = {"parent": initial["parent_as_typed"]} if "parent_as_typed" in initial else {}
        super().__init__(*args, initial=initial | before, **options)
        self.customer, self.parent_id, self.is_unknown = customer, None, False

    def clean_parent(self):
        name = self.cleaned_data["parent"]
        if not name:
            return ""
        self.parent_id = company_called(name, self.customer.organization)
        if self.parent_id is None:
            self.is_unknown = True
            raise forms.ValidationError(
                _("No customer has exactly this registered name or credit code. Enter that company first."),
                code="unknown",
            )
        if self.parent_id == self.customer.pk:
            raise forms.ValidationError(_("This is the company itself."), code="itself")
        return name

    def clean(self):
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        cleaned["relation"] = (cleaned["relation"] or Customer.Relation.SUBSIDIARY) if self.parent_id else ""
        if (self.parent_id, cleaned["relation"]) == (self.customer.parent_id, self.customer.relation):
            raise forms.ValidationError(AS_IT_WAS)
        return cleaned

    def wanted(self):
        return {name: self.cleaned_data[name] for name in ("parent", "relation")} | {"parent_id": self.parent_id}


class SourceForm(ReasonForm):
    """Where the customer came from. Evidence helps, and is not always there."""

    source = PlainField(label=_("Source"), max_length=120)
    source_number = PlainField(label=_("Number in the source"), max_length=60, required=False)
    evidence = FilesField(
        label=_("Evidence"), max_length=200, required=False,
        help_text=_("Up to 5 files, 10 MB together: the mail of the fair, the campaign's list."),
    )  # fmt: skip
    field_order = ["source", "source_number", "reason", "evidence"]

    def __init__(self, *args, customer, initial, **options):
        standing = {"source": customer.source, "source_number": customer.source_number}
        super().__init__(*args, initial=standing | initial, **options)
        self.customer = customer

    def clean(self):
        cleaned = super().clean() or {}
        standing = self.customer.source, self.customer.source_number
        if not self.errors and (cleaned["source"], cleaned["source_number"]) == standing:
            raise forms.ValidationError(AS_IT_WAS)
        return cleaned

    def wanted(self):
        return {name: self.cleaned_data[name] for name in ("source", "source_number")}
