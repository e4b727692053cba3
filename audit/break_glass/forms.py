"""What is said when the glass is broken, and afterwards."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.confirming import password_field
from accounts.models import BreakGlass

SHORTEST = 8  # as `break_glass_says_why`
REFUSALS = {
    "break_glass_suspended": _("An earlier use of yours waits for its review. Until somebody has reviewed it, you cannot open another."),
    "break_glass_one_at_a_time": _("You have break-glass access already. It was not made longer."),
    "break_glass_has_a_reviewer": _(
        "Nobody else is here who could review it. The owner of the organisation, an auditor or a security administrator must be somebody else."
    ),
    "break_glass_by_right": _("Your role does not open break-glass access any more. An administrator asks for another role."),
}  # fmt: skip


class BreakGlassForm(forms.Form):
    """Why, for how long, and who it is that asks."""

    reason = forms.CharField(
        label=_("Reason"), min_length=SHORTEST, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What has happened, and what you have to read. Whoever reviews it reads this; no phones, no mail addresses."),
    )  # fmt: skip
    ticket = forms.CharField(
        label=_("Ticket"),
        required=False,
        max_length=80,
        help_text=_("Its number, if there is one."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long"), coerce=int, initial=15, widget=forms.RadioSelect,
        choices=[(minutes, format_lazy(_("{minutes} minutes"), minutes=minutes)) for minutes in BreakGlass.MINUTES],
    )  # fmt: skip
    password = password_field()


class ReviewForm(forms.Form):
    """Was it justified, and what says so."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=BreakGlass.Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What you have compared"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person, the owner and auditors read it."),
    )  # fmt: skip
