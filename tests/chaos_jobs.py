"""A job that leaves one row each time it is done, and a program that asks for a thousand of them come what may."""

import sys
import time
from uuid import uuid4

import django

django.setup()

from django.db import InterfaceError, OperationalError, connection  # noqa: E402 the apps have to be ready

from accounts import tenancy  # noqa: E402
from accounts.founding import found  # noqa: E402
from accounts.models import Team  # noqa: E402
from accounts.outbox import enqueue, job  # noqa: E402


@job("tests.leave_a_row")
def leave_a_row(number):
    """A row whose name can be written twice, so that doing the job twice is seen."""
    Team.objects.create(name=f"{number:04} {uuid4()}")


def ask(count):
    """Ask for the jobs one by one; whoever does not hear that his request was written asks again."""
    founder = found(name="Chaos", language="en", administrator="Eris", email="eris@chaos.example", password=uuid4().hex)
    for number in range(count):
        while not _asked(founder.organization_id, number):
            connection.close()
            time.sleep(0.1)


def _asked(organization_id, number):
    try:
        with tenancy.scope(organization_id, source="shell"):
            queue = "bulk" if number % 4 == 0 else "default"
            enqueue("tests.leave_a_row", dedupe_key=f"row {number}", queue=queue, number=number)
    except (OperationalError, InterfaceError):
        return False
    return True


if __name__ == "__main__":
    ask(int(sys.argv[1]))
