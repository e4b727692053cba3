"""Four eyes on the assignment rules: who gets what changes as a whole set, and a second person decides."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organization, User
from accounts.rules import rule
from accounts.verbs import verb
from approvals.asking import ask
from approvals.kinds import SECURITY, CannotTakeEffect, Kind, a_second_person, register
from audit.deeds import stamped
from customers import countries
from customers.models import AssignmentRule, Customer

verb(
    "customers.assignment", gettext_lazy("Ask for other assignment rules"), "customers.assignment_rules",
    given_to=["administrator"],
)  # fmt: skip


@rule("customers.assignment_rules")
def administers(user, organization):
    """His role carries the verb; a second person decides."""
    return True


def reads_assignment_rules(person) -> bool:
    """Who sells under them, who audits, and who asks for others."""
    return person.sells or person.is_auditor or person.may("customers.assignment")


@register
class AssignmentRules(Kind):
    """The whole set of rules, in its order."""

    name = "customers.assignment_rules"
    label = gettext_lazy("Assignment rules")
    subject = "accounts.Organization"
    policy = a_second_person(SECURITY, hours=24)
    administration = True

    def interested(self, subject, asked):
        """Whoever gets customers by it."""
        return {UUID(pk) for each in asked["rules"] for pk in each["people"]}

    def title(self, approval):
        number = len(approval.asked["rules"])
        return ngettext("%(n)s assignment rule", "%(n)s assignment rules", number) % {"n": number}

    def lines(self, approval):
        names = approval.asked["names"]
        found = [(each["name"], None, in_words(each, names)) for each in approval.asked["rules"]]
        return found or [(_("Rules"), None, _("none: what comes in goes to the public pool"))]

    def url(self, approval):
        return reverse("customers:assignment_rules")

    def take_effect(self, approval, *, by):
        people = {UUID(pk) for each in approval.asked["rules"] for pk in each["people"]}
        if User.objects.active().filter(pk__in=people).count() < len(people):
            raise CannotTakeEffect(_("Somebody in these rules is no longer here. Ask for them anew."))
        with stamped("customers.set_assignment_rules", by=by, reason=approval.reason):
            replace(approval.asked["rules"])


def replace(rules):
    """The live rules end, these begin."""
    for live in AssignmentRule.objects.live():
        live.ended_at = live.began_at
        live.save(update_fields=["ended_at"])
    for each in rules:
        AssignmentRule.objects.create(**{**each, "people": [UUID(pk) for pk in each["people"]]})


def in_words(each, names) -> str:
    """A rule in a line: what it takes, to whom, how."""
    labels = {field.name: str(field.verbose_name) for field in Customer._meta.concrete_fields}
    taken = [
        f"{labels[column]}: {', '.join(spoken(column, value) for value in values)}"
        for column, values in each["conditions"].items() if values
    ]  # fmt: skip
    people = _(", ").join(names.get(pk, "") for pk in each["people"])
    said = [" · ".join(taken) or _("everything"), people, str(AssignmentRule.Method(each["method"]).label)]
    return " → ".join(said) + (" · " + _("also what others enter") if each["takes_new"] else "")


def spoken(column, value) -> str:
    """A value of a condition in the reader's language."""
    if column == "country":
        return countries.name_of(value)
    choices = {"size": Customer.Size.choices}.get(column, [])
    return str(dict(choices).get(value, value))


def as_they_are() -> list[dict]:
    """The live rules as a request would write them down."""
    return [
        {
            "name": each.name, "place": each.place, "conditions": each.conditions, "method": each.method,
            "people": [str(pk) for pk in each.people], "takes_new": each.takes_new,
        }
        for each in AssignmentRule.objects.live()
    ]  # fmt: skip


def ask_for(rules, *, by, reason):
    """A request for this set; raises AlreadyAsked when one waits."""
    people = {pk for each in rules for pk in each["people"]}
    names = {str(person.pk): person.name for person in User.objects.filter(pk__in=people)}
    organization = Organization.objects.get()
    return ask(AssignmentRules.name, organization, by=by, reason=reason, rules=rules, names=names)
