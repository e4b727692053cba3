"""Somebody leaves while others act: one of the two happens, never half of both (R10, R49, R85)."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed

from accounts import departures, tenancy
from accounts.deeds import Refused
from accounts.models import Departure, User
from audit.models import Entry
from customers.handover import accept
from customers.leaving import OverBudget, look
from customers.models import Claim, Customer, HandoverItem
from tests.departures import handed_over, leaves
from tests.factories import TeamFactory, UserFactory, customer_of, founding, pool_customer
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MANY = 12


@pytest.fixture
def people():
    """Committed, each test in an organisation of its own."""
    with founding(name="House") as organization:

        def person(name, **fields):
            return UserFactory(name=name, organization=organization, **fields)

        mei, chief = person("Mei", role=User.Role.MANAGER), person("Chief", role=User.Role.MANAGER)
        east = TeamFactory(name="East", manager=mei, parent=TeamFactory(name="All", manager=chief))
        found = {"mei": mei, "chief": chief, "wang": person("Wang", team=east), "heir": person("Heir", team=east)}
        for name in ("zhao", "qian"):
            found[name] = person(name.title(), role=User.Role.ADMINISTRATOR)
    return found


def fresh(model, row):
    return model.objects.get(pk=row.pk)


def tried(person, work):
    """True when it happened; False when it was refused. Everything is read anew, as a request does."""
    try:
        with tenancy.scope(person.organization_id, user=person, source="test"):
            work()
    except (Refused, OverBudget, IntegrityError, TransitionNotAllowed, departures.AlreadyLeaving):
        return False
    return True


def committed(organization, work):
    """Done before the race begins, and visible to every thread."""
    with tenancy.scope(organization, source="test"):
        return work()


@pytest.mark.parametrize("_round", range(3))
def test_accepting_and_completing_at_the_same_moment(_round, people):
    customers = committed(people["wang"].organization, lambda: [customer_of(people["wang"]) for _ in range(MANY)])
    departure = committed(people["wang"].organization, lambda: leaves(people["wang"], people["mei"]))
    committed(
        people["wang"].organization,
        lambda: handed_over(departure, by=people["mei"], to=people["heir"], decided_by=people["chief"]),
    )
    items = committed(people["wang"].organization, lambda: list(HandoverItem.objects.order_by("pk")))

    def accept_one(item):
        accept(
            HandoverItem.objects.select_related("handover__departure__person", "customer").get(pk=item.pk),
            by=people["heir"],
        )

    works = [partial(tried, people["heir"], partial(accept_one, item)) for item in items]
    works.append(partial(tried, people["zhao"], lambda: fresh(Departure, departure).complete(by=people["zhao"])))
    *accepted, completed = at_once(works)

    assert completed
    with tenancy.scope(people["wang"].organization, source="test"):
        for item, was_accepted in zip(items, accepted, strict=True):
            assert fresh(HandoverItem, item).state == ("accepted" if was_accepted else "lapsed")
            owner = people["heir"].pk if was_accepted else None
            assert Customer.objects.get(pk=item.customer_id).owner_id == owner
            assert Claim.objects.live().filter(customer=item.customer_id).count() == (1 if was_accepted else 0)
        assert not Customer.objects.filter(owner=people["wang"]).exists()
    assert len(customers) == len(items)


def test_two_announce_the_same_departure(people):
    works = [
        partial(tried, people[name], partial(leaves, fresh_person(people["wang"]), people[name]))
        for name in ("mei", "zhao", "qian")
    ]
    assert sorted(at_once(works)) == [False, False, True]


def fresh_person(person):
    with tenancy.scope(person.organization_id, source="test"):
        return User.objects.get(pk=person.pk)


def test_one_cancels_while_another_completes(people):
    departure = committed(people["wang"].organization, lambda: leaves(people["wang"], people["mei"]))
    outcomes = at_once(
        [
            partial(tried, people["zhao"], lambda: fresh(Departure, departure).complete(by=people["zhao"])),
            partial(
                tried,
                people["qian"],
                lambda: departures.cancel(fresh(Departure, departure), by=people["qian"], reason="stays"),
            ),
        ]
    )
    assert sorted(outcomes) == [False, True]
    with tenancy.scope(people["wang"].organization, source="test"):
        ended = fresh(Departure, departure)
        assert (ended.completed_at is None) != (ended.cancelled_at is None)
        assert fresh(User, people["wang"]).is_active == (ended.completed_at is None)


def test_many_pages_at_once_stay_within_the_budget(people, settings):
    settings.LEAVING_VIEWS = 3
    customers = committed(people["wang"].organization, lambda: [customer_of(people["wang"]) for _ in range(MANY)])
    committed(people["wang"].organization, lambda: leaves(people["wang"], people["mei"]))

    def look_at(customer):
        look(User.objects.get(pk=people["wang"].pk), customer)

    assert sum(at_once(partial(tried, people["wang"], partial(look_at, customer)) for customer in customers)) == 3
    with tenancy.scope(people["wang"].organization, source="test"):
        assert Entry.objects.filter(action="customers.look_while_leaving").count() == 3


def test_claims_while_the_notice_is_given(people):
    """Each claim is before the notice or after it: afterwards he has only those that the ledger shows before it."""
    pooled = committed(people["wang"].organization, lambda: [pool_customer(people["wang"]) for _ in range(MANY)])
    claim = lambda customer: fresh(Customer, customer).claim(by=User.objects.get(pk=people["wang"].pk))  # noqa: E731
    works = [partial(tried, people["wang"], partial(claim, customer)) for customer in pooled]
    *claimed, announced = at_once(
        [*works, partial(tried, people["mei"], lambda: leaves(fresh(User, people["wang"]), people["mei"]))]
    )
    assert announced
    with tenancy.scope(people["wang"].organization, user=people["wang"], source="test"):
        assert Customer.objects.filter(owner=people["wang"]).count() == sum(claimed)
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.create(
                customer=pool_customer(people["wang"]), claimant=people["wang"], protected_until=tenancy.now()
            )
