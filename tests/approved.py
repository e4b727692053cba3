"""What a second person approves, for tests: asked and decided through the product's own doors."""

from approvals.administration import asked_of_position, asked_of_tree
from approvals.asking import ask


def approved(name, subject, /, *, by, decided_by, files=(), **asked):
    """A request of this kind, asked for by one person and approved by another; what it brings about has happened."""
    approval = ask(name, subject, by=by, reason="as agreed", files=files, **asked)
    approval.approve(by=decided_by, seal=approval.seal)
    return approval


def lead(team, manager, *, by, decided_by, parent=None):
    asked = asked_of_tree(team, manager=manager, parent=parent or team.parent)
    return approved("accounts.tree", team, by=by, decided_by=decided_by, **asked)


def place(person, *, role=None, team=None, by, decided_by):
    asked = asked_of_position(person, role=role or person.role, team=team or person.team)
    return approved("accounts.position", person, by=by, decided_by=decided_by, **asked)
