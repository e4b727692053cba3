"""How the policy of a kind stands: what holds now, what held before, what comes, and what is being written."""

from dataclasses import dataclass, field

from django.utils.functional import cached_property

from accounts import tenancy
from approvals.kinds import Kind, kinds
from approvals.models import Approval, ApprovalPolicy, Decision, HousePolicy
from approvals.policy_changes import PolicyChange
from approvals.wording import names_in, policy_in_words

State = ApprovalPolicy.State


@dataclass
class Standing:
    """One kind with its versions, newest first. `house` holds until the organisation has a version of its own."""

    kind: Kind
    house: dict
    versions: list[ApprovalPolicy] = field(default_factory=list)
    draft: ApprovalPolicy | None = None
    request: Approval | None = None  # the proposal that waits, for whom may see it
    names: dict = field(default_factory=dict)

    @cached_property
    def in_force(self) -> ApprovalPolicy | None:
        return next((version for version in self.versions if version.effective_from <= self.now), None)

    @cached_property
    def now(self):
        return tenancy.now() if self.versions else None

    @property
    def content(self):
        return self.in_force.content if self.in_force else self.house

    @property
    def coming(self):
        """Those that will take over: decided after the one in force, and not begun."""
        later = self.versions[: self.versions.index(self.in_force)] if self.in_force else self.versions
        return [version for version in later if version.effective_from > self.now]

    @property
    def words(self):
        return self.read(self.content)

    @property
    def house_words(self):
        return self.read(self.house)

    @property
    def draft_words(self):
        return self.read(self.draft.content) if self.draft else []

    def read(self, content):
        return policy_in_words(content, self.kind, self.names)


def standings(user, *, of=None) -> list[Standing]:
    """Every registered kind, or one; a handful of queries for however many there are."""
    house = dict(HousePolicy.objects.values_list("kind", "content"))
    found = {kind.name: Standing(kind, house[kind.name]) for kind in ([of] if of else kinds())}
    for policy in _policies(found):
        if policy.state == State.ACTIVE:
            found[policy.kind].versions.append(policy)
        else:
            found[policy.kind].draft = policy
    _add_requests(user, found.values())
    contents = [each.content for each in _policies_in(found.values())] + [each.house for each in found.values()]
    names = names_in(*contents)
    for standing in found.values():
        standing.names = names
    return list(found.values())


def _policies(found):
    rows = ApprovalPolicy.objects.filter(kind__in=found).select_related("written_by")
    return rows.order_by("-version")


def _policies_in(standings):
    return [policy for each in standings for policy in [*each.versions, each.draft] if policy]


def _add_requests(user, standings):
    proposed = [each for each in standings if each.draft and each.draft.state == State.PROPOSED]
    waiting = Approval.objects.visible_to(user).pending().filter(kind=PolicyChange.name)
    by_subject = {each.subject_id: each for each in waiting.filter(subject_id__in=[s.draft.pk for s in proposed])}
    for standing in proposed:
        standing.request = by_subject.get(standing.draft.pk)


def add_approvers(versions):
    """Gives each version `approved_by`: who said yes to exactly these words."""
    yes = Decision.objects.filter(
        approval__kind=PolicyChange.name, approval__state=Approval.State.APPROVED, verdict=Decision.Verdict.APPROVE,
        approval__subject_id__in=[version.pk for version in versions],
    )  # fmt: skip
    people = {}
    for decision in yes.select_related("person", "approval").order_by("decided_at"):
        people.setdefault(decision.approval.subject_id, []).append(decision.person)
    for version in versions:
        version.approved_by = people.get(version.pk, [])
