"""Two records of one company become one: everything moves, nobody gains by it, and it is taken back exactly (R34, R35, R40 to
R44, R61)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import Notice
from approvals.models import Approval
from audit.deeds import Refused
from customers.merging import fates
from customers.merging.comparing import CannotMerge, may_merge
from customers.models import Claim, Customer, Merge
from tests.databases import catalogue, sql
from tests.factories import UserFactory, customer_of, pool_customer
from tests.merging import again, everything, filled, merged

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou(acme, east):
    return UserFactory(name="Zhou", organization=acme, team=east)


@pytest.fixture
def pair(wang, mei, li, zhou):
    common = {"manager": mei, "denied": zhou, "colleague": li}
    first = filled(
        wang, "Hengchuan Medical Ltd", tag_names=["VIP", "2026"], website="https://hengchuan.example", **common
    )
    second = filled(
        wang, "Hengchuan Instruments Ltd", tag_names=["VIP", "fair"], credit_code="91350211M000100Y43", **common
    )
    return first, second


def of(customer, model, **filters):
    return apps.get_model(f"customers.{model}").objects.filter(customer=customer, **filters).count()


def test_every_table_on_a_customer_has_said_what_becomes_of_its_rows():
    """A floor above that hangs rows on a customer and says nothing about merges fails here."""
    pointing = {
        field.related_model._meta.label
        for field in Customer._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and not field.related_model.__name__.startswith("Historical")
    } - {"customers.Customer"}
    loose = {
        model._meta.label
        for model in apps.get_models()
        if "customer_id" in {field.column for field in model._meta.local_fields} and not hasattr(model, "history_id")
    }
    assert pointing | loose == set(fates.fates())
    told = dict(catalogue("SELECT relation, coalesce(array_to_string(alike, ','), '') FROM customers_moving()"))
    assert told == {each.table: ",".join(each.alike) for each in fates.moving()}


def test_a_merge_moves_everything_and_its_undoing_takes_exactly_that_back(pair, mei, wang, li):
    """R34, R35: what hung on both hangs on one; after the undoing each row stands as it stood, and what came later stays."""
    winner, loser = pair
    before = everything(winner, loser)
    done = merged(winner, loser, by=mei, chosen=["name", "credit_code"])
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")
    moves = ("Contact", "ContactPoint", "Address", "Evidence", "ContestedClaim", "NextStep")
    assert [of(winner, model) for model in moves] == [2] * 6 and [of(loser, model) for model in moves] == [0] * 6
    assert (of(winner, "FollowUp"), of(loser, "FollowUp")) == (4, 0)
    assert (of(winner, "CustomerTag"), of(loser, "CustomerTag")) == (3, 1)
    stays, gone = again(winner), again(loser)
    assert (stays.name, stays.credit_code, stays.website) == (loser.name, "91350211M000100Y43", winner.website)
    assert (gone.merged_into_id, gone.owner_id, gone.name) == (winner.pk, None, loser.name)
    assert stays.key_account and stays.has_denials and stays.collaborators.live().count() == 1
    assert set(winner.identity_keys.values_list("written", flat=True)) >= {winner.name, loser.name}
    assert winner.claims.live().get().claimant == wang
    assert loser.claims.get().ended_as == Claim.End.MERGED
    done.undo(by=mei, reason="two companies after all")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    after = everything(winner, loser)
    assert before.keys() - after.keys() == set()
    assert after.keys() - before.keys() == set()
