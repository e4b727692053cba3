"""Runs several processes as one: shows what they print, and when one ends or somebody says stop, ends them all.

A child leads a session of its own, so that Ctrl-C reaches only the supervisor, which ends the children in
an orderly way; a child whose supervisor was killed ends too.
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
from pathlib import Path

from crm.stack.speech import say

GRACE = 10.0
TURN = 0.3


class Supervisor:
    """The processes of one `up`, from the first start to the last stop."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._outputs = selectors.DefaultSelector()
        self._half_lines: dict[str, bytes] = {}
        self._told_to_stop = False

    def start(self, name: str, command: Sequence[str], pass_fds: Sequence[int] = (), patience: int = 0) -> None:
        """Start one process; what it prints is shown under its name. A patient one lets others have the processor."""
        child = subprocess.Popen(
            command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, pass_fds=pass_fds, preexec_fn=lambda: _begin(patience),
        )  # fmt: skip
        self._children[name] = child
        self._half_lines[name] = b""
        self._outputs.register(child.stdout, selectors.EVENT_READ, name)  # type: ignore[arg-type]

    def run(self) -> int:
        """Wait until somebody says stop (0) or a process ends by itself (1); then end them all."""
        while not self._told_to_stop and all(child.poll() is None for child in self._children.values()):
            self._show(TURN)
        for name, child in self._children.items():
            if child.poll() is not None:
                self._print(name, f"ended by itself with code {child.returncode}; the others are stopped.".encode())
        self._end_all()
        return 0 if self._told_to_stop else 1

    def stop(self, *_signal: object) -> None:
        """Ask for the end; safe in a signal handler, at any moment."""
        self._told_to_stop = True

    def _end_all(self) -> None:
        self._signal_all(signal.SIGTERM)
        end = time.monotonic() + GRACE
        while any(child.poll() is None for child in self._children.values()) and time.monotonic() < end:
            self._show(TURN)
        self._signal_all(signal.SIGKILL)
        for child in self._children.values():
            child.wait()
        self._show(0)
        for child in self._children.values():
            child.stdout.close()  # type: ignore[union-attr]
        self._outputs.close()

    def _signal_all(self, number: int) -> None:
        for child in self._children.values():
            with suppress(ProcessLookupError):
                os.killpg(child.pid, number)

    def _show(self, seconds: float) -> None:
        if not self._outputs.get_map():
            time.sleep(seconds)
        for key, _ in self._outputs.select(seconds):
            piece = os.read(key.fd, 65536)
            if not piece:
                self._outputs.unregister(key.fileobj)
            self._print_lines(key.data, piece)

    def _print_lines(self, name: str, piece: bytes) -> None:
        *lines, self._half_lines[name] = (self._half_lines[name] + piece).split(b"\n")
        for line in lines:
            self._print(name, line)

    def _print(self, name: str, line: bytes) -> None:
        width = max(len(child) for child in self._children)
        say(f"{name:<{width}} | {line.decode(errors='replace')}")


def _begin(patience: int) -> None:
    """On Linux, ask the kernel to end this process when its parent dies, however it dies."""
    os.nice(patience)
    with suppress(OSError):  # Linux weighs whole sessions against each other, and this process leads one
        Path("/proc/self/autogroup").write_text(str(patience))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG
