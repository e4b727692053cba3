"""Runs several processes as one: shows what they print, starts again what ended by itself, and stops them together.

One that ends as soon as it was started would only end again: then all are stopped, and its last lines say why. A
child leads a session of its own, so that Ctrl-C reaches only the supervisor, which ends the children in an orderly
way; a child whose supervisor was killed ends too.
"""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crm.stack.speech import say

GRACE = 10.0  # seconds to end in order
STEADY = 10.0  # seconds; what ran that long was sound when it started
TURN = 0.3


@dataclass
class Child:
    """One process of the house, and how to begin it again."""

    name: str
    command: Sequence[str]
    pass_fds: Sequence[int]
    patience: int
    environment: dict[str, str]
    half_line: bytes = b""

    def begin(self) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, pass_fds=self.pass_fds,
            preexec_fn=lambda: _begin(self.patience),
        )  # fmt: skip

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def was_steady(self) -> bool:
        return time.monotonic() - self.began >= STEADY

    def signal(self, number: int) -> None:
        """To the process and all it started, which outlive it when it is killed."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Supervisor:
    """The processes of one `up`, from the first start to the last stop."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._children: dict[str, Child] = {}
        self._outputs = selectors.DefaultSelector()
        self._told_to_stop = False

    def start(self, name: str, command: Sequence[str], pass_fds: Sequence[int] = (), patience: int = 0) -> None:
        """Start one process; what it prints is shown under its name. A patient one lets others have the processor."""
        self._children[name] = Child(name, command, pass_fds, patience, self._environment)
        self._begin(self._children[name])

    def run(self) -> int:
        """Wait until somebody says stop (0) or a process cannot be kept running (1); then end them all."""
        sound = True
        while sound and not self._told_to_stop:
            self._show(TURN)
            ended = [child for child in self._children.values() if child.ended]
            sound = all(self._revive(child) for child in ended)
        self._end_all()
        return 0 if self._told_to_stop else 1

    def stop(self, *_signal: object) -> None:
        """Ask for the end; safe in a signal handler, at any moment."""
        self._told_to_stop = True

    def _begin(self, child: Child) -> None:
        child.begin()
        self._outputs.register(child.process.stdout, selectors.EVENT_READ, child)  # type: ignore[arg-type]

    def _revive(self, child: Child) -> bool:
        again = child.was_steady
        rest = "it is started again." if again else "the others are stopped."
        self._print(child, f"ended by itself with code {child.process.returncode}; {rest}".encode())
        if again:
            child.signal(signal.SIGKILL)
            self._begin(child)
        return again

    def _end_all(self) -> None:
        self._signal_all(signal.SIGTERM)
        end = time.monotonic() + GRACE
        while not all(child.ended for child in self._children.values()) and time.monotonic() < end:
            self._show(TURN)
        self._signal_all(signal.SIGKILL)
        for child in self._children.values():
            child.process.wait()
        self._show(0)
        for child in self._children.values():
            child.process.stdout.close()  # type: ignore[union-attr]
        self._outputs.close()

    def _signal_all(self, number: int) -> None:
        for child in self._children.values():
            child.signal(number)

    def _show(self, seconds: float) -> None:
        if not self._outputs.get_map():
            time.sleep(seconds)
        for key, _ in self._outputs.select(seconds):
            piece = os.read(key.fd, 65536)
            if not piece:
                self._outputs.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
            self._print_lines(key.data, piece)

    def _print_lines(self, child: Child, piece: bytes) -> None:
        *lines, child.half_line = (child.half_line + piece).split(b"\n")
        for line in lines:
            self._print(child, line)

    def _print(self, child: Child, line: bytes) -> None:
        width = max(len(name) for name in self._children)
        say(f"{child.name:<{width}} | {line.decode(errors='replace')}")


def _begin(patience: int) -> None:
    """On Linux, ask the kernel to end this process when its parent dies, however it dies."""
    os.nice(patience)
    with suppress(OSError):  # Linux weighs whole sessions against each other, and this process leads one
        Path("/proc/self/autogroup").write_text(str(patience))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG
