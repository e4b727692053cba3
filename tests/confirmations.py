"""A house in which customers are asked, and its days that pass."""

import pytest
from django.db import IntegrityError, transaction

from accounts import tenancy
from accounts.models import Organization, User
from customers import follow_ups
from customers.confirmation import asking
from tests.clocks import time_passes
from tests.databases import sql, superuser
from tests.factories import TeamFactory, UserFactory, customer_of, founding

CHEN = {"name": "Chen Mo", "email": "chen.mo@nordhafen.example", "phone": "+8613800138000"}


def logged(customer, by, kind="visit"):
    return follow_ups.log(customer, by=by, kind=kind, content="At the plant.", occurred_at=tenancy.now())


def refused_by(work):
    """The constraint that refuses it."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        work()
    return refusal.value.__cause__.diag.constraint_name


class House:
    """Wang's customer, and a day that was committed to before."""

    def __init__(self, percent):
        with founding(name="Sampled") as self.organization:
            self.mei = UserFactory(name="Mei", organization=self.organization, role=User.Role.MANAGER)
            east = TeamFactory(name="East", manager=self.mei)
            self.wang = UserFactory(name="Wang", organization=self.organization, team=east)
            self.customer = customer_of(self.wang, contact=CHEN, website="nordhafen.example")
            day = asking.commit_to(asking._today(), Organization.objects.get())
            sql("SET CONSTRAINTS ALL IMMEDIATE")
            self.day = day
        if percent != 10:
            self.percent(percent)

    def percent(self, percent):
        with superuser() as line:
            line.execute("SET session_replication_role = replica")
            line.execute("UPDATE customers_confirmationday SET percent = %s WHERE id = %s", [percent, self.day.pk])
            line.commit()

    def of(self, person=None):
        return tenancy.scope(self.organization, user=person, source="test")

    def next_day(self):
        time_passes(self.organization, days=1)
        with superuser() as line:
            line.execute("SET session_replication_role = replica")
            line.execute(
                "UPDATE customers_confirmationday SET day = day - 1 WHERE organization_id = %s", [self.organization.pk]
            )
            line.commit()
