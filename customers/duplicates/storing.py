"""Keys and records in the database: written in the transaction that writes the customer, for one and for many at once."""

from django.db import connection

from accounts import tenancy
from accounts.arrays import as_json, insert_columns, written
from accounts.models import Organization
from customers.duplicates.fields import key_of, of_customers
from customers.duplicates.keys import keys_of
from customers.duplicates.record import VERSION
from customers.models import DuplicateKey, DuplicateRecord

# Whoever changes another part of the same customer waits here, and reads afterwards what we have written.
HOLD = """
INSERT INTO customers_duplicaterecord AS kept (organization_id, customer_id, record, version)
SELECT %s, u.customer, '[]', 0 FROM unnest(%s::uuid[]) AS u (customer)
ON CONFLICT (organization_id, customer_id) DO UPDATE SET version = 0
"""
SETTLE = """
UPDATE customers_duplicaterecord AS kept
   SET record = u.record, version = %s, is_dirty = kept.is_dirty OR kept.record <> u.record,
       changed_at = CASE WHEN kept.record <> u.record THEN clock_timestamp() ELSE kept.changed_at END
  FROM unnest(%s::uuid[], %s::jsonb[]) AS u (customer, record)
 WHERE kept.organization_id = %s AND kept.customer_id = u.customer
"""
DROP = """
DELETE FROM customers_duplicatekey AS kept
 WHERE kept.organization_id = %s AND kept.customer_id = ANY (%s::uuid[])
   AND NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::uuid[]) AS u (h, customer) WHERE u.h = kept.h AND u.customer = kept.customer_id)
"""


def renew(customers) -> dict:
    """Read these customers (ids) anew and keep what they are found by and compared as: {id: record}."""
    ids = sorted(set(customers))
    if not ids:
        return {}
    organization = tenancy.organization_id()
    _run(HOLD, [organization, written(ids)])
    records = of_customers(ids)
    columns = _keys(records)
    _run(DROP, [organization, written(ids), *map(written, columns.values())])
    if columns["h"]:
        insert_columns(DuplicateKey, columns, ignore_conflicts=True)
    _run(SETTLE, [VERSION, written(records), written(map(_kept, records.values())), organization])
    return records


def write_new(records: dict, key: bytes = b"") -> None:
    """Keep {id: record} of customers that are new in this transaction: there is nothing to look for first."""
    if not records:
        return
    if (columns := _keys(records, key))["h"]:
        insert_columns(DuplicateKey, columns)
    kept = list(map(_kept, records.values()))
    insert_columns(DuplicateRecord, {"customer_id": list(records), "record": kept, "version": [VERSION] * len(records)})


def forget(customers) -> None:
    """What is kept of customers that are removed."""
    DuplicateRecord.objects.filter(customer__among=customers).delete()
    DuplicateKey.objects.filter(customer__among=customers).delete()


def _keys(records, key=b""):
    """The columns of the keys, in the order of their index."""
    key = key or key_of(Organization.objects.get())
    rows = sorted((h, customer) for customer, record in records.items() for h in keys_of(record, key))
    return {"h": [h for h, _ in rows], "customer_id": [customer for _, customer in rows]}


def _kept(record):
    return as_json(record.as_list())


def _run(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
