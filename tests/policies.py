"""Policies for tests: written, proposed and approved through the product's own doors."""

from accounts import tenancy
from approvals.kinds import kind_named
from approvals.models import ApprovalPolicy
from approvals.policy_changes import draft, propose

ADMINISTRATOR = {"turn": 1, "who": "role", "role": "administrator", "need": 1}
MANAGER = {"turn": 1, "who": "manager", "level": 1}


def always(*steps, **rest):
    """A policy of one line without limits."""
    return of({"when": [], "steps": list(steps)}, **rest)


def of(*lines, **rest):
    return {"lines": list(lines), "hours": 24, "highest": False, "bulk": False, "confirm": False} | rest


def over(measure, limit, *steps):
    return {"when": [{"measure": measure, "is": ">", "limit": str(limit)}], "steps": list(steps)}


def drafted(name, content, *, by, effective_from=None):
    return draft(kind_named(name), by=by, content=content, effective_from=effective_from or tenancy.now())


def in_force(name, content, *, by, decided_by, effective_from=None):
    """The next version, approved; in force now or when it said."""
    policy = drafted(name, content, by=by, effective_from=effective_from)
    request = propose(policy, by=by, reason="agreed")
    request.approve(by=decided_by, seal=request.seal)
    return ApprovalPolicy.objects.get(pk=policy.pk)


def typed(*lines, do="save", **rest):
    """What the page of a draft sends: each line ({measure: (operator, limit)}, [(who, people, need), ...])."""
    sent = {
        "do": do,
        "hours": "24",
        "seen": "",
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": "0",
    } | rest
    for place, (limits, steps) in enumerate(lines):
        for number, (measure, limit) in enumerate(limits, 1):
            sent |= {f"lines-{place}-measure_{number}": measure, f"lines-{place}-limit_{number}": limit}
        for number, (who, people, need) in enumerate(steps, 1):
            sent |= {f"lines-{place}-turn_{number}": str(number), f"lines-{place}-who_{number}": who}
            sent |= {f"lines-{place}-people_{number}": people, f"lines-{place}-need_{number}": need}
    return sent
