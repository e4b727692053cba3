"""What somebody brings: a file beside a follow-up, a mail to a customer, a call log and who is behind its extensions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers import follow_ups
from customers.evidence.artefacts import Problem, Unusable
from customers.evidence.gathering import bring, log_with
from customers.evidence.mail import LIMITS


class EvidenceForm(forms.Form):
    """One mail or invitation. In the composer it may be left out."""

    evidence = forms.FileField(
        label=_("Evidence"),
        help_text=_("A mail (.eml) or an invitation (.ics), saved from your mail program. At most 5 MB."),
        max_length=200,
        widget=forms.FileInput(
            attrs={
                "accept": ".eml,.ics,message/rfc822,text/calendar",
                "data-max-bytes": LIMITS.upload,
                "data-too-large": Problem.TOO_LARGE.label,
            }
        ),
    )

    def __init__(self, *args, required=True, **options):
        super().__init__(*args, **options)
        self.fields["evidence"].required = required

    def clean_evidence(self):
        file = self.cleaned_data["evidence"]
        if file and file.size > LIMITS.upload:
            raise forms.ValidationError(Problem.TOO_LARGE.label, code="too_large")
        return file

    def logged(self, customer, form, *, by):
        """The follow-up of a valid form, with the file if there is one; None, with the sentence here, when the file shows
        nothing. Then nothing was logged: what was typed is still in the form."""
        said = form.logged()
        if not (file := self.cleaned_data["evidence"]):
            return follow_ups.log(customer, by=by, **said)
        if not form.data.get("occurred_at"):
            said = said | {"occurred_at": None}
        return self._unless_unusable(lambda: log_with(customer, file.name, file.read(), by=by, **said))

    def brought(self, follow_up, *, by):
        """The evidence for a follow-up that is there; None, with the sentence here, when the file shows nothing."""
        file = self.cleaned_data["evidence"]
        return self._unless_unusable(lambda: bring(follow_up, file.name, file.read(), by=by))

    def _unless_unusable(self, work):
        try:
            return work()
        except Unusable as unusable:
            self.add_error("evidence", forms.ValidationError(unusable.sentence, code=unusable.problem))
            return None
