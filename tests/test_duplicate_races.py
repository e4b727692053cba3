"""Two at the same moment: near-duplicates are both kept, two questions are counted as two, two changes are both read."""

from functools import partial

import pytest

from accounts import tenancy
from customers import changing, contacts
from customers.duplicates import fields
from customers.models import ConflictProbe, ContestedClaim, Customer, DuplicatePair, DuplicateRecord, ProbeTerms
from customers.probing import asking
from customers.registration import Draft, register
from tests.factories import UserFactory, customer_of, founding
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NAMES = ["苏州恒川医疗器械有限公司", "苏州花川医疗器械有限公司"]
SAME = {"website": "www.hengchuan.com.cn", "region": "苏州"}


@pytest.fixture
def people():
    with founding(name="Arena") as organization:
        return [
            UserFactory(name="Zhao", organization=organization, role="administrator"),
            *(UserFactory(name=f"Rep {number}", organization=organization) for number in range(2)),
        ]


def within(person, work):
    with tenancy.scope(person.organization, user=person, source="test"):
        return work()


def enter(person, name):
    draft = Draft(name, SAME, {"name": "王芳", "phone": "+8613812345678"})
    return within(person, lambda: register([draft], by=person, way=ContestedClaim.Way.FORM, claimed=True)[0].state)


def ask(person, number):
    try:
        return within(person, lambda: asking.probe(Draft(f"Company {number}"), by=person, way="page"))
    except asking.OverBudget:
        return "over"


def test_what_happens_at_the_same_moment_is_neither_lost_nor_counted_as_one(people, monkeypatch):
    """R31, R42, R43. Two near-duplicates are compared with all others later; the database knows of both that they wait."""
    monkeypatch.setattr(asking, "AT_LEAST", 0)
    zhao, *reps = people
    organization = zhao.organization
    states = at_once(partial(enter, person, name) for person, name in zip(reps, NAMES, strict=True))
    with tenancy.scope(organization, source="test"):
        entered = Customer.objects.count()
        assert entered == states.count("free") > 0
        assert DuplicateRecord.objects.filter(is_dirty=True).count() == entered
        assert DuplicatePair.objects.count() == 0

    within(zhao, lambda: ProbeTerms.objects.create(an_hour=5))
    answers = at_once(partial(ask, reps[0], number) for number in range(8))
    assert sorted(answers) == ["free"] * 5 + ["over"] * 3

    customer = within(reps[0], lambda: customer_of(reps[0], "Zhuoran Mirrorworks Ltd"))
    at_once(
        partial(within, reps[0], work)
        for work in (
            lambda: changing.change(customer, by=reps[0], website="zhuoran.example"),
            lambda: contacts.add(customer, by=reps[0], name="Lin", phone="+8613912345678", email=""),
        )
    )
    with tenancy.scope(organization, source="test"):
        assert ConflictProbe.objects.count() == 5
        kept = DuplicateRecord.objects.get(customer=customer)
        assert kept.record == fields.of_customers([customer.pk])[customer.pk].as_list()
        assert len(kept.record[4]) == 1  # the phone
        assert len(kept.record[7]) == 1  # the domain
