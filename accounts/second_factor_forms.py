"""Forms in which a second factor is set up and shown."""

import json

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import second_factors
from accounts.sign_in import Adapter


class CodeForm(forms.Form):
    """Six figures of the app; at sign-in a recovery code will do."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def __init__(self, *args, person, accepts, **kwargs):
        super().__init__(*args, **kwargs)
        self.person, self.accepts = person, accepts

    def clean_code(self):
        """Counted before it is looked at. What was accepted stays in `self.taken`."""
        if not second_factors.may_try(self.person):
            raise ValidationError(Adapter.error_messages["too_many_login_attempts"])
        self.taken = self.accepts(self.cleaned_data["code"])
        if not self.taken:
            raise ValidationError(Adapter.error_messages["incorrect_code"])
        second_factors.forgive(self.person)
        return ""


class AnswerForm(forms.Form):
    """What the browser says for a passkey: JSON of its own making, judged by the library."""

    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    def clean_answer(self):
        try:
            answer = json.loads(self.cleaned_data["answer"])
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ValidationError(NOT_THIS_KEY)
        return answer


class PasskeyForm(AnswerForm):
    """A new one, under a name its owner knows it by."""

    name = forms.CharField(
        label=_("Name of the passkey"), max_length=60, help_text=_("So that you know it again: “Phone”, “Blue key”.")
    )
    field_order = ["name", "answer"]


NOT_THIS_KEY = _("The passkey was not accepted. Try again, or show a code instead.")
