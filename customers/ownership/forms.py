"""What an administrator types who proposes another version of the rules."""

from datetime import timedelta

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tenancy
from approvals.administration_forms import reason_field
from customers.models import OwnershipRules
from customers.ownership.wording import WHAT_IT_DOES

LATEST = timedelta(days=2 * 366)
AT_ONCE, ON_A_DAY, INSTEAD = "now", "later", "instead "
# Least and most of each rule. What the database refuses is narrower nowhere.
LIMITS = {
    "protection_days": (1, 3650), "hold_hours": (0, 72), "holds_at_once": (1, 1000), "lapses_at_most": (1, 1000),
    "daily_claims": (1, 5000), "holding_limit": (1, 30000), "cooldown_days": (0, 365), "release_hours": (0, 720),
    "opportunity_days": (1, 3650), "won_days": (1, 3650), "warn_days": (1, 90),
}  # fmt: skip


class ProposalForm(forms.ModelForm):
    """All rules as they are to be, and from when on."""

    begins = forms.ChoiceField(label=gettext_lazy("In force"), widget=forms.RadioSelect)
    effective_from = forms.DateTimeField(
        label=gettext_lazy("Day and time"), required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Only for a later day. If it is approved after this moment, it holds from the approval on."),
    )  # fmt: skip

    class Meta:
        model = OwnershipRules
        fields = OwnershipRules.RULES
        help_texts = WHAT_IT_DOES

    def __init__(self, *args, standing, **kwargs):
        super().__init__(*args, **kwargs)
        self.standing = standing
        self.fields["begins"].choices = self._beginnings()  # type: ignore[attr-defined]
        for name in OwnershipRules.RULES:
            field = self.fields[name]
            least, most = LIMITS.get(name, (None, None))
            self.fields[name] = forms.IntegerField(
                label=field.label, help_text=field.help_text, required=field.required, min_value=least, max_value=most
            )

    def _beginnings(self):
        yield AT_ONCE, _("as soon as it is approved")
        yield ON_A_DAY, _("from a later day on")
        for version in self.standing.coming:
            at = formats.date_format(timezone.localtime(version.begins), "DATETIME_FORMAT")
            yield (
                f"{INSTEAD}{version.number}",
                _("instead of version %(number)s, from %(at)s on") % {"number": version.number, "at": at},
            )

    @property
    def rules(self):
        """The fields of rules, in their order."""
        return [self[name] for name in OwnershipRules.RULES]

    def clean(self):
        values = super().clean() or self.cleaned_data
        if values.get("begins") == ON_A_DAY and "effective_from" in values:
            self._clean_day(values["effective_from"])
        days, hours = values.get("protection_days"), values.get("hold_hours")
        if days and hours and hours > days * 24:
            self.add_error("hold_hours", _("A hold is not longer than the protection that follows it."))
        return values

    def _clean_day(self, day):
        now = tenancy.now()
        if day is None:
            self.add_error("effective_from", _("Write the day and the time."))
        elif day <= now:
            self.add_error(
                "effective_from", _("Rules reach back to nothing: a later moment, or as soon as it is approved.")
            )
        elif day > now + LATEST:
            self.add_error("effective_from", _("Rules begin within two years."))

    def _post_clean(self):
        """The form makes no row: a version is written by the decision of a second person."""

    @property
    def proposal(self) -> dict:
        """{rules, effective_from, instead_of}, of a valid form."""
        values, number = self.cleaned_data, self.cleaned_data["begins"].removeprefix(INSTEAD)
        rules = {name: values[name] for name in OwnershipRules.RULES}
        if number != values["begins"]:
            version = self.standing.numbered(int(number))
            return {"rules": rules, "effective_from": version.begins, "instead_of": version.number}
        later = values["begins"] == ON_A_DAY
        return {"rules": rules, "effective_from": values["effective_from"] if later else None, "instead_of": None}


class AskForm(forms.Form):
    reason = reason_field(help_text=gettext_lazy("Whoever decides reads it, and everybody on the page of the rules."))


def begun_with(standing, *, replay=None, instead_of=None) -> dict:
    """What the form begins with: a former proposal, the rules as they would be without a coming version, or those in force."""
    if replay:
        begins = (
            f"{INSTEAD}{replay.instead_of}" if replay.instead_of else ON_A_DAY if replay.effective_from else AT_ONCE
        )
        return replay.rules | {"begins": begins, "effective_from": replay.effective_from}
    if instead_of:
        return instead_of.before.as_asked | {"begins": f"{INSTEAD}{instead_of.number}"}
    return standing.in_force.rules.as_asked | {"begins": AT_ONCE}
