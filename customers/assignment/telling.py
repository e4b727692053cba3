"""Why a customer is whose it is, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from customers.assignment.changes import spoken
from customers.models import Assignment


def of_the_owner(customer) -> dict:
    """The act by which its owner has it, with its words; nothing when he claimed it himself."""
    latest = customer.assignments.select_related("by", "rule", "to").order_by("-made_at").first()
    if latest is None or latest.to_id is None or latest.to_id != customer.owner_id:
        return {"assignment": None}
    return {"assignment": latest, "assignment_words": in_words(latest)}


def in_words(made: Assignment) -> str:
    if made.rule is None:
        return _("%(who)s assigned it to %(name)s: %(reason)s") % {
            "who": made.by.name if made.by else "", "name": made.to.name if made.to else "", "reason": made.reason,
        }  # fmt: skip
    return " ".join([_by_rule(made), *_passed_over(made)])


def _by_rule(made):
    told = made.explanation
    matched = ", ".join(spoken(column, value) for column, value in told.get("matched", {}).items() if value)
    held = told.get("held", 0)
    load = ngettext("%(name)s held %(n)s customer", "%(name)s held %(n)s customers", held) % {
        "name": made.to.name,
        "n": held,
    }
    turn = _("it was %(name)s’s turn") % {"name": made.to.name}
    because = load if told.get("method") == "load" else turn
    if matched:
        return _("By the rule “%(rule)s” (%(matched)s): %(because)s.") % {
            "rule": made.rule.name, "matched": matched, "because": because,
        }  # fmt: skip
    return _("By the rule “%(rule)s”: %(because)s.") % {"rule": made.rule.name, "because": because}


def _passed_over(made):
    """Whose turn it would have been. That somebody is denied the customer is told to nobody here."""
    rows = [row for row in made.explanation.get("passed_over", []) if row["why"] != "denied"]
    people = User.objects.in_bulk([row["person"] for row in rows]) if rows else {}
    names = {str(pk): person.name for pk, person in people.items()}
    words = {
        "gone": _("%(name)s no longer sells."),
        "leaving": _("%(name)s leaves."),
        "full": _("%(name)s holds as many as the rules allow."),
    }
    return [words[row["why"]] % {"name": names.get(row["person"], "")} for row in rows]
