"""Who uses the embedded services now: one locked file for each, so that the last to leave stops them.

A lock goes with its process, even one that was killed: a holder cannot be left behind.
"""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crm.stack.place import Place


@contextmanager
def alone(place: Place, name: str = "starting") -> Iterator[None]:
    """Hold a lock by which starting and stopping take turns."""
    with (place.run / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def enter(place: Place) -> IO[str]:
    """Write down that this process uses the services."""
    file = (place.run / f"{os.getpid()}.holder").open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def leave(file: IO[str]) -> None:
    """Take this process off the list."""
    Path(file.name).unlink(missing_ok=True)
    file.close()


def others(place: Place) -> list[int]:
    """The ids of the other processes that use the services; forgets those that died."""
    return [int(path.stem) for path in place.run.glob("*.holder") if path.stem != str(os.getpid()) and _lives(path)]


def dismiss(place: Place, seconds: float = 20) -> list[int]:
    """Ask the others to stop and wait for them; returns whom it asked."""
    asked = others(place)
    for pid in asked:
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + seconds
    while others(place) and time.monotonic() < end:
        time.sleep(0.1)
    return asked


def _lives(path: Path) -> bool:
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    path.unlink(missing_ok=True)
    return False
