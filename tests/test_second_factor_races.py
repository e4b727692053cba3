"""One code, many windows at the same moment: one of them gets in (R103)."""

from functools import partial

import pytest

from accounts import second_factors, tenancy
from accounts.models import RecoveryCode, SecondFactor
from tests.authenticators import with_app
from tests.factories import UserFactory, founding
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 12


@pytest.fixture
def mei():
    with founding(name="House") as organization:
        person = UserFactory(name="Mei", organization=organization, role="manager")
        with_app(person)
    return person


def inside(person, work):
    with tenancy.scope(person.organization_id, user=person, source="test"):
        return work(person)


def test_a_code_that_many_show_at_once_is_taken_once(mei):
    with tenancy.scope(mei.organization_id):
        step = int(tenancy.now().timestamp()) // second_factors.PERIOD
        factors = [SecondFactor.objects.select_related("person").get() for _ in range(THREADS)]

    taken = at_once(partial(inside, mei, lambda _mei, each=each: second_factors.used(each, step)) for each in factors)

    assert sorted(taken) == [False] * (THREADS - 1) + [True]


def test_a_recovery_code_that_many_show_at_once_is_taken_once(mei):
    code = inside(mei, second_factors.new_codes)[0]

    def show(person):
        return second_factors._taken_as_recovery(person, second_factors.plain(code))

    taken = at_once(partial(inside, mei, show) for _ in range(THREADS))

    assert sorted(taken) == [""] * (THREADS - 1) + ["recovery"]
    with tenancy.scope(mei.organization_id):
        assert RecoveryCode.objects.exclude(used_at=None).count() == 1
