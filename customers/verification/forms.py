"""What somebody who verifies says: one source, and of each field whether it agrees."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms import PlainField, ReasonForm
from customers.models import Verification, VerificationTerms
from customers.verification.values import OF_A_PERSON, cleaned, is_the_same
from customers.verification.verifying import Answer

Result = Verification.Result


class TermsForm(forms.ModelForm):
    """How often, how many, and how long an owner has to answer."""

    class Meta:
        model = VerificationTerms
        fields = ["period_days", "sample_size", "answer_days"]


class RoundForm(forms.Form):
    title = PlainField(label=_("What is verified, and why"), max_length=120)


class DeclineForm(ReasonForm):
    """Why what stands here stays."""


class CompareForm(forms.Form):
    """The source once, then each field that is still open: what it says, and the result."""

    source = forms.ChoiceField(label=_("Source"), choices=[("", "—"), *Verification.Source.choices])
    reference = PlainField(
        label=_("Reference"), max_length=200,
        help_text=_("Where somebody else finds it: the address, the number of the document, who was called and when."),
    )  # fmt: skip

    def __init__(self, *args, held, customer, **options):
        super().__init__(*args, **options)
        self.customer = customer
        self.held = {field: each for field, each in held.items() if field not in OF_A_PERSON or each.contact}
        for field, each in self.held.items():
            self.fields[f"result_{field}"] = self._choice(each)
            self.fields[f"said_{field}"] = forms.CharField(label=_("The source says"), max_length=300, required=False)
            self.fields[f"seen_{field}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=each.is_seen_as(customer)
            )

    @staticmethod
    def _choice(each):
        possible = [(value, label) for value, label in Result.choices if each.value or value != Result.AGREES]
        choices = [("", _("Not compared yet")), *possible]
        return forms.ChoiceField(
            label=each.label, choices=choices, required=False, initial="", widget=forms.RadioSelect
        )

    @property
    def rows(self):
        """(what stands here, field of the result, field of what the source says) of each."""
        return [(each, self[f"result_{field}"], self[f"said_{field}"]) for field, each in self.held.items()]

    def clean(self):
        values = super().clean() or {}
        self.answers = {}
        for field, each in self.held.items():
            if result := values.get(f"result_{field}"):
                self._take(field, each, result, values)
        if not self.answers and not self.errors:
            raise forms.ValidationError(_("Say of at least one field what you found."), code="nothing")
        return values

    def _take(self, field, each, result, values):
        if values.get(f"seen_{field}") != each.is_seen_as(self.customer):
            self.data = {**self.data.dict(), f"seen_{field}": each.is_seen_as(self.customer)}  # type: ignore[attr-defined]
            self.add_error(f"result_{field}", _("It was changed while you compared. Here is what stands now."))
            return
        try:
            said = self._said(field, each, values.get(f"said_{field}", "").strip()) if result == Result.DIFFERS else ""
        except forms.ValidationError as error:
            self.add_error(f"said_{field}", error)
            return
        self.answers[field] = Answer(result, said)

    @staticmethod
    def _said(field, each, text):
        if not text:
            raise forms.ValidationError(_("Write down what the source says."), code="required")
        said = cleaned(field, text)
        if said == each.value or (field not in ("name",) and is_the_same(field, said, each.value)):
            raise forms.ValidationError(_("This is what stands here already."), code="same")
        return said
