"""Imports: nothing is written before it was tried and confirmed, and then through the same door as the form."""

import pytest
from django.core.exceptions import PermissionDenied
from django_fsm import TransitionNotAllowed

from accounts.models import Outbox, PersonKey, StoredFile
from accounts.outbox import _jobs
from audit.deeds import Refused
from audit.models import Entry
from customers import contacts, follow_ups
from customers.importing.arriving import bring
from customers.models import (
    Claim,
    Contact,
    ContestedClaim,
    Customer,
    DuplicateKey,
    DuplicatePair,
    DuplicateRecord,
    IdentityKey,
    Import,
    ImportKey,
    ImportRow,
    SearchTerm,
)
from customers.registration import Draft, register
from tests.factories import customer_of, pool_customer
from tests.transfers import again, as_csv, brought, outcomes, said, tried, undone, work_off, written

State, Outcome = Import.State, ImportRow.Outcome
PHONE = "+8613805122297"


# Arriving


def test_a_list_is_read_by_a_worker_and_its_columns_are_offered(wang):
    batch = bring("客户.csv", as_csv([["公司名称", "电话"], ["恒川医疗器械", PHONE]]), by=wang)
    assert (batch.state, batch.rows.count()) == (State.READING, 0)

    batch = again(batch, wang)

    assert (batch.state, batch.headers, batch.encoding) == (State.MAPPING, ["公司名称", "电话"], "UTF-8")
    assert [(row.line, row.cells) for row in batch.rows.all()] == [(2, ["恒川医疗器械", PHONE])]
    assert not Customer.objects.exists()


