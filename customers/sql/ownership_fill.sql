-- Every organisation that is there has its first version, with the protection period it had; every claim goes on under it.
INSERT INTO customers_ownershiprules (organization_id, number, effective_from, protection_days)
SELECT id, 1, created_at, protection_days FROM accounts_organization;
UPDATE customers_claim c SET rules_id = r.id, chain_began_at = c.claimed_at, base_until = c.protected_until,
       way = CASE WHEN k.created_by_id = c.claimant_id AND k.imported_in_id IS NULL THEN 'created' ELSE 'pool' END,
       team_id = (SELECT u.team_id FROM accounts_user u WHERE u.organization_id = c.organization_id AND u.id = c.claimant_id),
       ended_as = CASE WHEN c.released_at IS NOT NULL THEN 'released' ELSE '' END
  FROM customers_ownershiprules r, customers_customer k
 WHERE r.organization_id = c.organization_id AND k.organization_id = c.organization_id AND k.id = c.customer_id;
