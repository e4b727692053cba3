"""Who goes through names instead of working on one is told to the auditors, once a day for each sign of it.

Three signs, each of which somebody may have an innocent reason for: auditors look, nobody is blocked by it.
"""

import re
from collections import defaultdict
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.models import User
from accounts.notices import sentences, tell
from accounts.schedules import every
from customers.marking.hits import who_hears
from customers.models import ConflictProbe, Customer
from customers.names import normalised

THERE = {Customer.State.TAKEN, Customer.State.IN_POOL, Customer.State.IN_DISPUTE}
MANY = 20  # answers that a company is there, and not one customer entered meanwhile
IN_ORDER = 10  # names one after the other in the order of the alphabet: by chance one row of ten in 3.6 million
DAY = timedelta(hours=24)
sentences(
    {
        "customers.probed_much": _(
            "%(who)s has asked for %(number)s companies in 24 hours that are there already, and entered none."
        ),
        "customers.probed_in_order": _(
            "%(who)s has asked for %(number)s companies one after the other in the order of their names."
        ),
        "customers.probed_hidden": _(
            "%(who)s has asked for %(number)s companies by names with characters that cannot be seen."
        ),
    }
)


@every("customers.watch_probes", timedelta(hours=1))
def watch():
    """All questions of the last 24 hours, each person by himself."""
    asked = defaultdict(list)
    for each in ConflictProbe.objects.filter(asked_at__gte=tenancy.now() - DAY).order_by("asked_at"):
        asked[each.person_id].append(each)
    entered = set(
        Customer.objects.filter(created_by__in=asked, created_at__gte=tenancy.now() - DAY).values_list(
            "created_by", flat=True
        )
    )
    for person in User.objects.filter(pk__in=asked):
        for sign, number in signs(asked[person.pk], has_entered=person.pk in entered).items():
            _tell(person, sign, number)


def signs(probes, *, has_entered) -> dict:
    """{sign: how many questions show it}."""
    found = {
        "probed_much": len({each.called for each in probes if each.answer in THERE}),
        "probed_in_order": longest_run([each.called for each in probes]),
        "probed_hidden": sum(each.hidden > 0 for each in probes),
    }
    least = {"probed_much": MANY, "probed_in_order": IN_ORDER, "probed_hidden": 1}
    return {
        sign: number
        for sign, number in found.items()
        if number >= least[sign] and not (sign == "probed_much" and has_entered)
    }


def longest_run(names) -> int:
    """The most names in a row of which each comes after the one before, numbers by their size."""
    longest, run, before = 0, 0, None
    for name in map(_place, names):
        run = run if name == before else run + 1 if before is not None and before < name else 1
        longest, before = max(longest, run), name
    return longest


def _place(name):
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", normalised(name))]


def _tell(person, sign, number):
    day = f"{tenancy.now():%F}"
    tell(
        who_hears(person), f"customers.{sign}", url=reverse("audit:ledger"), key=f"{person.pk} {day}",
        who=person.name, number=number,
    )  # fmt: skip
