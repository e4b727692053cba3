"""`test`: lint, types and tests on a stack of their own, and a plain count at the end."""

import os
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from crm.stack import holders, local, messages, mould
from crm.stack.place import ROOT, Place
from crm.stack.postgres import Cluster
from crm.stack.speech import complain, say

BIN = Path(sys.executable).parent
STATIC_CHECKS = {
    "Lint": ([str(BIN / "ruff"), "check", "."], "`make lint` repairs what a machine can repair."),
    "Format": ([str(BIN / "ruff"), "format", "--check", "."], "`make lint` formats the files."),
    "Types": ([str(BIN / "mypy")], "Each line above names a file and what does not fit there."),
}


def test(place: Place, arguments: list[str]) -> int:
    """Run everything, or pytest alone with these arguments; 0 only when nothing failed."""
    place.lay()
    # Two runs on one data directory would empty each other's tables, so they take turns.
    with holders.alone(place, "test"), local.running(place) as environment:
        messages.compile_all()
        environment = mould.ready(place, environment)
        count = _pytest(place, environment, arguments) if arguments else _everything(place, environment)
    say(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if count["failed"] or not count["passed"] else 0


def _everything(place: Place, environment: dict[str, str]) -> Counter[str]:
    """Lint, types and all tests: in four runs at once, each on services of its own, for each waits for its database or its pages
    now and then."""
    count: Counter[str] = Counter(failed=sum(not _check(name, environment) for name in STATIC_CHECKS))
    ours, *others = _runs()
    with ExitStack() as beside:
        runs = [beside.enter_context(_beside(place, f"beside-{number}", run)) for number, run in enumerate(others, 1)]
        count += _end(_begin(place, environment, ours), place)
        return sum((finished() for finished in runs), count)


def _runs() -> list[list[str]]:
    """All test files in four runs that take about as long: every other file without a browser, every other with one."""
    folders = [sorted(str(path) for path in (ROOT / folder).glob("test_*.py")) for folder in ("tests", "tests/browser")]
    return [files[first::2] for files in folders for first in (0, 1)]


@contextmanager
def _beside(place: Place, name: str, what: list[str]) -> Iterator[Callable[[], Counter[str]]]:
    """Begin these tests on a stack of their own; calling what comes waits for them, shows what they said and counts."""
    there = place.beside(name)
    there.lay()
    if Cluster(place).port():
        Cluster(place).copy_to(there)
    with local.running(there) as environment, (there.run / "pytest.log").open("w+") as log:
        run = _begin(there, mould.ready(there, environment), what, stdout=log, stderr=subprocess.STDOUT)

        def finished() -> Counter[str]:
            count = _end(run, there)
            log.seek(0)
            shutil.copyfileobj(log, sys.stdout)
            return count

        try:
            yield finished
        finally:
            run.kill()


def _check(name: str, environment: dict[str, str]) -> bool:
    command, advice = STATIC_CHECKS[name]
    passed = subprocess.run(command, env=environment, cwd=ROOT).returncode == 0
    if not passed:
        complain(f"{name} failed. {advice}")
    return passed


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
