"""Brings the database roles of the embedded server up to roles.sql."""

import os
import subprocess
from pathlib import Path

from crm.stack import keyring, ports, postgres
from crm.stack.speech import GiveUp

SCRIPT = Path(__file__).with_name("roles.sql")


def apply(cluster: postgres.Cluster) -> None:
    """Run roles.sql as superuser; passwords go in by the environment, never on the command line."""
    folder = cluster.place.secrets
    passwords = {
        "PGPASSWORD": keyring.keep(folder, "postgres"),
        "CRM_OWNER_PASSWORD": keyring.keep(folder, "crm_owner"),
        "CRM_APP_PASSWORD": keyring.keep(folder, "crm_app"),
    }
    where = ["-h", ports.HOST, "-p", str(cluster.port()), "-U", "postgres", "-d", "postgres"]
    done = subprocess.run(
        [str(postgres.programs() / "psql"), "-X", "-q", *where, "-v", "local=1", "-f", str(SCRIPT)],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **passwords},
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    if done.returncode:
        raise GiveUp(f"The database roles could not be made:\n{done.stderr}")
