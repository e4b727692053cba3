"""What a customer is found by stands in the database, and follows each of its changes (R31, R34, R40)."""

import pytest
from django.db import connection

from accounts import tenancy
from accounts.models import StoredFile
from customers import changing, contacts
from customers.duplicates import fields, filling, finding, storing
from customers.duplicates.keys import keys_of
from customers.duplicates.record import VERSION, keyed, read
from customers.identity_changes import ask_for_identity
from customers.models import ContactPoint, Customer, DuplicateKey, DuplicateRecord
from customers.profile import addresses, contact_points
from customers.registration import Draft
from tests.factories import customer_of

pytestmark = pytest.mark.django_db
NAME, LATER = "苏州恒川医疗器械有限公司", "江苏远望健康科技有限公司"
CONTACT = {"name": "王芳", "phone": "+8613812345678", "email": "wang.fang@hengchuan.com.cn"}


@pytest.fixture
def hengchuan(wang):
    return customer_of(wang, NAME, website="www.hengchuan.com.cn", region="苏州", contact=CONTACT)


def stands(customer):
    """The keys and the record that are kept, and that nothing waits to be read anew."""
    kept = DuplicateRecord.objects.get(customer=customer)
    assert kept.version == VERSION
    return set(DuplicateKey.objects.filter(customer=customer).values_list("h", flat=True)), kept.record


def derived(customer):
    """The same, read anew from the customer."""
    record = fields.of_customers([customer.pk])[customer.pk]
    return set(keys_of(record, fields.key_of(customer.organization))), record.as_list()


def asked(organization, **said):
    return finding.answer(read(said, keyed(fields.key_of(organization))))


def test_keys_and_record_follow_every_kind_of_change(hengchuan, wang):
    """Each door reads the customer anew in the transaction of its change; whatever they forget a trigger marks."""
    before = stands(hengchuan)
    assert before == derived(hengchuan)
    person = hengchuan.contacts.get()
    changes = [
        lambda: changing.change(hengchuan, by=wang, other_name="Hengchuan Medical", short_name="恒川", region="无锡"),
        lambda: changing.change(hengchuan, by=wang, website="www.hengchuan-medical.com"),
        lambda: changing.add_credit_code(hengchuan, by=wang, code="91320594MA1LANQ01K"),
        lambda: contacts.add(hengchuan, by=wang, name="李明", phone="+8651286013388", email=""),
        lambda: contacts.change(person, by=wang, name="王芳", phone="+8613912345678", drop=("email",)),
        lambda: contacts.leave(person, by=wang),
        lambda: contacts.come_back(person, by=wang),
        lambda: contact_points.add(hengchuan, by=wang, kind="phone", value="+8651286013399"),
        lambda: contact_points.add(hengchuan, by=wang, kind="email", value="a.b@other.example", contact=person),
        lambda: contact_points.end(ContactPoint.objects.filter(kind="phone").get(), by=wang),
        lambda: addresses.add(hengchuan, by=wang, kind="office", city="苏州", lines="吴中区文化路12号405室"),
        lambda: addresses.edit(hengchuan.addresses.get(), by=wang, kind="office", city="苏州", lines="文化路14号"),
        lambda: addresses.end(hengchuan.addresses.get(), by=wang),
    ]  # fmt: skip
    for number, change in enumerate(changes):
        change()
        now = stands(hengchuan)
        assert now == derived(hengchuan), number
        assert now != before, number
        before = now


def test_many_are_read_in_a_handful_of_statements(hengchuan, wang, django_assert_max_num_queries):
    others = [customer_of(wang, contact=CONTACT | {"name": f"Lin {n}"}).pk for n in range(6)]
    with django_assert_max_num_queries(12):
        storing.renew(others)


def test_what_sql_changes_is_marked_and_read_anew_by_the_job(hengchuan, wang):
    """R34: nobody hides a company by a way around the doors."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET website = 'elsewhere.example' WHERE id = %s", [hengchuan.pk])
    assert list(filling.outdated().values_list("customer_id", flat=True)) == [hengchuan.pk]
    filling.renew_slice(began="now", number=0)
    assert stands(hengchuan) == derived(hengchuan)


def test_a_company_is_found_by_what_was_typed_otherwise(hengchuan, acme, outsider):
    assert [match.customer for match in asked(acme, name="苏州花川医疗器械", phone="138 1234 5678")] == [hengchuan.pk]
    found = asked(acme, name="Suzhou Hengchuan", email="wang.fang@hengchuan.com.cn", website="hengchuan.com.cn")
    assert [(match.customer, match.judgement.verdict) for match in found] == [(hengchuan.pk, "same")]
    assert asked(acme, name="无锡泰和精密机械有限公司") == []
    with tenancy.inside(outsider.organization_id):
        assert asked(outsider.organization, name=NAME) == []


def test_questions_asked_together_are_answered_as_one_by_one(hengchuan, wang, acme):
    """R31: for a list of thousands one statement a slice; a customer does not find itself."""
    sister = customer_of(wang, "苏州恒川医疗器械有限公司宁波分公司")
    names = [NAME, "苏州恒川医疗器械", "无锡泰和精密机械有限公司", "恒川医疗器械有限公司宁波分公司"]
    records = {name: fields.of_draft(Draft(name), acme) for name in names}
    assert finding.matches(records) == {name: finding.answer(record) for name, record in records.items()}
    own = fields.of_customers([hengchuan.pk])
    assert [candidate.customer for candidate in finding.find(own)[hengchuan.pk]] == [sister.pk]


def test_a_former_name_leads_to_its_customer(hengchuan, wang, mei, acme):
    """R61: who is renamed is found by both names."""
    file = StoredFile.keep("licence.txt", b"renamed", by=wang)
    asked_for = ask_for_identity(hengchuan, by=wang, name=LATER, code="", reason="renamed", files=[file])
    asked_for.approve(by=mei, seal=asked_for.seal)
    assert Customer.objects.get(pk=hengchuan.pk).name == LATER
    assert stands(hengchuan) == derived(hengchuan)
    assert [match.customer for match in asked(acme, name=NAME)] == [hengchuan.pk]