def test_a_file_that_is_no_list_leaves_a_sentence_and_nothing_else(wang):
    batch = again(bring("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), by=wang), wang)

    assert (batch.state, batch.problem) == (State.FAILED, Import.Problem.NOT_A_LIST)
    assert "CSV" in batch.problem_sentence
    assert not ImportRow.objects.exists()
    assert batch.progress.finished_at


def test_phones_of_a_list_are_nowhere_in_the_clear(wang):
    """R26. Neither the file nor its lines, nor the ledger of both."""
    batch = brought(wang, ["Hengchuan Medical", "", PHONE])

    file = StoredFile.objects.get()
    assert PHONE.encode() not in bytes(file.content)
    assert PHONE.encode() in file.opened()
    assert PHONE.encode() not in bytes(ImportRow.objects.get(batch=batch).sealed)
    assert PHONE not in str(list(Entry.objects.values_list("before", "after")))


@pytest.mark.parametrize("person", ["shen", "zhao"])
def test_only_who_sells_brings_lists(person, request):
    """R29."""
    with pytest.raises(Refused):
        bring("list.csv", b"name\nAcme\n", by=request.getfixturevalue(person))
    assert not Outbox.objects.exists()


# Trying


def test_the_dry_run_writes_no_customer(wang):
    batch = tried(wang, ["Hengchuan Medical"], ["Ruitong Software"])

    assert (batch.state, batch.counts) == (State.TRIED, {"new": 2})
    assert batch.to_write == 2
    assert not Customer.objects.exists()
    assert not IdentityKey.objects.exists()
    assert not ImportKey.objects.exists(), "what was kept for the trial is gone with it"


@pytest.mark.parametrize(
    "again_written",
    [
        "  Hengchuan  Medical Co., Ltd. ",
        "Ｈｅｎｇｃｈｕａｎ Ｍｅｄｉｃａｌ Ｃｏ．， Ｌｔｄ．",
        "Heng\u200bchuan Medical Co., Ltd.",
        "HENGCHUAN MEDICAL CO LTD",
    ],
)
def test_a_repeat_in_another_writing_is_told_with_its_line(again_written, wang):
    batch = tried(wang, ["Hengchuan Medical Co., Ltd."], ["Ruitong Software"], [again_written])

    assert outcomes(batch) == {2: Outcome.NEW, 3: Outcome.NEW, 4: Outcome.REPEATED}
    assert said(batch)[4] == "Repeats line 2: the same registered name."


def test_the_same_company_written_otherwise_repeats_and_what_may_be_it_is_marked(wang):
    """R31. What a person has to decide is written; a branch is another company and free."""
    batch = tried(
        wang, ["恒川医疗器械股份有限公司"], ["恒川医疗器械股份公司"], ["恒川医疗"], ["恒川医疗器械股份有限公司宁波分公司"]
    )  # fmt: skip

    assert outcomes(batch) == {2: Outcome.NEW, 3: Outcome.REPEATED, 4: Outcome.REVIEW, 5: Outcome.NEW}
    assert said(batch)[3] == "Repeats line 2: the same company, written otherwise."
    assert said(batch)[4] == "Resembles line 2. A person decides."
    assert batch.to_write == 3


def test_a_repeat_far_below_is_found_too(wang):
    """Lines of other slices, which were tried in another transaction."""
    many = [[f"Company number {n}"] for n in range(1200)]
    batch = tried(wang, *many, ["COMPANY NUMBER 7"], ["Other name", "", ""], ["Company number 1100 GmbH"])

    assert batch.counts == {"new": 1201, "repeated": 2}
    assert said(batch)[1202] == "Repeats line 9: the same registered name."
    assert said(batch)[1204] == "Repeats line 1102: the same company, written otherwise."


def test_who_repeats_a_repeat_only_is_no_repeat(wang):
    """B has the name of A and the code of C: B is not written, so nothing stands in the way of C."""
    headings, code = ["name", "credit code"], "91320594MA1LANQ01K"
    batch = tried(wang, ["Hengchuan"], ["Hengchuan", code], ["Ruitong", code], headings=headings)

    assert outcomes(batch) == {2: Outcome.NEW, 3: Outcome.REPEATED, 4: Outcome.NEW}


def test_what_is_there_already_is_told_without_saying_whose(wang, li):
    """R30."""
    customer_of(li, "Hengchuan Medical")
    pool_customer(li, "Ruitong Software")

    batch = tried(wang, ["hengchuan medical"], ["Ruitong Software GmbH"])

    assert outcomes(batch) == {2: Outcome.TAKEN, 3: Outcome.IN_POOL}
    assert "Li" not in " ".join(said(batch).values()).split()
    assert not ContestedClaim.objects.exists(), "trying is no attempt"


def test_every_reason_is_told_by_its_column(wang):
    headings = ["公司名称", "网址", "国家", "电话"]
    batch = tried(wang, ["", "http://exa mple..com", "火星", "call me"], headings=headings)

    said_of = said(batch)[2]
    assert batch.counts == {"invalid": 1}
    for reason in ("required", "web address", "“火星” is not a country", "phone number"):
        assert reason in said_of


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("=HYPERLINK(1)", "“=”"),
        ("＋cmd", "“＋”"),
        ("bell\x07", "cannot be seen"),
        ("nul\0", "ull characters"),
        ("\u202eltd", "cannot be seen"),
        ("lost�", "a character was lost"),
        ("x" * 201, "at most 200"),
        ("x" * 2001, "more than 2,000 characters"),
    ],
)
def test_names_that_are_not_what_they_look_like(name, reason, wang):
    batch = tried(wang, [name], ["Ruitong Software"])

    assert outcomes(batch) == {2: Outcome.INVALID, 3: Outcome.NEW}
    assert reason in said(batch)[2]


def test_a_line_with_more_cells_than_headings_is_told(wang):
    batch = tried(wang, ["Hengchuan", "www.x.example", "", "Ltd"])

    assert "more cells than there are headings" in said(batch)[2]


def test_columns_can_be_matched_again(wang):
    batch = tried(wang, ["Hengchuan", "ruitong.example"], ["", "yuan.example"])
    assert batch.counts == {"invalid": 1, "new": 1}

    batch.try_out(by=wang, mapping={"name": 1})

    assert again(batch, wang).counts == {"new": 2}


# Writing


def test_what_was_confirmed_is_in_the_pool_and_nobodys(wang):
    """R31. Nobody hoards by import."""
    batch = written(wang, ["苏州恒川医疗器械", "hengchuan.example", PHONE], ["恒川医疗"])

    assert (batch.state, batch.counts) == (State.WRITTEN, {"new": 1, "review": 1})
    customers = {customer.name: customer for customer in Customer.objects.all()}
    assert {customer.owner for customer in customers.values()} == {None}
    assert {customer.imported_in for customer in customers.values()} == {batch}
    assert [customers[name].needs_review for name in ("苏州恒川医疗器械", "恒川医疗")] == [False, True]
    assert DuplicatePair.objects.get().found_by == "import"
    assert Contact.objects.get().phone == PHONE
    assert not Claim.objects.exists()


def test_nothing_is_written_without_confirmation_or_twice(wang):
    batch = written(wang, ["Hengchuan Medical"])

    for act in (batch.confirm, lambda **by: batch.try_out(**by, mapping={"name": 0})):
        with pytest.raises(TransitionNotAllowed):
            act(by=wang)
    assert Customer.objects.count() == 1


def test_a_list_without_a_new_company_cannot_be_confirmed(wang):
    customer_of(wang, "Hengchuan Medical")
    batch = tried(wang, ["Hengchuan Medical"])

    with pytest.raises(TransitionNotAllowed):
        batch.confirm(by=wang)


def test_whoever_was_faster_meanwhile_has_it_and_the_attempt_is_kept(wang, li):
    """R31, R34. The dry run promised nothing."""
    batch = tried(wang, ["Hengchuan Medical"], ["Ruitong Software"])
    theirs = customer_of(li, "HENGCHUAN MEDICAL")

    batch.confirm(by=wang)
    batch = again(batch, wang)

    assert batch.counts == {"new": 1, "taken": 1, "overtaken": 1}
    assert "faster" in said(batch)[2]
    attempt = ContestedClaim.objects.get()
    assert (attempt.customer, attempt.claimant, attempt.way) == (theirs, wang, ContestedClaim.Way.IMPORT)
    assert Customer.objects.get(pk=theirs.pk).owner == li


def test_an_import_overwrites_nothing(wang, li):
    """R61."""
    theirs = customer_of(li, "Hengchuan Medical", website="www.hengchuan.example")

    written(wang, ["Hengchuan Medical", "www.elsewhere.example"], ["Ruitong Software"])

    assert Customer.objects.get(pk=theirs.pk).website == "www.hengchuan.example"


def test_a_slice_that_is_done_twice_has_no_double_effect(wang):
    batch = tried(wang, *([f"Company number {n}"] for n in range(600)))
    batch.confirm(by=wang)
    for _time in range(3):
        _jobs["customers.write_rows"](batch=str(batch.pk), after=0)
    batch = again(batch, wang)
    _jobs["customers.write_rows"](batch=str(batch.pk), after=0)

    assert (batch.state, batch.counts) == (State.WRITTEN, {"new": 600})
    assert Customer.objects.count() == IdentityKey.objects.count() == 600
    assert Entry.objects.filter(table_name="customers_customer", op="I").count() == 600


def test_a_slice_of_the_dry_run_that_is_done_twice_takes_no_line_for_its_own_repeat(wang):
    batch = brought(wang, *([f"Company number {n}"] for n in range(600)))
    batch.try_out(by=wang, mapping={"name": 0})
    for _time in range(2):
        _jobs["customers.try_rows"](batch=str(batch.pk), after=0)

    assert again(batch, wang).counts == {"new": 600}


def test_chains_of_likeness_within_a_list_end_in_customers_with_all_their_keys(wang):
    """Each round of the contest decides: who lost only to a loser has won."""
    codes = ["91320594MA1LANQ01K", "91330100MA2QHW302U"]
    batch = tried(wang, ["A pumps", codes[0]], ["B pumps", codes[1]], ["C pumps", ""], headings=["name", "credit code"])
    taken = customer_of(wang, "B pumps", credit_code=codes[0])

    batch.confirm(by=wang)
    batch = again(batch, wang)

    assert batch.counts["overtaken"] == 2
    assert {customer.name for customer in Customer.objects.exclude(pk=taken.pk)} == {"C pumps"}


def test_the_ledger_says_who_imported_what(wang):
    """R7, R8."""
    batch = written(wang, ["Hengchuan Medical"])

    created = Entry.objects.get(table_name="customers_customer", op="I")
    assert (created.actor, created.action, created.source) == (wang, "customers.create", "job")
    assert created.after["imported_in_id"] == str(batch.pk)
    steps = Entry.objects.filter(table_name="customers_import").order_by("id").values_list("action", flat=True)
    assert list(dict.fromkeys(steps)) == [
        "customers.start_import", "customers.import", "customers.import_try", "customers.import_tried",
        "customers.import_confirm", "customers.import_written",
    ]  # fmt: skip


# Undoing


def test_undo_removes_what_nobody_touched_and_names_what_somebody_did(wang, li, mei):
    batch = written(wang, ["Hengchuan"], ["Ruitong"], ["Yuan"], ["Zhuoran"], ["Jingcheng", "", PHONE])
    found = {customer.name: customer for customer in Customer.objects.all()}
    found["Ruitong"].claim(by=li)
    found["Yuan"].claim(by=li)
    follow_ups.log(found["Yuan"], by=li, content="called", occurred_at=found["Yuan"].created_at)
    Customer.objects.get(pk=found["Yuan"].pk).release(by=li, reason="not a fit")
    _wanted(found["Zhuoran"], by=li)

    batch = undone(batch, wang)

    assert batch.counts == {"removed": 2, "kept": 3}
    assert {customer.name for customer in Customer.objects.all()} == {"Ruitong", "Yuan", "Zhuoran"}
    assert {outcome for line, outcome in outcomes(batch).items() if line in (3, 4, 5)} == {Outcome.KEPT}
    assert (batch.state, batch.undo_reason) == (State.UNDONE, "wrong list")


def _wanted(customer, by):
    """Somebody wanted it through the form: his attempt is evidence, and it is kept with the customer."""
    assert register([Draft(customer.name)], by=by, way=ContestedClaim.Way.FORM, claimed=True)[0].state == "pool"


def test_undo_leaves_no_key_no_term_and_no_readable_person(wang):
    batch = written(wang, ["Hengchuan", "hengchuan.example", PHONE])

    undone(batch, wang)

    for model in (Customer, Contact, IdentityKey, SearchTerm, DuplicateKey, DuplicateRecord):
        assert not model.objects.exists()
    assert PersonKey.objects.get().wrapped is None
    assert written(wang, ["Hengchuan"]).counts == {"new": 1}, "the name is free again"


def test_undo_is_in_the_ledger_with_its_reason(wang):
    batch = undone(written(wang, ["Hengchuan"]), wang, reason="last year's list")

    gone = Entry.objects.get(table_name="customers_customer", op="D")
    assert (gone.actor, gone.action, gone.reason) == (wang, "customers.import_undo", "last year's list")
    assert gone.before["imported_in_id"] == str(batch.pk)


def test_a_customer_that_was_changed_without_a_claim_is_kept(wang):
    batch = written(wang, ["Hengchuan"], ["Ruitong"])
    changed = Customer.objects.get(name="Ruitong")
    changed.industry = "Medical"
    changed.save(update_fields=["industry"])

    assert undone(batch, wang).counts == {"removed": 1, "kept": 1}


def test_undo_of_many_slices(wang):
    batch = written(wang, *([f"Company number {n}"] for n in range(1100)))

    assert undone(batch, wang).counts == {"removed": 1100}
    assert not Customer.objects.exists()


# Who may


@pytest.mark.parametrize("person", ["mei", "li", "shen", "zhao"])
def test_nobody_else_takes_a_step(person, wang, request):
    """R6. His manager reads the import and takes no step of it."""
    other = request.getfixturevalue(person)
    batch = tried(wang, ["Hengchuan"])

    with pytest.raises(PermissionDenied):
        batch.confirm(by=other)
    with pytest.raises(PermissionDenied):
        batch.try_out(by=other, mapping={"name": 0})
    batch = written(wang, ["Ruitong"])
    with pytest.raises(PermissionDenied):
        batch.undo(by=other, reason="no")


def test_imports_are_seen_by_their_bringer_his_manager_and_auditors(wang, mei, li, shen, zhao):
    """R5, R6, R30."""
    batch = brought(wang, ["Hengchuan"])

    seeing = [person for person in (wang, mei, li, shen, zhao) if Import.objects.visible_to(person).filter(pk=batch.pk)]
    assert seeing == [wang, mei, shen]


def test_contacts_added_later_keep_their_customer(wang, li):
    batch = written(wang, ["Hengchuan"])
    customer = Customer.objects.get()
    customer.claim(by=li)
    contacts.add(Customer.objects.get(), by=li, name="Chen", phone=PHONE, email="")

    assert undone(batch, wang).counts == {"kept": 1}
    assert Contact.objects.get().phone == PHONE
    work_off(wang.organization)
