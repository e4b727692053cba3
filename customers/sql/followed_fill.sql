-- Who had to do with a company before this was written down; what somebody typed in vain was not kept, so attempts are left out.
INSERT INTO customers_touch (organization_id, person_id, customer_id, kind, name, touched_at, owed)
SELECT DISTINCT ON (t.organization_id, t.customer_id, t.person) t.organization_id, t.person, t.customer_id, t.kind, c.name, t.at, false
  FROM (SELECT organization_id, customer_id, claimant_id AS person, 'owned' AS kind, claimed_at AS at
          FROM customers_claim WHERE released_at IS NOT NULL
        UNION ALL SELECT organization_id, customer_id, person_id, 'shared', given_at FROM customers_collaborator
        UNION ALL SELECT organization_id, customer_id, author_id, 'logged', recorded_at FROM customers_followup) t
  JOIN customers_customer c ON c.organization_id = t.organization_id AND c.id = t.customer_id
 WHERE t.kind = 'owned' OR c.owner_id IS DISTINCT FROM t.person
 ORDER BY t.organization_id, t.customer_id, t.person, t.at;
