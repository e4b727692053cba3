"""The mould of all test databases: one migrated database, made once for every run and again only when its making changed."""

import hashlib
import subprocess
import sys
from pathlib import Path

from crm.stack import local, roles
from crm.stack.place import ROOT, Place
from crm.stack.postgres import Cluster
from crm.stack.speech import GiveUp

NAME = "candor"


def ready(place: Place, environment: dict[str, str]) -> dict[str, str]:
    """The environment in which tests copy the mould; somebody else's database server has none, and tests migrate there."""
    if local.given("DATABASE_URL"):
        return environment
    stamp, made_of = Cluster(place).data / "mould.stamp", fingerprint()  # beside the data it goes with a copy of them
    if not stamp.exists() or stamp.read_text() != made_of:
        stamp.unlink(missing_ok=True)
        _make(Cluster(place), environment)
        stamp.write_text(made_of)
    return environment | {"TEST_TEMPLATE": NAME}


def fingerprint(root: Path = ROOT) -> str:
    """Of everything that shapes a table, a function or a trigger: models, migrations, and whatever holds such SQL."""
    told = hashlib.sha256()
    for path in sorted((*root.glob("[!.]*/**/*.py"), *root.glob("[!.]*/**/*.sql"))):
        if path.relative_to(root).parts[0] != "tests" and _shapes(path):
            told.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return told.hexdigest()


def _shapes(path: Path) -> bool:
    text = path.read_bytes()
    return path.suffix == ".sql" or any(word in text for word in (b"models.", b"migrations.", b"CREATE ", b"GRANT "))


def _make(cluster: Cluster, environment: dict[str, str]) -> None:
    cluster.drop(NAME)
    roles.apply(cluster)
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    if subprocess.run(migrate, env=environment, cwd=ROOT).returncode:
        raise GiveUp("The database of the tests could not be migrated; the lines above say why.")
