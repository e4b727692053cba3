"""Other organisations beside that of a trial, as on a server of many: with copies of the same rows under other numbers."""

from django.db import connections

from customers.duplicates.trial import loading

TABLES = loading.TABLES
# Each other organisation gets one part of the customers, with keys that are nobody else's.
COPY_RECORDS = """
INSERT INTO customers_duplicaterecord (organization_id, customer_id, record, version)
SELECT 1000000 + abs(hashtext(customer_id::text)::bigint) %% %s, customer_id, record, version FROM customers_duplicaterecord WHERE organization_id = %s
"""
COPY_KEYS = """
INSERT INTO customers_duplicatekey (organization_id, h, customer_id)
SELECT 1000000 + abs(hashtext(customer_id::text)::bigint) %% %s, h # 16, customer_id FROM customers_duplicatekey WHERE organization_id = %s
"""


def add(organization: int, count: int) -> None:
    """So many others, together as large as this one. The owner of the tables looks past the walls meanwhile."""
    with connections["owner"].cursor() as cursor:
        for wall in ("NO FORCE", "FORCE"):
            if wall == "FORCE":
                cursor.execute(COPY_RECORDS, [count, organization])
                cursor.execute(COPY_KEYS, [count, organization])
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} {wall} ROW LEVEL SECURITY")
