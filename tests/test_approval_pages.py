"""Pages of requests: who sees them, what they show, how they are decided (R11, R12, R28)."""

import pytest

from approvals.models import Approval
from customers.transfers import ask_for_transfer
from tests.factories import customer_of

State = Approval.State


@pytest.fixture
def request_(wang, mei, li):
    return ask_for_transfer(customer_of(wang, "Nordhafen GmbH"), by=wang, to=li, reason="Li speaks German")


def page(approval, act=""):
    return f"/approvals/{approval.pk}/{act}"


def test_the_inbox_shows_what_waits(request_, mei, wang, sign_in):
    text = sign_in(mei).get("/approvals/").content.decode()
    assert "Transfer Nordhafen GmbH to Li" in text
    assert "Nothing waits for you" in sign_in(wang).get("/approvals/").content.decode()


def test_the_page_shows_everything_and_decides(request_, mei, sign_in):
    client = sign_in(mei)
    text = client.get(page(request_)).content.decode()
    for words in ("Wang asks: Transfer Nordhafen GmbH to Li", "Li speaks German", "Your decision", "manager, level 1"):
        assert words in text
    response = client.post(page(request_, "approve/"), {"seal": request_.seal}, follow=True)
    assert "Approved, and done as asked." in response.content.decode()
    assert Approval.objects.get().state == State.APPROVED


@pytest.mark.parametrize(
    ("person", "status"), [("wang", 200), ("mei", 200), ("shen", 200), ("li", 404), ("zhao", 404), ("outsider", 404)]
)
def test_who_sees_a_request(person, status, request_, sign_in, request):
    assert sign_in(request.getfixturevalue(person)).get(page(request_)).status_code == status


def test_a_rejection_says_why(request_, mei, sign_in):
    response = sign_in(mei).post(page(request_, "reject/"), {"seal": request_.seal, "reason": " "})
    assert response.status_code == 422
    assert "Say in a few words" in response.content.decode()
    assert Approval.objects.get().state == State.PENDING


def test_a_decision_gives_no_right_to_read_the_customer(wang, li, mei, zhao, qian, sign_in):
    """R6. It rose to the owner, an administrator: he sees what is asked, and nothing of what was said to the customer."""
    customer = customer_of(wang, "Nordhafen GmbH", industry="Spindles")
    approval = ask_for_transfer(customer, by=mei, to=li, reason="closer")
    assert [seat.person for seat in approval.approvers.live()] == [qian]
    text = sign_in(qian).get(page(approval)).content.decode()
    assert "Your decision" in text
    assert "Spindles" not in text
    assert "Spindles" in sign_in(mei).get(page(approval)).content.decode()
    assert sign_in(qian).get(f"/customers/{customer.pk}/").status_code == 404
