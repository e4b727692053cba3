"""Forms of access reviews."""

from django import forms
from django.utils.translation import gettext_lazy

from audit.models import ReviewTerms


class TermsForm(forms.ModelForm):
    """How often, how long to answer, and what dormant means."""

    class Meta:
        model = ReviewTerms
        fields = ["period_days", "answer_days", "dormant_days"]


class AnswerForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False,
        help_text=gettext_lazy("Needed where you do not confirm. It is part of the evidence."),
    )  # fmt: skip
