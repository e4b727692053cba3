"""The form of what a role is to be: within what the house allows it to become."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import roles, verbs
from accounts.models import Role
from accounts.models.roles import Reach
from approvals.administration_forms import reason_field


class RoleForm(forms.Form):
    """How far it sees, changes and exports, its verbs, and why."""

    view, edit, export = (forms.ChoiceField(widget=forms.RadioSelect) for _scope in Role.SCOPES)
    verbs = forms.MultipleChoiceField(label=gettext_lazy("May"), required=False, widget=forms.CheckboxSelectMultiple)
    reason = reason_field(help_text=gettext_lazy("Whoever decides reads it, and it stays in the history."))

    def __init__(self, *args, role, start, **kwargs):
        super().__init__(*args, initial=start, **kwargs)
        self.role, most = role, roles.most(role.code)
        for name in Role.SCOPES:
            self.fields[name].label = Role.label_of(name)
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (code, Reach(code).label) for code in most[name]
            ]
        self.fields["verbs"].choices = [  # type: ignore[attr-defined]
            (each.name, each.label) for each in verbs.verbs() if each.name in most["verbs"]
        ]
        if "show" in self.data:
            self.fields["reason"].required = False

    def clean(self):
        values = super().clean() or {}
        if "show" not in self.data and self.wanted() == self.role.written:
            raise forms.ValidationError(_("The role stays as it is, so there is nothing to decide."))
        return values

    def wanted(self) -> dict | None:
        """What the role is to be, as far as the form says it; None before anything was sent."""
        values = getattr(self, "cleaned_data", {})
        if not {*Role.SCOPES, "verbs"} <= values.keys():
            return None
        return {name: values[name] for name in Role.SCOPES} | {"verbs": sorted(values["verbs"])}
