"""Ownership rules for the pages that are looked at: a proposal that is worked out, one that is not yet, one that waits."""

from datetime import timedelta

from accounts import tenancy
from customers.models import OwnershipRules, Replay
from customers.ownership.changes import ask_for_rules
from customers.ownership.replay import ask_for_replay, work_out

WHY = {"en": "Too many customers lie idle", "zh-hans": "闲置的客户太多"}


def replays(company) -> dict:
    rules = OwnershipRules.objects.in_force().as_asked
    first, later = (replay(company, None), replay(company, tenancy.now() + timedelta(days=30)))
    work_out(str(first.pk))
    work_out(str(later.pk))
    ask_for_rules(Replay.objects.get(pk=later.pk), by=company.zhao, reason=WHY[company.language])
    waits = ask_for_replay(by=company.qian, rules=rules, effective_from=None, instead_of=None)
    return {"replay": first.pk, "replay_asked": later.pk, "replay_waits": waits.pk}


def replay(company, begins):
    rules = OwnershipRules.objects.in_force().as_asked | {"protection_days": 1, "daily_claims": 1, "holding_limit": 5}
    return ask_for_replay(by=company.zhao, rules=rules, effective_from=begins, instead_of=None)
