"""A trial on somebody's own lists: what it answers, in which database, and what it says of a list that cannot be read."""

import csv
import os
import re
import signal
import subprocess
import sys
from typing import ClassVar

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from customers.duplicates.trial import scratch, tables
from customers.duplicates.trial.running import latency
from tests.duplicates import sets

COLUMNS = ("name", "uscc", "phone", "email", "website", "city", "address", "contact")


def command(*arguments, **options):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, settings.BASE_DIR / "manage.py", *map(str, arguments)], **pipes, **options)


def write(path, columns, rows, encoding="utf-8"):
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def databases():
    """All that are there."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as line:
        return {name for (name,) in line.execute("SELECT datname FROM pg_database")}


def named_in(text):
    return re.search(r"The trial runs in the database (candor_trial_\w+)", text)[1]


class Trial:
    """Sixty customers, some of them twice, and twelve questions, in GB18030 and with their columns turned around."""

    def __init__(self, folder):
        made = sets.make(77, companies_stored=54, asked=12)
        self.rows, self.asked = made.rows[:60], [{"qid": f"q{n}", **row} for n, row in enumerate(made.full, 1)]
        self.customers = write(folder / "customers.csv", (*reversed(COLUMNS), "id"), self.rows, "gb18030")
        self.questions = write(folder / "queries.csv", ("qid", *COLUMNS, "dup_of"), self.asked, "utf-8-sig")
        self.out = folder / "out"


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    made = Trial(tmp_path_factory.mktemp("trial"))
    run = command("duplicates_trial", made.customers, made.questions, "--out", made.out)
    made.said, made.complained = run.communicate(timeout=300)
    made.code = run.returncode
    return made


def test_each_question_is_answered_with_the_five_most_probable_customers(trial):
    """R31, R34: in the order of the questions, the most probable first, with a verdict and its reasons."""
    assert (trial.code, trial.complained) == (0, "")
    lines = read(trial.out / "answers.csv")
    assert list(lines[0]) == ["qid", "rank", "id", "score", "verdict", "reasons"]
    assert list(dict.fromkeys(line["qid"] for line in lines)) == [
        row["qid"] for row in trial.asked if row["qid"] in {line["qid"] for line in lines}
    ]
    for row in trial.asked:
        best = [line for line in lines if line["qid"] == row["qid"]]
        assert [line["rank"] for line in best] == [str(rank) for rank in range(1, len(best) + 1)]
        assert len(best) <= 5
        scores = [float(line["score"]) for line in best]
        assert scores == sorted(scores, reverse=True)
        assert {line["verdict"] for line in best} <= {"same", "review", "related", "different"}
        assert {line["id"] for line in best} <= {row["id"] for row in trial.rows}
        if row["dup_of"] and set(row["dup_of"].split("|")) <= {row["id"] for row in trial.rows}:
            assert best[0]["id"] in row["dup_of"].split("|"), row
            assert best[0]["reasons"].startswith(("+ ", "- "))


def test_every_pair_of_the_list_is_told_once(trial):
    """R40: with the ids of the file, the most probable first; the two rows of one company among the same."""
    lines = read(trial.out / "pairs.csv")
    assert list(lines[0]) == ["id_a", "id_b", "score", "verdict"]
    pairs = [frozenset((line["id_a"], line["id_b"])) for line in lines]
    assert len(pairs) == len(set(pairs))
    assert [float(line["score"]) for line in lines] == sorted((float(line["score"]) for line in lines), reverse=True)
    ids = {row["id"] for row in trial.rows}
    copies = {frozenset((each, each[:-1] + "1")) for each in ids if each.endswith("-0") and each[:-1] + "1" in ids}
    assert copies
    assert copies <= {pair for pair, line in zip(pairs, lines, strict=True) if line["verdict"] in ("same", "review")}


def test_the_trial_tells_its_figures_and_leaves_no_database(trial):
    assert named_in(trial.said) not in databases()
    assert f"{len(trial.rows)} customers read" in trial.said
    assert "p99" in trial.said
    assert "pairs same" in trial.said
    assert (trial.out / "summary.json").exists()


def test_an_interrupted_trial_leaves_no_database(trial, tmp_path, monkeypatch, capsys):
    """Whoever ends the command ends the process in the database too, and the database goes."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    try:
        with pytest.raises(CommandError, match=r"Stopped\. The database of the trial is dropped.") as stopped:
            call_command("duplicates_trial", str(trial.customers), str(trial.questions), "--out", str(tmp_path))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert stopped.value.returncode == 130
    assert Interrupted.seen == ["there", "terminated"]
    assert named_in(capsys.readouterr().out) not in databases()


class Interrupted:
    """A process that is waited for when somebody ends the one that waits."""

    seen: ClassVar[list[str]] = []

    def __init__(self, command, env):
        self.database = env["DATABASE_URL"].rpartition("/")[2]

    def wait(self):
        if not self.seen:
            self.seen.append("there" if self.database in databases() else "missing")
            os.kill(os.getpid(), signal.SIGTERM)

    def terminate(self):
        self.seen.append("terminated")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name,phone\nA,1\n", "line 1: there is no column id."),
        ("id,phone\n1,2\n", "line 1: there is no column name."),
        ("", "it says nothing"),
        ("id,name\n1,A\n,B\n", "line 3: the column id is empty."),
        ("id,name\n1,A\n2,B,C\n", "line 3: 3 cells, but the first line names 2 columns."),
        ('id,name\n1,A\n2,"B\n' + "x,y\n" * 5_000, "line 3: a cell of more than 10000 characters"),
        (b"id,name\n1,A\n2,\xff\xff\n", "line 3: this is neither UTF-8 nor GB18030."),
    ],
)
def test_a_list_that_cannot_be_read_tells_its_line(tmp_path, content, sentence):
    path = tmp_path / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(tables.Unreadable, match=r"list\.csv") as told:
        tables.check(path, "id")
    assert sentence in str(told.value)


def test_a_list_is_read_however_it_was_saved(tmp_path):
    """With a mark or without, by semicolons, with headings of its own, short rows and empty lines."""
    path = tmp_path / "list.csv"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        path.write_text("\n编号;公司名称;联系人;电话\n1;恒川医疗;王芳;\n\n2;华为\n".lstrip("\n"), encoding=encoding)
        rows = [(row.id, row.fields["name"], row.fields.get("contact")) for row in tables.rows(path, "id")]
        assert rows == [("1", "恒川医疗", "王芳"), ("2", "华为", None)]


def test_a_trial_that_fails_drops_its_database_and_touches_no_other():
    """The variables that lead a process into the database lead to that one only."""
    addresses = os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"]
    with pytest.raises(ZeroDivisionError):
        fail_within(addresses, made := [])
    assert made
    assert databases().isdisjoint(made)


def fail_within(addresses, made):
    with scratch.database(*addresses) as (name, variables):
        made.append(name)
        assert [address.rpartition("/")[2] for address in variables.values()] == [name, name]
        assert name in databases()
        raise ZeroDivisionError


def test_latency_is_told_by_rank():
    assert latency([n / 1000 for n in range(1, 101)]) == {"p50": 51, "p95": 96, "p99": 100}
    assert latency([]) == {"p50": 0, "p95": 0, "p99": 0}
