"""Events without a row of their own: reads, exports, sign-ins. The database function writes; nobody else can.

The function belongs to the ledger, one floor up; it is called by its name, as a foreign key names its table.
"""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection


def record(action, subject=None, *, detail=None, about=None):
    """Write one entry; raises when it cannot be written, so that what is not recorded does not happen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_record(%s, %s, %s, %s, %s::jsonb)",
            [
                action,
                subject and subject._meta.db_table,
                subject and str(subject.pk),
                str((about or subject).pk) if (about or subject) else None,
                json.dumps(detail, cls=DjangoJSONEncoder) if detail else None,
            ],
        )
