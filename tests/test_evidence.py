"""Evidence: a contact is shown by something that was not typed by who claims it (R31, R40, R51, R71)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import Notice, StoredFile
from approvals.models import Approval
from audit.models import Entry
from customers import contacts, follow_ups, recycling
from customers.evidence import rereading
from customers.models import Claim, Customer, Evidence, FollowUp
from tests.artefacts import CHEN, CONTACT, a_mail, an_invitation, forwarded, proven, shown
from tests.clocks import time_passes
from tests.databases import catalogue, sql
from tests.factories import customer_of, pool_customer, rules, shared
from tests.test_ownership import House

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def until(customer):
    return Customer.objects.get(pk=customer.pk).protected_until


def days_left(customer):
    return round((until(customer) - tenancy.now()) / timedelta(days=1), 1)


@pytest.fixture
def customer(wang):
    """Wang's, protected for 30 days; what comes now protects for 60."""
    rules(protection_days=30)
    made = customer_of(wang, "Hengchuan Medical", contact=CONTACT, website="https://hengchuan.example")
    rules(protection_days=60)
    return made


def compose(client, customer, content=None, name="mail.eml", **typed):
    data = {"content": "They want the drawings."} | typed
    if content is not None:
        data["evidence"] = SimpleUploadedFile(name, content)
    return client.post(reverse("customers:follow_up", args=[customer.pk]), data, follow=True)


# In one act


def test_a_mail_from_the_customer_extends_in_one_act(customer, wang, sign_in):
    """R51, item 2. Text and file together; the sentence says what it brought, the timeline what shows it."""
    answer = compose(sign_in(wang), customer, a_mail())
    assert days_left(customer) == 60
    assert "The protection period goes on until" in answer.text
    assert "E-mail from the customer, brought as a file" in answer.text
    evidence = Evidence.objects.get()
    assert (evidence.strength, evidence.gathered_by, evidence.follow_up.content) == (
        "brought",
        wang,
        "They want the drawings.",
    )


def test_a_follow_up_with_a_file_has_its_time(customer, wang, sign_in):
    """Without a typed time: the honest way is the shorter one."""
    compose(sign_in(wang), customer, a_mail(ago=timedelta(hours=3)))
    assert round((tenancy.now() - FollowUp.objects.get().occurred_at) / timedelta(hours=1)) == 3


def test_what_one_types_alone_extends_nothing(customer, wang, sign_in):
    """R51."""
    answer = compose(sign_in(wang), customer)
    assert days_left(customer) == 30
    assert "Recorded. Without evidence it does not extend the protection period." in answer.text
    assert "Bring evidence" in answer.text


def test_a_mail_that_one_wrote_oneself_is_shown_and_extends_nothing(customer, wang, sign_in):
    """It was typed by who claims the customer; the answer to it counts."""
    answer = compose(sign_in(wang), customer, a_mail(sender=wang.email, to=CHEN))
    assert days_left(customer) == 30
    assert "an answer of the customer does" in answer.text
    assert Evidence.objects.get().strength == "own"
    assert not FollowUp.objects.qualifying().exists()


def test_an_accepted_invitation_extends(customer, wang, sign_in):
    answer = compose(sign_in(wang), customer, an_invitation(), "meeting.ics")
    assert days_left(customer) == 60
    assert "Invitation that the customer accepted" in answer.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: a_mail(sender="somebody@elsewhere.example"), "Nobody in this file is a contact"),
        (lambda: a_mail(sender="other@hengchuan.example"), "Nobody in this file is a contact"),
        (lambda: a_mail(ago=timedelta(days=-2)), "lies in the future"),
        (lambda: a_mail(date="none"), "does not say when it was written"),
        (lambda: a_mail(date="Sat, 31 Feb 99999 99:99"), "does not say when it was written"),
        (lambda: a_mail(to=", ".join(f"p{n}@many.example" for n in range(60))), "A circular shows no contact"),
        (lambda: b"To: " + b"p@many.example, " * 10_000 + b"\r\n" + a_mail(), "more parts, levels or headings"),
        (lambda: an_invitation(partstat="NEEDS-ACTION"), "has accepted this invitation"),
        (lambda: an_invitation(attendee="me@private.example"), "has accepted this invitation"),
        (lambda: an_invitation(method="CANCEL"), "has accepted this invitation"),
        (lambda: an_invitation(ago=timedelta(days=-3)), "lies in the future"),
        (lambda: an_invitation(method="REPLY", partstat="DECLINED"), "has accepted this invitation"),
        (lambda: b"%PDF-1.7", "neither a mail"),
        (lambda: b"", "The submitted file is empty"),
        (lambda: a_mail() + b"\0", "neither a mail"),
        (lambda: b"BEGIN:VCALENDAR\r\nnonsense", "neither a mail"),
        (lambda: b"x" * (6 * 1024 * 1024), "larger than 5 MB"),
    ],
)
def test_what_shows_nothing_is_refused_with_the_field_and_the_text_kept(content, sentence, customer, wang, sign_in):
    """Another customer's mail, last month's, a date ahead, a circular, an invitation nobody accepted: 422, nothing lost."""
    answer = compose(sign_in(wang), customer, content())
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "They want the drawings." in answer.text
    assert (FollowUp.objects.count(), StoredFile.objects.count(), days_left(customer)) == (0, 0, 30)


