"""Why somebody may or may not do a thing to a record: the questions of the rules, answered aloud."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import rules
from accounts.verbs import verb_of

_explained: list["Explained"] = []
_sentences: dict = {}


@dataclass(frozen=True)
class Explained:
    """Records of one sort: what can be done to them, and how a person stands to one."""

    model: Any
    acts: dict
    standing: Any


@dataclass(frozen=True)
class Answer:
    """One act: may he, and why or why not."""

    label: Any
    allowed: bool
    why: str


def explained(model, acts, standing):
    """Register `{action: label}` for the records of a model, and `standing(person, record)`, a sentence."""
    _explained.append(Explained(model, acts, standing))


def refusals(sentences):
    """Register `{question of the rules: (person, action, record) -> sentence}` for a no."""
    _sentences.update(sentences)


def found(text):
    """(record, its sort) of whose number there is one in the text (an address, say) and in this organisation, else None."""
    for part in text.replace("/", " ").split():
        try:
            pk = UUID(part)
        except ValueError:
            continue
        for sort in _explained:
            if record := sort.model.objects.filter(pk=pk).first():
                return record, sort
    return None


def answers(person, record, sort) -> list[Answer]:
    return [_answer(person, action, label, record, sort) for action, label in sort.acts.items()]


def _answer(person, action, label, record, sort):
    question, holds = list(rules.reasons(person, action, record))[-1]
    why = sort.standing(person, record) if holds else _sentences[question](person, action, record)
    return Answer(label, holds, why)


def _role_lacks(person, action, record):
    verb = verb_of(action)
    return _("The role %(role)s does not carry “%(verb)s”.") % {
        "role": person.rights,
        "verb": verb.label if verb else "",
    }


refusals(
    {
        "active": lambda person, action, record: _("%(name)s is deactivated.") % {"name": person.name},
        "organization": lambda person, action, record: _("It belongs to another organisation."),
        "rule_exists": lambda person, action, record: _("Nobody may: there is no rule that says yes."),
        "role": _role_lacks,
        "leaving": lambda person, action, record: (
            _("%(name)s is leaving; in departure mode this is closed: %(act)s.")
            % {"name": person.name, "act": rules.closed_while_leaving()[action]}
        ),
        "denial": lambda person, action, record: (
            _("%(name)s is denied this record; that stands above everything.") % {"name": person.name}
        ),
        "rule": lambda person, action, record: rules.no_of(action),
    }
)
