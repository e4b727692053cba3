"""A transfer is decided while its customer moves: one of the two happens, never half of both (R10, R31)."""

from functools import partial

import pytest

from accounts import tenancy
from accounts.models import User
from approvals.deciding import decide
from approvals.models import Approval
from audit.deeds import Refused
from customers.models import Claim, Customer
from customers.transfers import ask_for_transfer
from tests.factories import TeamFactory, UserFactory, customer_of, founding
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PAIRS = 16


@pytest.fixture
def people():
    with founding(name="House") as organization:
        mei = UserFactory(name="Mei", organization=organization, role=User.Role.MANAGER)
        wang = UserFactory(name="Wang", organization=organization, team=TeamFactory(name="East", manager=mei))
        return organization, wang, mei, UserFactory(name="Li", organization=organization)


def within(organization, person, work):
    with tenancy.scope(organization, user=person, source="test"):
        return work()


def release(customer, wang):
    try:
        customer.release(by=wang, reason="no budget")
    except Refused:
        return False
    return True


@pytest.mark.parametrize("_round", range(3))
def test_a_release_and_an_approval_at_the_same_moment(_round, people):
    organization, wang, mei, li = people
    with tenancy.scope(organization, user=wang, source="test"):
        customers = [customer_of(wang) for _ in range(PAIRS)]
        requests = [ask_for_transfer(customer, by=wang, to=li, reason="x") for customer in customers]

    works = []
    for customer, request in zip(customers, requests, strict=True):
        deciding = partial(decide, request, "approve", by=mei, seal=request.seal, reason="")
        works += [partial(within, organization, wang, partial(release, customer, wang)),
                  partial(within, organization, mei, deciding)]  # fmt: skip
    outcomes = at_once(works)

    with tenancy.scope(organization, source="test"):
        for number, (customer, request) in enumerate(zip(customers, requests, strict=True)):
            was_released, (was_approved, _sentence) = outcomes[2 * number], outcomes[2 * number + 1]
            assert was_released != was_approved
            assert Customer.objects.get(pk=customer.pk).owner == (None if was_released else li)
            assert Approval.objects.get(pk=request.pk).state == ("void" if was_released else "approved")
            assert Claim.objects.live().filter(customer=customer).count() == (0 if was_released else 1)