def test_a_colleagues_address_is_no_customers(customer, wang, li, sign_in):
    """Whoever enters himself as a contact gains nothing by his own mail."""
    for address in (li.email, f"alias@{li.email.partition('@')[2]}"):
        contacts.add(customer, by=wang, name="Friend", title="", phone="", email=address)
        assert compose(sign_in(wang), customer, a_mail(sender=address)).status_code == 422


def test_the_same_mail_counts_once(customer, wang, sign_in):
    """Here, at another customer with the same contact, and as another file with the same Message-ID."""
    client, mail = sign_in(wang), a_mail(message_id="<once@x.example>")
    compose(client, customer, mail)
    other = customer_of(wang, "Hengchuan Optics", contact=CONTACT)
    for where, again in ((customer, mail), (other, mail), (customer, a_mail(message_id="<once@x.example>", text="x"))):
        answer = compose(client, where, again)
        assert answer.status_code == 422
        assert "has shown a contact already" in answer.text
    assert Evidence.objects.count() == 1


def test_a_mail_of_last_month_extends_nothing(customer, wang, sign_in):
    """Neither at a contact of today, nor with the time it has."""
    client, old = sign_in(wang), a_mail(ago=timedelta(days=30))
    now = tenancy.now().strftime("%Y-%m-%dT%H:%M")
    assert compose(client, customer, old, occurred_at=now).status_code == 422
    answer = compose(client, customer, old)
    assert days_left(customer) == 30
    assert "more than a day after the contact" in answer.text


def test_an_answer_to_an_invitation_counts_when_it_was_sent(customer, wang, sign_in):
    compose(sign_in(wang), customer, an_invitation(method="REPLY"), "answer.ics")
    assert days_left(customer) == 60


def test_the_invitation_of_somebody_in_the_customers_domain_counts(customer, wang, sign_in):
    """The domain of the web site is the customer's own, and no free mail."""
    compose(sign_in(wang), customer, an_invitation(attendee="new@hengchuan.example"), "meeting.ics")
    assert days_left(customer) == 60


# Afterwards


def bring_to(client, entry, content, name="mail.eml"):
    address = reverse("customers:bring_evidence", args=[entry.customer_id, entry.pk])
    assert client.get(address).status_code == 200
    return client.post(address, {"evidence": SimpleUploadedFile(name, content)}, follow=True)


def test_evidence_is_brought_afterwards(customer, wang, sign_in):
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    assert "goes on until" in bring_to(sign_in(wang), entry, a_mail()).text
    assert days_left(customer) == 60


def test_a_mail_of_another_day_is_not_brought(customer, wang, sign_in):
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    answer = bring_to(sign_in(wang), entry, a_mail(ago=timedelta(days=2)))
    assert (answer.status_code, Evidence.objects.count()) == (422, 0)


@pytest.mark.parametrize(("person", "status"), [("wang", 200), ("mei", 403), ("li", 404), ("an", 200), ("zhao", 404)])
def test_who_brings_evidence(person, status, customer, wang, request, sign_in):
    """R6, R30. A manager sees and does not work; others do not find it."""
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    client = sign_in(request.getfixturevalue(person))
    assert client.get(reverse("customers:bring_evidence", args=[customer.pk, entry.pk])).status_code == status


def test_a_collaborator_who_works_on_it_brings_evidence(customer, wang, li, sign_in):
    shared(customer, by=wang, person=li, way="edit")
    compose(sign_in(li), customer, a_mail())
    assert days_left(customer) == 60


# Holds


def test_a_hold_says_what_it_wants_and_is_confirmed_in_one_act(wang, sign_in):
    """Item 5."""
    rules(hold_hours=72, protection_days=60)
    held, client = customer_of(wang, contact=CONTACT), sign_in(wang)
    page = client.get(reverse("customers:detail", args=[held.pk])).text
    assert "Provisional hold." in page
    assert "it lapses then" in page
    assert held.name in client.get(reverse("customers:holds")).text
    assert "does not confirm the provisional hold" in compose(client, held).text
    assert "The evidence confirms the hold" in compose(client, held, a_mail()).text
    assert Claim.objects.get(customer=held).confirmed_at
    assert held.name not in client.get(reverse("customers:holds")).text


