"""Addresses on this machine: the one people open, and spare ones for the database and the broker."""

import socket
from pathlib import Path

from crm.stack.speech import GiveUp, say

HOST = "127.0.0.1"


def reserve(wanted: int) -> socket.socket:
    """Bind the wanted port, or say that it is in use and bind the next free one; the web inherits the socket."""
    for port in range(wanted, min(wanted + 100, 65536)):
        bound = _bind(port)
        if bound:
            if port != wanted:
                say(f"Port {wanted} is in use, so Candor takes {port} instead (PORT=... chooses another).")
            return bound
    raise GiveUp(f"Ports {wanted} to {wanted + 99} are all in use. Choose one that is free: PORT=9000 make run")


def spare(remembered: Path) -> int:
    """A free port, the same as last time if it is still free, so that a restarted service keeps its address."""
    last = int(remembered.read_text()) if remembered.exists() else 0
    bound = _bind(last) or _bind(0)
    if not bound:
        raise GiveUp("This machine has no free port left. Close some programs and try again.")
    with bound:
        port = int(bound.getsockname()[1])
    remembered.write_text(str(port))
    return port


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((HOST, port), timeout=2).close()
    except OSError:
        return False
    return True


def _bind(port: int) -> socket.socket | None:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError:
        bound.close()
        return None
    return bound
