"""Two records of one company become one: everything moves, nobody gains by it, and it is taken back exactly (R34, R35, R40 to
R44, R61)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, transaction

from accounts import tenancy
from accounts.models import Notice
from approvals.models import Approval
from audit.deeds import Refused, stamped
from customers import follow_ups
from customers.changing import change
from customers.identity_changes import ask_for_identity
from customers.limits import NotClaimable
from customers.merging import fates
from customers.merging.asking import undo
from customers.merging.comparing import CannotMerge, compared, may_merge
from customers.models import Claim, Customer, Merge
from customers.profile.groups import ask_for_group
from tests.databases import catalogue, sql
from tests.factories import UserFactory, customer_of, pool_customer, rules, shared
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


def yes(person):
    """To the one request that waits."""
    request = Approval.objects.pending().get()
    request.approve(by=person, seal=request.seal)


def earned(customer):
    """How far its contacts have brought the claim that lives."""
    return catalogue(
        "SELECT customers_earned(c) FROM customers_claim c WHERE customer_id = %s AND released_at IS NULL", customer.pk
    )[0][0]


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
    child = customer_of(wang, "Hengchuan Branch Ltd")
    ask_for_group(child, by=wang, reason="x", files=[], parent_id=loser.pk, parent=loser.name, relation="branch")
    yes(mei)
    before = everything(winner, loser)
    assert earned(winner) is not None
    done = merged(winner, loser, by=mei, chosen=["name", "credit_code"])
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")
    moves = ("Contact", "ContactPoint", "Address", "Evidence", "ContestedClaim", "NextStep")
    assert [of(winner, model) for model in moves] == [2] * 6
    assert [of(loser, model) for model in moves] == [0] * 6
    assert (of(winner, "FollowUp"), of(loser, "FollowUp")) == (4, 0)
    assert (of(winner, "CustomerTag"), of(loser, "CustomerTag")) == (3, 1)
    assert again(child).parent_id == winner.pk
    assert earned(winner) is None
    stays, gone = again(winner), again(loser)
    assert (stays.name, stays.credit_code, stays.website) == (loser.name, "91350211M000100Y43", winner.website)
    assert (gone.merged_into_id, gone.owner_id, gone.name) == (winner.pk, None, loser.name)
    assert stays.key_account
    assert stays.has_denials
    assert stays.collaborators.live().count() == 1
    assert set(winner.identity_keys.values_list("written", flat=True)) >= {winner.name, loser.name}
    assert winner.claims.live().get().claimant == wang
    assert loser.claims.get().ended_as == Claim.End.MERGED
    done.undo(by=mei, reason="two companies after all")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    after = everything(winner, loser)
    assert again(child).parent_id == loser.pk
    assert before.keys() - after.keys() == set()
    assert {table for table, _row in after.keys() - before.keys()} <= {
        "touch"
    }  # who owned the other one had to do with it


def test_what_came_after_the_merge_stays_with_the_one_that_stayed(pair, mei, wang):
    winner, loser = pair
    done = merged(winner, loser, by=mei, chosen=["website"])
    follow_ups.log(again(winner), by=wang, content="Since then.", occurred_at=tenancy.now())
    change(again(winner), by=wang, website="https://newer.example", region="Jiangsu")
    done.undo(by=mei, reason="two after all")
    stays = again(winner)
    assert (stays.website, stays.region, of(winner, "FollowUp"), of(loser, "FollowUp")) == (
        "https://newer.example",
        "Jiangsu",
        3,
        2,
    )


# Who


def test_a_rep_asks_his_manager_and_it_happens_exactly_as_asked(wang, mei):
    """R61, and four eyes: asking moves nothing; the last yes does it."""
    winner, loser = customer_of(wang, "One Ltd"), customer_of(wang, "Two Ltd", industry="pumps")
    asked = merged(winner, loser, by=wang, chosen=["industry"])
    request = Approval.objects.pending().get()
    assert not asked.stands
    assert again(loser).merged_into_id is None
    assert [seat.person for seat in request.approvers.live()] == [mei]
    request.approve(by=mei, seal=request.seal)
    asked.refresh_from_db()
    assert asked.stands
    assert asked.done_by == mei
    assert again(winner).industry == "pumps"
    assert Notice.objects.filter(person=wang, what="customers.merged").count() == 1
    asked = again_of(asked)
    assert undo(asked, by=wang, reason="two after all").stands
    yes(mei)
    assert again(loser).owner == wang
    assert not again_of(asked).stands


def test_two_owners_take_somebody_who_stands_above_neither_alone(acme, wang, mei, li, qian, east):
    """Mei manages Wang and not Li: she asks and does not decide; the request says who owns it afterwards."""
    his, theirs = customer_of(wang, "One Ltd"), customer_of(li, "Two Ltd")
    shared(theirs, by=li, person=wang)
    merged(his, theirs, by=wang, owner=li)
    request = Approval.objects.pending().get()
    assert [seat.person for seat in request.approvers.live()] == [qian]
    assert li.pk in {interest.person_id for interest in request.interests.all()}
    assert mei.pk in {interest.person_id for interest in request.interests.all()}
    request.approve(by=qian, seal=request.seal)
    assert (again(his).owner, again(theirs).merged_into_id) == (li, his.pk)
    assert set(his.claims.values_list("claimant__name", "ended_as")) == {("Wang", "merged"), ("Li", "")}


def test_nobody_takes_a_colleagues_customer_or_one_from_the_pool_by_merging(
    wang, li, mei, acme, an, shen, zhao, outsider
):
    """R42, R61: what he does not see is not there; what he could not claim he does not get."""
    his, theirs = customer_of(wang, "One Ltd"), customer_of(li, "Two Ltd")
    for person in (wang, mei, an, shen, zhao, li, outsider):
        with pytest.raises(Refused):
            merged(his, theirs, by=person, owner=wang)
    rules(cooldown_days=30)
    given_up = customer_of(wang, "Three Ltd")
    given_up.release(by=wang, reason="no time")
    with pytest.raises(CannotMerge, match="waits in the pool"):
        merged(his, given_up, by=wang)
    with pytest.raises(CannotMerge, match="waits in the pool"):
        merged(his, given_up, by=mei)


def test_nobody_gains_a_day(wang, mei):
    """R61: the earlier chain and the shorter end; contacts of before extend nothing, and an undoing gives back what was left."""
    rules(protection_days=60)
    long = customer_of(wang, "One Ltd")
    rules(protection_days=30)
    short = customer_of(wang, "Two Ltd")
    for winner, loser in ((long, short), (short, long)):
        ends = [again(each).protected_until for each in (winner, loser)]
        begun = [each.claims.live().get().chain_began_at for each in (winner, loser)]
        done = merged(winner, loser, by=mei)
        claim = winner.claims.live().get()
        assert (claim.protected_until, claim.chain_began_at) == (min(ends), min(begun))
        done.undo(by=mei, reason="two after all")
        assert [again(each).protected_until for each in (winner, loser)] == ends


def test_the_owner_of_one_keeps_it_as_it_stands_and_the_other_waits_in_no_pool(wang, mei, li):
    waiting, his = pool_customer(wang, "One Ltd"), customer_of(wang, "Two Ltd")
    until = his.protected_until
    done = merged(waiting, his, by=mei)
    claim = waiting.claims.live().get()
    assert (claim.claimant, claim.protected_until, claim.way) == (wang, until, Claim.Way.MERGED)
    assert not Customer.objects.in_pool().filter(pk=his.pk).exists()
    with pytest.raises(IntegrityError, match="belongs there"), transaction.atomic():
        Claim.begin(his, wang)
    done.undo(by=mei, reason="two after all")
    assert (again(his).owner, again(his).protected_until, again(waiting).owner) == (wang, until, None)
    assert waiting.claims.get().ended_as == Claim.End.UNMERGED


def test_what_somebody_gave_up_since_does_not_come_back_to_him(wang, mei, li):
    """R61, and the cooldown follows the company into the record it passed into."""
    rules(cooldown_days=30)
    waiting, his = pool_customer(wang, "One Ltd"), customer_of(wang, "Two Ltd")
    done = merged(waiting, his, by=mei)
    again(waiting).release(by=wang, reason="no time")
    done.undo(by=mei, reason="two after all")
    assert (again(his).owner, again(waiting).owner) == (None, None)
    given_up = customer_of(wang, "Three Ltd")
    given_up.release(by=wang, reason="no time")
    other = pool_customer(li, "Four Ltd")
    merged(other, again(given_up), by=mei)
    with pytest.raises(NotClaimable):
        again(other).claim(by=wang)


def test_pending_requests_end_and_who_asked_is_told(wang, mei):
    """R34: the request stood on a record that is not there any more."""
    winner, loser = customer_of(wang, "One Ltd"), customer_of(wang, "Two Ltd")
    ask_for_identity(loser, by=wang, name="Two Great Ltd", code="", reason="new name", files=[])
    merged(winner, loser, by=mei)
    assert Approval.objects.get().state == "void"
    assert Notice.objects.filter(person=wang, what="customers.void_by_merge").count() == 1


def test_what_stands_against_a_merge_is_said(wang, mei):
    one, two = customer_of(wang, "One Ltd"), customer_of(wang, "Two Ltd")
    two.in_dispute = True  # as a collision case marks it
    assert "in dispute" in may_merge(one, two, wang)
    assert "one record already" in may_merge(one, one, wang)
    three = customer_of(wang, "Three Ltd")
    merged(one, three, by=mei)
    with pytest.raises(CannotMerge, match="has passed into another record"):
        merged(three, customer_of(wang, "Four Ltd"), by=mei)


# Past every form, as the application's role


def test_the_database_lets_nobody_write_a_merge_by_hand(pair, mei, wang, acme):
    """R61: what passed where, when and until when is the database's to say."""
    winner, loser = pair
    done = merged(winner, loser, by=mei)
    other = customer_of(wang, "Three Ltd")
    for words, statement in (
        ("by a merge", f"UPDATE customers_customer SET merged_into_id = '{winner.pk}', owner_id = NULL WHERE id = '{other.pk}'"),
        ("read and not changed", f"UPDATE customers_customer SET website = 'x' WHERE id = '{loser.pk}'"),
        ("by a merge", f"UPDATE customers_customer SET merged_into_id = NULL WHERE id = '{loser.pk}'"),
        ("keeps what it is", f"UPDATE customers_merge SET moved = '{{}}' WHERE id = '{done.pk}'"),
        ("keeps what it is", f"UPDATE customers_merge SET reversible_until = now() + interval '1 year' WHERE id = '{done.pk}'"),
        ("keeps what it is", f"UPDATE customers_merge SET done_at = NULL WHERE id = '{done.pk}'"),
        ("permission denied", f"DELETE FROM customers_merge WHERE id = '{done.pk}'"),
        ("by a merge", f"UPDATE customers_contact SET customer_id = '{other.pk}' WHERE customer_id = '{winner.pk}'"),
    ):  # fmt: skip
        with (
            pytest.raises((IntegrityError, ProgrammingError), match=words),
            transaction.atomic(),
            stamped("customers.edit", by=wang),
        ):
            sql(statement)
    with pytest.raises(IntegrityError, match="belongs there"), transaction.atomic():
        loser.follow_ups.create(author=wang, content="Called.", occurred_at=tenancy.now())


