"""A policy read aloud: its lines, conditions and steps in words."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User


def names_in(*contents) -> dict[str, str]:
    """{id: name} of the people whom these policies name, in one query; read once for a page of many policies."""
    steps = [step for content in contents for line in content["lines"] for step in line["steps"]]
    named = {pk for step in steps for pk in step.get("people", [])}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=named).values_list("pk", "name")} if named else {}


def policy_in_words(content, kind, names=None) -> list[str]:
    """One sentence a line, then what else the policy says. `names` are those of `names_in`, when there are more to read."""
    names = names_in(content) if names is None else names
    sentences = [line_in_words(line, kind, names) for line in content["lines"]]
    hours = content["hours"]
    sentences.append(ngettext("Each step has %(n)s hour.", "Each step has %(n)s hours.", hours) % {"n": hours})
    if content["highest"]:
        sentences.append(_("Only the highest manager asked for decides."))
    if content["bulk"]:
        sentences.append(_("Several requests may be decided at once."))
    if content["confirm"]:
        sentences.append(_("Who comes by a mail link confirms with the password."))
    return sentences


def line_in_words(line, kind, names=None):
    steps = steps_in_words(line["steps"], names)
    if line.get("confirm"):
        steps = _("%(steps)s; by a mail link only with the password") % {"steps": steps}
    if not line["when"]:
        return _("Always: %(steps)s") % {"steps": steps}
    conditions = _(" and ").join(condition_in_words(condition, kind) for condition in line["when"])
    return _("If %(conditions)s: %(steps)s") % {"conditions": conditions, "steps": steps}


def steps_in_words(steps, names=None) -> str:
    """Who decides, in turn; those of one turn decide side by side."""
    turns = {}
    for step in sorted(steps, key=lambda step: step["turn"]):
        turns.setdefault(step["turn"], []).append(step_in_words(step, names))
    return _(", then ").join(pgettext("steps side by side", " and ").join(words) for words in turns.values())


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


def step_in_words(step, names=None):
    if step["who"] == "manager":
        return _("manager, level %(level)s") % {"level": step["level"]}
    if step["who"] == "role":
        role = str(dict(User.Role.choices).get(step["role"], step["role"]))
        return role if step["need"] == 1 else _("%(need)s of role %(role)s") % {"need": step["need"], "role": role}
    return _people_in_words(step, names_in({"lines": [{"steps": [step]}]}) if names is None else names)


def _people_in_words(step, names):
    people = pgettext("between names", ", ").join(sorted(names[pk] for pk in step["people"] if pk in names))
    if len(step["people"]) == 1:
        return people
    if step["need"] == "all":
        return _("all of %(people)s") % {"people": people}
    return _("%(need)s of %(people)s") % {"need": step["need"], "people": people}
