"""Organisations with a million customers, filled past all triggers as the superuser of the test database; for measurements."""

import os

from tests.databases import superuser

CUSTOMERS = int(os.environ.get("CUSTOMERS", 1_000_000))  # fewer when only the statements are tried
REPS = 1000

PEOPLE = """
INSERT INTO accounts_user (organization_id, name, email, password, role, language, is_active, joined_at)
  SELECT {org}, 'Rep ' || n, 'rep' || n || '@o{org}.example', 'x', 'rep', 'en', true, now() FROM generate_series(1, {reps}) n;
"""
REP = """(SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS people
            FROM accounts_user WHERE organization_id = {org} AND role = 'rep')"""
CLAIMS = """
INSERT INTO customers_claim (organization_id, customer_id, claimant_id, way, claimed_at, chain_began_at, base_until, protected_until, rules_id)
  SELECT organization_id, id, owner_id, 'created', protected_until - interval '90 days', protected_until - interval '90 days',
         protected_until, protected_until, (SELECT id FROM customers_ownershiprules WHERE organization_id = {org} ORDER BY number DESC LIMIT 1)
    FROM customers_customer WHERE organization_id = {org} AND owner_id IS NOT NULL;
"""

# A new column spoils no measurement: where a statement says nothing, what may not be empty is empty in its own way.
EMPTY = """
DO $$
DECLARE
    spot record;
BEGIN
    FOR spot IN
        SELECT table_name, column_name,
               CASE data_type WHEN 'boolean' THEN 'false' WHEN 'smallint' THEN '0' WHEN 'integer' THEN '0' WHEN 'jsonb' THEN '''{}''::jsonb' ELSE '''''' END AS nothing
          FROM information_schema.columns
         WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER' AND is_identity = 'NO'
           AND table_name ~ '^(accounts_user|customers_.*)$' AND data_type IN ('boolean', 'smallint', 'integer', 'jsonb', 'text', 'character varying')
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %s', spot.table_name, spot.column_name, spot.nothing);
    END LOOP;
END $$
"""


def fill(seed, organization, *, reps=REPS, tables=("customers_customer", "accounts_user"), **values):
    """Reps, then the statements of the seed, parted by `;` at the ends of lines; these tables are cleaned up as autovacuum would."""
    values |= {"org": organization.pk, "customers": CUSTOMERS, "reps": reps, "rep": REP.format(org=organization.pk)}
    with superuser() as line:
        line.autocommit = True
        line.execute(EMPTY)
        line.execute("SET session_replication_role = replica")
        for statement in (PEOPLE + seed).format(**values).split(";\n"):
            line.execute(statement or "SELECT 1")
        for table in tables:
            line.execute(f"VACUUM ANALYZE {table}")
