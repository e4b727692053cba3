"""History and ledger: every way to write leaves its mark, and nobody writes a mark himself (R2, R7, R8, R24)."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Organization, PersonKey, Team
from accounts.walls import is_history, walled_models
from audit.capture import recorded_models, unrecorded
from audit.deeds import Refused, stamped
from audit.models import Entry
from customers import contacts, follow_ups
from customers.models import Contact
from tests import ledger
from tests.databases import catalogue, sql
from tests.factories import UserFactory, customer_of, pool_customer
from tests.neighbours import settle


@pytest.fixture
def work(wang, li):
    """A customer with three contacts, another one in the pool, and what a new contact needs."""
    customer, pooled = customer_of(wang, "Hengchuan Ltd"), pool_customer(wang, "Waiting Ltd")
    people = [contacts.add(customer, by=wang, name=name) for name in ("Chen", "Zhou", "Sun")]
    key = PersonKey.create(wang.organization)
    fields = {"customer": customer, "person_key": key, "created_by": wang}
    raw = [wang.organization_id, customer.pk, key.pk, wang.pk]
    return SimpleNamespace(customer=customer, pooled=pooled, people=people, fields=fields, raw=raw, wang=wang, li=li)


def renamed(people):
    for person in people:
        person.title = f"{person.name} of purchasing"
    return people


INSERT = "INSERT INTO customers_contact (organization_id, customer_id, person_key_id, created_by_id, name, title)"
WAYS = {
    "saving a new row": lambda w: Contact(name="Wu", **w.fields).save(),
    "creating": lambda w: Contact.objects.create(name="Wu", **w.fields),
    "creating or updating": lambda w: Contact.objects.update_or_create(name="Chen", defaults={"title": "CEO"}),
    "creating many": lambda w: Contact.objects.bulk_create(Contact(name=n, **w.fields) for n in "ABC"),
    "creating or changing many": lambda w: Contact.objects.bulk_create(
        renamed(w.people), update_conflicts=True, unique_fields=["id"], update_fields=["title"]
    ),
    "saving a changed row": lambda w: renamed(w.people)[0].save(),
    "saving one column": lambda w: renamed(w.people)[0].save(update_fields=["title"]),
    "changing many": lambda w: Contact.objects.bulk_update(renamed(w.people), ["title"]),
    "changing a query": lambda w: Contact.objects.filter(customer=w.customer).update(title="Buyer"),
    "changing by an expression": lambda w: Contact.objects.update(title=Concat(F("name"), Value(" of sales"))),
    "changing nothing": lambda w: Contact.objects.update(title=F("title")),
    "removing one": lambda w: w.people[0].delete(),
    "removing a query": lambda w: Contact.objects.filter(customer=w.customer).delete(),
    "removing past Django": lambda w: Contact.objects.filter(customer=w.customer)._raw_delete("default"),
    "removing by cascade": lambda w: w.pooled.delete(),
    "SQL that inserts": lambda w: sql(
        f"{INSERT} VALUES (%s, %s, %s, %s, 'Wu', ''), (%s, %s, %s, %s, 'Xu', '')", *w.raw * 2
    ),
    "SQL that inserts what it selects": lambda w: sql(f"{INSERT} SELECT {', '.join(CLONE)} FROM customers_contact"),
    "SQL that changes": lambda w: sql("UPDATE customers_contact SET title = 'x' WHERE name < 'T'"),
    "SQL that changes in a subquery": lambda w: sql(
        "WITH changed AS (UPDATE customers_contact SET title = 'x' RETURNING id) SELECT count(*) FROM changed"
    ),
    "SQL that removes": lambda w: sql("DELETE FROM customers_contact WHERE name = 'Chen'"),
    "SQL that inserts or changes": lambda w: sql(
        f"{INSERT} VALUES (%s, %s, %s, %s, 'Wu', '') ON CONFLICT (id) DO UPDATE SET title = 'x'", *w.raw
    ),
    "SQL that merges": lambda w: sql(
        "MERGE INTO customers_contact c USING (VALUES ('Chen'), ('Zhou')) v (name) ON c.name = v.name"
        " WHEN MATCHED AND v.name = 'Chen' THEN DELETE WHEN MATCHED THEN UPDATE SET title = 'merged'"
    ),
    "a deed": lambda w: w.customer.edit(by=w.wang, industry="Medical"),
    "a claim": lambda w: w.pooled.claim(by=w.li),
    "a lost claim": lambda w: w.customer.claim(by=w.li),
    "a release": lambda w: w.customer.release(by=w.wang, reason="no need"),
    "a follow-up": lambda w: follow_ups.log(w.customer, by=w.wang, content="Called.", occurred_at=timezone.now()),
    "registering": lambda w: customer_of(w.wang, "New Ltd", contact={"name": "Wu", "phone": "+8613800138000"}),
    "registering what is taken": lambda w: customer_of(w.li, "Hengchuan Ltd"),
    "importing": lambda w: pool_customer(w.wang, "Imported Ltd"),
    "a person and a secret": lambda w: UserFactory(name="New", organization=w.wang.organization),
    "an organisation": lambda w: Organization.objects.update(time_zone="UTC"),
}
CLONE = ["organization_id", "customer_id", "person_key_id", "created_by_id", "name || ' again'", "title"]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_is_captured_whole(way, work):
    """R24. Entry for entry, image for image, and a row of history for each: what changed, all of it, and nothing else."""
    before, number, marks = ledger.images(), ledger.last_number(), ledger.history_marks()

    WAYS[way](work)

    after = ledger.images()
    assert (before != after) == (way != "changing nothing"), "the way has to lead somewhere"
    assert ledger.entries_since(number) == ledger.difference(before, after)
    assert ledger.history_since(marks) == ledger.history_of(before, after)
    transaction.set_rollback(True)  # a contact goes only with its customer: what removed one does not come to its end


def test_folding_the_ledger_rebuilds_the_tables(db):
    """R4. Whoever changes a table behind the triggers' back is found by comparing the two."""
    neighbour = settle("Folded")
    with tenancy.scope(neighbour.organization, source="test"):
        assert ledger.folded() == ledger.images()


