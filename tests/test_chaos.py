"""A thousand jobs while everything under them is killed, emptied and restarted: none lost, none done twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import psutil
import psycopg
import pytest
import redis
from django.conf import settings

from crm.stack import local, mould, roles
from crm.stack.place import ROOT, Place
from crm.stack.postgres import Cluster
from crm.stack.up import CELERY, SCHEDULER, WORKER
from crm.stack.valkey import Broker

pytestmark = pytest.mark.race
JOBS, PATIENCE = 1000, 480  # seconds; a free machine with two cores needs about 45, one with other tests on it minutes


class Stage:
    """A stack of its own: PostgreSQL and Valkey from the wheels, a worker, a scheduler, and who asks for the jobs."""

    def __init__(self, folder):
        self.place = Place(folder / "data", lasting=False)
        self.log = (folder / "log").open("w+")
        self.cluster, self.broker = Cluster(self.place), Broker(self.place)
        self.running, self.line = {}, None

    def raise_curtain(self):
        self.place.lay()
        if (ours := Cluster(Place(settings.DATA_DIR))).port():
            ours.copy_to(self.place)
        self.cluster.start()
        roles.apply(self.cluster)
        self.broker.start()
        self.environment = local.environment(self.place)
        mould.ready(self.place, self.environment)  # a copy of ours is migrated already
        self.begin("worker", [*CELERY, *WORKER, "--include=tests.chaos_jobs"])
        self.begin("scheduler", SCHEDULER)
        self.begin("asker", [sys.executable, "-m", "tests.chaos_jobs", str(JOBS)])

    def drop_curtain(self):
        for name in list(self.running):
            self.kill(name)
        if self.line:
            self.line.close()
        self.broker.stop()
        self.cluster.stop("immediate")
        self.log.close()

    def begin(self, name, command):
        """Start a program with a process group of its own."""
        self.running[name] = (
            command,
            subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True
            ),
        )

    def kill(self, name):
        """kill -9 for a program and all it started, in the middle of whatever they do."""
        command, process = self.running.pop(name)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return command

    def restart(self, name):
        self.begin(name, self.kill(name))

    def kill_a_hand(self):
        """One of the worker's own processes, the one that may hold a job just now."""
        hands = psutil.Process(self.running["worker"][1].pid).children()
        hands[0].kill()

    def empty_the_broker(self):
        with redis.from_url(self.broker.url()) as line:
            line.flushall()

    def restart_the_broker(self):
        self.broker.stop()
        self.until(lambda: self.broker.port() is None, "the broker is gone")
        self.broker.start()

    def restart_the_database(self):
        """As after a power cut: no session ends in order."""
        self.cluster.stop("immediate")
        self.cluster.start()

    def ask(self, query):
        """An answer from the database, or nothing while it is away."""
        try:
            if not self.line or self.line.closed:
                self.line = psycopg.connect(self.cluster.url("postgres"), connect_timeout=2, autocommit=True)
            return self.line.execute(query).fetchall()
        except (psycopg.OperationalError, AttributeError):
            return []

    def done(self):
        found = self.ask("SELECT count(done_at) FROM accounts_outbox WHERE task = 'tests.leave_a_row'")
        return found[0][0] if found else 0

    def until(self, condition, what):
        """Wait, and start again what ended by itself, as every supervisor does: a worker may not survive its broker."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"still waiting until {what}"
            for name in [name for name, (_, process) in self.running.items() if process.poll()]:
                self.restart(name)
            time.sleep(0.1)  # each look takes processor from those who work


@pytest.fixture
def stage(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "MASTER_KEY"):
        monkeypatch.delenv(name, raising=False)
    stage = Stage(tmp_path)
    try:
        stage.raise_curtain()
        yield stage
    finally:
        stage.drop_curtain()
        print((tmp_path / "log").read_text()[-4000:])  # noqa: T201 pytest shows it with a failure


ACTS = {
    50: lambda stage: stage.restart("worker"),
    150: lambda stage: stage.empty_the_broker(),
    250: lambda stage: stage.restart_the_broker(),
    350: lambda stage: stage.restart_the_database(),
    450: lambda stage: stage.kill_a_hand(),
    550: lambda stage: stage.restart("scheduler"),
    650: lambda stage: (stage.empty_the_broker(), stage.restart("worker")),
    750: lambda stage: (stage.restart_the_broker(), stage.restart_the_database()),
}


def test_a_thousand_jobs_survive_everything_and_each_is_done_once(stage):
    began = time.monotonic()
    for reached, act in ACTS.items():
        stage.until(lambda: stage.done() >= reached, f"{reached} jobs are done")  # noqa: B023 done at once
        act(stage)
    stage.until(lambda: stage.done() == JOBS, "all jobs are done")
    took = time.monotonic() - began

    rows = stage.ask("SELECT left(name, 4)::int FROM accounts_team")
    assert Counter(number for (number,) in rows) == Counter(range(JOBS))
    left = "SELECT count(*) FROM accounts_outbox WHERE task = 'tests.leave_a_row' AND (done_at IS NULL OR dead_at IS NOT NULL)"
    assert stage.ask(left) == [(0,)]
    assert took < PATIENCE
