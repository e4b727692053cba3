"""The same people everywhere, on a real PostgreSQL, as the application's own database role."""

import gc
import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase

from accounts import tenancy
from accounts.models import User
from tests.factories import OrganizationFactory, TeamFactory, UserFactory


def pytest_configure():
    """Quick password hashes and unhashed static names; everything else is as it is served."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.REQUIRE_SECOND_FACTOR = False  # tests that are about it ask for it
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def pytest_collection_finish():
    """What thousands of collected tests hold lives to the end: looking through it again and again cost a third of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """The test database is made and migrated by the owner of the tables."""
    sign_in_as(os.environ["DATABASE_OWNER_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings, django_db_setup, django_db_blocker):
    """From here on every test is the application's role. A test as the owner would prove nothing."""
    with django_db_blocker.unblock():
        sign_in_as(os.environ["DATABASE_URL"])
    yield
    with django_db_blocker.unblock():
        sign_in_as(os.environ["DATABASE_OWNER_URL"])


def sign_in_as(url):
    parts = urlsplit(url)
    for connection in connections.all():
        connection.close()
        connection.settings_dict.update(USER=parts.username, PASSWORD=parts.password or "")


@pytest.fixture(autouse=True, scope="session")
def nothing_is_flushed():
    """Tests with threads commit. What they leave lies behind the wall of an organisation of their own."""
    TransactionTestCase._fixture_teardown = lambda self: None


@pytest.fixture
def acme(db):
    """The organisation the test is about; the test runs in its scope."""
    organization = OrganizationFactory(name="Acme")
    with tenancy.scope(organization, source="test"):
        yield organization


@pytest.fixture
def mei(acme):
    """Manager of the East team, and so of Wang."""
    return UserFactory(name="Mei", organization=acme, role=User.Role.MANAGER)


@pytest.fixture
def east(acme, mei):
    return TeamFactory(organization=acme, name="East", manager=mei)


@pytest.fixture
def wang(acme, east, mei):
    """A rep in the East."""
    return UserFactory(name="Wang", organization=acme, team=east)


@pytest.fixture
def li(acme):
    """A rep in the West."""
    return UserFactory(name="Li", organization=acme, team=TeamFactory(organization=acme, name="West"))


@pytest.fixture
def shen(acme):
    """An auditor."""
    return UserFactory(name="Shen", organization=acme, role=User.Role.AUDITOR)


@pytest.fixture
def zhao(acme):
    """An administrator."""
    return UserFactory(name="Zhao", organization=acme, role=User.Role.ADMINISTRATOR)


@pytest.fixture
def qian(acme):
    """Another administrator, and the owner of the organisation."""
    return UserFactory(name="Qian", organization=acme, role=User.Role.ADMINISTRATOR, is_owner=True)


@pytest.fixture
def sun(acme):
    """The security administrator."""
    return UserFactory(name="Sun", organization=acme, role=User.Role.SECURITY)


@pytest.fixture
def an(acme, east):
    """The assistant of the East team."""
    return UserFactory(name="An", organization=acme, role=User.Role.ASSISTANT, team=east)


@pytest.fixture
def fu(acme):
    """Somebody of the service desk."""
    return UserFactory(name="Fu", organization=acme, role=User.Role.SERVICE)


@pytest.fixture
def outsider(db):
    """A manager of another organisation."""
    organization = OrganizationFactory(name="Elsewhere")
    with tenancy.scope(organization, source="test"):
        return UserFactory(name="Outsider", organization=organization, role=User.Role.MANAGER)


@pytest.fixture
def sign_in(client):
    """`sign_in(wang)`: the test client, signed in as that person."""

    def signed_in(person):
        with tenancy.scope(person.organization_id, source="test"):
            client.force_login(person)
        return client

    return signed_in
