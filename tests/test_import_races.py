"""Lists that meet: several of them at once, with the form, with a claim, with a worker that dies (R31, R38)."""

import random

import pytest

from accounts import tenancy
from accounts.models import Outbox
from accounts.outbox import perform
from customers.importing.arriving import bring
from customers.models import Claim, ContestedClaim, Customer, IdentityKey, Import
from customers.registration import Draft, register
from tests.factories import OrganizationFactory, UserFactory
from tests.races import at_once
from tests.transfers import as_csv, work_off

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MANY = 300


@pytest.fixture
def house(monkeypatch):
    """An organisation of its own, whose jobs nobody does but the test."""
    monkeypatch.setattr("accounts.outbox.publish", lambda *_: None)
    return OrganizationFactory(name="Meeting of lists")


def rep(house, name):
    with tenancy.scope(house):
        return UserFactory(name=name, organization=house)


def tried(person, names):
    with tenancy.scope(person.organization, user=person):
        batch = bring("list.csv", as_csv([["name"], *([name] for name in names)]), by=person)
    work_off(person.organization)
    return step(person, batch, "try_out", mapping={"name": 0})


def step(person, batch, verb, **details):
    with tenancy.scope(person.organization, user=person):
        getattr(Import.objects.get(pk=batch.pk), verb)(by=person, **details)
    if verb == "try_out":
        work_off(person.organization)
    return batch


def waiting(house):
    with tenancy.scope(house):
        return list(Outbox.objects.filter(done_at=None).values_list("pk", flat=True))


def test_four_lists_of_the_same_companies_make_each_once(house):
    names = [f"Contested {number} Ltd" for number in range(MANY)]
    people = [rep(house, f"Rep {number}") for number in range(4)]
    batches = [tried(person, random.sample(names, MANY)) for person in people]
    for person, batch in zip(people, batches, strict=True):
        step(person, batch, "confirm")

    at_once([lambda job=job: perform(job, house.pk) for job in waiting(house)])
    work_off(house)

    with tenancy.scope(house):
        assert Customer.objects.count() == IdentityKey.objects.count() == MANY
        assert ContestedClaim.objects.count() == 3 * MANY
        counts = [Import.objects.get(pk=batch.pk).counts for batch in batches]
        assert sum(count.get("new", 0) + count.get("review", 0) for count in counts) == MANY
        assert sum(count.get("overtaken", 0) for count in counts) == 3 * MANY


def test_a_list_and_the_form_at_once(house):
    wang, li = rep(house, "Wang"), rep(house, "Li")
    names = [f"Contested {number} Ltd" for number in range(40)]
    step(wang, tried(wang, names), "confirm")

    def type_in(name):
        with tenancy.scope(house, user=li):
            return register([Draft(name)], by=li, way=ContestedClaim.Way.FORM, claimed=True)[0].is_won

    works = [lambda job=job: perform(job, house.pk) for job in waiting(house)]
    won = at_once(works + [lambda name=name: type_in(name) for name in names[:20]])[len(works) :]

    with tenancy.scope(house):
        assert Customer.objects.count() == len(names)
        assert Customer.objects.filter(owner=li).count() == Claim.objects.count() == sum(won)
        assert ContestedClaim.objects.count() == 20, "each name has one who came too late"


def test_undo_and_a_claim_at_once_leave_it_his_or_gone(house):
    wang, li = rep(house, "Wang"), rep(house, "Li")
    batch = tried(wang, [f"Contested {number} Ltd" for number in range(30)])
    step(wang, batch, "confirm")
    work_off(house)
    step(wang, batch, "undo", reason="wrong list")
    with tenancy.scope(house):
        customers = list(Customer.objects.all()[:20])

    def claim(customer):
        with tenancy.scope(house, user=li):
            still = Customer.objects.filter(pk=customer.pk).first()
            try:
                return bool(still and still.claim(by=li))
            except Customer.DoesNotExist:
                return False

    works = [lambda job=job: perform(job, house.pk) for job in waiting(house)]
    claimed = at_once(works + [lambda customer=customer: claim(customer) for customer in customers])[len(works) :]

    with tenancy.scope(house):
        assert Customer.objects.count() == Claim.objects.live().count() == sum(claimed)
        counts = Import.objects.get(pk=batch.pk).counts
        assert (counts.get("kept", 0), counts.get("removed", 0)) == (sum(claimed), 30 - sum(claimed))


def test_a_worker_that_dies_after_writing_has_written_nothing(house, monkeypatch):
    wang = rep(house, "Wang")
    batch = tried(wang, [f"Company {number}" for number in range(20)])
    step(wang, batch, "confirm")
    (job,) = waiting(house)

    def die(*_):
        raise SystemExit("killed")

    with monkeypatch.context() as dying:
        dying.setattr("customers.models.staging.ImportRowQuerySet.settle", die)
        with pytest.raises(SystemExit):
            perform(job, house.pk)
    with tenancy.scope(house):
        assert not Customer.objects.exists()
        assert not IdentityKey.objects.exists()

    assert perform(job, house.pk)
    assert not perform(job, house.pk)

    with tenancy.scope(house):
        assert Customer.objects.count() == 20
        assert Import.objects.get(pk=batch.pk).counts == {"new": 20}
