"""allauth's forms in our words: labels instead of placeholders, and one sentence about passwords."""

from allauth.account import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_HINT = _(
    "At least 10 characters. Four words that have nothing to do with each other, or with you, are strong and easy to keep."
)


class Plain:
    """Labels stand above the fields, so nothing stands in them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.help_text = PASSWORD_HINT if name == "password1" else ""


class LoginForm(Plain, forms.LoginForm):
    pass


class ResetPasswordForm(Plain, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Plain, forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Plain, forms.ChangePasswordForm):
    pass


class ReauthenticateForm(Plain, forms.ReauthenticateForm):
    pass