def test_a_mail_of_ones_own_confirms_no_hold(wang, sign_in):
    rules(hold_hours=72)
    held = customer_of(wang, contact=CONTACT)
    compose(sign_in(wang), held, a_mail(sender=wang.email, to=CHEN))
    assert Customer.objects.get(pk=held.pk).is_held


def test_a_manager_sees_the_holds_of_his_people_and_nobody_elses(wang, li, mei, sign_in):
    rules(hold_hours=72)
    his, other = customer_of(wang, "Of Wang"), customer_of(li, "Of Li")
    page = sign_in(mei).get(reverse("customers:holds")).text
    assert his.name in page
    assert other.name not in page


# The mirror


@pytest.mark.parametrize("strength", ["witnessed", "brought", "own"])
def test_rows_past_the_doors_are_as_strong_as_their_way(strength, customer, wang):
    """What somebody brings was not seen by our server, whatever the statement says."""
    if strength == "witnessed":
        with pytest.raises(IntegrityError, match="not seen by our server"), transaction.atomic():
            proven(customer, wang, strength=strength)
    else:
        proven(customer, wang, strength=strength)
        assert days_left(customer) == (60 if strength == "brought" else 30)


HOURS = st.integers(min_value=-60, max_value=0)
CONTACTS = st.lists(
    st.tuples(
        HOURS,
        st.lists(
            st.tuples(HOURS, st.sampled_from(["brought", "own"]), st.sampled_from(["mail", "invitation"])), max_size=2
        ),
    ),
    max_size=4,
)


