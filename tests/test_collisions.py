"""Collision cases: opened, sealed, drawn, decided, appealed (R9, R31, R34, R35, R40 to R44, R46, R119)."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notice, User
from accounts.the_clock import CLOCK
from audit.deeds import Refused
from audit.models import Entry
from customers.collisions import deadlines, deciding, freezing, opening
from customers.collisions.showing import shown_to
from customers.models import (
    ArbiterDraw,
    Claim,
    CollisionCase,
    Collaborator,
    ContestedClaim,
    Customer,
    SealedStatement,
)
from tests.factories import TeamFactory, UserFactory, customer_of

State = CollisionCase.State


@pytest.fixture
def he(acme):
    """Leads the South, outside both lines: the one who can be drawn."""
    he = UserFactory(name="He", organization=acme, role=User.Role.MANAGER)
    TeamFactory(organization=acme, name="South", manager=he)
    return he


@pytest.fixture
def zhuoran(wang):
    return customer_of(wang, "Zhuoran Logistics Ltd")


def attempt_of(person, customer):
    """He enters a company that another has."""
    fresh(customer).claim(by=person)
    return ContestedClaim.objects.filter(claimant=person, customer=customer).latest("pk")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def case(zhuoran, wang, li, he, shen):
    """Li contests Wang's customer."""
    return opening.contest(attempt_of(li, zhuoran), by=li, reason="I was there in August")


def heard(case):
    """Both have filed."""
    deciding.file_statement(case, by=case.party_a, words="Mr Tang wrote to me in September.")
    deciding.file_statement(case, by=case.party_b, words="Ms Guo works with me.")
    return again(case)


def again(case):
    return CollisionCase.objects.select_related("customer", "party_a", "party_b", "arbiter").get(pk=case.pk)


def said(outcome="a", **more):
    return {"reason": "first", "outcome": outcome, "share_a": 80, "share_b": 20, "words": "A was first."} | more


def test_both_file_and_the_drawn_arbiter_decides(case, zhuoran, wang, li, he):
    """R31. The main way: sealed, opened together, decided by somebody outside both lines, closed when nobody appeals."""
    assert (case.party_a, case.party_b, case.state) == (wang, li, State.STATEMENTS)
    case = heard(case)
    assert (case.state, case.arbiter) == (State.DECIDING, he)
    deciding.decide(case, by=he, **said("b"))
    assert fresh(zhuoran).owner == li
    assert again(case).state == State.DECIDED
