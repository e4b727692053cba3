"""What somebody says who has talked to a customer, and what he arranged to do next."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.forms import PlainField
from customers.models import FollowUp
from customers.next_steps import moment_of, today
from customers.request_forms import FilesField

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
FAR = timedelta(days=3 * 366)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class NoFilesField(FilesField):
    """None to five files."""

    def clean(self, data, initial=None):
        return super().clean(data, initial) if data else []


class SaidForm(forms.Form):
    """One field is enough: what happened. When is now, unless somebody says otherwise."""

    content = forms.CharField(
        label=_("What happened"),
        max_length=4000,
        widget=forms.Textarea(
            attrs={"rows": 2, "placeholder": _("What happened? One sentence is enough."), "data-key": "l"}
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=FollowUp.Kind.choices,
        initial=FollowUp.Kind.CALL,
        required=False,
        widget=forms.RadioSelect,
    )
    occurred_at = forms.DateTimeField(
        label=_("Occurred"), required=False, input_formats=MOMENT,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT[0]),
    )  # fmt: skip
    needs = forms.CharField(label=_("Needs"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    intention = forms.ChoiceField(
        label=_("Intention"), choices=[("", "—"), *FollowUp.Intention.choices], required=False
    )
    attachments = NoFilesField(label=_("Files"), max_length=200, required=False)

    def clean_kind(self):
        return self.cleaned_data["kind"] or FollowUp.Kind.CALL

    def clean_occurred_at(self):
        occurred = self.cleaned_data["occurred_at"] or timezone.now()
        if occurred > timezone.now() + timedelta(minutes=1):
            raise forms.ValidationError(
                _("This lies in the future. Log a contact after it has happened."), code="future"
            )
        return occurred

    def said(self) -> dict:
        """For the follow-up."""
        names = ("content", "kind", "occurred_at", "needs", "intention")
        return {name: self.cleaned_data[name] for name in names} | {"files": self.cleaned_data["attachments"]}


class WhenForm(forms.Form):
    """A day where the organisation is, and the hour if there is one."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    hour = forms.TimeField(label=_("Hour"), required=False, widget=HourInput)

    def __init__(self, *args, time_zone, **options):
        super().__init__(*args, **options)
        self.time_zone = time_zone

    def clean_day(self):
        return ahead(self.cleaned_data["day"])

    def when(self) -> dict:
        return _when(self.cleaned_data["day"], self.cleaned_data["hour"], self.time_zone)


class StepForm(WhenForm):
    """A next step that is planned alone."""

    what = PlainField(label=_("What is to be done"), max_length=200)
    field_order = ["what", "day", "hour"]


class DropForm(forms.Form):
    """Why a step will not be done."""

    reason = PlainField(label=_("Reason"), max_length=300)


def _tomorrow():
    return timezone.localdate() + timedelta(days=1)


class FollowUpForm(SaidForm):
    """A follow-up on the page of its customer: what it finishes, and what comes next."""

    finishes = forms.ModelChoiceField(None, label=_("Finishes"), required=False, empty_label="—")
    next_what = PlainField(label=_("What is to be done"), max_length=200, required=False)
    next_day = forms.DateField(label=_("Day"), required=False, widget=DayInput, initial=_tomorrow)
    next_hour = forms.TimeField(label=_("Hour"), required=False, widget=HourInput)

    def __init__(self, *args, customer, at_once=False, **options):
        super().__init__(*args, **options)
        self.customer = customer
        self.steps = customer.next_steps.open().by_time()
        self.fields["finishes"].queryset = self.steps  # type: ignore[attr-defined]
        if at_once:
            self.fields["content"].widget.attrs["autofocus"] = True

    @classmethod
    def asked(cls, customer, query):
        """As an address asks for it: `?log` to write at once, `?log=<step>` to finish that one."""
        return cls(customer=customer, at_once="log" in query, initial={"finishes": query.get("log")})

    def clean(self):
        """The day is there before anybody types, so it is looked at only together with what is to be done."""
        cleaned = super().clean() or {}
        if cleaned.get("next_what") and "next_day" not in self.errors:
            self._check_day(cleaned.get("next_day"))
        return cleaned

    def _check_day(self, day):
        try:
            ahead(day) if day else self.add_error("next_day", _("Say on which day this is to be done."))
        except forms.ValidationError as error:
            self.add_error("next_day", error)

    def logged(self) -> dict:
        """For the follow-up, and for the steps it finishes and arranges."""
        return self.said() | {"finishes": self.cleaned_data["finishes"], "plan": self._plan()}

    def _plan(self):
        what, day = self.cleaned_data["next_what"], self.cleaned_data["next_day"]
        if not what:
            return None
        zone = self.customer.organization.time_zone
        return {"what": what} | _when(day, self.cleaned_data["next_hour"], zone)


def ahead(day: date) -> date:
    """Today or later where the organisation is, and not so late that it is a slip of the pen."""
    now = today()
    if day < now:
        raise forms.ValidationError(_("This day is over. A next step lies ahead, today or later."), code="over")
    if day > now + FAR:
        raise forms.ValidationError(_("This day is more than three years away."), code="far")
    return day


def _when(day, hour, time_zone):
    return {"due_on": day, "due_at": moment_of(day, hour, time_zone) if hour else None}
