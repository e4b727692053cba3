"""A company is called otherwise: with evidence, decided by a second person, and its former name stays taken (R23, R31, R61)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import StoredFile
from approvals.asking import AlreadyAsked
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval, CannotDecide
from audit.deeds import Refused
from audit.models import Entry
from customers import request_forms
from customers.identity_changes import TakenIdentity, ask_for_identity
from customers.models import ContestedClaim, Customer, IdentityKey
from customers.transfers import ask_for_transfer
from tests.databases import sql
from tests.factories import UserFactory, customer_of, pool_customer

State = Approval.State
PEOPLE = ["wang", "mei", "li", "shen", "zhao", "outsider"]
OLD, NEW = "苏州恒川医疗器械有限公司", "苏州恒川科技股份有限公司"
CODE, OTHER_CODE = "91110000600037341L", "91350211M000100Y46"


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, OLD, credit_code=CODE)


@pytest.fixture
def address(hengchuan):
    return reverse("customers:identity", args=[hengchuan.pk])


def paper(name="licence.pdf", content=b"%PDF-1.7 licence"):
    return SimpleUploadedFile(name, content)


def typed(**others):
    """What a form holds that has nothing wrong with it."""
    return {"name": NEW, "code": CODE, "reason": "became a stock company", "evidence": [paper()]} | others


def asked(customer, by, *, name=NEW, code=CODE):
    with tenancy.scope(by.organization, user=by, source="test"):
        files = [StoredFile.keep("licence.pdf", b"%PDF-1.7", by=by)]
        return ask_for_identity(customer, by=by, name=name, code=code, reason="renamed", files=files)


def names_of(customer):
    return Customer.objects.values_list("name", "credit_code").get(pk=customer.pk)


# Who may ask, and how


@pytest.mark.parametrize(("who", "status"), list(zip(PEOPLE, [200, 403, 404, 403, 404, 404], strict=True)))
def test_only_the_owner_asks(who, status, address, request, sign_in):
    """R6, R23. A manager edits nothing of his people's customers, by this way neither."""
    client = sign_in(request.getfixturevalue(who))
    assert client.get(address).status_code == status

    answer = client.post(address, typed())

    assert answer.status_code == (302 if status == 200 else status)
    assert Approval.objects.count() == (status == 200)


def test_the_ways_to_it_stand_where_names_are_shown_and_not_edited(address, hengchuan, wang, mei, sign_in):
    for page in ("detail", "edit"):
        assert address in sign_in(wang).get(reverse(f"customers:{page}", args=[hengchuan.pk])).text
    assert address not in sign_in(mei).get(reverse("customers:detail", args=[hengchuan.pk])).text


def test_the_form_begins_with_what_is_there(address, wang, sign_in):
    page = sign_in(wang).get(address).text

    assert f'value="{OLD}"' in page
    assert f'value="{CODE}"' in page
    assert "Mei, as things stand now" in page


