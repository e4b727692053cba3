"""What is said in a case."""

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.evidence.forms import EvidenceForm
from customers.follow_up_forms import MOMENT
from customers.forms import PlainField, ReasonForm
from customers.models import FollowUp, Verdict
from customers.request_forms import HeirField


class StatementForm(forms.Form):
    words = forms.CharField(
        label=_("Your statement"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What you did for this company and since when. Nobody reads it before both statements are opened."),
    )  # fmt: skip


class ContestForm(ReasonForm):
    """Which of his attempts, and why he was first."""

    attempt = forms.ChoiceField(label=_("Your attempt"), widget=forms.RadioSelect)
    field_order = ["attempt", "reason"]

    def __init__(self, *args, attempts, **options):
        super().__init__(*args, **options)
        self.attempts = {str(each.pk): each for each in attempts}
        self.fields["attempt"].choices = [(pk, _named(each)) for pk, each in self.attempts.items()]  # type: ignore[attr-defined]

    def clean_attempt(self):
        return self.attempts[self.cleaned_data["attempt"]]


def _named(attempt):
    at = formats.date_format(timezone.localtime(attempt.attempted_at), "SHORT_DATETIME_FORMAT")
    return f"{attempt.known_as or '—'} · {at}"


class OpenForm(ReasonForm):
    """With whom the owner is in dispute, and why."""

    party_b = HeirField(label=_("Party B"), queryset=None, empty_label="—")
    field_order = ["party_b", "reason"]

    def __init__(self, *args, customer, by, **options):
        super().__init__(*args, **options)
        sellers = User.objects.active().filter(rights__verbs__contains=["customers.sell"], leaving_from=None)
        others = sellers.exclude(pk__in=[customer.owner_id, by.pk]).select_related("team").order_by("name", "pk")
        self.fields["party_b"].queryset = others  # type: ignore[attr-defined]


class VerdictForm(forms.Form):
    """Reason, what happens, shares, and what both will read."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Verdict.Reason.choices, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(label=_("What happens"), choices=Verdict.Outcome.choices, widget=forms.RadioSelect)
    share_a = forms.IntegerField(label=_("Party A"), min_value=0, max_value=100)
    share_b = forms.IntegerField(label=_("Party B"), min_value=0, max_value=100)
    words = PlainField(label=_("What both will read"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    def clean(self):
        said = super().clean() or {}
        if {"share_a", "share_b"} <= said.keys() and said["share_a"] + said["share_b"] != 100:
            self.add_error("share_b", _("The two shares add up to 100%. Change one of them."))
        elif said.get("outcome") == Verdict.Outcome.JOINT and 0 in (said.get("share_a"), said.get("share_b")):
            self.add_error("share_b", _("Who works on it together has a share each. Give both more than 0%."))
        return said


class LogForm(EvidenceForm):
    """What the contester did for the customer while the case is open, with what shows it if there is something."""

    content = PlainField(label=_("What happened"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label=_("Kind"), choices=FollowUp.Kind.choices, initial=FollowUp.Kind.CALL)
    occurred_at = forms.DateTimeField(
        label=_("Occurred"), required=False, input_formats=MOMENT,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT[0]),
    )  # fmt: skip

    def __init__(self, *args, **options):
        super().__init__(*args, required=False, **options)

    def clean_occurred_at(self):
        """Empty is now, or the time of the file."""
        occurred = self.cleaned_data["occurred_at"]
        if occurred and occurred > timezone.now():
            raise forms.ValidationError(
                _("This lies in the future. Log a contact after it has happened."), code="future"
            )
        return occurred