@given(data=CONTACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_python_and_the_database_say_the_same_of_what_qualifies(data, customer, wang):
    """`FollowUp.objects.qualifying()` and `customers_earned`, of contacts and evidence of any hour."""
    with transaction.atomic():
        Evidence.objects.all().delete()
        for number, (hours, evidence) in enumerate(data):
            at = tenancy.now() + timedelta(hours=hours, minutes=-1)
            entry = follow_ups.log(customer, by=wang, content="x", occurred_at=at)
            for other, (artefact_hours, strength, kind) in enumerate(evidence):
                happened = tenancy.now() + timedelta(hours=artefact_hours)
                digest = f"{number} {other}".encode()
                shown(entry, wang, kind, digest=digest, happened_at=happened, strength=strength)
        with transaction.atomic():
            earned = _earned(customer)
            counted = [
                min(each.occurred_at, each.recorded_at, artefact.happened_at) + timedelta(days=60)
                for each in customer.follow_ups.qualifying()
                for artefact in each.evidence.all()
                if artefact.strength != "own" and abs(artefact.happened_at - each.occurred_at) <= timedelta(hours=24)
            ]
        assert earned == max(counted, default=None)
        transaction.set_rollback(True)


def _earned(customer):
    return catalogue("SELECT customers_earned(c) FROM customers_claim c WHERE customer_id = %s", customer.pk)[0][0]


# Past the doors


def as_(person):
    return tenancy.scope(person.organization, user=person, source="test")


INSERT = (
    "INSERT INTO customers_evidence (organization_id, customer_id, follow_up_id, kind, digest, happened_at, file_id)"
    " VALUES (%s, %s, %s, %s, %s, now(), %s)"
)


def forge(person, entry, file=None, kind="mail"):
    with as_(person), transaction.atomic():
        sql(INSERT, person.organization_id, entry.customer_id, entry.pk, kind, b"forged" * 6, file and file.pk)


def test_sql_brings_no_evidence_for_a_customer_of_somebody_else(customer, wang, li, mei):
    """As crm_app, in the name of a person who does not work on it."""
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    for person in (li, mei):
        file = StoredFile.keep("x.eml", b"x", by=person)
        with pytest.raises(ProgrammingError, match="row-level security"):
            forge(person, entry, file)


def test_sql_brings_no_evidence_without_a_file_of_its_own(customer, wang, li):
    """For his own customer: a digest out of thin air, or somebody else's file."""
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    for file in (None, StoredFile.keep("x.eml", b"x", by=li)):
        with pytest.raises(IntegrityError, match="evidence has a file"):
            forge(wang, entry, file)


def test_sql_lets_no_file_show_two_contacts(customer, wang):
    file = StoredFile.keep("x.eml", b"x", by=wang)
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    forge(wang, entry, file)
    with pytest.raises(IntegrityError, match="evidence_one_of_a_file"), as_(wang), transaction.atomic():
        sql(INSERT, wang.organization_id, customer.pk, entry.pk, "mail", b"another" * 5, file.pk)


def test_sql_makes_no_call_of_ones_own(customer, wang):
    """R51. A call is shown by a log that somebody else brought."""
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    with pytest.raises(IntegrityError, match="does not bring their log"):
        forge(wang, entry, StoredFile.keep("x.csv", b"x", by=wang), "call")
    with as_(wang), pytest.raises(IntegrityError, match="by who may"), transaction.atomic():
        sql("INSERT INTO customers_calllog (organization_id, file_id, brought_by_id, headers, rows, mapping, problem, report)"
            " VALUES (%s, %s, %s, '[]', 0, '{}', '', '{}')",
            wang.organization_id, StoredFile.keep("x.csv", b"x", by=wang).pk, wang.pk)  # fmt: skip


def test_a_forged_row_is_found_when_the_files_are_read_again(customer, wang, mei, shen, sign_in):
    """It rests on a file that does not say so: in the ledger, and told to his manager and the auditors; an honest one is not."""
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    forge(wang, entry, StoredFile.keep("x.eml", a_mail(sender="x@y.example"), by=wang))
    compose(sign_in(wang), customer, a_mail())
    compose(sign_in(wang), customer, a_mail(sender=wang.email, to=CHEN))
    compose(sign_in(wang), customer, an_invitation(), "x.ics")

    rereading.reread()
    rereading.reread()

    found = Entry.objects.filter(action="customers.evidence_differs")
    forged = Evidence.objects.get(follow_up=entry)
    assert {each.row_id for each in found} == {str(forged.pk)}
    assert set(Notice.objects.filter(what="customers.evidence_differs").values_list("person", flat=True)) == {
        mei.pk,
        shen.pk,
    }


def test_a_file_that_is_not_sealed_with_our_key_is_found(customer, wang):
    """SQL alone cannot seal: who has no key of the organisation writes a file that does not open."""
    entry = follow_ups.log(customer, by=wang, content="Called.", occurred_at=tenancy.now())
    with as_(wang):
        sql("INSERT INTO accounts_storedfile (organization_id, name, content, size, sha256, stored_by_id) VALUES"
            " (%s, 'x.eml', %s, 3, 'x', %s)", wang.organization_id, b"x" * 60, wang.pk)  # fmt: skip
    forge(wang, entry, StoredFile.objects.get())
    assert not rereading.says_so(Evidence.objects.get())


def test_the_ledger_holds_no_address(customer, wang, sign_in):
    """R98. The file is sealed, the name of the artefact is a digest."""
    compose(sign_in(wang), customer, a_mail(message_id="<secret-number@x.example>"))
    for entry in Entry.objects.filter(table_name__in=["customers_evidence", "accounts_storedfile"]):
        assert CHEN not in str(entry.after)
        assert "secret-number" not in str(entry.after)


def test_a_mail_forwarded_as_a_file_is_the_original(customer, wang, sign_in):
    compose(sign_in(wang), customer, forwarded(a_mail(), sender=wang.email))
    assert days_left(customer) == 60


# Lapses


@committed
def test_holds_that_lapsed_are_counted_and_the_next_claim_is_the_managers(client):
    """Item 5. The door closes, a page says who decides, and what he approves is a claim."""
    house = House(hold_hours=72, lapses_at_most=1)
    with house.of(house.wang):
        lapsed = customer_of(house.wang, "Lapsed Ltd")
    with house.of():
        wanted = pool_customer(house.li, "Wanted Ltd")
    time_passes(house.organization, hours=73)
    with house.of():
        recycling.recycled(10)
        client.force_login(house.wang)
    answer = client.post(reverse("customers:claim", args=[wanted.pk]), follow=True)
    assert "your manager decides about the next one" in answer.text
    assert "Mei" in answer.text
    assert "Lapsed in the last 30 days: 1" in client.get(reverse("customers:holds")).text
    assert client.post(answer.redirect_chain[-1][0], {"reason": ""}).status_code == 422
    client.post(answer.redirect_chain[-1][0], {"reason": "I know their buyer"})
    with house.of():
        asked = Approval.objects.get(kind="customers.claim_after_lapses")
        assert (asked.asked["lapses"], asked.asked["again"]) == (1, False)
    with house.of(house.mei):
        asked.approve(by=house.mei, seal=asked.seal)
        claim = Claim.objects.live().get(customer=wanted)
        assert (claim.claimant, claim.way, claim.held_until) == (house.wang, "approved", None)
        client.force_login(house.mei)
    assert "Wang" in client.get(reverse("customers:holds")).text
    assert lapsed


def test_without_lapses_nobody_asks_his_manager(wang, li, sign_in):
    page = reverse("customers:claim_after_lapses", args=[pool_customer(li).pk])
    assert sign_in(wang).get(page).status_code == 403