def test_asking_keeps_the_evidence_and_changes_nothing_yet(address, hengchuan, wang, sign_in):
    """R9, R23. The files are sealed with the request."""
    files = [paper(), paper("notice.png", b"\x89PNG notice")]

    answer = sign_in(wang).post(address, typed(evidence=files))

    request = Approval.objects.get()
    assert answer["Location"] == reverse("approvals:detail", args=[request.pk])
    kept = {each.file.name: each.file.opened() for each in request.attachments.select_related("file")}
    assert kept == {"licence.pdf": b"%PDF-1.7 licence", "notice.png": b"\x89PNG notice"}
    assert request.seal == request.seal_now()
    assert names_of(hengchuan) == (OLD, CODE)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"evidence": []}, "This field is required"),
        ({"evidence": [paper(content=b"")]}, "empty"),
        ({"evidence": [paper(f"{n}.pdf") for n in range(6)]}, "At most 5 files"),
        ({"code": CODE[:-1] + "1"}, "The check character does not fit"),
        ({"code": "123"}, "3 characters; a credit code has 18."),
        ({"code": ""}, "This field is required"),
        ({"name": "=1+1"}, "as a spreadsheet formula does"),
        ({"name": "x"}, "at least two letters"),
        ({"reason": " "}, "This field is required"),
        ({"name": OLD}, "as they were, so there is nothing to decide"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(wrong, sentence, address, wang, sign_in):
    """R117, R118. Only the files have to be chosen again, and the page says so."""
    page = sign_in(wang).post(address, typed(reason="kept words") | wrong)

    assert page.status_code == 422
    assert sentence in page.text
    assert "Choose the files again" in page.text
    assert "reason" in wrong or 'value="kept words"' in page.text
    assert not Approval.objects.exists()
    assert not StoredFile.objects.exists()


def test_files_weigh_together(address, wang, sign_in, monkeypatch):
    monkeypatch.setattr(request_forms, "MOST_BYTES", 20)
    files = [paper(content=b"x" * 15), paper(content=b"x" * 15)]

    page = sign_in(wang).post(address, typed(evidence=files))

    assert page.status_code == 422
    assert "larger than 10 MB together" in page.text


def test_a_missing_code_is_added_where_it_always_was(wang, sign_in):
    """It needs no second person, only the contest; together with another name it goes with the name."""
    customer = customer_of(wang, OLD)
    client, address = sign_in(wang), reverse("customers:identity", args=[customer.pk])

    assert "needs no second person" in client.post(address, typed(name=OLD)).text
    client.post(reverse("customers:edit", args=[customer.pk]), {"credit_code": CODE})

    assert names_of(customer) == (OLD, CODE)
    assert not Approval.objects.exists()


@pytest.mark.parametrize(("who", "status"), list(zip(PEOPLE, [200, 200, 404, 200, 404, 404], strict=True)))
def test_the_evidence_is_read_by_who_sees_the_request(who, status, hengchuan, wang, mei, request, sign_in):
    """R26, R30. Who asked, who decides, who audits."""
    approval = asked(hengchuan, wang)
    client = sign_in(request.getfixturevalue(who))

    answer = client.get(reverse("approvals:attachment", args=[approval.pk, approval.attachments.get().pk]))

    assert answer.status_code == status
    assert status == 404 or answer.content == b"%PDF-1.7"


# Taken


@pytest.mark.parametrize("taken", [{"name": "Zhuoran Mirrorworks Ltd"}, {"code": OTHER_CODE}])
def test_a_name_of_another_company_is_answered_with_a_state(taken, address, wang, sign_in):
    """R31, R34. Never whose it is; the attempt is kept, the files are not."""
    holder = UserFactory(name="Gu Yunxi", organization=wang.organization)
    customer_of(holder, "Zhuoran Mirrorworks Ltd", credit_code=OTHER_CODE)

    page = sign_in(wang).post(address, typed(**taken))

    assert page.status_code == 409
    assert "Taken." in page.text
    assert "belongs to a company with an owner. You can correct what you typed." in page.text
    assert holder.name not in page.text
    assert 'value="became a stock company"' in page.text
    assert ContestedClaim.objects.get().claimant == wang
    assert not StoredFile.objects.exists()
    assert not Approval.objects.exists()


def test_what_waits_in_the_pool_is_claimed_there(address, wang, li, sign_in):
    pool_customer(li, NEW)

    page = sign_in(wang).post(address, typed())

    assert page.status_code == 409
    assert "In the pool." in page.text


def test_a_second_request_is_answered_with_the_first(address, hengchuan, wang, sign_in):
    waiting = asked(hengchuan, wang)
    client, files = sign_in(wang), StoredFile.objects.count()
    for answer in (client.get(address), client.post(address, typed(name="Kept Name Ltd"))):
        assert answer.status_code == 409
        assert reverse("approvals:detail", args=[waiting.pk]) in answer.text
    assert 'value="Kept Name Ltd"' in answer.text
    assert StoredFile.objects.count() == files


def test_the_customers_page_says_what_it_waits_for(address, hengchuan, wang, sign_in):
    asked(hengchuan, wang)

    page = sign_in(wang).get(reverse("customers:detail", args=[hengchuan.pk])).text

    assert "Another name or credit code is waiting for Mei until" in page
    assert address not in page


# After the decision


def test_what_was_asked_happens_and_it_is_found_by_its_new_name(hengchuan, wang, mei, sign_in):
    """R23, R24."""
    request = asked(hengchuan, wang)
    request.approve(by=mei, seal=request.seal)

    customer = Customer.objects.get(pk=hengchuan.pk)
    assert (customer.name, customer.credit_code) == (NEW, CODE)
    assert (customer.owner, customer.protected_until) == (wang, hengchuan.protected_until)
    entry = Entry.objects.get(action="customers.rename", table_name="customers_customer")
    assert (entry.actor, entry.before["name"], entry.after["name"]) == (mei, OLD, NEW)
    assert NEW in sign_in(wang).get(reverse("search"), {"q": "恒川科技"}).text


@pytest.mark.parametrize("name", [OLD, NEW, " 蘇州恒川醫療器械有限公司 "])
def test_former_and_new_name_are_both_taken(name, hengchuan, wang, mei, li, sign_in):
    """R31. Renaming frees no name: a second rep who registers the former one comes too late."""
    request = asked(hengchuan, wang)
    request.approve(by=mei, seal=request.seal)

    page = sign_in(li).post(reverse("customers:new"), {"name": name})

    assert page.status_code == 409
    assert ContestedClaim.objects.get().claimant == li
    assert Customer.objects.count() == 1


def test_another_code_leaves_the_former_one_taken(hengchuan, wang, mei, li, sign_in):
    """R31."""
    request = asked(hengchuan, wang, name=OLD, code=OTHER_CODE)
    request.approve(by=mei, seal=request.seal)

    assert names_of(hengchuan) == (OLD, OTHER_CODE)
    assert IdentityKey.objects.filter(customer=hengchuan, kind="credit_code").count() == 2
    for code in (CODE, OTHER_CODE):
        answer = sign_in(li).post(reverse("customers:new"), {"name": f"Another {code}", "credit_code": code})
        assert answer.status_code == 409


def test_a_former_name_may_be_taken_up_again(hengchuan, wang, mei):
    for name in (NEW, OLD):
        request = asked(Customer.objects.get(pk=hengchuan.pk), wang, name=name)
        request.approve(by=mei, seal=request.seal)
    assert names_of(hengchuan) == (OLD, CODE)


def test_a_name_that_was_registered_meanwhile_is_not_taken_from_its_holder(hengchuan, wang, mei, li):
    """R31. The decision is undone with it; the request stands and says what to do."""
    request = asked(hengchuan, wang)
    customer_of(li, NEW)

    with pytest.raises(CannotTakeEffect, match="by now"):
        request.approve(by=mei, seal=request.seal)

    assert names_of(hengchuan) == (OLD, CODE)
    assert Approval.objects.get(pk=request.pk).state == State.PENDING


def test_a_rejection_leaves_name_and_keys_as_they_are(hengchuan, wang, mei):
    request = asked(hengchuan, wang)
    request.reject(by=mei, seal=request.seal, reason="the licence is another company's")

    assert names_of(hengchuan) == (OLD, CODE)
    assert not IdentityKey.objects.filter(written=NEW).exists()


@pytest.mark.parametrize("change", ["release", "transfer"])
def test_a_request_is_void_when_the_customer_moves_meanwhile(change, hengchuan, wang, mei, li):
    """R10."""
    request = asked(hengchuan, wang)
    if change == "release":
        hengchuan.release(by=wang, reason="x")
    else:
        transfer = ask_for_transfer(hengchuan, by=wang, to=li, reason="x")
        transfer.approve(by=mei, seal=transfer.seal)

    assert Approval.objects.get(pk=request.pk).state == State.VOID
    with pytest.raises(CannotDecide):
        request.approve(by=mei, seal=request.seal)
    assert names_of(hengchuan) == (OLD, CODE)


def test_what_describes_the_company_may_change_while_it_waits(hengchuan, wang, mei):
    request = asked(hengchuan, wang)
    hengchuan.edit(by=wang, industry="Medical")
    request.approve(by=mei, seal=request.seal)
    assert names_of(hengchuan) == (NEW, CODE)


def test_past_the_page_it_is_the_same(hengchuan, wang, mei, li):
    """R23. The doors ask the rules, whoever knocks."""
    customer_of(li, "Zhuoran Ltd")
    for person in (mei, li):
        with pytest.raises(Refused):
            asked(hengchuan, person)
    with pytest.raises(TakenIdentity):
        asked(hengchuan, wang, name="Zhuoran Ltd")
    asked(hengchuan, wang)
    with pytest.raises(AlreadyAsked):
        asked(hengchuan, wang)


# What the database holds, whoever writes

RENAMES = {
    "the name": "UPDATE customers_customer SET name = 'Zhuoran Ltd'",
    "the code": f"UPDATE customers_customer SET credit_code = '{OTHER_CODE}'",
    "taking the code away": "UPDATE customers_customer SET credit_code = ''",
}


@pytest.mark.parametrize("rename", RENAMES)
@pytest.mark.parametrize("moment", ["unasked", "while it waits", "after another was approved"])
def test_nobody_renames_in_sql(rename, moment, hengchuan, wang, mei):
    """R61. Not the owner himself, not while he waits, and not something else than what was approved."""
    if moment != "unasked":
        request = asked(hengchuan, wang)
    if moment == "after another was approved":
        request.approve(by=mei, seal=request.seal)
    scope = tenancy.scope(wang.organization, user=wang, source="web")
    with scope, pytest.raises(IntegrityError) as refusal, transaction.atomic():
        sql(RENAMES[rename])
    assert refusal.value.__cause__.diag.constraint_name == "identity_as_approved"


@pytest.mark.parametrize("who", ["mei", "li", "zhao"])
def test_nobody_else_reaches_the_row_while_it_waits(who, hengchuan, wang, request):
    """R6. Who is to decide gets no hand on the record before he has decided."""
    asked(hengchuan, wang)
    person = request.getfixturevalue(who)
    with tenancy.scope(person.organization, user=person, source="web"):
        assert sql(RENAMES["the name"]) == 0
