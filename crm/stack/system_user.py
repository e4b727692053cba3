"""PostgreSQL refuses to run as root; then it runs as a system user of its own, which must reach its files."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

from crm.stack.speech import GiveUp, say

NAME = "candor-postgres"


def identity() -> dict[str, Any]:
    """What `subprocess.run` needs to run a program as the system user; nothing when we are not root."""
    if os.geteuid() != 0:
        return {}
    entry = _entry()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Make a file or folder the system user's own."""
    if os.geteuid() == 0:
        os.chown(path, _entry().pw_uid, _entry().pw_gid)


def open_the_way(*paths: Path) -> None:
    """Let the system user pass through the folders above these paths: passing, not reading, and say so."""
    if os.geteuid() != 0:
        return
    opened = [folder for path in paths for folder in reversed([path, *path.resolve().parents]) if _open(folder)]
    if opened:
        names = ", ".join(str(folder) for folder in dict.fromkeys(opened))
        say(
            f"PostgreSQL refuses to run as root, so it runs as the user {NAME}; to let it reach its files, "
            f"other users may now pass through {names} (but not list or read what lies there)."
        )


def _open(folder: Path) -> bool:
    mode = folder.stat().st_mode
    if mode & stat.S_IXOTH:
        return False
    folder.chmod(mode | stat.S_IXOTH)
    return True


def _entry() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        _create()
        return pwd.getpwnam(NAME)


def _create() -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if not useradd:
        raise GiveUp(
            "PostgreSQL refuses to run as root, and useradd is missing, so no system user can be made for it. "
            "Install the package passwd, run as an ordinary user, or give DATABASE_URL."
        )
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise GiveUp(f"The system user {NAME} could not be made: {done.stderr.strip()}")
