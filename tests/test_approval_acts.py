"""What people do with a request: add a step, recuse, comment, attach, withdraw, ask anew; several at once; by a mail link."""

from datetime import timedelta

import pytest
from django.core import mail, signing
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notice, StoredFile, User
from approvals import mail_link
from approvals.asking import ask
from approvals.kinds import kind_named
from approvals.models import Approval, ApprovalStep, Attachment, Comment, Decision, Delegation, Opening
from approvals.policy_changes import draft, propose
from audit.models import Entry
from customers.models import Customer
from customers.transfers import ask_for_transfer
from tests.factories import PASSWORD, TeamFactory, UserFactory, customer_of

State = Approval.State


@pytest.fixture
def chief(acme):
    return UserFactory(name="Chief", organization=acme, role=User.Role.MANAGER)


@pytest.fixture
def east(acme, chief, mei):
    return TeamFactory(organization=acme, name="East", manager=mei, parent=TeamFactory(name="All", manager=chief))


@pytest.fixture
def request_(chief, wang, mei, li):
    return ask_for_transfer(customer_of(wang, "Nordhafen GmbH"), by=wang, to=li, reason="closer to the plant")


def page(approval, act=""):
    return f"/approvals/{approval.pk}/{act}"


def state_of(approval):
    return Approval.objects.get(pk=approval.pk).state


def in_force(kind, *, by, accepted_by, lines=None, **more):
    """Another policy of a kind, by two people."""
    line = {"when": [], "steps": [{"turn": 1, "who": "manager", "level": 1}]}
    content = {"lines": lines or [line], "hours": 48, "highest": False, "bulk": False, "confirm": False} | more
    proposal = propose(draft(kind_named(kind), by=by, content=content, effective_from=tenancy.now()), by=by, reason="x")
    proposal.approve(by=accepted_by, seal=proposal.seal)


# One more person


def test_an_approver_adds_a_person_and_both_have_to_say_yes(request_, mei, shen, sign_in):
    sign_in(mei).post(page(request_, "steps/new/"), {"person": shen.pk, "reason": "look at the history"})
    request_.approve(by=mei, seal=request_.seal)
    assert state_of(request_) == State.PENDING
    request_.approve(by=shen, seal=request_.seal)
    assert state_of(request_) == State.APPROVED


@pytest.mark.parametrize("person", ["li", "wang"])
def test_nobody_with_a_share_is_added(person, request_, mei, sign_in, request):
    chosen = request.getfixturevalue(person)
    response = sign_in(mei).post(page(request_, "steps/new/"), {"person": chosen.pk, "reason": "x"})
    assert response.status_code == 422
    assert ApprovalStep.objects.count() == 1


def test_the_requester_adds_nobody(request_, wang, shen, sign_in):
    """Approvers are never chosen by who asks."""
    assert sign_in(wang).post(page(request_, "steps/new/"), {"person": shen.pk, "reason": "x"}).status_code in (
        403,
        422,
    )
    assert ApprovalStep.objects.count() == 1


def test_steps_of_one_turn_are_decided_side_by_side_and_turns_one_after_the_other(wang, mei, li, chief, zhao, qian):
    steps = [
        {"turn": 1, "who": "manager", "level": 1},
        {"turn": 1, "who": "role", "role": "administrator", "need": 1},
        {"turn": 2, "who": "manager", "level": 2},
    ]
    in_force("customers.transfer", by=zhao, accepted_by=qian, lines=[{"when": [], "steps": steps}])
    approval = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    assert {seat.person for seat in approval.approvers.live()} == {mei, zhao, qian}
    approval.approve(by=zhao, seal=approval.seal)
    assert {seat.person for seat in approval.approvers.live()} == {mei}
    approval.approve(by=mei, seal=approval.seal)
    assert {seat.person for seat in approval.approvers.live()} == {chief}
    approval.approve(by=chief, seal=approval.seal)
    assert state_of(approval) == State.APPROVED


def test_all_of_several_people_have_to_say_yes(wang, li, chief, zhao, qian, shen):
    people = {"turn": 1, "who": "people", "people": [str(chief.pk), str(shen.pk)], "need": "all"}
    in_force("customers.transfer", by=zhao, accepted_by=qian, lines=[{"when": [], "steps": [people]}])
    approval = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    approval.approve(by=chief, seal=approval.seal)
    assert state_of(approval) == State.PENDING
    approval.approve(by=shen, seal=approval.seal)
    assert state_of(approval) == State.APPROVED


