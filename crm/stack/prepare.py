"""What must be done before people come, in one process, for starting Django costs more than most of it.

Tables first, then static files if they changed, then the demo organisation, which prints how to sign in.
"""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands

from crm.stack.place import ROOT, Place


def prepare(stamp: Path) -> None:
    """Do all of it; what was done before is found done."""
    call_command("migrate", verbosity=0)
    state = static_state()
    if not (Path(settings.STATIC_ROOT).exists() and stamp.exists() and stamp.read_text() == state):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(state)
    if "demo" in get_commands():
        call_command("demo")


def static_state(root: Path = ROOT) -> str:
    """A fingerprint of all static sources: as long as it stays, collected files stay good."""
    folders = [root / "static", *root.glob("[!.]*/static")]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    told = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in [*files, root / "uv.lock"]]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


if __name__ == "__main__":
    django.setup()
    prepare(Place(Path(os.environ["DATA_DIR"])).run / "static.stamp")
