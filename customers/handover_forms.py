"""Who takes over what, where the rest goes, and why."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.forms import ReasonForm
from customers.handover import heirs
from customers.request_forms import HeirField


class HandoverForm(ReasonForm):
    """One successor for everything, others for single customers (`of_<id>`)."""

    to = HeirField(label=gettext_lazy("Successor"), queryset=None, empty_label="—")
    rest = HeirField(
        label=gettext_lazy("What nobody accepts goes to"), queryset=None, required=False,
        empty_label=gettext_lazy("the public pool"),
    )  # fmt: skip
    field_order = ["to", "rest", "reason"]

    def __init__(self, *args, person, items, **options):
        super().__init__(*args, **options)
        self.items = items
        people = heirs(person)
        self.people = {str(heir.pk): heir for heir in people}
        self.fields["to"].queryset = self.fields["rest"].queryset = people  # type: ignore[attr-defined]

    def chosen(self, item) -> str:
        return self.data.get(f"of_{item['customer']}", "") if self.is_bound else ""

    def clean(self):
        values = super().clean() or {}
        if any((other := self.chosen(item)) and other not in self.people for item in self.items):
            raise forms.ValidationError(
                _("One of the successors does not take over customers any more. Choose another.")
            )
        return values

    @property
    def successors(self) -> dict:
        """{customer: who is to take it over}."""
        return {item["customer"]: self.people.get(self.chosen(item), self.cleaned_data["to"]) for item in self.items}


class DecisionForm(forms.Form):
    """What the successor says about the items that he chose."""

    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False,
        help_text=gettext_lazy("Needed to decline: who hands over reads it."),
    )  # fmt: skip
