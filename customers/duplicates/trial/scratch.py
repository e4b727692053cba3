"""A database for one trial on the server of the real one, dropped when the trial ends, however it ends."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

PREFIX = "candor_trial_"
# As roles.sql does it for the real one.
RIGHTS = (
    "REVOKE CONNECT ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO crm_owner, crm_app",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE, CREATE ON SCHEMA public TO crm_owner, crm_ledger, crm_search, crm_relay",
    "GRANT USAGE ON SCHEMA public TO crm_app",
)


class Refused(RuntimeError):
    """A sentence: the server does not let us make a database."""


@contextmanager
def database(application: str, owner: str, template: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Make one beside the database of these addresses; its name, and the variables by which a process is put into it.

    A template is a migrated database of this version; without one the tables are still to be made.
    """
    name = f"{PREFIX}{secrets.token_hex(6)}"
    with _maintenance(owner) as line:
        _drop_left_behind(line)
        try:
            _create(line, name, template)
            held = _prepare(_at(owner, name))  # as long as this line stands, nobody takes the database for left behind
            with held:
                yield name, {"DATABASE_URL": _at(application, name), "DATABASE_OWNER_URL": _at(owner, name)}
        finally:
            _drop(line, name)


def _at(address, name):
    return urlsplit(address)._replace(path=f"/{name}").geturl()


@contextmanager
def _maintenance(owner):
    """A line of the owner's for making and dropping databases: never one into the database that people work in, if it can be."""
    try:
        line = psycopg.connect(_at(owner, "postgres"), autocommit=True)
    except psycopg.OperationalError:
        line = psycopg.connect(owner, autocommit=True)
    with line:
        yield line


def _create(line, name, template):
    made_of = (
        sql.SQL("TEMPLATE {}").format(sql.Identifier(template))
        if template
        else sql.SQL("TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C.UTF-8'")
    )
    try:
        line.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), made_of))
    except psycopg.errors.InsufficientPrivilege:
        raise Refused(
            "The owner of the tables may not make a database on this server. Whoever administers it allows it with "
            "`ALTER ROLE crm_owner CREATEDB`, or give the address of another server in DATABASE_OWNER_URL and DATABASE_URL."
        ) from None


def _prepare(address):
    line = psycopg.connect(address, autocommit=True)
    for right in RIGHTS:
        line.execute(sql.SQL(right).format(database=sql.Identifier(line.info.dbname)))
    return line


def _drop(line, name):
    line.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_left_behind(line):
    """Those of trials that were killed: nobody is in them any more."""
    left = line.execute(
        "SELECT datname FROM pg_database d WHERE datname LIKE %s AND pg_has_role(datdba, 'USAGE')"
        " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
        [PREFIX.replace("_", r"\_") + "%"],
    ).fetchall()
    for (name,) in left:
        _drop(line, name)


def template() -> str:
    """A migrated database that may be copied, where the tests keep one."""
    return os.environ.get("TEST_TEMPLATE", "")
