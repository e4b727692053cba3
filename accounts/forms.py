"""Forms about people, and of the way in."""

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from accounts.sign_in_forms import PASSWORD_HINT

LANGUAGES = settings.LANGUAGES


def _name_field(label, autocomplete="off"):
    return forms.CharField(label=label, max_length=80, widget=forms.TextInput(attrs={"autocomplete": autocomplete}))


class PasswordForm(forms.Form):
    """A form in which somebody chooses a password for a person who is not there yet."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=200,
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self):
        values = super().clean() or {}
        if "password" in values:
            try:
                validate_password(values["password"], self.person(values))
            except ValidationError as error:
                self.add_error("password", error)
        return values

    def person(self, values) -> User:
        """Whose password it will be; it must not be made of his name and address."""
        raise NotImplementedError


class SignUpForm(PasswordForm):
    """What a new organisation needs."""

    name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=120)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=LANGUAGES, help_text=gettext_lazy("Everybody can choose another one.")
    )
    administrator = _name_field(gettext_lazy("Your name"), autocomplete="name")
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ["name", "language", "administrator", "email", "password"]

    def person(self, values):
        return User(name=values.get("administrator", ""), email=values.get("email", ""))


class JoinForm(PasswordForm):
    """What a person adds to an invitation."""

    name = _name_field(gettext_lazy("Your name"), autocomplete="name")
    field_order = ["name", "password"]

    def __init__(self, *args, invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def person(self, values):
        return User(name=values.get("name", ""), email=self.invitation.email)


class InvitationForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=User.Role.choices, initial=User.Role.REP, widget=forms.RadioSelect
    )
    team = forms.ModelChoiceField(None, label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("none"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if person := User.objects.filter(email=email).first():
            raise ValidationError(_("This is the address of %(name)s, who is here already.") % {"name": person.name})
        return email


class TeamForm(forms.Form):
    """A team: a new one, or `team` as it is to be."""

    name = _name_field(gettext_lazy("Name"))
    manager = forms.ModelChoiceField(
        None, label=gettext_lazy("Manager"), required=False, empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("Sees the customers of this team and of every team below it."),
    )  # fmt: skip
    parent = forms.ModelChoiceField(
        None, label=gettext_lazy("Part of"), required=False, empty_label=gettext_lazy("no other team")
    )

    def __init__(self, *args, team=None, **kwargs):
        given = {"name": team.name, "manager": team.manager_id, "parent": team.parent_id} if team else {}
        super().__init__(*args, initial=given, **kwargs)
        self.team = team
        self.fields["manager"].queryset = User.objects.active().filter(role=User.Role.MANAGER).order_by("name")  # type: ignore[attr-defined]
        self.fields["parent"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]

    def clean_name(self):
        others = Team.objects.exclude(pk=self.team.pk) if self.team else Team.objects
        if others.filter(name=self.cleaned_data["name"]).exists():
            raise ValidationError(_("There is a team of this name already."))
        return self.cleaned_data["name"]

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if self.team and parent and self.team.is_above(parent):
            raise ValidationError(
                _("%(parent)s is part of %(team)s; the other way round at the same time would be a circle.")
                % {"parent": parent.name, "team": self.team.name}
            )
        return parent


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(choices=LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=[("", ""), ("light", ""), ("dark", "")], required=False)


class NoticePreferencesForm(forms.Form):
    mail_notices = forms.ChoiceField(
        label=gettext_lazy("Notices by mail"), choices=User.MailNotices.choices, widget=forms.RadioSelect
    )


class AccessForm(forms.Form):
    """Whose access to what."""

    person = forms.ModelChoiceField(None, label=gettext_lazy("Person"), empty_label="")
    record = forms.CharField(
        label=gettext_lazy("Record"),
        max_length=300,
        help_text=gettext_lazy("The address of its page, or its number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.select_related("rights").order_by("name")  # type: ignore[attr-defined]
