"""What the frame of every page counts, in one statement: asked one by one through the ORM, it cost more than a list."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from accounts import tenancy
from accounts.models.notices import MOST_COUNTED as MOST_UNREAD
from accounts.paging import MOST_COUNTED, capped

STATEMENT = """
SELECT (SELECT count(*) FROM (SELECT FROM accounts_notice
        WHERE organization_id = %(organization)s AND person_id = %(person)s AND read_at IS NULL LIMIT %(unread)s) AS found),
       (SELECT count(*) FROM (SELECT FROM approvals_approver
        WHERE organization_id = %(organization)s AND person_id = %(person)s AND ended_at IS NULL LIMIT %(waiting)s) AS found),
       entry.id, entry.recorded_at
FROM (VALUES (1)) AS always LEFT JOIN LATERAL (
    SELECT id, recorded_at FROM audit_entry WHERE organization_id = %(organization)s ORDER BY id DESC LIMIT 1
) AS entry ON true
"""


class Figures(NamedTuple):
    """Unread notices, requests that wait for this person, and the last entry of the ledger."""

    unread: int | str
    waiting: int | str
    entry: int | None
    entry_at: datetime | None


def figures_of(person) -> Figures:
    asked = {"organization": tenancy.organization_id(), "person": person.pk}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, asked | {"unread": MOST_UNREAD + 1, "waiting": MOST_COUNTED + 1})
        unread, waiting, *entry = cursor.fetchone()
    return Figures(capped(unread, MOST_UNREAD), capped(waiting), *entry)
