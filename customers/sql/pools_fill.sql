-- Every organisation that is there has the pool of the rest; what waits in the pool waits there, open as it was.
INSERT INTO customers_pool (organization_id, name, place, is_rest, conditions, hidden)
SELECT id, '', 0, true, '{}', '[]' FROM accounts_organization;
UPDATE customers_customer c SET pool_id = p.id, available_at = c.pooled_at
  FROM customers_pool p WHERE p.organization_id = c.organization_id AND c.owner_id IS NULL;
