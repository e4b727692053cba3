"""Assignment rules of the demo as two people agreed on them, what they have assigned, and what a manager assigned himself."""

from accounts import tenancy
from customers.assignment import acts, by_rules, changes

WHY = "海外和华西的名单直接分给负责的人 · Lists from abroad and from the West go straight to who works there"
ABROAD, WEST = "海外 · Abroad", "华西 · West"
FROM_ABROAD = (54, 55, 56)  # lines of the list; they came in by an import and wait in the pool


def are_agreed_on(people):
    """The administrator asks for them, the security administrator decides."""
    abroad = _rule(1, ABROAD, [people["chen.chen"], people["li.wei"]], "turns", country=["US", "CA", "DE"])
    west = _rule(2, WEST, [people["zhao.min"]], "load", region=["四川", "重庆", "陕西"])
    approval = changes.ask_for([abroad, west], by=people["sun.yue"], reason=WHY)
    approval.approve(by=people["ma.li"], seal=approval.seal)


def _rule(place, name, persons, method, **conditions):
    return {
        "name": name, "place": place, "method": method, "takes_new": False, "conditions": conditions,
        "people": [str(person.pk) for person in persons],
    }  # fmt: skip


def assign_some(people, customer):
    """In turns by the rule, as the job after an import does it and in nobody's name; and one by the manager."""
    with tenancy.inside(people["li.wei"].organization_id):
        by_rules.assign_all([customer(place).pk for place in FROM_ABROAD])
    reason = "陈晨熟悉包装行业 · Chen Chen knows the packaging trade"
    acts.assign(customer(13), by=people["wang.fang"], to=people["chen.chen"], reason=reason)
