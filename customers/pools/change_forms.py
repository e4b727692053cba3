"""The form that asks for a new pool or another cut of one."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.administration_forms import reason_field
from customers.forms import PlainField, plain
from customers.pools.changes import as_it_is, conditions_on, hideable, possible_members

MOST_VALUES = 200


class ValuesField(forms.CharField):
    """Several values, one a line or between commas of either script."""

    widget = forms.Textarea(attrs={"rows": 2})

    def clean(self, value):
        text = super().clean(value)
        for separator in ("，", "、", ",", ";", "；"):
            text = text.replace(separator, "\n")
        values = [plain(line.strip()) for line in text.splitlines() if line.strip()]
        if len(values) > MOST_VALUES:
            raise forms.ValidationError(_("Up to %(most)s values.") % {"most": MOST_VALUES})
        return list(dict.fromkeys(values))


class PoolForm(forms.Form):
    """What comes into the pool, who claims from it, what it hides, and why."""

    name = PlainField(label=gettext_lazy("Name"), max_length=80)
    place = forms.IntegerField(
        label=gettext_lazy("Place"), min_value=1, max_value=999,
        help_text=gettext_lazy("A customer goes to the first pool that it fits."),
    )  # fmt: skip
    teams = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Teams that claim from it"), queryset=None, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("With the manager who leads the team."),
    )  # fmt: skip
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("People who claim from it"), queryset=None, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With neither teams nor people it is open to everybody who sells."),
    )  # fmt: skip
    hidden = forms.MultipleChoiceField(
        label=gettext_lazy("Hidden until claimed"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Of a hidden name the first letter is shown, and nothing hidden is searched."),
    )  # fmt: skip
    archived = forms.BooleanField(
        label=gettext_lazy("Archive it: nothing comes in any more, and what is there goes to the others"),
        required=False,
    )

    def __init__(self, *args, pool, **options):
        super().__init__(*args, **options)
        self.pool = pool
        self.fields["teams"].queryset, self.fields["people"].queryset = possible_members()  # type: ignore[attr-defined]
        self.fields["hidden"].choices = list(hideable().items())  # type: ignore[attr-defined]
        for name, label in conditions_on().items():
            self.fields[f"only_{name}"] = ValuesField(
                label=label, required=False, initial="\n".join(pool.conditions.get(name, [])),
                help_text=_("One value a line; any when it is empty."),
            )  # fmt: skip
        self.fields["reason"] = reason_field(help_text=_("Whoever decides reads it, and it stays in the history."))
        self.initial = {**self.initial, "name": pool.shown_name if pool.is_rest else pool.name, "place": pool.place}
        self.initial = {
            **self.initial,
            "hidden": pool.hidden,
            "archived": pool.archived_at is not None,
            **self._members(),
        }
        if pool.is_rest:
            for name in ("name", "place", "archived", *(f"only_{name}" for name in conditions_on())):
                del self.fields[name]

    def _members(self):
        members = {"teams": [], "people": []} if self.pool._state.adding else as_it_is(self.pool)["members"]
        return dict(members)

    def clean(self):
        values = super().clean() or {}
        if self.errors or self.pool._state.adding:
            return values
        now = as_it_is(self.pool)
        teams, people = ({str(one.pk) for one in values[name]} for name in ("teams", "people"))
        if self.content == now["pool"] and (teams, people) == (
            set(now["members"]["teams"]),
            set(now["members"]["people"]),
        ):
            raise forms.ValidationError(_("The pool is as it was, so there is nothing to decide."))
        return values

    @property
    def content(self) -> dict:
        """As an approval keeps it. The rest keeps its name, its place and its lack of conditions."""
        values = self.cleaned_data
        if self.pool.is_rest:
            return self.pool.content | {"hidden": values["hidden"]}
        conditions = {name: values[f"only_{name}"] for name in conditions_on() if values[f"only_{name}"]}
        return {
            "name": values["name"], "place": values["place"], "conditions": conditions, "hidden": values["hidden"],
            "archived": values["archived"],
        }  # fmt: skip

    def first_fields(self):
        return [self[name] for name in ("name", "place") if name in self.fields]

    def condition_fields(self):
        return [field for field in self if field.name.startswith("only_")]

    def last_fields(self):
        return [self[name] for name in ("teams", "people", "hidden", "archived") if name in self.fields]
