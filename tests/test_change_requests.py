"""Payment terms, the place in a group and the source: they change with a second person and by no other way
(R9, R23, R31, R61; reserve 26, source seal)."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import tenancy
from accounts.models import StoredFile
from approvals.kinds import CannotTakeEffect
from approvals.models import Approval, CannotDecide
from audit.deeds import Refused
from audit.models import Entry
from customers.models import Customer
from customers.profile.groups import ask_for_group, group_of
from customers.profile.record import former_names
from customers.profile.sources import ask_for_source
from customers.profile.terms import ask_for_terms
from customers.transfers import ask_for_transfer
from tests.factories import customer_of, shared
from tests.test_identity_changes import asked as asked_for_name
from tests.test_record import again, at, refusal_of

PAGES = ("terms", "group", "source")
TERMS = {"credit_limit": "50000", "currency": "CNY", "payment_days": "30", "reason": "three years without delay"}


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, "Hengchuan Ltd", source="Fair", source_number="F-1")


@pytest.fixture
def holding(li):
    return customer_of(li, "Hengchuan Holding Ltd")


def paper():
    return SimpleUploadedFile("report.pdf", b"%PDF-1.7 report")


def files(by):
    return [StoredFile.keep("report.pdf", b"%PDF-1.7", by=by)]


def terms(customer, by, limit="50000", days=30, currency="CNY"):
    with tenancy.scope(by.organization, user=by, source="test"):
        return ask_for_terms(customer, by=by, reason="pays on time", files=files(by), payment_days=days, currency=currency,
                             credit_limit=None if limit is None else Decimal(limit))  # fmt: skip


def group(customer, by, parent, relation="subsidiary"):
    with tenancy.scope(by.organization, user=by, source="test"):
        return ask_for_group(customer, by=by, reason="registry", files=files(by), relation=relation,
                             parent_id=parent and parent.pk, parent=parent.name if parent else "")  # fmt: skip


def source(customer, by, name="Partner"):
    return ask_for_source(customer, by=by, reason="x", files=[], source=name, source_number="")


def granted(approval, by):
    approval.approve(by=by, seal=approval.seal)
    return approval


# Who may ask


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"), [("wang", 200), ("mei", 403), ("an", 403), ("li", 404), ("shen", 403), ("zhao", 404)]
)
def test_only_the_owner_asks(page, who, status, hengchuan, request, sign_in):
    """R6, R23."""
    assert sign_in(request.getfixturevalue(who)).get(at(page, hengchuan)).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_who_shares_the_work_does_not_ask(page, hengchuan, wang, li, sign_in):
    shared(hengchuan, by=wang, person=li, way="edit")
    assert sign_in(li).get(at(page, hengchuan)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_second_request_is_answered_with_the_first(page, hengchuan, holding, wang, sign_in):
    asking = {
        "terms": lambda: terms(hengchuan, wang),
        "group": lambda: group(hengchuan, wang, holding),
        "source": lambda: source(hengchuan, wang),
    }
    waiting = asking[page]()
    typed = {"terms": TERMS | {"payment_days": "60"}, "group": {"parent": holding.name, "relation": "branch", "reason": "x"},
             "source": {"source": "Campaign", "reason": "x"}}[page]  # fmt: skip
    client = sign_in(wang)
    for answer in (client.get(at(page, hengchuan)), client.post(at(page, hengchuan), typed | {"evidence": [paper()]})):
        assert answer.status_code == 409
        assert reverse("approvals:detail", args=[waiting.pk]) in answer.text


# Payment terms


def test_terms_are_asked_for_with_evidence_and_set_by_the_second_person(hengchuan, wang, mei, sign_in):
    """R61."""
    answer = sign_in(wang).post(at("terms", hengchuan), TERMS | {"evidence": [paper()]})
    approval = Approval.objects.get()
    assert answer["Location"] == reverse("approvals:detail", args=[approval.pk])
    assert again(hengchuan).credit_limit is None
    page = sign_in(mei).get(answer["Location"]).text
    assert "50,000.00 CNY" in page
    assert "30 days" in page

    granted(approval, mei)

    customer = again(hengchuan)
    assert (customer.credit_limit, customer.currency, customer.payment_days) == (Decimal(50000), "CNY", 30)
    entry = Entry.objects.get(action="customers.set_terms", table_name="customers_customer")
    assert (entry.actor, entry.after["credit_limit"]) == (mei, 50000)
    assert "¥50,000.00" in sign_in(wang).get(at("detail", hengchuan)).text


def test_later_terms_show_from_and_to_and_end_credit(hengchuan, wang, mei):
    granted(terms(hengchuan, wang), mei)
    approval = terms(hengchuan, wang, limit=None, days=None)
    assert [tuple(map(str, line[1:])) for line in approval.kind_of.lines(approval)[1:]] == [
        ("50,000.00 CNY", "none"), ("30 days", "none"),
    ]  # fmt: skip
    granted(approval, mei)
    assert (again(hengchuan).credit_limit, again(hengchuan).currency, again(hengchuan).payment_days) == (None, "", None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"evidence": []}, "This field is required"),
        ({"credit_limit": "-1"}, "greater than or equal to 0"),
        ({"credit_limit": "1e20"}, "Ensure that there are no more than"),
        ({"credit_limit": "many"}, "Enter a number"),
        ({"currency": "yuan"}, "at most 3 characters"),
        ({"currency": "¥"}, "written in three letters"),
        ({"payment_days": "366"}, "less than or equal to 365"),
        ({"credit_limit": "", "payment_days": ""}, "nothing to decide"),
        ({"reason": " "}, "This field is required"),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_is_lost(wrong, sentence, hengchuan, wang, sign_in):
    typed = TERMS | {"evidence": [paper()]} | wrong
    answer = sign_in(wang).post(at("terms", hengchuan), typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "reason" in wrong or TERMS["reason"] in answer.text
    assert not Approval.objects.exists()


def test_nobody_sets_terms_by_another_way(hengchuan, wang, mei, zhao):
    """R61. The owner, his manager, an administrator, with SQL; and after a yes, not others than were approved."""
    change = "UPDATE customers_customer SET credit_limit = 1000000, currency = 'CNY', payment_days = 90 WHERE id = %s"
    for person, by in ((wang, "terms_as_approved"), (mei, "policy"), (zhao, "policy")):
        assert refusal_of(person, change, hengchuan.pk) == by
        with pytest.raises(Refused):
            hengchuan.set_terms(by=person, credit_limit=Decimal(1), currency="CNY", payment_days=1, reason="x")
    approval = granted(terms(hengchuan, wang), mei)
    assert refusal_of(wang, change, hengchuan.pk) == "terms_as_approved"
    with pytest.raises(CannotTakeEffect):
        approval.kind_of.take_effect(approval, by=wang)


def test_nobody_decides_his_own_terms(hengchuan, wang):
    approval = terms(hengchuan, wang)
    with pytest.raises((CannotDecide, Refused)):
        granted(approval, wang)


def test_another_owner_or_other_terms_make_a_request_void(hengchuan, wang, mei, li, zhao, qian):
    approval = terms(hengchuan, wang)
    granted(ask_for_transfer(hengchuan, by=wang, to=li, reason="x"), mei)
    assert Approval.objects.get(pk=approval.pk).state == Approval.State.VOID
    hengchuan = again(hengchuan)
    waiting = terms(hengchuan, li)
    assert waiting.state == Approval.State.PENDING


def test_terms_stay_with_the_customer_when_it_changes_hands(hengchuan, wang, mei, li):
    granted(terms(hengchuan, wang), mei)
    hengchuan.release(by=wang, reason="no time")
    again(hengchuan).claim(by=li)
    assert again(hengchuan).credit_limit == Decimal(50000)


# The group


def test_a_company_joins_a_group_and_each_reader_learns_what_he_may(
    hengchuan, holding, wang, li, mei, shen, zhao, qian, sign_in
):
    """R30. The parent is another rep's: its owner learns a state, who sees both learns the name."""
    answer = sign_in(wang).post(
        at("group", hengchuan),
        {"parent": "hengchuan HOLDING ltd", "relation": "branch", "reason": "registry", "evidence": [paper()]},
    )
    approval = Approval.objects.get()
    assert answer["Location"] == reverse("approvals:detail", args=[approval.pk])
    granted(approval, mei)

    assert (again(hengchuan).parent_id, again(hengchuan).relation) == (holding.pk, "branch")
    page = sign_in(wang).get(at("detail", hengchuan)).text
    assert holding.name not in page
    assert "A company that is not shown:" in page
    above = group_of(again(hengchuan), shen).parent
    assert (above.customer, str(above.relation)) == (holding, "Branch")
    below = group_of(holding, li).children
    assert [(relative.customer, relative.state) for relative in below] == [(None, Customer.State.TAKEN)]
    assert hengchuan.name not in sign_in(li).get(at("detail", holding)).text


