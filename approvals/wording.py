"""A policy read aloud: its lines, conditions and steps in words."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User


def policy_in_words(content, kind) -> list[str]:
    """One sentence a line, then what else the policy says."""
    sentences = [line_in_words(line, kind) for line in content["lines"]]
    hours = content["hours"]
    sentences.append(ngettext("Each step has %(n)s hour.", "Each step has %(n)s hours.", hours) % {"n": hours})
    if content["highest"]:
        sentences.append(_("Only the highest manager asked for decides."))
    if content["bulk"]:
        sentences.append(_("Several requests may be decided at once."))
    if content["confirm"]:
        sentences.append(_("Who comes by a mail link confirms with the password."))
    return sentences


def line_in_words(line, kind):
    steps = _(", then ").join(step_in_words(step) for step in sorted(line["steps"], key=lambda step: step["turn"]))
    if not line["when"]:
        return _("Always: %(steps)s") % {"steps": steps}
    conditions = _(" and ").join(condition_in_words(condition, kind) for condition in line["when"])
    return _("If %(conditions)s: %(steps)s") % {"conditions": conditions, "steps": steps}


def condition_in_words(condition, kind):
    measure = kind.all_measures.get(condition["measure"])
    words = {
        ">": _("%(measure)s is over %(limit)s"),
        ">=": _("%(measure)s is %(limit)s or more"),
        "<": _("%(measure)s is under %(limit)s"),
        "<=": _("%(measure)s is %(limit)s or less"),
    }[condition["is"]]
    return words % {
        "measure": measure.label if measure else condition["measure"],
        "limit": amount(condition["limit"], measure),
    }


def amount(value, measure):
    """A measured number with its unit, as the reader writes numbers."""
    written = number_format(value, use_l10n=True, force_grouping=True)
    return f"{written}{measure.unit}" if measure and measure.unit else written


def step_in_words(step):
    if step["who"] == "manager":
        return _("manager, level %(level)s") % {"level": step["level"]}
    if step["who"] == "role":
        role = dict(User.Role.choices).get(step["role"], step["role"])
        return role if step["need"] == 1 else _("%(need)s of role %(role)s") % {"need": step["need"], "role": role}
    return _people_in_words(step)


def _people_in_words(step):
    named = User.objects.filter(pk__in=step["people"]).order_by("name").values_list("name", flat=True)
    people = _(", ").join(named)
    if len(step["people"]) == 1:
        return people
    if step["need"] == "all":
        return _("all of %(people)s") % {"people": people}
    return _("%(need)s of %(people)s") % {"need": step["need"], "people": people}
