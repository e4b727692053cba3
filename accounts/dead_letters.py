"""Jobs that do not come to an end. An administrator sees which and why in outline; what they are about is not his to read."""

import re
from datetime import timedelta

from django.db.models import Q

from accounts import tenancy
from accounts.models import Outbox

MOST = 100
LATE = timedelta(hours=1)
LONGEST = 120
# Errors whose first line is the database's or the network's own; any other may be made of what somebody typed.
_TELLING = frozenset(
    [
        "IntegrityError",
        "DataError",
        "OperationalError",
        "ProgrammingError",
        "ConnectionRefusedError",
        "ConnectionError",
        "TimeoutError",
    ]
)
_QUOTED = re.compile(r"""(["'“‘«「]).*?(["'”’»」]|$)""")


def unfinished() -> list[Outbox]:
    """Dead letters, jobs that failed and are tried again, and jobs that nobody has done for an hour; newest first."""
    stuck = Q(dead_at__isnull=False) | ~Q(last_error="") | Q(created_at__lt=tenancy.now() - LATE)
    jobs = list(Outbox.objects.filter(stuck, done_at=None).select_related("user").order_by("-created_at")[:MOST])
    for job in jobs:
        job.outline = outline(job.last_error)  # type: ignore[attr-defined]
    return jobs


def outline(error: str) -> str:
    """The kind of error; where it tells nothing of customers its first line, without what stands in quotes or brackets."""
    kind, _, rest = error.partition("(")
    message = rest[1:].partition("\\n")[0] if kind in _TELLING else ""
    bare = re.sub(r"\(.*?(\)|$)", "…", _QUOTED.sub("…", message.rstrip("')\"")))
    return f"{kind}: {bare}"[:LONGEST] if bare.strip(" …") else kind[:LONGEST]