def test_what_is_not_there_and_the_company_itself_are_told(hengchuan, wang, sign_in):
    for typed, sentence in (("Nobody Ltd", "No customer has exactly"), (hengchuan.name, "This is the company itself.")):
        answer = sign_in(wang).post(at("group", hengchuan), {"parent": typed, "reason": "x", "evidence": [paper()]})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert Entry.objects.filter(action="customers.seek_parent").count() == 1


def test_a_circle_is_refused_by_the_database(wang, mei):
    """However long the way around; the decision is undone with its effect."""
    one, two, three = (customer_of(wang, f"Circle {n} Ltd") for n in "123")
    granted(group(one, wang, two), mei)
    granted(group(again(two), wang, three), mei)
    closing = group(again(three), wang, one)
    with pytest.raises(CannotTakeEffect, match="belongs to this one already"):
        granted(closing, mei)
    assert again(three).parent_id is None


def test_nobody_regroups_by_another_way(hengchuan, holding, wang, mei):
    """The group is what discounts and limits are summed over: leaving it splits them."""
    change = "UPDATE customers_customer SET parent_id = %s, relation = 'branch' WHERE id = %s"
    assert refusal_of(mei, change, holding.pk, hengchuan.pk) == "policy"
    assert refusal_of(wang, change, holding.pk, hengchuan.pk) == "group_as_approved"
    with pytest.raises(Refused):
        hengchuan.regroup(by=wang, parent_id=holding.pk, relation="branch", reason="x")
    granted(group(hengchuan, wang, holding), mei)
    leave = "UPDATE customers_customer SET parent_id = NULL, relation = '' WHERE id = %s"
    assert refusal_of(wang, leave, hengchuan.pk) == "group_as_approved"
    assert refusal_of(
        wang, "UPDATE customers_customer SET parent_id = id, relation = 'branch' WHERE id = %s", hengchuan.pk
    )
    granted(group(again(hengchuan), wang, None), mei)
    assert (again(hengchuan).parent_id, again(hengchuan).relation) == (None, "")


