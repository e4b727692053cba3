"""The search through all customers: nothing lost, nothing twice, only what changed, and a decision that stands (R31, R34, R40)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import outbox, tenancy
from accounts.models import Notice, Outbox
from customers import changing
from customers.collisions.found import open_case_of_pair
from customers.duplicates import blocks, clusters, scanning
from customers.duplicates.reviewing import waiting
from customers.models import CollisionCase, Customer, DuplicateBlock, DuplicatePair, DuplicateRecord, DuplicateScan
from tests.databases import catalogue, sql
from tests.factories import TeamFactory, UserFactory, customer_of, pool_customer
from tests.pairs import entered_unseen, pair_of

pytestmark = pytest.mark.django_db
NAME, TWIN, OTHER = "苏州恒川医疗器械有限公司", "苏州横川医疗器械公司", "无锡泰和精密机械有限公司"
CONTACT = {"name": "王芳", "phone": "+8613812345678", "email": "wang.fang@hengchuan.com.cn"}


def jobs():
    return Outbox.objects.filter(done_at=None, task__in=["customers.divide_scan", "customers.scan_part"]).order_by("pk")


def perform_all():
    while job := jobs().first():
        assert outbox.perform(job.pk, job.organization_id)


def scanned(**how):
    """A search that is done, as workers do it."""
    run = scanning.begin(**how)
    perform_all()
    run.refresh_from_db()
    assert (run.state, run.parts_done) == ("finished", run.parts)
    return run


def dirty():
    return DuplicateRecord.objects.filter(is_dirty=True).count()


def written_pairs():
    return catalogue(
        "SELECT id, first_id, second_id, score, status, xmin::text FROM customers_duplicatepair ORDER BY first_id, second_id"
    )


@pytest.fixture
def chief(acme):
    """Above both teams."""
    return UserFactory(name="Chief", organization=acme, role="manager")


@pytest.fixture
def everything(acme, chief):
    return TeamFactory(organization=acme, name="All", manager=chief)


@pytest.fixture
def east(acme, mei, everything):
    return TeamFactory(organization=acme, name="East", manager=mei, parent=everything)


@pytest.fixture
def li(acme, everything):
    """A rep in the West."""
    west = TeamFactory(organization=acme, name="West", parent=everything)
    return UserFactory(name="Li", organization=acme, team=west)


@pytest.fixture
def twins(wang, li):
    """One company, entered twice by people of two teams, and another one."""
    one = customer_of(wang, NAME, region="苏州", contact=CONTACT)
    other = entered_unseen(li, TWIN, region="苏州", contact=CONTACT)
    customer_of(wang, OTHER)
    return one, other


def test_what_changed_is_compared_with_all_and_then_left_alone(twins, wang, outsider):
    """Two who enter one company at the same moment do not see each other's; some minutes later both are compared. Incremental:
    what did not change is not looked at again, and what changes while it is compared is compared once more."""
    with tenancy.inside(outsider.organization_id):
        customer_of(outsider, NAME, contact=CONTACT)  # behind the wall
    scanning.compare_slice(began="now", number=0)
    assert DuplicatePair.objects.customers() == {each.pk for each in twins}
    assert (DuplicatePair.objects.get().verdict, dirty()) == ("same", 0)
    before = written_pairs()
    scanning.begin_to_compare()
    assert not Outbox.objects.filter(task="customers.compare_slice").exists()
    changing.change(twins[0], by=wang, website="www.hengchuan-medical.com")
    kept = DuplicateRecord.objects.get(customer=twins[0])
    sql(
        "SELECT customers_settle_compared(ARRAY[%s]::uuid[], ARRAY[%s]::timestamptz[])",
        twins[0].pk,
        "2026-01-01 00:00Z",
    )
    assert dirty() == 1  # another state than this was compared
    scanning.compare_slice(began="now", number=1)
    assert (dirty(), kept.customer_id) == (0, twins[0].pk)
    assert [row[:3] for row in written_pairs()] == [row[:3] for row in before]


def test_a_worker_killed_in_the_middle_loses_no_pair_and_repeats_none(twins, wang, monkeypatch):
    """R31: parts of one customer each. The third breaks off after its work and before it has counted itself: all it did is
    gone, and done again. Each part done twice by hand afterwards changes nothing."""
    monkeypatch.setattr(scanning, "PART", 1)
    run, count, broken = scanning.begin(whole=True), scanning.count, []

    def breaks(scan, told):
        if scan.parts_done == 1 and not broken:
            broken.append(told)
            raise ConnectionError("killed")
        count(scan, told)

    monkeypatch.setattr(scanning, "count", breaks)
    while job := jobs().exclude(last_error__gt="").first() or jobs().first():
        try:
            outbox.perform(job.pk, job.organization_id)
        except ConnectionError:
            assert DuplicateScan.objects.get().parts_done == 1
    run.refresh_from_db()
    assert broken
    assert (run.state, run.parts, run.parts_done, run.compared, run.found) == ("finished", 3, 3, 3, 1)
    assert DuplicatePair.objects.customers() == {each.pk for each in twins}
    before = written_pairs()
    for part in range(3):
        assert scanning.compare_part(run, part).found == 0
        scanning.scan_part(str(run.pk), part)  # the job of a search that is over
    assert (written_pairs(), DuplicateScan.objects.get().parts_done) == (before, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        scanning.count(run, scanning.Outcome(0, 0))  # a part more than there are is refused by the database


def test_a_whole_search_clears_marks_only_of_what_stood_before_it_began(twins):
    """What is written by a transaction that was still open when the search began may have been missed by a part of it."""
    first, last = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"
    scanned(whole=True)
    assert dirty() == 3  # this test is one open transaction
    sql("SELECT customers_settle_scanned(%s, %s, pg_current_xact_id()::text::bigint + 1000)", first, last)
    later = scanned()
    assert (dirty(), later.whole, later.compared) == (
        0,
        False,
        0,
    )  # these weights have seen all of them, and nothing changed


def test_a_search_is_one_at_a_time_and_tells_who_asked(twins, mei, zhao, wang):
    assert scanning.begin(by=mei) is not None
    assert scanning.begin(by=zhao) is None
    with pytest.raises(PermissionDenied):
        scanning.begin(by=wang)
    perform_all()
    assert Notice.objects.get(what="customers.scanned").words == {"compared": "3", "found": "1"}
    stuck = scanning.begin()
    sql("UPDATE customers_duplicatescan SET began_at = now() - interval '21 hours' WHERE id = %s", stuck.pk)
    assert scanning.begin() is not None
    assert DuplicateScan.objects.get(pk=stuck.pk).state == "given_up"


def test_a_decision_stands_until_a_change_brings_more(twins, mei, chief, wang):
    """The search asks again about two that were told apart only when one of them has changed and they are more alike than then."""
    scanned(whole=True)
    pair = DuplicatePair.objects.get()
    sql("UPDATE customers_duplicatepair SET score = 0.4, verdict = 'review'")
    pair.tell_apart(by=chief, reason="two plants of one family")
    scanned(whole=True)
    assert DuplicatePair.objects.get().status == "different"
    changing.change(twins[0], by=wang, website="www.hengchuan-medical.com")
    scanned(whole=True)
    again = DuplicatePair.objects.get()
    assert (again.status, again.decided_by, again.reason) == ("open", None, "")
    assert again.score > 0.9
    again.confirm_same(by=chief, reason="one licence")
    scanned(whole=True)
    assert DuplicatePair.objects.get().status == "same"


def test_what_is_no_longer_alike_is_proposed_no_longer(twins, wang, mei):
    """An open pair follows what its customers are now; it opens in no list and is not lost."""
    pair_of(twins[0], customer_of(wang, "哈尔滨北辰粮油贸易公司"))
    assert waiting(mei).exists()
    scanning.compare_slice(began="now", number=0)
    assert not waiting(mei).exists()
    assert sorted(DuplicatePair.objects.values_list("verdict", flat=True)) == ["different", "same"]


def test_each_sees_and_decides_pairs_of_which_he_reaches_both(twins, wang, li, mei, chief, shen, zhao, acme):
    """R5: a rep none at all, a manager those of his people and the pool, who stands above both those across teams; auditors
    all, and decide nothing. The database says the same to who goes past the pages."""
    across = pair_of(*twins)
    own = pair_of(twins[0], pool_customer(wang, "Pooled Ltd"), score=0.8, verdict="review")
    pair_of(twins[0], customer_of(wang), score=0.1, verdict="related")
    seen = {person.name: {pair.pk for pair in waiting(person)} for person in (wang, li, mei, chief, shen, zhao)}
    both = {across.pk, own.pk}
    assert seen == {"Wang": set(), "Li": set(), "Mei": {own.pk}, "Chief": both, "Shen": both, "Zhao": set()}
    decide = "UPDATE customers_duplicatepair SET status = 'different', decided_by_id = %s, decided_at = now(), reason = 'x' WHERE id = %s"
    cheats = [(wang, decide), (mei, decide), (shen, decide), (zhao, decide)]
    for person, statement in cheats:
        with pytest.raises(IntegrityError), tenancy.inside(acme, user=person):
            sql(statement, person.pk, across.pk)
    others = [
        "UPDATE customers_duplicatepair SET score = 0.1, verdict = 'different' WHERE id = %s",
        "UPDATE customers_duplicatepair SET second_id = first_id WHERE id = %s",
    ]
    for statement in others:
        with pytest.raises(IntegrityError), tenancy.inside(acme, user=wang):
            sql(statement, across.pk)
    with pytest.raises(IntegrityError), tenancy.inside(acme, user=wang):
        sql("SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM customers_duplicatepair WHERE id = '" + str(across.pk) + "'")
    with pytest.raises(IntegrityError), tenancy.inside(acme, user=chief):
        sql(decide, wang.pk, across.pk)  # in his own name only
    with pytest.raises(PermissionDenied):
        across.tell_apart(by=mei, reason="x")
    own_entry = pair_of(customer_of(chief), customer_of(chief), raised_by=chief)
    with pytest.raises(PermissionDenied):
        own_entry.tell_apart(by=chief, reason="nobody decides what he entered")
    with tenancy.inside(acme, user=chief):
        across.confirm_same(by=chief, reason="one licence")
        across.reopen(by=chief, reason="no, two")
        across.tell_apart(by=chief, reason="two licences")
    assert DuplicatePair.objects.get(pk=across.pk).decided_by == chief


def test_review_is_taken_off_when_no_pair_is_left(twins, wang, chief):
    sql("UPDATE customers_customer SET needs_review = true WHERE id = ANY(%s)", [each.pk for each in twins])
    first, second = pair_of(*twins), pair_of(twins[0], customer_of(wang))
    first.tell_apart(by=chief, reason="two licences")
    assert [Customer.objects.get(pk=each.pk).needs_review for each in twins] == [True, False]
    second.tell_apart(by=chief, reason="two licences")
    assert not Customer.objects.get(pk=twins[0].pk).needs_review


def test_clusters_hang_together_by_the_same_and_never_by_what_is_related(wang):
    ours = [customer_of(wang) for _ in range(6)]
    pair_of(ours[0], ours[1])
    pair_of(ours[1], ours[2], score=0.97)
    pair_of(ours[2], ours[3], score=0.2, verdict="related")
    pair_of(ours[3], ours[4], score=0.7, verdict="review")
    found = clusters.around([ours[0].pk, ours[3].pk, ours[5].pk])
    assert found == {each.pk: {one.pk for one in ours[:3]} for each in ours[:3]}
    assert clusters.clusters([(1, 2), (3, 4), (2, 3), (5, 6)]) == {n: {1, 2, 3, 4} for n in (1, 2, 3, 4)} | {
        n: {5, 6} for n in (5, 6)
    }


def test_what_very_many_share_makes_no_pairs_and_is_told(wang, mei, monkeypatch):
    monkeypatch.setattr(blocks, "MOST", 3)
    shared = [customer_of(wang, f"{sign * 2}{word}有限公司", contact={"name": f"{sign}", "phone": "+8613812345678"})
              for sign, word in zip("甲乙丙丁", ("航运", "食品", "光学", "林业"), strict=True)]  # fmt: skip
    assert scanned(whole=True).found == 0
    block = DuplicateBlock.objects.get(kind="P")
    assert (block.customers, len(block.examples)) == (4, 4)
    told = blocks.shared_by_many(mei)
    assert [each.pk for each in told[0].seen] == sorted((each.pk for each in shared), key=str)


def test_the_pages_say_why_and_take_the_decision(twins, wang, li, mei, chief, shen, zhao, sign_in):
    pair = pair_of(*twins)
    address = f"/customers/duplicates/{pair.pk}/"
    assert [sign_in(each).get(address).status_code for each in (wang, li, mei, zhao)] == [404, 404, 404, 404]
    assert [sign_in(each).get("/customers/duplicates/").status_code for each in (wang, zhao, shen)] == [403, 200, 200]
    client = sign_in(chief)
    page = client.get("/customers/duplicates/")
    assert all(each in page.text for each in (NAME, TWIN, "The names are alike"))
    page = client.get(address)
    assert all(each in page.text for each in ("The cities are different.", "They are the same"))
    assert client.post(f"{address}tell-apart/", {"reason": ""}).status_code == 422
    assert client.post(f"{address}tell-apart/", {"reason": "two licences"}).status_code == 302
    assert "two licences" in client.get(address).text
    assert "They are the same" not in sign_in(shen).get(address).text
    assert sign_in(wang).post("/customers/duplicates/search/").status_code == 403
    client = sign_in(chief)
    assert "Waiting for its turn" in client.post("/customers/duplicates/search/", {"whole": "yes"}, follow=True).text
    assert "under way already" in client.post("/customers/duplicates/search/", follow=True).text
    assert DuplicateScan.objects.live().get().asked_by == chief


def test_a_list_of_pairs_asks_as_much_for_a_hundred_as_for_one(twins, wang, chief, sign_in):
    client, asked = sign_in(chief), []
    pair_of(*twins)
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/customers/duplicates/")
        asked.append(len(queries))
        if not number:
            ours = [customer_of(wang) for _ in range(12)]
            for one in ours:
                for other in ours:
                    if one.pk < other.pk:
                        pair_of(one, other, score=0.5, verdict="review")
    assert asked[0] == asked[1]


def test_one_company_of_two_owners_becomes_a_case(twins, wang, li, chief):
    """R40, R44. In nobody's name, between whose claim began first and the other one; once, however often the job comes."""
    pair = pair_of(*twins)
    pair.confirm_same(by=chief, reason="one switchboard, one address")
    (job,) = Outbox.objects.filter(task="customers.open_case_of_pair")
    for _again in range(2):
        with tenancy.scope(wang.organization_id, source="job"):
            open_case_of_pair(**job.arguments)
    case = CollisionCase.objects.get()
    assert (case.party_a, case.party_b, case.origin, case.opened_by) == (wang, li, "scan", None)
    assert [case.customer, case.other_customer] == list(twins)
    assert all(Customer.objects.get(pk=each.pk).in_dispute for each in twins)
