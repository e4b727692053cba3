"""What an administrator types when he writes a policy: lines of conditions and steps. It works without script."""

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts import tenancy
from accounts.models import User
from approvals.policies import MOST_HOURS, MOST_LINES, MOST_STEPS, NUMBER
from approvals.wording import condition_in_words, step_in_words

CONDITIONS, STEPS, LEVELS, NEEDS = 3, 4, 5, 5  # what the page offers; a policy that has more is offered more
SEPARATORS = re.compile(r"[,，、;；\n]")
LATEST = timedelta(days=2 * 366)


class LimitField(forms.CharField):
    """A number, with or without separators of thousands; gives the writing that a policy keeps."""

    def clean(self, value):
        typed = re.sub(r"[,，\s]", "", super().clean(value))
        if typed and not NUMBER.fullmatch(typed):
            raise ValidationError(_("“%(typed)s” is no number.") % {"typed": typed[:20]})
        return format(Decimal(typed), "f") if typed else ""


class PeopleField(forms.CharField):
    """Names or e-mail addresses; gives ids, in the order of writing."""

    def clean(self, value):
        typed = [each.strip() for each in SEPARATORS.split(super().clean(value)) if each.strip()]
        return list(dict.fromkeys(self._find(typed))) if typed else []

    def _find(self, typed):
        here = list(User.objects.active().filter(Q(name__in=typed) | Q(email__in=[each.lower() for each in typed])))
        for each in typed:
            fitting = [person for person in here if each == person.name or each.lower() == person.email]
            if not fitting:
                raise ValidationError(_("Nobody here is called “%(name)s”.") % {"name": each[:40]})
            if len(fitting) > 1:
                raise ValidationError(_("Several people are called “%(name)s”. Write the e-mail address.") % {"name": each[:40]})  # fmt: skip
            yield str(fitting[0].pk)


def people_as_typed(contents) -> dict[str, str]:
    """{id: name, or the address of somebody who shares his name}, for everybody in these policies."""
    named = {
        pk
        for content in contents
        for line in content["lines"]
        for step in line["steps"]
        for pk in step.get("people", [])
    }
    people = list(User.objects.filter(pk__in=named)) if named else []
    shared = Counter(User.objects.active().filter(name__in={each.name for each in people}).values_list("name", flat=True)) if people else {}  # fmt: skip
    return {str(each.pk): each.email if shared[each.name] > 1 else each.name for each in people}


class LineForm(forms.Form):
    """One line: limits that all have to be passed, and the steps that are then asked for."""

    def __init__(self, *args, kind, conditions=CONDITIONS, steps=STEPS, levels=LEVELS, needs=NEEDS, **options):
        super().__init__(*args, **options)
        measures = _measures(kind)
        self.conditions, self.places = range(1, conditions + 1), range(1, steps + 1)
        for number in self.conditions:
            self._add(f"measure_{number}", forms.ChoiceField(choices=measures), _("Limit"))
            self._add(f"limit_{number}", LimitField(max_length=40, widget=_text("decimal", 12)), _("Number"))
        for number in self.places:
            self._add(
                f"turn_{number}",
                forms.IntegerField(min_value=1, max_value=MOST_STEPS, initial=number, widget=_text("numeric", 2)),
                _("Turn"),
            )
            self._add(f"who_{number}", forms.ChoiceField(choices=_deciders(levels)), _("Who decides"))
            self._add(f"people_{number}", PeopleField(max_length=2000), _("Names or e-mail addresses"))
            self._add(f"need_{number}", forms.ChoiceField(choices=_needs(needs)), _("How many"))
        self._add("confirm", forms.BooleanField(), _("Here, who comes by a mail link confirms with the password"))

    def _add(self, name, field, label):
        field.required, field.label = False, label
        self.fields[name] = field

    @property
    def limits(self):
        """(measure, limit) for each condition that the page offers."""
        return [(self[f"measure_{n}"], self[f"limit_{n}"]) for n in self.conditions]

    @property
    def steps(self):
        return [[self[f"{part}_{n}"] for part in ("turn", "who", "people", "need")] for n in self.places]

    def clean(self):
        values = super().clean() or self.cleaned_data
        for number in self.conditions:
            measure, limit = (values.get(f"{part}_{number}", "broken") for part in ("measure", "limit"))
            if measure and not limit:
                self.add_error(f"limit_{number}", _("Write the number."))
            elif limit and not measure:
                self.add_error(f"measure_{number}", _("Choose what this number limits."))
        for number in self.places:
            who, people, need = (values.get(f"{part}_{number}", "broken") for part in ("who", "people", "need"))
            self._clean_step(number, who, people, need)
        return values

    def _clean_step(self, number, who, people, need):
        if who == "people" and not people:
            self.add_error(f"people_{number}", _("Write who decides."))
        elif people and who not in ("people", "broken") and people != "broken":
            self.add_error(f"who_{number}", _("Choose “people named here”, or remove the names."))
        elif who.startswith("role") and need == "all":
            self.add_error(f"need_{number}", _("How many of a role is a number."))

    @property
    def content(self) -> dict:
        """The line as a policy keeps it; only of a valid form."""
        confirm = {"confirm": True} if self.cleaned_data.get("confirm") else {}
        return {"when": list(self._conditions()), "steps": list(self._steps())} | confirm

    def _conditions(self):
        for number in self.conditions:
            if chosen := self.cleaned_data.get(f"measure_{number}"):
                measure, operator = chosen.split(" ")
                yield {"measure": measure, "is": operator, "limit": self.cleaned_data[f"limit_{number}"]}

    def _steps(self):
        for number in self.places:
            turn, who, people, need = (
                self.cleaned_data.get(f"{p}_{number}") for p in ("turn", "who", "people", "need")
            )
            if who:
                yield {"turn": turn or number} | _decider(who, people, need or "1")


