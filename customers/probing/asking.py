"""Asking: the same statements whatever the answer is, and never sooner done than later.

The answer is worked out first and the question counted then: the database refuses what is over the budget, and nothing of
the answer is told.
"""

import json
import time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.refusals import constraint_of
from audit.deeds import allow, stamped
from customers.duplicates.signs import seen
from customers.models import ConflictProbe, ProbeTerms
from customers.models.customer import Customer
from customers.registration import answer_to

State, Way = Customer.State, ConflictProbe.Way
AT_LEAST = 0.05  # seconds: what looking takes among a million customers, rounded up
ASKED = ("name", "credit_code", "website", "region", "phone", "email")
AGAIN = 600  # seconds within which the same question is not counted anew


class OverBudget(Exception):
    """He has asked as often as he may. Whether the company is there or not: he is told the same."""

    def __init__(self):
        super().__init__("over budget")
        self.terms = ProbeTerms.of_organization()

    @property
    def sentence(self):
        return _(
            "You have checked as often as the rules allow: %(hour)d times in an hour, %(day)d in 24 hours. This one"
            " was not answered and nothing was written. Go on later. An administrator sets the numbers."
        ) % {"hour": self.terms.an_hour, "day": self.terms.a_day}


def probe(draft, *, by, way, raw="") -> str:
    """The state of the company this draft describes: FREE, TAKEN, IN_POOL, IN_DISPUTE or REVIEW; raises OverBudget.

    `raw` is the name before anything invisible was taken out of it.
    """
    allow(by, "customers.probe", by.organization)
    began = time.monotonic()
    try:
        answer, company = answer_to(draft, by=by)
        keep(draft, answer, company, by=by, way=way, hidden=hidden_in(raw))
    finally:
        time.sleep(max(0.0, began + AT_LEAST - time.monotonic()))
    return answer


def hidden_in(raw) -> int:
    """How many characters that cannot be seen stand between the others of a name as it was typed."""
    return seen(raw[:1000])[1]


def keep(draft, answer, company=None, *, by, way, hidden=0):
    """Count the question and write it down; raises OverBudget."""
    said = {**draft.contact, **draft.fields, "name": draft.name}
    typed = json.dumps({name: said.get(name) or "" for name in ASKED}, ensure_ascii=False)
    row = ConflictProbe(
        person=by, way=way, answer=answer, company=company, called=draft.name, hidden=min(hidden, 999),
        digest=by.organization.digest("probe", typed), sealed=by.organization.seal("probe", typed),
    )  # fmt: skip
    try:
        with transaction.atomic(), stamped("customers.probe", by=by):
            if not _was_asked_just_now(row):
                row.save(force_insert=True)
    except IntegrityError as refused:
        if constraint_of(refused) == "probe_budget":
            raise OverBudget from None
        raise


def _was_asked_just_now(row):
    """While somebody fills in a form he asks the same several times. On the page each question is one of its own."""
    same = ConflictProbe.objects.filter(
        person=row.person, digest=row.digest, way=Way.FORM, asked_at__gt=tenancy.Clock() - tenancy.Seconds(AGAIN)
    )
    return row.way == Way.FORM and same.exists()
