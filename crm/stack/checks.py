"""`test`: lint, types and tests on a stack of their own, and a plain count at the end."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

from crm.stack import holders, local, messages, mould
from crm.stack.place import ROOT, Place, here
from crm.stack.postgres import Cluster
from crm.stack.speech import complain, say

BIN = Path(sys.executable).parent
STATIC_CHECKS = {
    "Lint": ([str(BIN / "ruff"), "check", "."], "`make lint` repairs what a machine can repair."),
    "Format": ([str(BIN / "ruff"), "format", "--check", "."], "`make lint` formats the files."),
    "Types": ([str(BIN / "mypy")], "Each line above names a file and what does not fit there."),
}
BESIDE = ("beside-1", "beside-2", "beside-3")  # where the runs beside the first have their services


def test(place: Place, arguments: list[str]) -> int:
    """Run everything, or pytest alone with these arguments; 0 only when nothing failed."""
    place.lay()
    # Two runs on one data directory would empty each other's tables, so they take turns.
    with holders.alone(place, "test"), local.running(place) as environment, ExitStack() as meanwhile:
        environment = _with_bytecode(environment)
        with nullcontext() if arguments else _compiling(environment):
            wanted = [] if arguments else STATIC_CHECKS
            checked = [meanwhile.enter_context(_checking(name, environment)) for name in wanted]
            messages.compile_all()
            environment = mould.ready(place, environment)
        count = _pytest(place, environment, arguments) if arguments else _everything(place, environment)
        count["failed"] += sum(not passed() for passed in checked)
    say(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if count["failed"] or not count["passed"] else 0


def _with_bytecode(environment: dict[str, str]) -> dict[str, str]:
    """Python keeps what it compiled, but not beside the sources: compiling all of it anew costs each run a quarter of a minute."""
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(here().data / "bytecode")} | kept


@contextmanager
def _compiling(environment: dict[str, str]) -> Iterator[None]:
    """Where nothing is compiled yet, all tests are read once while the mould is made, or four runs would each compile the same."""
    if Path(environment["PYTHONPYCACHEPREFIX"]).exists():
        yield
        return
    read = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "tests"]
    reading = subprocess.Popen(read, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        reading.kill()  # who cannot be read is named by the runs
        reading.wait()


def _everything(place: Place, environment: dict[str, str]) -> Counter[str]:
    """All tests in four runs at once, each on services of its own, for each waits for its database or its pages now and then."""
    taken = place.run / "taken"
    shutil.rmtree(taken, ignore_errors=True)
    taken.mkdir()
    ours, *others = _runs(taken)
    with ExitStack() as beside:
        runs = [beside.enter_context(_beside(place, name, run)) for name, run in zip(BESIDE, others, strict=True)]
        count = _end(_begin(place, environment, ours), place)
        return sum((finished() for finished in runs), count)


def _runs(taken: Path) -> list[list[str]]:
    """What pytest is told in each: to share the files (tests/turns.py). Two know the tests with a browser and begin with these."""
    share = ["-p", "tests.turns", "-o", f"taken={taken}", "-o", "console_output_style=classic", "tests"]
    return [share, [*share, "--ignore=tests/browser"]] * 2


@contextmanager
def _beside(place: Place, name: str, what: list[str]) -> Iterator[Callable[[], Counter[str]]]:
    """Begin these tests on a stack of their own; calling what comes waits for them, shows what they said and counts."""
    there = place.beside(name)
    there.lay()
    if Cluster(place).port():
        Cluster(place).copy_to(there)
    with local.running(there) as environment, (there.run / "pytest.log").open("w+") as log:
        run = _begin(there, mould.ready(there, _with_bytecode(environment)), what, stdout=log, stderr=subprocess.STDOUT)

        def finished() -> Counter[str]:
            count = _end(run, there)
            log.seek(0)
            shutil.copyfileobj(log, sys.stdout)
            return count

        try:
            yield finished
        finally:
            run.kill()


@contextmanager
def _checking(name: str, environment: dict[str, str]) -> Iterator[Callable[[], bool]]:
    """Begin this check beside the tests; calling what comes waits for it and shows what it said."""
    command, advice = STATIC_CHECKS[name]
    with tempfile.TemporaryFile("w+") as log:
        check = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)

        def passed() -> bool:
            failed = check.wait() != 0
            log.seek(0)
            shutil.copyfileobj(log, sys.stdout)
            if failed:
                complain(f"{name} failed. {advice}")
            return not failed

        try:
            yield passed
        finally:
            check.kill()


def _pytest(place: Place, environment: dict[str, str], arguments: list[str]) -> Counter[str]:
    return _end(_begin(place, environment, arguments), place)


def _begin(place: Place, environment: dict[str, str], arguments: list[str], **where) -> subprocess.Popen:
    report = place.run / "junit.xml"
    report.unlink(missing_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments], env=environment, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **where,
    )  # fmt: skip


def _end(run: subprocess.Popen, place: Place) -> Counter[str]:
    """Wait for it and count; Ctrl-C is for pytest, which then reports what it did."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = run.wait()
    finally:
        run.kill()
        signal.signal(signal.SIGINT, before)
    report = place.run / "junit.xml"
    count = tally(report) if report.exists() else Counter()
    if code and not count["failed"]:
        complain(f"pytest ended with code {code}; its lines above say why.")
        count["failed"] += 1
    return count


def tally(report: Path) -> Counter[str]:
    """Count a junit report; in CI a browser test that was skipped has failed, for CI has a browser."""
    count: Counter[str] = Counter()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 pytest has just written it
        outcome = next((part.tag for part in case if part.tag in {"failure", "error", "skipped"}), "passed")
        if outcome == "skipped" and os.environ.get("CI") and "browser" in case.get("classname", ""):
            complain(f"Skipped in CI, which counts as failed: {case.get('classname')}.{case.get('name')}")
            outcome = "failure"
        count["failed" if outcome in {"failure", "error"} else outcome] += 1
    return count
