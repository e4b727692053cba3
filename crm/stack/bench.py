"""`bench`: milliseconds of processor in the web process, page by page, in a demo organisation with much of everything."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from crm.stack import local, ports
from crm.stack.place import ROOT, Place
from crm.stack.postgres import Cluster
from crm.stack.speech import GiveUp, say
from crm.stack.up import healthy, prepare

SEED = ROOT / "crm" / "stack" / "bench.sql"
MANAGER, REP, AUDITOR = "wang.fang", "li.wei", "shen.lan"
PAGES = [
    (MANAGER, "/healthz"), (MANAGER, "/approvals/"), (MANAGER, "/approvals/all/"), (MANAGER, "/customers/"),
    (MANAGER, "/customers/pool/"), (MANAGER, "/notices/"), (REP, "/approvals/asked/"), (REP, "/customers/"),
    (AUDITOR, "/approvals/all/"), (AUDITOR, "/customers/"), (AUDITOR, "/ledger/"),
]  # fmt: skip
TIMES, ROUNDS = 50, 5
TICK = 1000 / os.sysconf("SC_CLK_TCK")


def bench(place: Place) -> int:
    """Seed once, serve with one process, and print what each page costs: the least of some rounds and their median."""
    if not Path("/proc/self/stat").exists():
        raise GiveUp("The processor's time is read from /proc, which only Linux has.")
    with local.running(place) as environment:
        prepare(environment)
        _seed(Cluster(place).url("postgres"))
        with _web(environment) as (pid, port):
            _measure(pid, port, json.loads((place.secrets / "demo.json").read_text()))
    return 0


def bench_duplicates(place: Place, arguments: list[str]) -> int:
    """How duplicates are found, each set in a database of its own on the server of the benchmarks."""
    with local.running(place) as environment:
        started = (
            "import django, runpy; django.setup(); runpy.run_module('tests.bench_duplicates', run_name='__main__')"
        )
        return subprocess.run([sys.executable, "-c", started, *arguments], env=environment, cwd=ROOT).returncode


def _seed(address: str) -> None:
    with psycopg.connect(address) as connection:
        (there,) = connection.execute("SELECT count(*) FROM approvals_approval").fetchone() or (0,)
        if there < 100_000:
            say("Filling the organisation; this takes about a minute.")
            connection.execute(SEED.read_bytes())
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ANALYZE")


@contextmanager
def _web(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The web as it is served, but with one process: its number and its port."""
    door = ports.reserve(8000)
    port = int(door.getsockname()[1])
    web = [sys.executable, "-m", "gunicorn", "--config=crm/stack/gunicorn.py", "--log-level=warning"]
    address = f"http://{ports.HOST}:{port}"
    served = environment | {"WEB_WORKERS": "1", "BASE_URL": address, "REQUIRE_SECOND_FACTOR": "off"}
    child = subprocess.Popen(
        [*web, f"--bind=fd://{door.fileno()}", "crm.wsgi"], env=served, cwd=ROOT, pass_fds=[door.fileno()]
    )
    try:
        while not healthy(port, f"{ports.HOST}:{port}"):
            time.sleep(0.2)
        yield int(Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()[0]), port
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()


class Reader:
    """Somebody's browser, as far as it matters here."""

    def __init__(self, port: int) -> None:
        self.line, self.cookies = HTTPConnection(ports.HOST, port, timeout=60), dict[str, str]()

    def get(self, path: str, form: dict[str, str] | None = None) -> str:
        """One answer; a line that was idle for long is opened anew."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.line.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
            answer = self.line.getresponse()
        except (HTTPException, ConnectionError):
            self.line.close()
            return self.get(path, form)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.update([value.partition(";")[0].split("=", 1)])
        if form is None and answer.status != 200:
            raise GiveUp(f"{path} answered {answer.status}; what it costs to be sent elsewhere is not what was asked.")
        return answer.read().decode()

    def sign_in(self, email: str, password: str) -> None:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/account/login/"))
        token = found[1] if found else ""
        self.get("/account/login/", {"csrfmiddlewaretoken": token, "login": email, "password": password})


def _measure(pid: int, port: int, passwords: dict[str, str]) -> None:
    readers = {name: Reader(port) for name in (MANAGER, REP, AUDITOR)}
    for name, reader in readers.items():
        reader.sign_in(f"{name}@huaxin.example", passwords[f"{name}@huaxin.example"])
    say(f"load {os.getloadavg()[0]:.1f}; least and median of {ROUNDS} rounds of {TIMES}, in ms of processor")
    for name, path in PAGES:
        costs = sorted(_cost(pid, readers[name], path) for _round in range(ROUNDS))
        say(f"{name:10} {path:20} {costs[0]:6.1f} {costs[ROUNDS // 2]:6.1f}")


def _cost(pid: int, reader: Reader, path: str) -> float:
    before = _used(pid)
    for _time in range(TIMES):
        reader.get(path)
    return (_used(pid) - before) / TIMES


def _used(pid: int) -> float:
    """User and system time of the process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK
