"""What customers said, counted by who had the contacts: beside his colleagues' figures, without a verdict."""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from customers.models import Confirmation, ConfirmationAnswer


@dataclass
class Rate:
    """One person's figures."""

    person: User
    asked: int
    answered: int
    yes: int
    no: int
    others: int

    @property
    def percent(self) -> int:
        return round(100 * self.answered / self.asked) if self.asked else 0


def answers_for(reader):
    """The answers this person may read: an auditor all, a manager those about his people. The database leaves out his own."""
    found = ConfirmationAnswer.objects.select_related("confirmation__follow_up__author", "customer", "organization")
    return found if reader.is_auditor else found.filter(confirmation__follow_up__author__in=reader.people_below)


def rates_for(reader) -> list[Rate]:
    """Everybody's figures whose contacts were asked about, by name. Two queries."""
    asked = (
        Confirmation.objects.all()
        if reader.is_auditor
        else Confirmation.objects.filter(follow_up__author__in=reader.people_below)
    )
    counted = asked.order_by().values("follow_up__author").annotate(
        asked=Count("pk", distinct=True), answered=Count("answers"), yes=Count("answers", filter=Q(answers__met=True)),
        no=Count("answers", filter=Q(answers__met=False)), others=Count("answers", filter=Q(answers__others=True)),
    )  # fmt: skip
    rows = {row.pop("follow_up__author"): row for row in counted}
    people = User.objects.filter(pk__in=rows).order_by("name")
    return [Rate(person, **rows[person.pk]) for person in people]