def _decider(who, people, need):
    sort, _space, which = who.partition(" ")
    needed = {"need": need if need == "all" else int(need)}
    if sort == "manager":
        return {"who": "manager", "level": int(which)}
    return {"who": "role", "role": which} | needed if sort == "role" else {"who": "people", "people": people} | needed


def line_as_typed(line, people) -> dict:
    """A line of a policy as the values of its form."""
    typed = {"confirm": line.get("confirm", False)}
    for number, condition in enumerate(line["when"], 1):
        typed[f"measure_{number}"] = f"{condition['measure']} {condition['is']}"
        typed[f"limit_{number}"] = condition["limit"]
    for number, step in enumerate(line["steps"], 1):
        which = {"manager": step.get("level"), "role": step.get("role")}.get(step["who"])
        typed[f"turn_{number}"], typed[f"need_{number}"] = step["turn"], step.get("need", 1)
        typed[f"who_{number}"] = f"{step['who']} {which}" if which else step["who"]
        typed[f"people_{number}"] = ", ".join(people[pk] for pk in step.get("people", []) if pk in people)
    return typed


LineSet = forms.formset_factory(LineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True)


class PolicyForm(forms.Form):
    """What a policy says beside its lines."""

    hours = forms.IntegerField(
        label=gettext_lazy("Hours to decide"), min_value=1, max_value=MOST_HOURS, widget=forms.TextInput({"inputmode": "numeric"}),
        help_text=gettext_lazy("For each step. Then the next level comes in as well."),
    )  # fmt: skip
    effective_from = forms.DateTimeField(
        label=gettext_lazy("Effective from"), required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Not before it is approved. Empty: as soon as it is approved."),
    )  # fmt: skip
    highest = forms.BooleanField(label=gettext_lazy("Only the highest manager asked for decides"), required=False)
    bulk = forms.BooleanField(label=gettext_lazy("Several requests may be decided at once"), required=False)
    confirm = forms.BooleanField(
        label=gettext_lazy("Who comes by a mail link confirms with the password"), required=False
    )

    def clean_effective_from(self):
        """What has passed means now; the minute, because that is what the field shows when it is opened again."""
        now, typed = tenancy.now(), self.cleaned_data["effective_from"]
        if typed and typed == self.initial.get("effective_from"):
            return typed
        value = max(typed or now, now.replace(second=0, microsecond=0))
        if value > now + LATEST:
            raise ValidationError(_("A policy begins within two years."))
        return value.replace(second=0, microsecond=0)


def _text(mode, width):
    return forms.TextInput({"inputmode": mode, "autocomplete": "off", "size": width})


def _needs(most):
    return [*((str(number), str(number)) for number in range(1, most + 1)), ("all", _("all"))]


def _measures(kind):
    """Each measure in its two ways to be passed; the direction is the measure's own."""
    ways = [("", _("no limit"))]
    for name, measure in kind.all_measures.items():
        for operator in measure.limits:
            condition = {"measure": name, "is": operator, "limit": "…"}
            ways.append((f"{name} {operator}", condition_in_words(condition, kind)))
    return ways


def _deciders(highest):
    managers = [
        (f"manager {level}", step_in_words({"who": "manager", "level": level})) for level in range(1, highest + 1)
    ]
    roles = [(f"role {role}", label) for role, label in User.Role.choices]
    return [
        ("", pgettext("who decides a step", "nobody")),
        (_("Managers"), managers),
        (_("Roles"), roles),
        ("people", _("people named here")),
    ]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))
