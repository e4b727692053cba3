"""Personal data and secrets: sealed in the tables, in history, in the ledger, and on the disk (R26, R68)."""

import base64
import os
import subprocess
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, models, transaction

from accounts import tenancy
from accounts.models import PersonKey
from audit.capture import recorded_models
from audit.models import Entry
from crm.stack.postgres import programs
from customers import contacts
from customers.models import Contact
from tests.databases import catalogue, conninfo, superuser
from tests.factories import OrganizationFactory, UserFactory, customer_of
from tests.neighbours import settle


def test_columns_that_hold_secrets_are_declared(db):
    """A column of bytes, or one named like a secret, is masked, or is ciphertext or a digest by its name. What a draw commits
    to, and its seed once it is shown, stand in the ledger for everybody: that is what they are for."""
    for model in recorded_models():
        for field in model._meta.concrete_fields:
            is_suspect = isinstance(field, models.BinaryField) or field.name in ("password", "token", "secret", "key")
            if is_suspect and not field.name.endswith(("_sealed", "_index", "digest", "commitment", "seed")):
                assert field.name in getattr(model, "unrecorded_fields", {}), f"{model._meta.label}.{field.name}"


def test_entries_never_hold_secret_columns(db):
    neighbour = settle("Secretive")
    with tenancy.scope(neighbour.organization, source="test"):
        for model in (model for model in recorded_models() if hasattr(model, "unrecorded_fields")):
            with (
                suppress(DatabaseError),
                transaction.atomic(),
            ):  # what is never written again was recorded when it came
                neighbour.rows[model].save()
            for entry in Entry.objects.filter(table_name=model._meta.db_table):
                for image in filter(None, (entry.before, entry.after)):
                    assert {image.get(column, "***") for column in model.unrecorded_fields} == {"***"}


def test_changing_a_password_is_recorded_and_the_password_is_not(wang):
    wang.set_password(f"secret {uuid4()}")
    wang.save()
    entry = Entry.objects.latest("id")
    assert (entry.before, entry.after) == ({"password": "***"}, {"password": "***"})


def test_a_destroyed_key_makes_a_person_unreadable_and_every_entry_stays(wang):
    """R26. Erasure against append-only: what is gone is the key."""
    customer = customer_of(wang)
    person = contacts.add(customer, by=wang, name="Qian", phone="+8613912345678", email="qian@hengchuan.example")
    entries = list(Entry.objects.about(customer).values_list("id", "after"))
    key = PersonKey.objects.get(pk=person.person_key_id)
    key.wrapped, key.destroyed_at = None, tenancy.now()
    key.save()

    person = Contact.objects.get(pk=person.pk)
    assert (person.phone, person.email, person.phone_masked) == ("", "", "")
    assert bytes(person.phone_sealed)
    assert list(Entry.objects.about(customer).values_list("id", "after")) == entries
    assert all(
        "***" in (e.before or {}).values() for e in Entry.objects.filter(table_name="accounts_personkey", op="U")
    )


def test_a_sealed_value_opens_in_its_own_place_only(wang):
    """Copied to another column or to another person, ciphertext stays shut."""
    customer = customer_of(wang)
    first = contacts.add(customer, by=wang, name="Qian", phone="+8613912345678")
    second = contacts.add(customer, by=wang, name="Feng", phone="+8613987654321")
    with pytest.raises(InvalidTag):
        second.person_key.unseal("contact.phone", first.phone_sealed)
    with pytest.raises(InvalidTag):
        first.person_key.unseal("contact.email", first.phone_sealed)


# The disk


PHONE, EMAIL = "+8613857129046", "sentinel@zqxjkv.example"


@pytest.fixture(scope="module")
def sentinel(django_db_setup, django_db_blocker):
    """Somebody whose number is looked for everywhere: typed in the form, changed, revealed, registered again."""
    with django_db_blocker.unblock():
        organization = OrganizationFactory()
        with tenancy.scope(organization, source="test"):
            wang = UserFactory(name="Wang", organization=organization)
            customer = customer_of(wang, contact={"name": "Sentinel", "phone": PHONE, "email": EMAIL})
            person = contacts.add(customer, by=wang, name="Other", phone=PHONE, email=EMAIL)
            vars(person).update(Contact.seals(person.person_key, organization, phone=PHONE, email=EMAIL))
            person.save()
            assert contacts.reveal(person, by=wang) == {"phone": PHONE, "email": EMAIL}
            customer_of(wang, contact={"name": "Again", "phone": PHONE, "email": EMAIL})
    return organization


def writings():
    """A number or an address as it could lie about: plain, without its country, as hex, as base64."""
    for value in (PHONE, PHONE.removeprefix("+86"), EMAIL):
        yield value.encode()
        yield value.encode().hex().encode()
        yield base64.b64encode(value.encode())[:-4]


def test_a_phone_number_is_found_nowhere_in_a_dump(sentinel):
    dump = dumped()
    assert str(sentinel.pk).encode() in dump
    assert b"Sentinel" in dump, "the contact itself is there"
    assert [writing for writing in writings() if writing in dump] == []


def dumped():
    """The whole database as its superuser sees it."""
    with superuser():
        info = conninfo("postgres")
    place = [f"--{key}={info[key]}" for key in ("host", "port") if info.get(key)]
    done = subprocess.run(
        [programs() / "pg_dump", *place, "--username=postgres", "--no-password", info["dbname"]],
        env={**os.environ, "PGPASSWORD": info["password"]},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_a_phone_number_is_found_nowhere_on_the_disk(sentinel):
    """Tables, indexes, the write-ahead log and the server's own log."""
    folder = Path(os.environ.get("DATA_DIR", "")) / "pg"
    if not folder.is_dir():
        pytest.skip(
            "the database of this run does not lie beside its secrets; `make test` without DATABASE_URL brings its own"
        )
    with superuser() as line:
        line.autocommit = True
        line.execute("CHECKPOINT")
    found = {path for path in folder.rglob("*") if path.is_file() for text in writings() if text in path.read_bytes()}
    assert found == set()


@pytest.mark.django_db
def test_history_and_ledger_hold_ciphertext_only(sentinel):
    with tenancy.scope(sentinel):
        for table in ("audit_entry", "customers_historicalcontact"):
            text = "\n".join(row for (row,) in catalogue(f"SELECT t::text FROM {table} t"))
            assert "Sentinel" in text
            assert not any(writing.decode() in text for writing in writings())


@pytest.mark.django_db
def test_equal_numbers_are_found_without_being_opened(sentinel):
    """The blind index: equal in one organisation, different in the next."""
    with tenancy.scope(sentinel):
        assert Contact.objects.filter(phone_index=sentinel.digest("phone", PHONE)).count() == 3
    other = OrganizationFactory()
    assert other.digest("phone", PHONE) != sentinel.digest("phone", PHONE)
