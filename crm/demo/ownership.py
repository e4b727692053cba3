"""The ownership rules of the demo: an older version, under which most of its customers were claimed, and the one in force."""

from accounts.deeds import stamped
from customers.models import ContestedClaim, OwnershipRules
from customers.registration import Draft, register

OLD = {"hold_hours": 0, "cooldown_days": 0, "release_hours": 0, "holding_limit": 60}
NEW = {"hold_hours": 72, "cooldown_days": 14, "release_hours": 24, "holding_limit": 60}
HELD = ["宁波澄海泵阀有限公司", "Norrvik Pumpar AB"]


def as_it_was():
    """Whoever founds an organisation chooses its rules. Without holds, the demo's customers are protected at once."""
    OwnershipRules.objects.create(**OLD)


def as_it_is(people):
    """From now on claims want evidence, and two of them wait for it."""
    with stamped("accounts.create_organization"):
        OwnershipRules.objects.create(**NEW)
    register([Draft(name) for name in HELD], by=people["li.wei"], way=ContestedClaim.Way.FORM, claimed=True)
