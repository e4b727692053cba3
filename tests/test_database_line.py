"""The line to the database: what is asked before a request, and how times are read."""

import time
from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from crm.database.base import DatabaseWrapper


@pytest.fixture
def line(db):
    """A second line beside that of the test."""
    line = connection.copy()
    line.connect()
    yield line
    line.close()


def ask(line, statement, *words):
    with line.cursor() as cursor:
        cursor.execute(statement, words)
        return cursor.fetchone()[0]


def test_a_line_that_stands_is_used_again(line):
    assert isinstance(line, DatabaseWrapper)
    assert line.is_usable()
    assert ask(line, "SELECT 1") == 1
    assert line.is_usable()


def test_a_line_that_the_server_has_closed_is_replaced_before_the_next_request(line):
    number = ask(line, "SELECT pg_backend_pid()")
    assert ask(connection, "SELECT pg_terminate_backend(%s)", number)
    for _try in range(100):
        if not line.is_usable():
            break
        time.sleep(0.05)

    line.health_check_enabled, line.health_check_done = True, False
    assert not line.is_usable()
    assert ask(line, "SELECT pg_backend_pid()") != number


def test_a_line_that_is_closed_or_broken_is_not_usable(line):
    line.connection.close()
    assert not line.is_usable()
    line.connection = None
    assert not line.is_usable()


def test_times_come_in_utc(line):
    at = ask(line, "SELECT %s::timestamptz", "2026-11-28 12:05:12.466093+08")
    assert at == datetime(2026, 11, 28, 4, 5, 12, 466093, tzinfo=UTC)
    assert at.tzinfo is UTC


def test_rows_that_are_read_bit_by_bit_come_through_the_same_line(db):
    assert len(list(ContentType.objects.iterator(chunk_size=2))) == ContentType.objects.count()
