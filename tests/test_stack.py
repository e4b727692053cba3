"""The local stack: what it finds in its way, what it keeps secret, who shares its services."""

import base64
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from crm.stack import holders, keyring, local, ports, roles, up
from crm.stack.__main__ import main
from crm.stack.place import ROOT, Place
from crm.stack.postgres import Cluster
from crm.stack.speech import GiveUp

OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "MASTER_KEY", "CI")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty data directory, and nothing given from outside."""
    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    place = Place(tmp_path / "data", lasting=False)
    place.lay()
    return place


@pytest.fixture
def cluster():
    """The embedded server that this test run stands on."""
    cluster = Cluster(Place(Path(os.environ["DATA_DIR"])))
    if not cluster.port():
        pytest.skip("the database of this run is not the embedded one")
    return cluster


@pytest.fixture
def taken_port():
    """A port on which somebody else listens."""
    with socket.create_server((ports.HOST, 0)) as somebody:
        yield somebody.getsockname()[1]


# Ports


def test_a_port_in_use_is_named_and_the_next_one_taken(taken_port, capsys):
    with ports.reserve(taken_port) as door:
        port = door.getsockname()[1]
    assert port > taken_port
    assert f"Port {taken_port} is in use, so Candor takes {port} instead" in capsys.readouterr().out


def test_a_free_port_is_taken_without_a_word(taken_port, capsys):
    with ports.reserve(taken_port) as next_one:
        free = next_one.getsockname()[1]
    capsys.readouterr()
    with ports.reserve(free) as door:
        assert door.getsockname()[1] == free
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("nonsense", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_with_a_sentence(nonsense, monkeypatch):
    monkeypatch.setenv("PORT", nonsense)
    with pytest.raises(GiveUp, match="which is no port"):
        up._wanted_port()


def test_a_service_keeps_its_port_while_it_is_free(place):
    remembered = place.run / "some.port"
    first = ports.spare(remembered)
    assert ports.spare(remembered) == first
    with socket.create_server((ports.HOST, first)):
        assert ports.spare(remembered) != first


# Secrets


def test_a_secret_is_drawn_once_and_only_its_owner_reads_it(place):
    first = keyring.keep(place.secrets, "some")
    assert keyring.keep(place.secrets, "some") == first
    assert stat.S_IMODE((place.secrets / "some").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.secrets.stat().st_mode) == 0o700


def test_whoever_draws_second_gets_the_first_ones_secret(place):
    path = place.secrets / "some"
    keyring._write_once(path, "first")
    keyring._write_once(path, "second")
    assert path.read_text() == "first\n"
    assert [file.name for file in place.secrets.iterdir()] == ["some"]


def test_the_master_key_is_32_random_bytes():
    assert len(base64.b64decode(keyring.master_key())) == 32
    assert keyring.master_key() != keyring.master_key()


def test_no_secret_is_on_a_command_line_of_the_running_services(cluster):
    secrets = [file.read_text().strip() for file in cluster.place.secrets.iterdir()]
    lines = "\n".join(" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))
    assert str(cluster.data) in lines
    assert not [secret for secret in secrets if secret in lines]


# Given from outside


def test_given_addresses_are_used_and_nothing_is_started(place, monkeypatch):
    given = {
        "DATABASE_URL": "postgresql://crm_app:a@db.example/candor",
        "DATABASE_OWNER_URL": "postgresql://crm_owner:b@db.example/candor",
        "REDIS_URL": "redis://broker.example/0",
        "MASTER_KEY": keyring.master_key(),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with local.running(place) as environment:
        assert {name: environment[name] for name in given} == given
        assert not (place.data / "pg").exists()
        assert not list(place.run.glob("*.port"))


def test_a_database_given_without_its_owner_is_refused(place, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://crm_app:a@db.example/candor")
    with pytest.raises(GiveUp, match="DATABASE_OWNER_URL"), local.running(place):
        pass


def test_an_outside_database_is_never_reset(place, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://crm_app:a@db.example/candor")
    assert main(["reset"]) == 1
    assert place.data.exists()
    assert "not ours to remove" in capsys.readouterr().err


def test_reset_says_what_it_removed(place, capsys):
    (place.data / "something").write_text("kept until now")
    assert main(["reset"]) == 0
    assert not place.data.exists()
    assert f"Removed {place.data}" in capsys.readouterr().out
    assert main(["reset"]) == 0
    assert "Nothing to remove" in capsys.readouterr().out


# Roles


def test_the_roles_can_be_made_again_and_none_may_bypass_the_wall(cluster):
    roles.apply(cluster)
    roles.apply(cluster)
    with psycopg.connect(cluster.url("crm_app")) as connection:
        rows = connection.execute(
            "SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication"
            " FROM pg_roles WHERE rolname LIKE 'crm\\_%' ORDER BY 1"
        ).fetchall()
    assert rows == [
        ("crm_app", True, False),
        ("crm_ledger", False, False),
        ("crm_owner", True, False),
        ("crm_relay", False, False),
        ("crm_search", False, False),
    ]


def test_the_application_cannot_change_the_shape_of_the_database(cluster):
    with psycopg.connect(cluster.url("crm_app")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine ()")


def test_the_owner_can_hand_functions_to_the_roles_that_nobody_signs_in_as(cluster):
    with psycopg.connect(cluster.url("crm_owner")) as connection:
        for role in ("crm_ledger", "crm_search", "crm_relay"):
            connection.execute("CREATE FUNCTION handed_over() RETURNS int LANGUAGE sql RETURN 1")
            connection.execute(f"ALTER FUNCTION handed_over() OWNER TO {role}")
            connection.rollback()


def test_a_wrong_password_opens_nothing(cluster):
    secret = keyring.keep(cluster.place.secrets, "crm_app")
    for role in keyring.ROLES:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(cluster.url("crm_app").replace("crm_app", role).replace(secret, "guess"))


def test_chinese_has_trigrams(cluster):
    with psycopg.connect(cluster.url("crm_owner")) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert connection.execute("SELECT show_trgm('华为技术')").fetchone() != ([],)
        connection.rollback()


# Services come and go


def test_the_last_to_leave_stops_the_services(place):
    code = "import sys; from crm.stack import local, place\nwith local.running(place.here()): print('in', flush=True); sys.stdin.read()"
    with local.running(place) as environment:
        other = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
            env={name: value for name, value in environment.items() if name not in OUTSIDE},
        )  # fmt: skip
        assert other.stdout
        assert other.stdout.readline() == b"in\n"
        assert holders.others(place) == [other.pid]
    assert Cluster(place).port()
    other.communicate()
    assert not Cluster(place).port()


def test_a_killed_holder_is_forgotten(place):
    code = "import sys, time; from crm.stack import holders, place\nkept = holders.enter(place.here()); print('in', flush=True); time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert other.stdout
    assert other.stdout.readline() == b"in\n"
    assert holders.others(place) == [other.pid]
    other.kill()
    other.communicate()
    assert holders.others(place) == []


def test_a_data_directory_of_another_version_is_refused(place):
    (place.data / "pg").mkdir()
    (place.data / "pg" / "PG_VERSION").write_text("17\n")
    with pytest.raises(GiveUp, match="was made by PostgreSQL 17"):
        Cluster(place).start()
