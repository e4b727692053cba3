"""The random sample (item 28, R115): committed before, revealed after, worked out again by anybody, steered by nobody."""

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import Notice
from audit.models import Entry
from customers.models import Claim, Sample, VerificationItem, VerificationRound, VerificationTerms
from customers.verification.sampling import commit, draw, keep_sampling, picked_by
from tests.verifications import again, earlier, settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    found = settle()
    with found.inside():
        VerificationTerms.objects.create(sample_size=5)
    return found


def committed(house) -> Sample:
    with house.inside():
        return again(commit())


def over(house) -> Sample:
    """A committed sample whose period is over."""
    sample = committed(house)
    earlier(sample, "draws_at", by=timedelta(days=30))
    with house.inside():
        return again(sample)


def drawn(house) -> VerificationRound:
    sample = over(house)
    with house.inside():
        return VerificationRound.objects.select_related("sample").get(pk=draw(sample).pk)


def worked_out_again(sample) -> set:
    """By somebody else's hand: SHA-256 of seed and id, the smallest of what had an owner at that moment, from the claims."""
    owned = [claim for claim in Claim.objects.all() if claim.claimed_at <= sample.draws_at]
    owned = [claim for claim in owned if claim.released_at is None or claim.released_at > sample.draws_at]
    seed = bytes.fromhex(sample.seed)
    assert hashlib.sha256(seed).hexdigest() == sample.commitment
    numbers = sorted((hashlib.sha256(seed + claim.customer_id.bytes).hexdigest(), claim.customer_id) for claim in owned)
    return {customer for _number, customer in numbers[: sample.size]}


def test_the_hash_of_the_seed_stands_in_the_ledger_before_the_period(house):
    """Item 28. And the seed itself nowhere."""
    sample = committed(house)
    with house.inside():
        entry = Entry.objects.get(action="customers.commit_sample")
    assert entry.after["commitment"] == sample.commitment
    assert entry.after["sealed"] == "***"
    assert sample.seed == ""
    assert sample.draws_at - sample.committed_at == timedelta(days=30)
    assert entry.recorded_at <= sample.draws_at


def test_anybody_works_out_again_which_customers_it_picked(house):
    """Item 28. Independently of the code that drew it, and however late: what was released since changes nothing."""
    sample = over(house)
    with house.inside():
        next(each for each in house.customers if each.owner_id == house.wang.pk).release(
            by=house.wang, reason="not mine"
        )
        found = draw(sample)
        sample = again(sample)
        picked = set(found.items.values_list("customer", flat=True))
        assert len(picked) == 5
        assert picked == worked_out_again(sample) == set(picked_by(sample))
        assert sample.candidates == 12
        assert max(sample.number_of(pk) for pk in picked) == sample.cutoff


def test_a_seed_is_not_revealed_before_its_time(house):
    with pytest.raises(DatabaseError, match="sample_as_committed"), house.inside():
        draw(commit())


def test_another_seed_than_the_committed_one_is_refused(house):
    """The cheat: try seeds until the own customers are not among the picked."""
    sample = over(house)
    sample.seed = "ab" * 32
    with pytest.raises(DatabaseError, match="sample_as_committed"), house.inside():
        sample.save(update_fields=["seed"])


@pytest.mark.parametrize(
    "change", ["size = 100", "commitment = repeat('a', 64)", "draws_at = draws_at - interval '1 day'"]
)
def test_what_is_committed_is_changed_by_nobody(change, house):
    committed(house)
    with pytest.raises(DatabaseError, match="sample_as_committed"), house.inside(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE customers_sample SET {change}")


def test_a_second_sample_beside_a_sealed_one_is_refused(house):
    """The cheat: commit several and reveal the one that suits."""
    committed(house)
    with pytest.raises(DatabaseError, match="one_sealed_sample"), house.inside():
        commit()


def test_nobody_says_himself_which_numbers_are_picked(house):
    """The cut is counted by the trigger; what the statement says of it is written over."""
    sample = over(house)
    with house.inside(), connection.cursor() as cursor:
        seed = sample.organization.unseal("sample", sample.sealed)
        cursor.execute("UPDATE customers_sample SET seed = %s, cutoff = repeat('0', 64), candidates = 1", [seed])
        assert again(sample).candidates == 12
        assert len(picked_by(again(sample))) == 5


def test_nobody_adds_to_what_the_seed_picked(house):
    found = drawn(house)
    with house.inside(house.mei):
        spared = next(each for each in house.customers if not found.items.filter(customer=each).exists())
        with pytest.raises(DatabaseError, match="sample_picks_itself"), transaction.atomic():
            VerificationItem.objects.create(round=found, customer=spared)


def test_a_round_of_chance_is_opened_by_nobody(house):
    with house.inside(house.mei), pytest.raises(DatabaseError, match="round_in_own_name"), transaction.atomic():
        VerificationRound.objects.create(title="x", opened_by=None)


def test_the_calendar_commits_draws_and_commits_again(house):
    """R115. There is always a committed sample; the next stands before its period begins."""
    with house.inside():
        keep_sampling()
        first = Sample.objects.get()
        keep_sampling()
        assert Sample.objects.get() == first
    earlier(first, "draws_at", by=timedelta(days=30))
    with house.inside():
        keep_sampling()
        assert again(first).revealed_at
        assert Sample.objects.sealed().count() == 1
        told = set(Notice.objects.filter(what="customers.sample_drawn").values_list("person", flat=True))
        assert house.shen.pk in told
        assert house.li.pk not in told


def test_an_organisation_without_customers_is_sampled_too():
    found = drawn(settle(customers=0))
    with settle(customers=0).inside():
        assert found.sample.candidates == 0


def test_new_terms_do_not_touch_what_is_committed(house, sign_in):
    """The cheat: the administrator makes the sample small once the period runs."""
    sample = committed(house)
    values = {"period_days": 60, "sample_size": 6, "answer_days": 3}
    assert sign_in(house.zhao).post(reverse("customers:verification_terms"), values).status_code == 302
    with house.inside():
        assert (again(sample).size, again(sample).period_days) == (5, 30)
    earlier(sample, "draws_at", by=timedelta(days=30))
    with house.inside():
        keep_sampling()
        assert Sample.objects.sealed().get().size == 6


@pytest.mark.parametrize("size", ["0", "4", "501", "", "many"])
def test_a_sample_is_never_too_small_to_mean_anything(size, house, sign_in):
    values = {"period_days": 30, "sample_size": size, "answer_days": 7}
    assert sign_in(house.zhao).post(reverse("customers:verification_terms"), values).status_code == 422
    with house.inside():
        assert VerificationTerms.objects.get().sample_size == 5


def test_everybody_reads_the_commitment_and_only_his_own_picked_ones(house, sign_in):
    """Item 28. State is transparent, content is not."""
    sample = over(house)
    client, address = sign_in(house.li), reverse("customers:sample", args=[sample.pk])
    assert sample.commitment in client.get(address).content.decode()
    with house.inside():
        draw(sample)
        seed = again(sample).seed
    page = client.get(address).content.decode()
    assert seed in page
    assert not any(each.name in page for each in house.customers if each.owner_id != house.li.pk)


def test_who_verifies_sees_of_the_sample_what_he_sees_anyway(house, sign_in):
    found = drawn(house)
    address = reverse("customers:verification_round", args=[found.pk])
    theirs = sign_in(house.mei).get(address)
    assert theirs.context["closed"] == 5 - len(theirs.context["page"].rows)
    assert not any(item.customer.owner_id == house.li.pk for item in theirs.context["page"].rows)
    assert len(sign_in(house.shen).get(address).context["page"].rows) == 5