# The source


def test_the_source_is_said_once(hengchuan, wang, mei, sign_in):
    """Reserve 26. From marketing to self-sourced pays more, so it is asked for."""
    sign_in(wang).post(at("edit", hengchuan), {"industry": "Medical", "source": "Self"})
    assert again(hengchuan).source == "Fair"
    assert (
        refusal_of(wang, "UPDATE customers_customer SET source = 'Self' WHERE id = %s", hengchuan.pk)
        == "source_as_approved"
    )
    unnamed = customer_of(wang, "Unnamed Ltd")
    assert (
        refusal_of(wang, "UPDATE customers_customer SET source = 'Self' WHERE id = %s", unnamed.pk)
        == "source_as_approved"
    )

    answer = sign_in(wang).post(at("source", hengchuan), {"source": "Self", "reason": "met them at a wedding"})

    approval = Approval.objects.get()
    assert answer["Location"] == reverse("approvals:detail", args=[approval.pk])
    granted(approval, mei)
    assert (again(hengchuan).source, again(hengchuan).source_number) == ("Self", "")
    entry = Entry.objects.get(action="customers.correct_source", table_name="customers_customer")
    assert (entry.actor, entry.before["source"], entry.after["source"]) == (mei, "Fair", "Self")


def test_the_same_source_is_nothing_to_decide(hengchuan, wang, sign_in):
    answer = sign_in(wang).post(at("source", hengchuan), {"source": "Fair", "source_number": "F-1", "reason": "x"})
    assert answer.status_code == 422
    assert not Approval.objects.exists()


# Former names


def test_former_names_are_shown_and_another_writing_is_none(hengchuan, wang, mei, sign_in):
    """R24. 曾用名."""
    assert former_names(hengchuan) == []
    granted(asked_for_name(hengchuan, wang, name="Hengchuan Technology Ltd", code=""), mei)
    granted(asked_for_name(again(hengchuan), wang, name="HENGCHUAN Technology Ltd", code=""), mei)
    customer = again(hengchuan)
    assert former_names(customer) == ["Hengchuan Ltd"]
    assert "Former names" in sign_in(wang).get(at("detail", customer)).text
