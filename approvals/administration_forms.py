"""Forms that ask for a second person: another role or team, another manager or place."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import TeamForm
from accounts.models import Team, User


def reason_field(**options):
    return forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **options
    )


class PositionForm(forms.Form):
    """What somebody is to be, and why."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=User.Role.choices, widget=forms.RadioSelect)
    team = forms.ModelChoiceField(None, label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("none"))
    reason = reason_field(help_text=gettext_lazy("Whoever decides reads it, and it stays in the history."))

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, initial={"role": person.role, "team": person.team_id}, **kwargs)
        self.person = person
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]

    def clean(self):
        values = super().clean() or {}
        if {"role", "team"} <= values.keys() and not {"role", "team"} & set(self.changed_data):
            raise forms.ValidationError(
                _("Role and team of %(name)s are as they were, so there is nothing to decide.")
                % {"name": self.person.name}
            )
        return values


class TeamChangeForm(TeamForm):
    """A team as it is to be. Another manager or place wants a reason."""

    reason = reason_field(
        required=False,
        help_text=gettext_lazy("Required for another manager or place: whoever decides reads it."),
    )

    @property
    def asks(self):
        """Does it want more than another name?"""
        return bool({"manager", "parent"} & set(self.changed_data))

    def clean(self):
        values = super().clean() or {}
        if self.asks and not values.get("reason"):
            self.add_error("reason", _("Say why the manager or the place should change. Nothing was changed."))
        return values
