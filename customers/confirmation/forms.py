"""What a customer is asked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms import PlainField

YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]


class YesOrNo(forms.ChoiceField):
    def __init__(self, **options):
        super().__init__(choices=YES_OR_NO, widget=forms.RadioSelect, **options)

    def clean(self, value):
        return super().clean(value) == "yes"


class AnswerForm(forms.Form):
    met = YesOrNo(label=_("Did this contact take place?"))
    others = YesOrNo(label=_("Has anybody else of our company been in touch with you?"))
    said = PlainField(
        label=_("If you like: who, and what should we know?"), max_length=500, required=False,
        help_text=_("The person concerned does not read your answer."),
    )  # fmt: skip
