"""The local stack: it stops what it started, compiles what is said, counts what was tested, and checks its Python."""

import gettext
import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from crm.stack import checks, messages, prepare
from crm.stack.place import ROOT
from crm.stack.supervisor import Supervisor
from tests import turns

# The supervisor


def _child(code):
    return [sys.executable, "-u", "-c", code]


def test_when_one_process_cannot_start_the_others_are_stopped(capsys):
    supervisor = Supervisor(dict(os.environ))
    supervisor.start("short", _child("print('hello')"))
    supervisor.start("long", _child("import time; print('here'); time.sleep(600)"))
    assert supervisor.run() == 1
    out = capsys.readouterr().out
    assert "short | hello" in out
    assert "short | ended by itself with code 0" in out
    assert all(child.ended for child in supervisor._children.values())


def test_what_ran_for_a_while_is_started_again(capsys, monkeypatch, tmp_path):
    """A lost broker may end a worker; the next one finds what was left. Its own children do not stay behind."""
    monkeypatch.setattr("crm.stack.supervisor.STEADY", 0.5)
    left = tmp_path / "left"
    first = f"child = subprocess.Popen(['sleep', '600']); pathlib.Path({str(left)!r}).write_text(str(child.pid)); time.sleep(1); os.abort()"
    code = f"import os, pathlib, subprocess, time\nif not os.path.exists({str(left)!r}): {first}\nprint('again')"
    supervisor = Supervisor(dict(os.environ))
    supervisor.start("worker", _child(code))
    assert supervisor.run() == 1

    out = capsys.readouterr().out
    assert f"worker | ended by itself with code {-signal.SIGABRT}; it is started again." in out
    assert "worker | again" in out
    assert "worker | ended by itself with code 0; the others are stopped." in out
    _wait_until_gone(int(left.read_text()))


def test_stop_reaches_the_children_of_the_children():
    code = "import subprocess, sys, time\nchild = subprocess.Popen(['sleep', '600']); print(child.pid); time.sleep(600)"
    supervisor = Supervisor(dict(os.environ))
    supervisor.start("parent", _child(code))
    grandchild = int(supervisor._children["parent"].process.stdout.readline())
    supervisor.stop()
    assert supervisor.run() == 0
    _wait_until_gone(grandchild)


def test_a_child_does_not_outlive_a_killed_supervisor():
    code = (
        "import os, sys; from crm.stack.supervisor import Supervisor\n"
        "s = Supervisor(dict(os.environ)); s.start('child', ['sleep', '600'])\n"
        "print(s._children['child'].process.pid, flush=True); s.run()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    _wait_until_gone(child)


def _wait_until_gone(pid):
    """Whoever died waits as a zombie for the init of this machine; that is gone enough."""
    for _turn in range(200):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail(f"process {pid} was left behind")


# Translations

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#. A comment
msgid "Claim"
msgstr "认领"

msgctxt "noun"
msgid "Claim"
msgstr "认领记录"

msgid ""
"two "
"lines\\n"
msgstr ""
"两\\"行\\"\\n"

msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] "%(n)s 行"
msgstr[1] "%(n)s 行们"

#, fuzzy
msgid "Release"
msgstr "发布"

msgid "Pool"
msgstr ""

#~ msgid "Old"
#~ msgstr "旧"
"""


def test_a_catalogue_is_compiled_as_gettext_reads_it():
    read = gettext.GNUTranslations(BytesIO(messages.encode(messages.catalogue(CATALOGUE))))
    assert read.gettext("Claim") == "认领"
    assert read.pgettext("noun", "Claim") == "认领记录"
    assert read.gettext("two lines\n") == '两"行"\n'
    assert [read.ngettext("%(n)s row", "%(n)s rows", n) for n in (1, 2)] == ["%(n)s 行", "%(n)s 行们"]
    assert [read.gettext(word) for word in ("Release", "Pool", "Old")] == ["Release", "Pool", "Old"]


def test_a_catalogue_is_compiled_again_only_when_it_changed(tmp_path):
    source = tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    assert messages.compile_all(tmp_path) == [source]
    assert messages.compile_all(tmp_path) == []
    source.write_text(CATALOGUE.replace("认领", "领取"), encoding="utf-8")
    assert messages.compile_all(tmp_path) == [source]


# Counting


REPORT = """<testsuites><testsuite>
<testcase classname="tests.test_claims" name="one" />
<testcase classname="tests.test_claims" name="two"><failure /></testcase>
<testcase classname="tests.test_claims" name="three"><error /></testcase>
<testcase classname="tests.browser.test_main_job" name="four"><skipped /></testcase>
<testcase classname="tests.test_claims" name="five"><skipped /></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize(("ci", "failed", "skipped"), [("", 2, 2), ("true", 3, 1)])
def test_a_skipped_browser_test_is_a_failure_in_ci(ci, failed, skipped, tmp_path, monkeypatch):
    monkeypatch.setenv("CI", ci)
    report = tmp_path / "junit.xml"
    report.write_text(REPORT)
    assert checks.tally(report) == {"passed": 1, "failed": failed, "skipped": skipped}


def test_runs_side_by_side_take_every_file_once_and_whole(tmp_path):
    files = [Path("tests/browser/test_claims.py"), Path("tests/test_claims.py"), Path("tests/test_pools.py")]
    session = SimpleNamespace(
        items=[SimpleNamespace(path=path, number=number) for path in files for number in (1, 2)],
        config=SimpleNamespace(getini={"taken": str(tmp_path)}.get),
    )
    ours, theirs = turns.taken(session), turns.taken(session)
    first, second = next(ours), next(theirs)
    assert [first, *ours] == session.items[:2] + session.items[4:]
    assert [second, *theirs] == session.items[2:4]


def test_what_is_known_to_be_long_is_there():
    assert {path.stem for path in ROOT.glob("tests/**/test_*.py")} >= turns.LONG


# Static files


def test_static_files_are_collected_again_when_one_changed(tmp_path):
    """The fingerprint follows files added and changed, in the project's folder and in an app's."""
    (tmp_path / "uv.lock").touch()
    fingerprints = [prepare.static_state(tmp_path)]
    for name, text in (("static/a.css", "a"), ("customers/static/b.js", "b"), ("static/a.css", "longer")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        fingerprints.append(prepare.static_state(tmp_path))
    assert len(set(fingerprints)) == 4
    assert prepare.static_state(tmp_path) == fingerprints[-1]


# Set-up


def test_an_old_python_is_named_with_what_to_do(tmp_path):
    """On a path that holds only an old Python, the set-up says so and stops."""
    (tmp_path / "crm/stack").mkdir(parents=True)
    for name in ("pyproject.toml", "uv.lock", "crm/stack/setup.sh"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "cat", "cksum", "dirname", "rm", "id", "cut"):
        (tools / name).symlink_to(subprocess.check_output(["sh", "-c", f"command -v {name}"], text=True).strip())
    (tools / "python3").write_text('#!/bin/sh\n[ "$1" = --version ] || exit 1\necho Python 3.9.2\n')
    (tools / "python3").chmod(0o755)
    done = subprocess.run(
        [str(tools / "sh"), "crm/stack/setup.sh"],
        cwd=tmp_path,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Candor needs Python 3.11 to 3.14; Python 3.9.2 was found." in done.stderr
    assert not (tmp_path / ".venv").exists()
