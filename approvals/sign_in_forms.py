"""Forms that ask for other rules about signing in, and for the reset of a second factor."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import networks
from accounts.models import SignInPolicy, User
from accounts.models.sign_in import MAY_BE_EXEMPT
from approvals.administration_forms import reason_field


class SignInPolicyForm(forms.ModelForm):
    """The rules as they are to be, and why. Networks are typed one a line, a field for each role."""

    exempt_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Without a second factor"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, label) for code, label in User.Role.choices if code in MAY_BE_EXEMPT],
        help_text=gettext_lazy("Everybody else is asked for one. Managers, auditors and administrators always are."),
    )

    class Meta:
        model = SignInPolicy
        fields = ("exempt_roles", "password_length", "password_days", "idle_minutes", "absolute_hours")
        labels = {
            "password_length": gettext_lazy("Least characters of a password"),
            "password_days": gettext_lazy("Days after which a password is changed"),
            "idle_minutes": gettext_lazy("Minutes without work until somebody is signed out"),
            "absolute_hours": gettext_lazy("Hours after which somebody signs in again"),
        }
        help_texts = {
            "password_length": gettext_lazy("10 to 64."),
            "password_days": gettext_lazy(
                "30 to 730; empty: never. Forced changes make passwords weaker more often than stronger."
            ),
            "idle_minutes": gettext_lazy("5 to 1440. A page that is only left open is no work."),
            "absolute_hours": gettext_lazy("1 to 336, whatever is being worked on."),
        }

    def __init__(self, *args, person, address, **kwargs):
        super().__init__(*args, **kwargs)
        self.person, self.address = person, address
        for role, label in User.Role.choices:
            self.fields[f"networks_{role}"] = forms.CharField(
                label=_("Networks of the role %(role)s") % {"role": label}, required=False, max_length=1000,
                initial="\n".join(self.instance.networks_of(role)), widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
            )  # fmt: skip
        self.fields["reason"] = reason_field(help_text=_("Whoever decides reads it, and it stays in the history."))

    def clean(self):
        values = super().clean() or {}
        values["networks"] = {role: read for role in User.Role.values if (read := self._networks(role))}
        if not self.errors and all(values[name] == getattr(self.before, name) for name in SignInPolicy.FIELDS):
            raise forms.ValidationError(_("The rules are as they were, so there is nothing to decide."))
        return values

    def _networks(self, role):
        name = f"networks_{role}"
        try:
            named = networks.read(self.cleaned_data.get(name) or "")
        except ValueError as error:
            self.add_error(
                name,
                _("This is no network: %(what)s. Write it like 203.0.113.0/24.") % {"what": str(error).split(" ")[0]},
            )
            return []
        if role == self.person.role and not networks.is_within(self.address, named):
            self.add_error(
                name,
                _("You come from %(address)s, which is in none of them: you would lock yourself out. Add it.")
                % {"address": self.address},
            )
        return named

    @property
    def before(self):
        """The rules as they stand: the form has written into its own copy of them."""
        return SignInPolicy.objects.get(pk=self.instance.pk)

    @property
    def asked(self) -> dict:
        """The copy for `ask`."""
        return {name: self.cleaned_data[name] for name in SignInPolicy.FIELDS} | {"before": self.before.as_asked()}


class ResetForm(forms.Form):
    reason = reason_field(
        help_text=gettext_lazy(
            "How you know that it is he who asks: whoever decides reads it, and it stays in the history."
        )
    )
