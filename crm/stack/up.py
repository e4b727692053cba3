"""`up`: everything a first visitor needs, from an empty data directory to an address that answers."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from crm.stack import local, messages, ports
from crm.stack.place import ROOT, Place
from crm.stack.speech import GiveUp, say
from crm.stack.supervisor import Supervisor

PYTHON = sys.executable
WORKER = ["-m", "celery", "-A", "crm", "worker", "--queues=default,bulk", "--concurrency=3", "--loglevel=warning"]
WITHOUT_NEIGHBOURS = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


def up(place: Place) -> int:
    """Start everything and stay until Ctrl-C, SIGTERM, or the end of one of the processes."""
    with local.running(place) as environment:
        door = ports.reserve(_wanted_port())
        port = int(door.getsockname()[1])
        environment = {"BASE_URL": f"http://{ports.HOST}:{port}", **environment}
        sign_ins = prepare(place, environment)
        environment.pop("DATABASE_OWNER_URL", None)  # what serves people never learns how to sign in as the owner
        code = _serve(environment, door.fileno(), port, sign_ins)
    say("Everything is stopped.")
    return code


def prepare(place: Place, environment: dict[str, str]) -> str:
    """Translations, tables, static files and the demo organisation; returns what the demo says of signing in."""
    messages.compile_all()
    _step(environment, "The tables could not be brought up to date.", "migrate", "--verbosity=0")
    _collect_static(place, environment)
    if not (ROOT / "crm/management/commands/demo.py").exists():
        return ""
    return _step(environment, "The demo organisation could not be made.", "demo")


def static_state() -> str:
    """A fingerprint of all static sources: as long as it stays, collected files stay good."""
    folders = [ROOT / "static", *ROOT.glob("[!.]*/static")]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    told = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in [*files, ROOT / "uv.lock"]]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _serve(environment: dict[str, str], door: int, port: int, sign_ins: str) -> int:
    supervisor = Supervisor(environment)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.stop)
    web = [PYTHON, "-m", "gunicorn", "--config=crm/stack/gunicorn.py", f"--bind=fd://{door}", "--log-level=warning"]
    supervisor.start("web", [*web, "crm.wsgi"], pass_fds=[door])
    supervisor.start("worker", [PYTHON, *WORKER, *WITHOUT_NEIGHBOURS])
    supervisor.start("scheduler", [PYTHON, "manage.py", "scheduler"])
    threading.Thread(target=_greet, args=(port, environment["BASE_URL"], sign_ins), daemon=True).start()
    return supervisor.run()


def _greet(port: int, address: str, sign_ins: str) -> None:
    """Say where Candor is once it answers there, not before."""
    while not _healthy(port, urlsplit(address).netloc):
        time.sleep(0.2)
    say("\n".join(["", sign_ins.strip(), "", f"Candor is ready: {address}", "Ctrl-C stops everything.", ""]))


def _healthy(port: int, host: str) -> bool:
    line = HTTPConnection(ports.HOST, port, timeout=5)  # not urllib, which would ask a proxy
    try:
        line.request("GET", "/healthz", headers={"Host": host})
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def _collect_static(place: Place, environment: dict[str, str]) -> None:
    stamp, collected = place.run / "static.stamp", Path(environment.get("STATIC_ROOT") or place.data / "static")
    if collected.exists() and stamp.exists() and stamp.read_text() == static_state():
        return
    _step(environment, "The static files could not be collected.", "collectstatic", "--noinput", "--clear", "-v0")
    stamp.write_text(static_state())


def _step(environment: dict[str, str], failure: str, *command: str) -> str:
    """Run one management command and return what it printed; when it fails, show that and give up."""
    done = subprocess.run(
        [PYTHON, "manage.py", *command], env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        raise GiveUp(f"{done.stdout}\n{failure} The lines above say why; make reset starts over with empty data.")
    return done.stdout


def _wanted_port() -> int:
    given = os.environ.get("PORT", "") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise GiveUp(f"PORT is {given!r}, which is no port. Give a number from 1 to 65535: PORT=9000 make run")
    return int(given)