# Saying why, going back


def test_returned_is_corrected_and_asked_anew(request_, wang, mei, li, sign_in):
    sign_in(mei).post(page(request_, "return/"), {"seal": request_.seal, "reason": "say since when"})
    assert state_of(request_) == State.RETURNED
    text = sign_in(wang).get(page(request_)).content.decode()
    assert "Returned: say since when" in text
    assert Notice.objects.filter(person=wang, what="approvals.returned").count() == 1
    customer = Customer.objects.get(pk=request_.subject_id)
    form = sign_in(wang).get(f"/customers/{customer.pk}/transfer/").content.decode()
    assert "closer to the plant" in form, "it is corrected, not typed anew"
    anew = ask_for_transfer(customer, by=wang, to=li, reason="since May")
    assert (anew.state, anew.follows) == (State.PENDING, request_)
    assert "Asked before" in sign_in(mei).get(page(anew)).content.decode()


def test_who_asked_withdraws_and_nobody_else(request_, wang, li, sign_in):
    assert sign_in(li).post(page(request_, "withdraw/")).status_code == 404
    sign_in(wang).post(page(request_, "withdraw/"))
    assert state_of(request_) == State.WITHDRAWN
    assert not request_.approvers.live().exists()


def test_a_comment_is_told_to_the_others_and_stays_as_it_is(request_, mei, wang, sign_in):
    sign_in(mei).post(page(request_, "comments/new/"), {"text": "<b>Since when?</b>"})
    assert "&lt;b&gt;Since when?&lt;/b&gt;" in sign_in(wang).get(page(request_)).content.decode()
    assert [notice.person for notice in Notice.objects.filter(what="approvals.commented")] == [wang]
    assert Comment.objects.get().author == mei


def test_recusing_on_the_page(request_, mei, chief, sign_in):
    sign_in(mei).post(page(request_, "recuse/"), {"reason": "a cousin works there"})
    assert [seat.person for seat in request_.approvers.live()] == [chief]
    assert "Your decision" not in sign_in(mei).get(page(request_)).content.decode()


# Attachments


@pytest.fixture
def with_file(wang, mei, chief):
    file = StoredFile.keep("询价函.pdf", b"%PDF-1.7 a letter", by=wang)
    customer = customer_of(wang, "Castell, S.L.")
    asked = {"name_before": customer.name, "name": "Castell & Roure, S.L.", "code_before": "", "code": ""}
    return ask("customers.identity", customer, by=wang, reason="x", files=[file], **asked)


def test_an_attachment_belongs_to_the_seal_and_openings_are_shown(with_file, mei, sign_in):
    client = sign_in(mei)
    assert "is not opened yet" in client.get(page(with_file)).content.decode()
    found = Attachment.objects.get()
    response = client.get(page(with_file, f"files/{found.pk}/"))
    assert response.content == b"%PDF-1.7 a letter"
    assert response["Content-Disposition"].startswith("attachment")
    assert "is not opened yet" not in client.get(page(with_file)).content.decode()
    assert Opening.objects.get().person == mei
    assert Entry.objects.filter(action="approvals.open_attachment", op="E").exists()
    assert with_file.seal == with_file.seal_now()


@pytest.mark.parametrize("person", ["li", "zhao", "outsider"])
def test_nobody_else_opens_it(person, with_file, sign_in, request):
    found = Attachment.objects.get()
    assert sign_in(request.getfixturevalue(person)).get(page(with_file, f"files/{found.pk}/")).status_code == 404


# Several at once


def test_several_are_approved_at_once_only_where_the_policy_allows_it(wang, mei, li, zhao, qian, sign_in):
    strict = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    in_force("customers.transfer", by=zhao, accepted_by=qian, bulk=True)
    loose = [ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x") for _ in range(2)]
    client = sign_in(mei)
    text = client.get("/approvals/").content.decode()
    assert text.count('name="chosen"') == 2
    chosen = [f"{each.pk}:{each.seal}" for each in [strict, *loose]] + ["nonsense", "a:b"]
    response = client.post("/approvals/approve/", {"chosen": chosen}, follow=True)
    assert "2 requests approved." in response.content.decode()
    assert [state_of(each) for each in [strict, *loose]] == [State.PENDING, State.APPROVED, State.APPROVED]


# By a mail link


@pytest.fixture
def link(request_, mei):
    return "/approvals/" + mail_link.to(request_, mei).partition("/approvals/")[2]


def test_the_link_opens_the_request_and_decides_without_signing_in(link, request_, mei, client):
    text = client.get(link).content.decode()
    assert "Wang asks: Transfer Nordhafen GmbH to Li" in text
    response = client.post(link, {"verb": "approve", "seal": request_.seal})
    assert "Approved, and done as asked." in response.content.decode()
    assert Decision.objects.get().person == mei
    assert Entry.objects.filter(table_name="approvals_decision").get().source == "mail"
    assert client.get("/approvals/").status_code == 302, "nobody was signed in"
    assert client.get(link).status_code == 410


def test_above_a_limit_the_link_asks_for_the_password(wang, mei, li, zhao, qian, client):
    steps = [{"turn": 1, "who": "manager", "level": 1}]
    above = {"when": [{"measure": "customers_90_days", "is": ">", "limit": "1"}], "steps": steps, "confirm": True}
    in_force("customers.transfer", by=zhao, accepted_by=qian, lines=[{"when": [], "steps": steps}, above])
    below = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    assert (
        "password"
        not in client.get("/approvals/" + mail_link.to(below, mei).partition("/approvals/")[2]).content.decode()
    )
    approval = ask_for_transfer(customer_of(wang), by=wang, to=li, reason="x")
    link = "/approvals/" + mail_link.to(approval, mei).partition("/approvals/")[2]
    for password in ("", "not it at all"):
        assert client.post(link, {"verb": "approve", "seal": approval.seal, "password": password}).status_code == 422
    assert state_of(approval) == State.PENDING
    client.post(link, {"verb": "approve", "seal": approval.seal, "password": PASSWORD})
    assert state_of(approval) == State.APPROVED


def test_a_forged_or_old_or_foreign_link_opens_nothing(link, request_, li, outsider, client, monkeypatch):
    for word in (link[:-2] + "x/", "/approvals/by-mail/x/", link.replace("by-mail/", "by-mail/a")):
        assert client.get(word).status_code == 410
    other = "/approvals/" + mail_link.to(request_, li).partition("/approvals/")[2]
    assert client.post(other, {"verb": "approve", "seal": request_.seal}).status_code == 410
    foreign = signing.dumps([outsider.organization_id, str(request_.pk), str(outsider.pk)], salt=mail_link.SALT)
    assert client.get(f"/approvals/by-mail/{foreign}/").status_code == 410
    monkeypatch.setattr(mail_link, "LIFE", -1)
    assert client.get(link).status_code == 410


def test_the_letter_carries_the_link(request_, mei):
    assert Notice.objects.get(person=mei).sentence == "Wang asks: Transfer Nordhafen GmbH to Li"
    assert not mail.outbox  # it waits in the outbox, sealed


# Being away


def test_an_absence_on_the_page(request_, mei, chief, sign_in):
    client = sign_in(mei)
    begins = timezone.localtime() + timedelta(minutes=-1)
    form = {
        "begins_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begins + timedelta(days=3):%Y-%m-%dT%H:%M}",
        "delegate": chief.pk,
    }
    assert client.post("/approvals/absence/", form).status_code == 302
    assert request_.approvers.live().get().instead_of == mei
    absence = Delegation.objects.get()
    assert sign_in(chief).post(f"/approvals/absence/{absence.pk}/end/").status_code == 404
    sign_in(mei).post(f"/approvals/absence/{absence.pk}/end/")
    assert not Delegation.objects.not_over().exists()


def test_a_delegate_is_of_at_least_equal_rank(mei, wang, chief, sign_in):
    """Never down: a manager's delegate is no rep, and the chief's is not Mei."""
    assert "Chief" in sign_in(mei).get("/approvals/absence/").content.decode()
    text = sign_in(chief).get("/approvals/absence/").content.decode()
    assert f'value="{mei.pk}"' not in text
    assert f'value="{wang.pk}"' not in text


@pytest.mark.parametrize("ends", ["2020-01-01T00:00", "never", ""])
def test_nobody_is_named_afterwards(ends, mei, sign_in):
    form = {"begins_at": "2020-01-01T00:00", "ends_at": ends}
    assert sign_in(mei).post("/approvals/absence/", form).status_code == 422
    assert not Delegation.objects.exists()
