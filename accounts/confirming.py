"""The password once more, for a step that a stolen session should not take."""

from allauth.core import ratelimit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def password_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def is_confirmed(request, form, person) -> bool:
    """Does the form carry this person's password? As few tries as at signing in."""
    if not ratelimit.consume(request, action="login_failed", key=person.email):
        form.add_error("password", _("Too many failed tries. Wait five minutes, or reset the password."))
    elif not person.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("That is not your password."))
    return form.is_valid()
