"""`up`: everything a first visitor needs, from an empty data directory to an address that answers."""

import os
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from crm.stack import local, messages, ports
from crm.stack.place import ROOT, Place
from crm.stack.speech import GiveUp, say
from crm.stack.supervisor import Supervisor

PYTHON = sys.executable
NEEDLESS = "ignore:You're running the worker with superuser"  # what a worker reads is JSON, so it runs nothing foreign
CELERY = [PYTHON, "-W", NEEDLESS, "-m", "celery", "--quiet", "-A", "crm", "worker", "--loglevel=warning"]
WORKER = ["--queues=default,bulk", "--concurrency=3", "--without-gossip", "--without-mingle", "--without-heartbeat"]
SCHEDULER = [PYTHON, "manage.py", "scheduler"]


def up(place: Place) -> int:
    """Start everything and stay until Ctrl-C, SIGTERM, or a process that cannot be kept running."""
    with local.running(place) as environment:
        door = ports.reserve(_wanted_port())
        port = int(door.getsockname()[1])
        ours = {"BASE_URL": f"http://{ports.HOST}:{port}", "REQUIRE_SECOND_FACTOR": "off"}  # for trying; it says so
        environment = ours | environment
        sign_ins = prepare(environment)
        environment.pop("DATABASE_OWNER_URL", None)  # what serves people never learns how to sign in as the owner
        code = _serve(environment, door.fileno(), port, sign_ins)
    say("Everything is stopped.")
    return code


def prepare(environment: dict[str, str]) -> str:
    """Translations, tables, static files and the demo organisation; returns what the demo says of signing in."""
    messages.compile_all()
    done = subprocess.run(
        [PYTHON, "-m", "crm.stack.prepare"], env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    if done.returncode:
        raise GiveUp(
            f"{done.stdout}\nThe tables, static files or demo organisation could not be prepared; the lines above "
            "say why. If the data here are not worth keeping, make reset starts over."
        )
    return done.stdout


def _serve(environment: dict[str, str], door: int, port: int, sign_ins: str) -> int:
    supervisor = Supervisor(environment)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.stop)
    web = [PYTHON, "-m", "gunicorn", "--config=crm/stack/gunicorn.py", f"--bind=fd://{door}", "--log-level=warning"]
    supervisor.start("web", [*web, "crm.wsgi"], pass_fds=[door])
    supervisor.start("worker", [*CELERY, *WORKER], patience=5)
    supervisor.start("scheduler", SCHEDULER, patience=5)
    threading.Thread(target=_greet, args=(port, environment["BASE_URL"], sign_ins), daemon=True).start()
    return supervisor.run()


def _greet(port: int, address: str, sign_ins: str) -> None:
    """Say where Candor is once it answers there, not before."""
    while not healthy(port, urlsplit(address).netloc):
        time.sleep(0.2)
    greeting = [sign_ins.strip(), f"Candor is ready: {address}\nCtrl-C stops everything."]
    say("\n" + "\n\n".join(part for part in greeting if part) + "\n")


def healthy(port: int, host: str) -> bool:
    """Whether it answers there."""
    line = HTTPConnection(ports.HOST, port, timeout=5)  # not urllib, which would ask a proxy
    try:
        line.request("GET", "/healthz", headers={"Host": host})
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def _wanted_port() -> int:
    given = os.environ.get("PORT", "") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise GiveUp(f"PORT is {given!r}, which is no port. Give a number from 1 to 65535: PORT=9000 make run")
    return int(given)
