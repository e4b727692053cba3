"""How the versions of the rules follow each other: which holds when, which never began, who asked and who approved."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from accounts import tenancy
from approvals.models import Decision
from customers.models import OwnershipRules
from customers.ownership.wording import changes, in_words


@dataclass
class Version:
    """One version in its place in time. `over` is when the next took over; `replaced_by` took over before it began."""

    rules: OwnershipRules
    over: datetime | None = None
    replaced_by: int | None = None
    before: OwnershipRules | None = None  # what held until it came
    approved_by: list = field(default_factory=list)

    @property
    def number(self):
        return self.rules.number

    @property
    def begins(self):
        return self.rules.effective_from

    @property
    def changes(self):
        return changes(self.before.as_asked, self.rules.as_asked) if self.before else []

    @property
    def words(self):
        return in_words(self.rules.as_asked)

    @property
    def is_as_approved(self):
        """Does it say what two people agreed on? If not, somebody wrote past the house; the ledger has what was written."""
        request = self.rules.approval
        return request is None or request.asked["rules"].items() <= self.rules.as_asked.items()


def in_order(rules) -> list[Version]:
    """Versions in the order in which they take over. Of several that begin at one moment the last one written holds."""
    ordered = [Version(each) for each in sorted(rules, key=lambda each: (each.effective_from, each.number))]
    for version, following in pairwise(ordered):
        if following.begins == version.begins:
            version.replaced_by = following.number
        else:
            version.over = following.begins
    lasting = None
    for version in ordered:
        version.before = lasting
        if version.replaced_by is None:
            lasting = version.rules
    return ordered


def holding(versions, moment) -> Version:
    """The version that holds at a moment."""
    return [each for each in versions if each.begins <= moment][-1]


@dataclass
class Standing:
    """All versions as they stand now: the one in force, those to come, those that held."""

    versions: list[Version]
    now: datetime

    @cached_property
    def in_force(self):
        return holding(self.versions, self.now)

    @cached_property
    def coming(self):
        return [each for each in self.versions if each.begins > self.now and each.replaced_by is None]

    @property
    def newest_first(self):
        """All of them, with those that were replaced before they began."""
        return self.versions[::-1]

    def numbered(self, number):
        return next((each for each in self.versions if each.number == number), None)


def standing() -> Standing:
    """Every version with who asked and who approved: three queries for however many there are."""
    rules = OwnershipRules.objects.select_related("written_by", "approval__requested_by")
    versions = in_order(rules)
    yes = Decision.objects.filter(
        approval__in=[each.rules.approval_id for each in versions if each.rules.approval_id],
        verdict=Decision.Verdict.APPROVE,
    ).select_related("person")
    for decision in yes.order_by("decided_at"):
        found = next(each for each in versions if each.rules.approval_id == decision.approval_id)
        found.approved_by.append(decision.person)
    return Standing(versions, tenancy.now())
