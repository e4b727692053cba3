"""Mail that comes in by a forwarding address (item 2, R51): kept, read by a worker, logged or left to be sorted."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import Outbox, StoredFile
from audit.models import Entry
from customers import contacts, follow_ups
from customers.evidence import arriving
from customers.models import Customer, Evidence, FollowUp, InboundMail, MailAddress
from tests.artefacts import CHEN, CONTACT, a_mail, forwarded
from tests.databases import sql
from tests.factories import customer_of, rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def inbound(settings):
    settings.INBOUND_DOMAIN = "in.example"


@pytest.fixture
def customer(wang):
    rules(protection_days=30)
    made = customer_of(wang, "Hengchuan Medical", contact=CONTACT)
    rules(protection_days=60)
    return made


@pytest.fixture
def address(wang, sign_in):
    sign_in(wang).post(reverse("customers:mail_address"))
    return str(MailAddress.objects.get(person=wang))


def piped(recipient, content, monkeypatch):
    """As Postfix hands it over; the code it gets back."""
    monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": io.BytesIO(content)})())
    try:
        call_command("receive_mail", recipient)
    except SystemExit as end:
        return end.code
    return 0


def read_all():
    for job in Outbox.objects.filter(task="customers.read_mail", done_at=None):
        arriving.read_mail(**job.arguments)
        Outbox.objects.filter(pk=job.pk).update(done_at=tenancy.Clock())


@pytest.fixture
def arrives(address, monkeypatch):
    def arrived(content, to=None):
        assert piped(to or address, content, monkeypatch) == 0
        read_all()
        return InboundMail.objects.order_by("-pk").first()

    return arrived


def days_left(customer):
    return round((Customer.objects.get(pk=customer.pk).protected_until - tenancy.now()) / timedelta(days=1), 1)


def test_a_mail_of_the_customer_that_came_to_us_is_logged_by_itself(customer, wang, address, arrives):
    """Answered by the customer to the address itself: our server has seen it."""
    assert address.startswith(f"log+{wang.organization_id}-")
    arrives(a_mail(to=f"{wang.email}, {address}", subject="Drawings", text="Here they are.\n\n> old words"))
    entry = FollowUp.objects.get()
    assert (entry.author, entry.kind, entry.content) == (wang, "mail", "Drawings\nHere they are.")
    evidence = Evidence.objects.get()
    assert (evidence.strength, evidence.gathered_by, evidence.follow_up) == ("witnessed", None, entry)
    assert days_left(customer) == 60


def test_what_is_forwarded_as_an_attachment_has_the_time_of_the_original(customer, wang, arrives):
    arrives(forwarded(a_mail(ago=timedelta(hours=7)), sender=wang.email))
    evidence = Evidence.objects.get()
    assert evidence.strength == "brought"
    assert round((tenancy.now() - evidence.happened_at) / timedelta(hours=1)) == 7


def test_a_date_ahead_is_cut_to_the_arrival(customer, arrives):
    arrived = arrives(a_mail(ago=timedelta(days=-5)))
    assert Evidence.objects.get().happened_at == arrived.arrived_at


def test_ones_own_mail_makes_a_follow_up_and_extends_nothing(customer, wang, address, arrives):
    arrives(a_mail(sender=wang.email, to=CHEN, Bcc=address))
    assert Evidence.objects.get().strength == "own"
    assert days_left(customer) == 30


def test_a_follow_up_that_is_there_gets_the_mail(customer, wang, arrives):
    typed = follow_ups.log(customer, by=wang, kind="mail", content="They wrote.", occurred_at=tenancy.now())
    arrives(a_mail())
    assert Evidence.objects.get().follow_up == typed
    assert FollowUp.objects.count() == 1


def test_unknown_addresses_are_answered_alike_and_leave_nothing(address, wang, monkeypatch):
    """Neither the code nor the database tells which address there is."""
    before = StoredFile.objects.count(), InboundMail.objects.count(), Outbox.objects.count(), Entry.objects.count()
    unknown = address[:-15] + ("a" if address[-15] != "a" else "b") + address[-14:]
    for recipient in (
        unknown,
        "log+1@in.example",
        f"log+{10**17}-{'a' * 24}@in.example",
        "x",
        "log+1-'; --@in.example",
    ):
        assert piped(recipient, a_mail(), monkeypatch) == 0
    assert before == (
        StoredFile.objects.count(),
        InboundMail.objects.count(),
        Outbox.objects.count(),
        Entry.objects.count(),
    )


def test_an_address_that_was_renewed_is_nobodys(address, wang, sign_in, arrives):
    sign_in(wang).post(reverse("customers:mail_address"))
    assert str(MailAddress.objects.get()) != address
    assert arrives(a_mail(), to=address) is None


def test_who_was_deactivated_gets_no_mail(address, wang, arrives):
    type(wang).objects.filter(pk=wang.pk).update(is_active=False)
    assert arrives(a_mail()) is None


def test_too_large_is_refused_whoever_it_is_for(address, monkeypatch):
    for recipient in (address, "log+1-unknown@in.example"):
        assert piped(recipient, b"x" * (20 * 1024 * 1024 + 1), monkeypatch) == 69


def test_more_than_a_person_gets_comes_later(address, monkeypatch):
    monkeypatch.setattr(arriving, "MOST_A_DAY", 1)
    assert [piped(address, a_mail(), monkeypatch) for _time in range(2)] == [0, 75]


def test_the_address_is_in_no_table_and_no_ledger_in_the_clear(address, wang):
    token = address.partition("-")[2].partition("@")[0]
    rows = [str(each.__dict__) for each in MailAddress.objects.all()]
    assert token not in "".join([*rows, *(str(entry.after) for entry in Entry.objects.all())])


# To be sorted


@pytest.mark.parametrize(
    ("mail", "problem"),
    [
        (lambda: a_mail(sender="new@buyer.example"), "unknown"),
        (lambda: b"no mail at all", "unreadable"),
        (lambda: a_mail() + b"\0", "unreadable"),
        (lambda: a_mail(to=", ".join(f"p{n}@many.example" for n in range(200))), "circular"),
    ],
)
def test_what_is_not_clear_waits_for_its_owner_and_is_never_lost(
    mail, problem, customer, wang, li, mei, arrives, sign_in
):
    arrived = arrives(mail())
    assert (arrived.problem, FollowUp.objects.count()) == (problem, 0)
    assert reverse("customers:mail_sort", args=[arrived.pk]) in sign_in(wang).get(reverse("customers:mail")).text
    for other in (li, mei):
        assert sign_in(other).get(reverse("customers:mail_sort", args=[arrived.pk])).status_code == 404
        with tenancy.scope(wang.organization, user=other):
            assert not InboundMail.objects.exists(), "the database does not show it either"


def test_a_colleagues_customer_is_not_logged_to(li, wang, arrives):
    customer_of(li, contact=CONTACT)
    assert arrives(a_mail()).problem == "not_open"


def test_the_same_mail_twice_is_sorted_out(customer, arrives):
    first, second = (arrives(a_mail(message_id="<same@x.example>")) for _time in range(2))
    assert (first.problem, second.problem) == ("", "repeated")
    assert Evidence.objects.count() == 1


def test_sorting_logs_it_and_counts_once_the_contact_is_there(customer, wang, arrives, sign_in):
    arrived, client = arrives(a_mail(sender="new@buyer.example")), sign_in(wang)
    contacts.add(customer, by=wang, name="Buyer", title="", phone="", email="new@buyer.example")
    page = reverse("customers:mail_sort", args=[arrived.pk])
    assert "new@buyer.example" in client.get(page).text
    assert "goes on until" in client.post(page, {"customer": customer.pk}, follow=True).text
    assert Evidence.objects.get().strength == "brought"
    assert client.get(page).status_code == 404


def test_sorting_a_strangers_mail_shows_nothing(customer, wang, arrives, sign_in):
    arrived = arrives(a_mail(sender="new@buyer.example"))
    answer = sign_in(wang).post(
        reverse("customers:mail_sort", args=[arrived.pk]), {"customer": customer.pk}, follow=True
    )
    assert "Without evidence" in answer.text
    assert (FollowUp.objects.count(), Evidence.objects.count(), days_left(customer)) == (1, 0, 30)


def test_a_mail_is_sorted_to_ones_own_customers_only(customer, wang, li, arrives, sign_in):
    arrived, other = arrives(a_mail(sender="new@buyer.example")), customer_of(li)
    page = reverse("customers:mail_sort", args=[arrived.pk])
    assert sign_in(wang).post(page, {"customer": other.pk}).status_code == 422
    assert sign_in(wang).post(page, {"customer": "x"}).status_code == 422


def test_discarding_is_a_deed(wang, arrives, sign_in):
    arrived = arrives(a_mail(sender="new@buyer.example"))
    sign_in(wang).post(reverse("customers:mail_discard", args=[arrived.pk]))
    assert InboundMail.objects.get().discarded_at
    assert Entry.objects.filter(action="customers.discard_mail", actor=wang).exists()


def test_a_person_lets_no_mail_come_in_by_sql(wang):
    file = StoredFile.keep("x.eml", b"x", by=wang)
    with (
        tenancy.scope(wang.organization, user=wang),
        pytest.raises(IntegrityError, match="by the server"),
        transaction.atomic(),
    ):
        sql("INSERT INTO customers_inboundmail (organization_id, person_id, file_id, problem) VALUES (%s, %s, %s, '')",
            wang.organization_id, wang.pk, file.pk)  # fmt: skip


def test_the_ledger_holds_no_words_of_a_mail(wang, arrives):
    """R98."""
    arrives(a_mail(sender="new@buyer.example", subject="Very secret"))
    told = "".join(f"{entry.before}{entry.after}" for entry in Entry.objects.all())
    assert "new@buyer.example" not in told
    assert "Very secret" not in told


def test_nobody_without_a_mail_server_is_offered_an_address(wang, sign_in, settings):
    settings.INBOUND_DOMAIN = ""
    assert "There is no address for mail" in sign_in(wang).get(reverse("customers:mail")).text
