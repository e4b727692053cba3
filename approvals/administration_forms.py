"""Forms that ask for a second person: another role or team, another manager or place."""

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import LANGUAGES, InvitationForm, TeamForm
from accounts.invitations import wants_second_person
from accounts.models import Organization, Team, User
from approvals.settings_changes import LABELS


def reason_field(**options):
    return forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **options
    )


class InviteForm(InvitationForm):
    """Whom to invite as what. A role with wide rights wants a reason, for a second person decides."""

    reason = reason_field(
        required=False,
        help_text=gettext_lazy(
            "Required for a manager, administrator, security administrator or auditor: whoever decides reads it."
        ),
    )

    @property
    def asks(self):
        return wants_second_person(self.cleaned_data["role"])

    def clean(self):
        values = super().clean() or {}
        if "role" in values and self.asks and not values.get("reason"):
            self.add_error("reason", _("Say why this role. A second person decides; nothing was sent."))
        return values


class ReasonForm(forms.Form):
    reason = reason_field(help_text=gettext_lazy("Whoever decides reads it, and it stays in the history."))


class OrganizationForm(forms.ModelForm):
    """What changes at once."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=LANGUAGES, help_text=gettext_lazy("Everybody can choose another one.")
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=[(name, name) for name in sorted(available_timezones())]
    )

    class Meta:
        model = Organization
        fields = ["name", "language", "time_zone"]


class RulesForm(forms.Form):
    """The rules as they are to be, and why."""

    access_log_days = forms.IntegerField(
        label=LABELS["access_log_days"],
        min_value=Organization.LEAST_LOG_DAYS, max_value=3650,
        help_text=gettext_lazy("Who looked at what. At least 200 days."),
    )  # fmt: skip
    reason = reason_field(help_text=gettext_lazy("Whoever decides reads it, and it stays in the history."))

    def __init__(self, *args, organization, **kwargs):
        rules = {name: getattr(organization, name) for name in Organization.RULES}
        super().__init__(*args, initial=rules, **kwargs)

    def clean(self):
        values = super().clean() or {}
        if set(Organization.RULES) <= values.keys() and not set(Organization.RULES) & set(self.changed_data):
            raise forms.ValidationError(_("The rules are as they were, so there is nothing to decide."))
        return values


class PositionForm(forms.Form):
    """What somebody is to be, and why."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=User.Role.choices, widget=forms.RadioSelect)
    team = forms.ModelChoiceField(None, label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("none"))
    reason = reason_field(help_text=gettext_lazy("Whoever decides reads it, and it stays in the history."))

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, initial={"role": person.role, "team": person.team_id}, **kwargs)
        self.person = person
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        if "show" in self.data:
            self.fields["reason"].required = False

    def clean(self):
        values = super().clean() or {}
        if (
            "show" not in self.data
            and {"role", "team"} <= values.keys()
            and not {"role", "team"} & set(self.changed_data)
        ):
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
