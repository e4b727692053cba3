"""Connections to the test database as one of its roles, beside the one Django holds."""

import os
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

SECRETS = Path(os.environ.get("DATA_DIR", "nowhere")) / "secrets"
ADDRESSES = {"crm_app": "DATABASE_URL", "crm_owner": "DATABASE_OWNER_URL"}


def conninfo(role):
    """How that role reaches the test database."""
    info = conninfo_to_dict(os.environ[ADDRESSES.get(role, "DATABASE_URL")])
    info["dbname"] = connection.settings_dict["NAME"]
    if role not in ADDRESSES:
        info |= {"user": role, "password": SECRETS.joinpath(role).read_text().strip() if SECRETS.exists() else ""}
    return info


@contextmanager
def signed_in(role, **options):
    """A connection of its own; without `autocommit` it is one transaction that is rolled back."""
    with psycopg.connect(**conninfo(role), **options) as line:
        yield line
        if not line.autocommit:
            line.rollback()


@contextmanager
def superuser():
    """The one whom no wall holds; a database given from outside does not lend us his password."""
    try:
        line = psycopg.connect(**conninfo("postgres"))
    except psycopg.OperationalError:
        if SECRETS.exists():  # our own server, so he has to be there
            raise
        pytest.skip("no superuser can be reached in this database; `make test` without DATABASE_URL brings its own")
    with line:
        yield line
        line.rollback()


def as_owner(*statements):
    """Run statements as the owner of the tables, at once and for everybody."""
    with signed_in("crm_owner", autocommit=True) as line:
        line.execute("SET lock_timeout = '20s'")
        for statement in statements:
            line.execute(statement)


def enter(line, organization, user=None):
    """Open an organisation's scope in the transaction of a plain connection."""
    line.execute(
        "SELECT set_config('app.organization_id', %s, true), set_config('app.user_id', %s, true)",
        [str(organization.pk), str(user.pk) if user else ""],
    )


def catalogue(query, *values):
    """What the database answers to Django's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def sql(statement, *values):
    """A statement on Django's own connection, past everything of Django's."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount
