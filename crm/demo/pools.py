"""The pools of the demo: one for the East, one whose names are hidden, the rest; and what opens later and is wanted."""

from accounts import tenancy
from accounts.models import Team
from customers.models import Customer, Pool, PoolMember
from customers.pools import draws

EAST = ["江苏镇江", "江苏南通", "江苏徐州", "浙江舟山", "浙江衢州", "浙江丽水"]
SEA = ["船舶", "海工", "水产"]


def are_cut():
    """Whoever founds an organisation cuts its pools."""
    east = Pool.objects.create(name="华东 · East", place=1, conditions={"region": EAST})
    PoolMember.objects.bulk_create(
        PoolMember(pool=east, team=team) for team in Team.objects.filter(name__contains="华东")
    )
    Pool.objects.create(name="海洋 · Sea", place=2, conditions={"industry": SEA}, hidden=["name"])


def is_wanted(people, released):
    """Given back under the new rules it opens later, and two reps want it until then."""
    draws.prepare()
    released.release(by=people["zhao.min"], reason="换了行业，没有需求 · They changed trades and need nothing")
    for name in ("chen.chen", "li.wei"):
        person = people[name]
        with tenancy.inside(person.organization_id, user=person):
            draws.want(Customer.objects.select_related("organization").get(pk=released.pk), by=person)
