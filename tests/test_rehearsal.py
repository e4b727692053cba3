"""What a policy would have asked for, before it is proposed (R11)."""

from itertools import product
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from hypothesis import given

from approvals import rehearsal
from approvals.kinds import kind_named
from approvals.models import Approval, HousePolicy
from approvals.policies import wanted
from approvals.rehearsal import Rehearsal
from audit.deeds import stamped
from customers.models import Customer
from customers.transfers import ask_for_transfer
from tests.factories import customer_of
from tests.policies import ADMINISTRATOR, MANAGER, always, drafted, of, over
from tests.test_approval_arithmetic import examples, policies

KIND = "customers.transfer"
PAGE = f"/approvals/policies/{KIND}/rehearsal/"
HEAD = {"turn": 1, "who": "manager", "level": 2}


def asked(by, *measures):
    """Requests with these measures, as they were written down when they were asked."""
    house = HousePolicy.objects.get(pk=KIND).content
    subject = ContentType.objects.get_for_model(Customer)
    names = {"customer": "Acme Robotics", "to_name": "Li"}
    with stamped("approvals.carry_out", by=by):
        return Approval.objects.bulk_create(
            Approval(
                kind=KIND, subject_type=subject, subject_id=uuid4(), requested_by=by, reason="x", asked=names,
                measures=each, seal="", terms=house,
            )
            for each in measures
        )  # fmt: skip


def transfers(by, *sums):
    return asked(by, *({"customers": "1", "customers_90_days": str(each)} for each in sums))


def rehearsed(before, after):
    return Rehearsal(kind_named(KIND), before, after)


def test_it_counts_what_each_policy_asks(wang):
    transfers(wang, 1, 2, 3, 4, 11)

    found = rehearsed(
        always(MANAGER), of(over("customers_90_days", 2, MANAGER), over("customers_90_days", 10, HEAD), highest=True)
    )

    told = {asked.steps: (asked.before, asked.after) for asked in found.outcomes}
    assert told == {"": (0, 2), "manager, level 1": (5, 2), "manager, level 2": (0, 1)}
    assert (found.total, found.differing) == (5, 3)


def test_it_lists_those_that_differ_and_how(wang):
    transfers(wang, 1, 5)
    found = rehearsed(
        always(MANAGER), of(over("customers_90_days", 4, ADMINISTRATOR), {"when": [], "steps": [MANAGER]})
    )

    rows = found.fetch(None, ["-opened_at", "-id"], 51)

    assert [found.told(row)["after"] for row in rows] == ["Administrator and manager, level 1"]
    assert [found.told(row)["before"] for row in rows] == ["manager, level 1"]
    assert [str(value) for _label, value in found.told(rows[0])["measures"]] == ["1", "5"]


def test_what_is_older_than_ninety_days_is_left_out(wang, monkeypatch):
    transfers(wang, 1)
    assert rehearsed(always(MANAGER), always(HEAD)).total == 1

    monkeypatch.setattr(rehearsal, "DAYS", -1)
    assert rehearsed(always(MANAGER), always(HEAD)).total == 0


def test_another_kind_is_left_out(wang, mei, li):
    ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")

    assert Rehearsal(kind_named("customers.identity"), always(MANAGER), always(HEAD)).total == 0


@pytest.fixture
def every_combination(wang):
    values = (None, "-1.5", "0", "3", "5.00", "0.000001", "9999999999999999")
    combinations = product(values, values[:5], values[:4])
    named = [dict(zip(("discount", "amount", "margin"), each, strict=True)) for each in combinations]
    return asked(wang, *({name: value for name, value in each.items() if value} for each in named))


@examples(60)
@given(before=policies, after=policies)
def test_the_database_reads_the_conditions_as_the_engine_does(every_combination, before, after):
    found = rehearsed(before, after)

    for approval in found.requests:
        one, other = found.readings[approval.applying]
        assert [dict(step) for step in one] == [step.spec for step in wanted(before, approval.measures)]
        assert [dict(step) for step in other] == [step.spec for step in wanted(after, approval.measures)]
    assert found.total == len(every_combination)


# The page


def test_the_page_needs_a_draft(sign_in, zhao):
    assert "There is no draft to rehearse" in sign_in(zhao).get(PAGE).text


def test_the_page_is_paged_and_its_queries_do_not_grow(sign_in, zhao, wang, django_assert_max_num_queries):
    drafted(KIND, always(ADMINISTRATOR), by=zhao)
    transfers(wang, *range(1, 121))
    client, address, seen = sign_in(zhao), PAGE, 0

    while address:
        with django_assert_max_num_queries(26):
            page = client.get(address)
        seen += len(page.context["rows"])
        later = page.context["page"].later
        address = f"{PAGE}{later}" if later else ""

    assert seen == 120
    assert page.context["rehearsal"].differing == 120


def test_who_may_not_read_a_request_does_not_read_it_here(sign_in, zhao, wang, mei, shen):
    """An administrator has no standing right to what customers are called; a manager reads what his people asked."""
    drafted(KIND, always(ADMINISTRATOR), by=zhao)
    transfers(wang, 1)

    for person, reads in ((zhao, False), (mei, True), (shen, True)):
        page = sign_in(person).get(PAGE).text
        assert ("Acme Robotics" in page) == ("Wang" in page) == reads
        assert "asked otherwise" in page
