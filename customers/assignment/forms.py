"""What a manager says when he acts, and what an administrator says who wants other rules."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from customers import countries
from customers.assignment.acts import people_for
from customers.forms import PlainField, ReasonForm
from customers.models import AssignmentRule, Customer
from customers.request_forms import HeirField

MOST_RULES = 20


class AssignForm(ReasonForm):
    """To whom, and why."""

    to = HeirField(label=gettext_lazy("New owner"), queryset=None, empty_label="—")
    field_order = ["to", "reason"]

    def __init__(self, *args, manager, customer=None, **options):
        super().__init__(*args, **options)
        self.fields["to"].queryset = people_for(manager, customer)  # type: ignore[attr-defined]


class PeopleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.name} · {obj.team.name}" if obj.team else obj.name


class Lines(forms.CharField):
    """Values of a column, one a line."""

    def __init__(self, **options):
        rows = forms.Textarea(attrs={"rows": 3})
        super().__init__(required=False, help_text=gettext_lazy("One a line; empty: any."), widget=rows, **options)


class Ticked(forms.MultipleChoiceField):
    def __init__(self, **options):
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **options)


class RuleForm(forms.Form):
    """One rule. Several values of a column stand on lines of their own; a rule without name is none."""

    name = PlainField(label=gettext_lazy("Name"), max_length=80, required=False)
    region = Lines(label=gettext_lazy("Province or city"))
    industry = Lines(label=gettext_lazy("Industry"))
    country = Lines(label=gettext_lazy("Country or region"))
    source = Lines(label=gettext_lazy("Source"))
    size = Ticked(label=gettext_lazy("Size"), choices=Customer.Size.choices)
    tier = Ticked(label=gettext_lazy("Tier"), choices=Customer.Tier.choices)
    people = PeopleField(
        None, label=gettext_lazy("People"), required=False, widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=gettext_lazy("Choose several with Ctrl or ⌘."),
    )  # fmt: skip
    method = forms.ChoiceField(
        label=gettext_lazy("How"), choices=AssignmentRule.Method.choices, initial="turns", widget=forms.RadioSelect
    )
    takes_new = forms.BooleanField(label=gettext_lazy("Also what others enter"), required=False)

    LINES = ("region", "industry", "country", "source")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        sellers = User.objects.active().filter(rights__verbs__contains=["customers.sell"], leaving_from=None)
        self.fields["people"].queryset = sellers.select_related("team").order_by("name", "pk")  # type: ignore[attr-defined]

    def clean_country(self):
        names = _lines(self.cleaned_data["country"])
        codes = [countries.code_of(name) for name in names]
        for name, code in zip(names, codes, strict=True):
            if not code:
                raise forms.ValidationError(_("“%(name)s” is not a country or region we know.") % {"name": name[:40]})
        return "\n".join(filter(None, codes))

    def clean(self):
        values = super().clean() or {}
        if values.get("name") and not values.get("people"):
            self.add_error("people", _("Say who gets these customers."))
        return values

    def as_asked(self, place) -> dict:
        """As a request writes it down."""
        said = self.cleaned_data
        conditions = {column: _lines(said[column]) for column in self.LINES} | {
            "size": said["size"],
            "tier": said["tier"],
        }
        return {
            "name": said["name"], "place": place, "method": said["method"], "takes_new": said["takes_new"],
            "people": [str(person.pk) for person in said["people"]],
            "conditions": {column: values for column, values in conditions.items() if values},
        }  # fmt: skip

    @staticmethod
    def initial_of(rule) -> dict:
        """A live rule, as the form shows it."""
        names = {"country": [countries.name_of(code) for code in rule["conditions"].get("country", [])]}
        lines = {
            column: "\n".join(names.get(column) or rule["conditions"].get(column, [])) for column in RuleForm.LINES
        }
        chosen = {column: rule["conditions"].get(column, []) for column in ("size", "tier")}
        same = {name: rule[name] for name in ("name", "method", "takes_new")}
        return {**lines, **chosen, **same, "people": [UUID(pk) for pk in rule["people"]]}


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


RuleForms = forms.formset_factory(RuleForm, extra=2, max_num=MOST_RULES, validate_max=True)


class BulkForm(forms.Form):
    """Which act upon the chosen customers, and what it wants to know."""

    act = forms.ChoiceField(label=gettext_lazy("Act"), widget=forms.RadioSelect)
    to = HeirField(label=gettext_lazy("New owner"), queryset=None, required=False, empty_label="—")
    tag = PlainField(label=gettext_lazy("Tag"), max_length=40, required=False)
    reason = PlainField(label=gettext_lazy("Reason"), max_length=500, required=False)

    SENTENCES = {
        "to": gettext_lazy("Say to whom."), "tag": gettext_lazy("Say which tag."), "reason": gettext_lazy("Say in a few words why."),
    }  # fmt: skip

    def __init__(self, *args, acts, **options):
        super().__init__(*args, **options)
        self.acts = {act.name: act for act in acts}
        self.fields["act"].choices = [(act.name, act.label) for act in acts]  # type: ignore[attr-defined]
        sellers = User.objects.active().filter(rights__verbs__contains=["customers.sell"], leaving_from=None)
        self.fields["to"].queryset = sellers.select_related("team").order_by("name", "pk")  # type: ignore[attr-defined]

    def clean(self):
        values = super().clean() or {}
        if act := self.acts.get(values.get("act", "")):
            for name in act.wants:
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, self.SENTENCES[name])
        return values