def test_every_model_is_recorded_or_says_why_not():
    for model in walled_models():
        if model not in recorded_models() and model is not Entry and not is_history(model):
            assert len(unrecorded(model)) > 5, model._meta.label


@pytest.mark.django_db
def test_every_recorded_table_has_its_triggers_and_they_are_on():
    query = (
        "SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger"
        " WHERE tgenabled = 'O' AND tgname ~ '^(history|ledger)_'"
    )
    tables = [*(("ledger", m._meta.db_table) for m in recorded_models()), *(("history", t) for t in ledger.HISTORY)]
    wanted = {(table, f"{writer}_{op}") for writer, table in tables for op in ("insert", "update", "delete")}
    assert set(catalogue(query)) == wanted


# Who, why, whence


def test_a_change_says_who_did_what_why_and_from_where(wang):
    """R7, R8."""
    customer = customer_of(wang)
    with tenancy.scope(wang.organization, user=wang, source="web", request_id="r-1"):
        customer.release(by=wang, reason="They moved abroad.")

    entries = Entry.objects.filter(request_id="r-1")
    assert {(e.actor, e.action, e.reason, e.source) for e in entries} == {
        (wang, "customers.release", "They moved abroad.", "web")
    }
    assert {e.about_id for e in entries} == {str(customer.pk)}
    latest = customer.history.first()
    assert (latest.history_user, latest.history_change_reason) == (wang, "They moved abroad.")


def test_reading_the_ledger_is_in_the_ledger(shen, sign_in):
    """R7. Who audits is seen too, and what he looked for."""
    sign_in(shen).get(reverse("audit:ledger"), {"action": "customers.claim"})
    entry = Entry.objects.get(action="audit.read_ledger")
    assert (entry.actor, entry.op, entry.after) == (shen, Entry.Op.EVENT, {"action": "customers.claim"})


def test_a_refused_deed_leaves_no_stamp_behind(wang, li):
    customer = customer_of(wang)
    with pytest.raises(Refused):
        customer.release(by=li, reason="mine")
    Team.objects.create(name="Later")
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor, entry.reason) == ("insert", None, "")


def test_a_deed_within_a_deed_gives_the_stamp_back(wang, work):
    with stamped("customers.edit", by=wang, reason="outer"):
        work.pooled.claim(by=work.li)
        Team.objects.create(name="After")
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor, entry.reason) == ("customers.edit", wang, "outer")


def test_sql_without_any_scope_settings_still_names_its_origin(wang):
    sql("SELECT set_config('app.source', '', true), set_config('app.user_id', '', true)")
    sql("UPDATE accounts_team SET name = name || ' 2'")
    assert Entry.objects.latest("id").source == "sql:crm_app"
