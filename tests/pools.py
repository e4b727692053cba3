"""Pools and draws for tests: cut by who founds the organisation, or asked for and approved."""

from accounts import tenancy
from customers.models import Customer, DrawEntry, Pool, PoolMember
from customers.pools import draws
from tests.clocks import time_passes
from tests.factories import TeamFactory, UserFactory, founding, pool_customer, rules


def cut(name, *, place=1, teams=(), people=(), hidden=(), **conditions) -> Pool:
    """A pool, in the transaction that founds the organisation."""
    pool = Pool.objects.create(name=name, place=place, conditions=conditions, hidden=list(hidden))
    PoolMember.objects.bulk_create(
        [PoolMember(pool=pool, team=team) for team in teams] + [PoolMember(pool=pool, person=one) for one in people]
    )
    return pool


def entry_of(person, name="") -> DrawEntry:
    """What this person wants: a customer that opens later, in the transaction that founds the organisation."""
    rules(release_hours=24)
    draws.prepare()
    customer = pool_customer(person, name)
    with tenancy.inside(person.organization_id, user=person):
        entry = draws.want(Customer.objects.select_related("organization").get(pk=customer.pk), by=person)
    rules()
    return DrawEntry.objects.select_related("draw", "pool", "customer").get(pk=entry.pk)


class Fair:
    """A committed organisation in which customers open later: Wang and Zhou of the East, Li of the West, and an auditor."""

    def __init__(self, **changed):
        with founding(name="Fair") as self.organization:
            east, west = TeamFactory(name="East"), TeamFactory(name="West")
            self.wang, self.zhou = (self._person(name, team=east) for name in ("Wang", "Zhou"))
            self.li, self.chen = self._person("Li", team=west), self._person("Chen", team=west)
            self.shen = self._person("Shen", role="auditor")
            self.east, self.west = east, west
            rules(**{"release_hours": 24} | changed)
            draws.prepare()

    def _person(self, name, **fields):
        return UserFactory(name=name, organization=self.organization, **fields)

    def of(self, person=None):
        return tenancy.scope(self.organization, user=person, source="test")

    def customer(self, **fields):
        with self.of():
            return pool_customer(self.chen, **fields)

    def want(self, customer, *people):
        for person in people:
            with self.of(person):
                draws.want(self.fresh(customer), by=person)

    def fresh(self, customer):
        with self.of():
            return Customer.objects.select_related("organization").get(pk=customer.pk)

    def opens(self):
        """The next day: everything that waited is open."""
        time_passes(self.organization, hours=26)

    def drawn(self, customer):
        """As the jobs do it, one after the other."""
        with self.of():
            draw = DrawEntry.objects.filter(customer=customer).first().draw_id
            draws.open_draw(str(draw))
        with self.of():
            draws.draw_for(str(draw), str(customer.pk))

    def outcomes(self, customer):
        with self.of():
            entries = DrawEntry.objects.filter(customer=customer).select_related("person")
            return {entry.person.name: entry.outcome for entry in entries}
