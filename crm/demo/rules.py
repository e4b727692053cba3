"""Ownership rules of the demo: a version to come that two people agreed on, and one that waits for its second."""

from datetime import timedelta

from accounts import tenancy
from customers.models import OwnershipRules, Replay
from customers.ownership.changes import ask_for_rules
from customers.ownership.replay import ask_for_replay, work_out


def propose_some(people):
    by, second = people["sun.yue"], people["ma.li"]
    begins = (tenancy.now() + timedelta(days=30)).replace(minute=0, second=0, microsecond=0)
    coming = _asked(by, begins, "客户放得太久没人跟 · Too many customers lie idle", protection_days=60, warn_days=10)
    coming.approve(by=second, seal=coming.seal)
    _asked(by, None, "公海要让大家都领得到 · Everybody should get something from the pool", daily_claims=5)


def _asked(by, begins, reason, **changed):
    """Replayed as the worker does it, in nobody's name, and asked for."""
    rules = OwnershipRules.objects.in_force().as_asked | changed
    replay = ask_for_replay(by=by, rules=rules, effective_from=begins, instead_of=None)
    with tenancy.inside(by.organization_id):
        work_out(str(replay.pk))
    return ask_for_rules(Replay.objects.get(pk=replay.pk), by=by, reason=reason)
