"""The pages of collision cases: found by who has to do with them, and only as far as each may read (R9, R30, R34)."""

from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from customers import follow_ups
from customers.collisions import opening, statistics
from customers.models import CollisionCase, Customer
from tests.artefacts import a_mail
from tests.databases import sql
from tests.disputes import VERDICT, again, attempt_of, both_file
from tests.factories import TeamFactory, UserFactory, customer_of


@pytest.fixture
def he(acme):
    he = UserFactory(name="He", organization=acme, role=User.Role.MANAGER)
    TeamFactory(organization=acme, name="South", manager=he)
    return he


@pytest.fixture
def case(wang, li, he, mei, shen):
    customer = customer_of(
        wang,
        "Zhuoran Logistics Ltd",
        contact={"name": "Guo", "phone": "+8613800138000", "email": "guo@zhuoran.example"},
    )
    follow_ups.log(customer, by=wang, content="They want two sorting lines", occurred_at=timezone.now())
    return opening.contest(attempt_of(li, customer), by=li, reason="I was there in August")


def page(sign_in, person, case):
    return sign_in(person).get(case.get_absolute_url())


def test_each_reads_what_is_his_to_read(case, sign_in, wang, li, mei, he, shen, zhao, fu, acme, outsider):
    """Before the opening nobody sees the other's evidence; afterwards both see what it is and each only his own words."""
    stranger = UserFactory(name="Stranger", organization=acme)
    for person in (he, zhao, fu, stranger, outsider):
        assert page(sign_in, person, case).status_code == HTTPStatus.NOT_FOUND, person
    assert "Evidence, side by side" not in page(sign_in, li, case).text
    for person in (wang, li, mei, shen):
        text = page(sign_in, person, case).text
        assert ("Wang" in text, "Li" in text, "+86138" in text) == (True, True, False)

    case = both_file(case)

    assert "They want two sorting lines" in page(sign_in, wang, case).text
    for person in (wang, li, he, shen):
        text = page(sign_in, person, case).text
        assert "Wang was there first." in text
        assert "Evidence, side by side" in text
        assert ("They want two sorting lines" in text) == (person != li)
        assert ("Give verdict" in text) == (person == he)
    assert sign_in(li).get(reverse("customers:detail", args=[case.customer_id])).status_code == HTTPStatus.NOT_FOUND
    assert "Recorded after the case opened" not in page(sign_in, he, case).text


def test_every_act_has_its_page(case, sign_in, wang, li, he, shen):
    """File, log, decide, appeal: what does not fit is said in the form, and nothing is a 500."""
    at = {
        name: reverse(f"customers:case_{name}", args=[case.pk])
        for name in ("statement", "log", "verdict", "appeal", "recuse", "withdraw")
    }
    assert sign_in(wang).post(at["statement"], {"words": ""}).status_code == 422
    assert sign_in(wang).post(at["statement"], {"words": "Mine since August"}).status_code == 302
    assert "filed already" in sign_in(wang).post(at["statement"], {"words": "again"}, follow=True).text
    assert sign_in(li).post(at["log"], {"content": "Called", "kind": "call"}).status_code == 302
    assert (
        sign_in(li).post(at["log"], {"content": "x", "kind": "call", "occurred_at": "2090-01-01T00:00"}).status_code
        == 422
    )
    mail = SimpleUploadedFile("guo.eml", a_mail("guo@zhuoran.example", "li@acme.example"))
    shown = {"content": "She wrote", "kind": "mail", "evidence": mail}
    assert sign_in(li).post(at["log"], shown).status_code == 302
    paper = SimpleUploadedFile("scan.pdf", b"%PDF-1.7")
    assert "neither a mail" in sign_in(li).post(at["log"], {"content": "x", "kind": "mail", "evidence": paper}).text
    assert sign_in(wang).post(at["log"], {"content": "x", "kind": "call"}).status_code == 403
    assert sign_in(li).post(at["statement"], {"words": "Mine since July"}).status_code == 302
    decides = page(sign_in, he, case).text
    assert ("Recorded after the case opened" in decides, decides.count("first outside evidence") > 1) == (True, True)
    wrong = VERDICT | {"share_b": 30}
    assert "add up to 100%" in sign_in(he).post(at["verdict"], wrong).text
    assert sign_in(wang).post(at["verdict"], VERDICT).status_code == 403
    assert sign_in(shen).post(at["recuse"], {"reason": "x"}, follow=True).status_code == 200
    assert sign_in(he).post(at["verdict"], VERDICT).status_code == 302
    sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # as its commit does
    assert sign_in(li).post(at["withdraw"], {"reason": "x"}).status_code == 403
    assert "Say in a few words why" in sign_in(li).post(at["appeal"], {"reason": ""}, follow=True).text
    assert sign_in(li).post(at["appeal"], {"reason": "read the mail"}).status_code == 302
    assert again(case).state == CollisionCase.State.APPEALED
    figures = statistics.figures_for(shen)
    assert (figures.opened, figures.open, figures.appealed, figures.by_reason[0].number) == (1, 1, 1, 1)
    assert sign_in(shen).get(reverse("customers:case_statistics")).status_code == 200
    assert sign_in(li).get(reverse("customers:case_statistics")).status_code == 403


def test_what_is_taken_can_be_contested_without_learning_whose_it_is(wang, li, he, sign_in):
    """R34, R41. From the form, from the pool and from the list of cases; the answer is a case or one sentence."""
    customer = customer_of(wang, "Zhuoran Logistics Ltd")
    client = sign_in(li)
    answer = client.post(reverse("customers:new"), {"name": "Zhuoran Logistics Ltd"})
    assert (answer.status_code, "Contest this" in answer.text, "Wang" in answer.text) == (409, True, False)
    asked = client.get(reverse("customers:contest"))
    assert ("Zhuoran Logistics Ltd" in asked.text, "Wang" in asked.text) == (True, False)
    attempt = opening.contestable(li)[0]
    customer.release(by=wang, reason="x")
    refused = client.post(reverse("customers:contest"), {"attempt": str(attempt.pk), "reason": "I was first"})
    assert (refused.status_code, "cannot be contested now" in refused.text) == (422, True)
    Customer.objects.get(pk=customer.pk).claim(by=wang)
    begun = client.post(
        reverse("customers:contest"), {"attempt": str(attempt.pk), "reason": "I was first"}, follow=True
    )
    assert "Who was first with Zhuoran Logistics Ltd?" in begun.text
    shown = sign_in(wang).get(reverse("customers:detail", args=[customer.pk])).text
    assert "In dispute" in shown
    assert "Release to pool" not in shown


def test_the_list_asks_as_much_for_one_as_for_many(case, wang, li, shen, sign_in):
    client, where = sign_in(shen), reverse("customers:cases")
    client.get(where)
    with CaptureQueriesContext(connection) as one:
        assert case.number in client.get(where).text
    for _number in range(2):
        opening.open_case(customer_of(wang), by=shen, party_b=li, origin="hand", reason="x")
    with CaptureQueriesContext(connection) as three:
        client.get(where)
    assert len(one) == len(three)
