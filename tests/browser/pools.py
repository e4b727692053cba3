"""Pools for the browser: one of the West that hides names, with what opens later and is wanted, and a draw that is over."""

from datetime import timedelta

from accounts import tenancy
from customers.models import Customer, DrawEntry, Pool
from customers.pools import draws
from tests.clocks import time_passes
from tests.factories import pool_customer, rules
from tests.pools import cut


def are_cut(name, *, members, by):
    """In the transaction that founds the organisation. Openings lie days apart, so that some are over and some to come."""
    rules(release_hours=240)
    draws.prepare()
    cut(name, people=members, region=["Fremantle"], hidden=["name"])
    for number in range(6):
        pool_customer(by, f"Tidewater Pumps {number} Pty Ltd", region="Fremantle", industry="Pumps", country="AU")
    for customer in Customer.objects.in_pool().select_related("organization"):
        for person in members:
            with tenancy.inside(person.organization_id, user=person):
                draws.want(customer, by=person)
    rules()


def one_is_drawn(company, worker) -> dict:
    """The first that opens; the worker draws, and nobody beside it. Whoever wants the others is still waiting."""
    with company.inside():
        first = Customer.objects.in_pool().filter(region="Fremantle").order_by("available_at").first()
        hours = (first.available_at - tenancy.now()) // timedelta(hours=1) + 1
    time_passes(company.organization, hours=hours)
    with company.inside():
        draw = DrawEntry.objects.filter(customer=first).first().draw_id
        draws.open_draw(str(draw))
    worker.catch_up()
    with company.inside():
        pool = Pool.objects.get(is_rest=False)
    return {"draw": f"/customers/{first.pk}/draws/{draw}/", "pool": pool.pk}
