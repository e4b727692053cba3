"""What people say about a request."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.confirming import password_field
from accounts.models import User
from approvals.independence import is_independent


class DecisionForm(forms.Form):
    """Which copy is decided, and why. A rejection and a return say why."""

    seal = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        help_text=_("Required to return or reject. The person who asked and auditors read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, says_why=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.says_why = says_why

    def clean_reason(self):
        reason = self.cleaned_data["reason"].strip()
        if self.says_why and not reason:
            raise forms.ValidationError(_("Say in a few words what is missing or why not. Nothing was decided."))
        return reason


class ConfirmedDecisionForm(DecisionForm):
    """A decision by a mail link that the policy wants confirmed."""

    password = password_field()


class CommentForm(forms.Form):
    text = forms.CharField(label=_("Comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500)


class AddStepForm(WhyForm):
    """One more person who has to say yes."""

    person = forms.ModelChoiceField(None, label=_("Person"))
    field_order = ["person", "reason"]

    def __init__(self, *args, approval, **kwargs):
        super().__init__(*args, **kwargs)
        self.approval = approval
        seated = approval.approvers.live().values("person")
        people = User.objects.active().exclude(pk__in=seated).exclude(pk=approval.requested_by_id)
        self.fields["person"].queryset = people.order_by("name")  # type: ignore[attr-defined]

    def clean_person(self):
        person = self.cleaned_data["person"]
        if not is_independent(person, self.approval):
            raise forms.ValidationError(
                _("This person has a share in it or works for who asked. Choose somebody else.")
            )
        return person