def test_a_merge_is_not_done_past_its_rule_nor_otherwise_than_approved(wang, li, mei):
    one, two = customer_of(wang, "One Ltd"), customer_of(li, "Two Ltd")
    both = {"winner": compared(one), "loser": compared(two)}
    with stamped("customers.merge", by=wang):
        forged = Merge.objects.create(winner=one, loser=two, owner=wang, asked_by=wang, reason="mine", compared=both)
        with pytest.raises(IntegrityError, match="are not merged"), transaction.atomic():
            sql("UPDATE customers_merge SET done_at = now() WHERE id = %s", forged.pk)
        with pytest.raises(IntegrityError, match="in one's own name"), transaction.atomic():
            Merge.objects.create(winner=one, loser=two, owner=wang, asked_by=li, reason="his", compared=both)


def test_after_thirty_days_it_is_not_undone(acme, wang, mei):
    one, two = customer_of(wang, "One Ltd"), customer_of(wang, "Two Ltd")
    done = merged(one, two, by=mei)
    done.reversible_until = tenancy.now()
    with pytest.raises(CannotMerge, match="30 days"):
        undo(done, by=mei, reason="too late")


def test_a_name_that_was_taken_meanwhile_is_a_sentence(wang, mei):
    one, two = customer_of(wang, "One Ltd"), customer_of(wang, "Two Ltd")
    done = merged(one, two, by=mei)
    ask_for_identity(again(one), by=wang, name="Two Ltd", code="", reason="its real name", files=[])
    request = Approval.objects.pending().get()
    request.approve(by=mei, seal=request.seal)
    done.refresh_from_db()
    with pytest.raises(CannotMerge, match="bears the other's name"):
        undo(again_of(done), by=mei, reason="two after all")


def again_of(done):
    return Merge.objects.select_related("winner", "loser", "owner").get(pk=done.pk)
