"""Passwords and keys: each is drawn once, kept in a file that only its owner can read, and read ever after."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

ROLES = ("postgres", "crm_owner", "crm_app")


def password() -> str:
    """Letters and digits only, so that it stands in any address without quoting."""
    return secrets.token_hex(32)


def master_key() -> str:
    """Thirty-two random bytes; everything personal is encrypted under this key."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def keep(folder: Path, name: str, draw: Callable[[], str] = password) -> str:
    """Return the secret of this name, drawing it the first time."""
    path = folder / name
    if not path.exists():
        _write_once(path, draw())
    return path.read_text().strip()


def _write_once(path: Path, secret: str) -> None:
    """Two processes may draw at the same time: the first link wins and both read the same."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
