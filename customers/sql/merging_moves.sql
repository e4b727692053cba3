-- What a merge moves, ends and gives on, and how exactly that is taken back. The tables come from the registry of fates
-- (`customers/merging/fates.py`); what they all have is moved in one loop, the rest is said here.

-- Before the first `migrate` has read the registry nothing moves; afterwards this answers from it.
CREATE FUNCTION customers_moving() RETURNS TABLE (relation text, alike text[]) LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT NULL::text, NULL::text[] WHERE false;
$$;

-- Rows pass from one customer to another, but for those whose like is there already. {table: ids of what passed}.
CREATE FUNCTION customers_move_rows(org bigint, of_loser uuid, to_winner uuid) RETURNS jsonb LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE each record; passed jsonb; moved jsonb := '{}'; same text;
BEGIN
  FOR each IN SELECT * FROM customers_moving() LOOP
    SELECT string_agg(format('o.%1$I = t.%1$I', part), ' AND ') INTO same FROM unnest(each.alike) AS part;
    EXECUTE format('WITH passing AS (UPDATE %1$I t SET customer_id = $3 WHERE t.organization_id = $1 AND t.customer_id = $2 %2$s RETURNING t.id)'
      ' SELECT jsonb_agg(id ORDER BY id) FROM passing', each.relation, CASE WHEN same IS NOT NULL THEN format('AND NOT EXISTS (SELECT FROM %I o'
      ' WHERE o.organization_id = $1 AND o.customer_id = $3 AND %s)', each.relation, same) ELSE '' END)
      INTO passed USING org, of_loser, to_winner;
    IF passed IS NOT NULL THEN moved := moved || jsonb_build_object(each.relation, passed); END IF;
  END LOOP;
  RETURN moved;
END $$;
CREATE FUNCTION customers_move_rows_back(org bigint, from_winner uuid, to_loser uuid, rows jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE each record;
BEGIN
  FOR each IN SELECT * FROM customers_moving() WHERE rows ? relation LOOP
    EXECUTE format('UPDATE %I t SET customer_id = $3 WHERE t.organization_id = $1 AND t.customer_id = $2'
      ' AND t.id IN (SELECT n::uuid FROM jsonb_array_elements_text($4) AS n)', each.relation)
      USING org, from_winner, to_loser, rows -> each.relation;
  END LOOP;
END $$;

-- How long the claim that stays protects, that is, never longer than either did: the earlier chain, the lower end, and only
-- contacts after the merge extend it.
CREATE FUNCTION customers_merged_claim(kept customers_claim, other customers_claim) RETURNS customers_claim LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE is_hold boolean := kept.held_until IS NOT NULL AND kept.confirmed_at IS NULL;
BEGIN
  kept.base_until := CASE WHEN NOT is_hold THEN least(kept.protected_until, other.protected_until)
    WHEN other.held_until IS NOT NULL AND other.confirmed_at IS NULL THEN least(kept.base_until, other.base_until)
    ELSE least(kept.base_until, other.protected_until) END;
  kept.chain_began_at := least(kept.chain_began_at, other.chain_began_at);
  kept.opportunity_at := coalesce(kept.opportunity_at, other.opportunity_at);
  kept.won_at := coalesce(kept.won_at, other.won_at);
  kept.protected_until := least(kept.protected_until, other.protected_until);
  kept.held_until := CASE WHEN is_hold THEN least(kept.held_until, kept.protected_until) ELSE kept.held_until END;
  kept.protected_until := least(kept.protected_until, customers_protection(kept));
  RETURN kept;
END $$;

-- The live claims become one: {winner, loser: as they were, made: the id of a new one on the customer that stays}.
CREATE FUNCTION customers_merge_claims(m customers_merge) RETURNS jsonb LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w customers_claim; l customers_claim; kept customers_claim; made uuid;
BEGIN
  SELECT * INTO w FROM customers_claim c WHERE c.organization_id = m.organization_id AND c.customer_id = m.winner_id AND c.released_at IS NULL FOR UPDATE;
  SELECT * INTO l FROM customers_claim c WHERE c.organization_id = m.organization_id AND c.customer_id = m.loser_id AND c.released_at IS NULL FOR UPDATE;
  UPDATE customers_claim c SET released_at = m.done_at, released_by_id = m.done_by_id, release_reason = m.reason, ended_as = 'merged'
   WHERE c.organization_id = m.organization_id AND (c.id = l.id OR c.id = w.id AND w.claimant_id <> m.owner_id);
  IF w.claimant_id = m.owner_id THEN
    kept := customers_merged_claim(w, l);
    UPDATE customers_claim c SET base_until = kept.base_until, chain_began_at = kept.chain_began_at, opportunity_at = kept.opportunity_at,
           won_at = kept.won_at, protected_until = kept.protected_until, held_until = kept.held_until
     WHERE c.organization_id = m.organization_id AND c.id = w.id AND to_jsonb(c) IS DISTINCT FROM to_jsonb(kept);
  ELSIF l.id IS NOT NULL THEN
    kept := customers_merged_claim(l, w);
    kept.customer_id := m.winner_id; kept.claimed_at := m.done_at; kept.way := 'merged';
    SELECT uuidv7() INTO kept.id;
    INSERT INTO customers_claim SELECT (kept).*;
    made := kept.id;
  END IF;
  RETURN jsonb_build_object('winner', CASE WHEN w.id IS NOT NULL THEN to_jsonb(w) END, 'loser', CASE WHEN l.id IS NOT NULL THEN to_jsonb(l) END, 'made', made,
    'kept', CASE WHEN kept.id IS NOT NULL THEN to_jsonb(kept) END);
END $$;

-- Shares of whoever owns it afterwards go on, of the same person the stricter one; denials hold for both records; a key account
-- stays one. {table: ids that ended}, {denials that were added}.
CREATE FUNCTION customers_merge_exceptions(m customers_merge, w customers_customer, l customers_customer) RETURNS jsonb LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE goes uuid[]; shares jsonb; named jsonb; denials jsonb; passed jsonb; key_passed jsonb;
BEGIN
  goes := ARRAY(SELECT DISTINCT ON (s.person_id) s.id FROM customers_collaborator s
    WHERE s.organization_id = m.organization_id AND s.ended_at IS NULL AND s.person_id IS DISTINCT FROM m.owner_id
      AND (s.customer_id = w.id AND w.owner_id IS NOT DISTINCT FROM m.owner_id OR s.customer_id = l.id AND l.owner_id IS NOT DISTINCT FROM m.owner_id)
      AND NOT EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = m.organization_id AND d.customer_id IN (w.id, l.id)
                         AND d.person_id = s.person_id AND d.ended_at IS NULL)
    ORDER BY s.person_id, (s.way = 'edit'), s.until, s.id);
  WITH ending AS (UPDATE customers_collaborator s SET ended_at = least(m.done_at, s.until) WHERE s.organization_id = m.organization_id
    AND s.customer_id IN (w.id, l.id) AND s.ended_at IS NULL AND s.id <> ALL (goes) RETURNING s.id)
  SELECT jsonb_agg(id) INTO shares FROM ending;
  WITH moving AS (UPDATE customers_collaborator s SET customer_id = w.id WHERE s.organization_id = m.organization_id
    AND s.customer_id = l.id AND s.id = ANY (goes) RETURNING s.id)
  SELECT jsonb_agg(id) INTO passed FROM moving;
  WITH copied AS (
    INSERT INTO customers_denial (organization_id, customer_id, person_id, reason, until, denied_by_id, denied_at)
    SELECT d.organization_id, pair.other, d.person_id, d.reason, d.until, d.denied_by_id, d.denied_at
      FROM customers_denial d JOIN (VALUES (w.id, l.id), (l.id, w.id)) AS pair (one, other) ON pair.one = d.customer_id
     WHERE d.organization_id = m.organization_id AND d.ended_at IS NULL AND (d.until IS NULL OR d.until > m.done_at)
       AND NOT EXISTS (SELECT FROM customers_denial o WHERE o.organization_id = d.organization_id AND o.customer_id = pair.other
                          AND o.person_id = d.person_id AND o.ended_at IS NULL)
    RETURNING id)
  SELECT jsonb_agg(id) INTO denials FROM copied;
  IF w.key_account THEN
    WITH ending AS (UPDATE customers_keyaccount k SET ended_at = m.done_at, ended_by_id = m.done_by_id
      WHERE k.organization_id = m.organization_id AND k.customer_id = l.id AND k.ended_at IS NULL RETURNING k.id)
    SELECT jsonb_agg(id) INTO named FROM ending;
  ELSE
    WITH moving AS (UPDATE customers_keyaccount k SET customer_id = w.id
      WHERE k.organization_id = m.organization_id AND k.customer_id = l.id AND k.ended_at IS NULL RETURNING k.id)
    SELECT jsonb_agg(id) INTO key_passed FROM moving;
  END IF;
  RETURN jsonb_build_object('ended', jsonb_strip_nulls(jsonb_build_object('customers_collaborator', shares, 'customers_keyaccount', named)),
    'passed', jsonb_strip_nulls(jsonb_build_object('customers_collaborator', passed, 'customers_keyaccount', key_passed)), 'denials', denials);
END $$;

-- The customer that stays, as it was chosen; the other one, out of every hand.
CREATE FUNCTION customers_merge_write(m customers_merge, w customers_customer, l customers_customer, claim jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  chosen jsonb := (SELECT coalesce(jsonb_object_agg(field, m.compared -> 'loser' -> field), '{}') FROM jsonb_array_elements_text(m.chosen) AS field);
  kept customers_customer := jsonb_populate_record(w, chosen); holds boolean := claim ->> 'held_until' IS NOT NULL AND claim ->> 'confirmed_at' IS NULL;
BEGIN
  UPDATE customers_customer c SET merged_into_id = w.id, owner_id = NULL, protected_until = NULL, is_held = false, key_account = false,
         has_denials = EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = c.organization_id AND d.customer_id = c.id AND d.ended_at IS NULL),
         pooled_at = coalesce(l.pooled_at, m.done_at), available_at = coalesce(l.available_at, m.done_at), pool_id = coalesce(l.pool_id, customers_pool_of(to_jsonb(l)))
   WHERE c.organization_id = m.organization_id AND c.id = l.id;
  UPDATE customers_customer c SET name = kept.name, credit_code = kept.credit_code, other_name = kept.other_name, short_name = kept.short_name,
         website = kept.website, country = kept.country, region = kept.region, industry = kept.industry, size = kept.size, tier = kept.tier,
         owner_id = m.owner_id, protected_until = (claim ->> 'protected_until')::timestamptz, is_held = holds AND m.owner_id IS NOT NULL,
         pooled_at = CASE WHEN m.owner_id IS NULL THEN w.pooled_at END, available_at = CASE WHEN m.owner_id IS NULL THEN w.available_at END,
         pool_id = CASE WHEN m.owner_id IS NULL THEN w.pool_id END, last_contact_at = greatest(w.last_contact_at, l.last_contact_at),
         key_account = EXISTS (SELECT FROM customers_keyaccount k WHERE k.organization_id = c.organization_id AND k.customer_id = c.id AND k.ended_at IS NULL),
         has_denials = EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = c.organization_id AND d.customer_id = c.id AND d.ended_at IS NULL)
   WHERE c.organization_id = m.organization_id AND c.id = w.id;
  UPDATE customers_customer c SET completeness = 0 WHERE c.organization_id = m.organization_id AND c.id IN (w.id, l.id);
END $$;

-- Requests about either stand on what is not so any more. {id of the request: who asked}.
CREATE FUNCTION customers_merge_voids(m customers_merge) RETURNS jsonb LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE void jsonb;
BEGIN
  WITH ended AS (
    UPDATE approvals_approval a SET state = 'void' WHERE a.organization_id = m.organization_id AND (a.subject_id IN (m.winner_id, m.loser_id)
      OR a.kind = 'customers.merge' AND a.subject_id <> m.id AND a.subject_id IN (SELECT o.id FROM customers_merge o
        WHERE o.organization_id = m.organization_id AND (o.winner_id IN (m.winner_id, m.loser_id) OR o.loser_id IN (m.winner_id, m.loser_id))))
      AND (a.state = 'pending' OR a.state = 'approved' AND a.carried_out_at IS NULL) RETURNING a.id)
  SELECT jsonb_agg(id) INTO void FROM ended;
  UPDATE approvals_approver s SET ended_at = clock_timestamp(), end_reason = 'closed' WHERE s.organization_id = m.organization_id
     AND s.ended_at IS NULL AND s.approval_id IN (SELECT n::uuid FROM jsonb_array_elements_text(void) AS n);
  RETURN void;
END $$;

CREATE FUNCTION customers_merge_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE w customers_customer; l customers_customer; list jsonb; exceptions jsonb; claims jsonb; of_pair uuid[] := ARRAY[new.winner_id, new.loser_id];
BEGIN
  SELECT * INTO w FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.winner_id;
  SELECT * INTO l FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.loser_id;
  list := jsonb_build_object('winner', to_jsonb(w), 'loser', to_jsonb(l), 'requests', customers_merge_voids(new),
    'steps', (SELECT jsonb_object_agg(s.id, s.person_id) FROM customers_nextstep s
               WHERE s.organization_id = new.organization_id AND s.customer_id = ANY (of_pair) AND s.state = 'open' AND s.person_id <> new.owner_id),
    'verified', (SELECT jsonb_agg(to_jsonb(v)) FROM customers_verifiedfield v WHERE v.organization_id = new.organization_id AND v.customer_id = w.id),
    'children', (SELECT jsonb_agg(c.id) FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.parent_id = l.id));
  exceptions := customers_merge_exceptions(new, w, l);
  claims := customers_merge_claims(new);
  list := list || exceptions || jsonb_build_object('claims', claims, 'rows', customers_move_rows(new.organization_id, l.id, w.id));
  WITH found AS (INSERT INTO customers_searchterm (organization_id, term, customer_id) SELECT t.organization_id, t.term, w.id FROM customers_searchterm t
    WHERE t.organization_id = new.organization_id AND t.customer_id = l.id ON CONFLICT DO NOTHING RETURNING term)
  SELECT list || jsonb_build_object('terms', jsonb_agg(term)) INTO list FROM found;
  UPDATE customers_customer c SET parent_id = w.id WHERE c.organization_id = new.organization_id AND c.parent_id = l.id;
  PERFORM customers_merge_write(new, w, l, claims -> 'kept');
  UPDATE customers_nextstep s SET person_id = new.owner_id WHERE s.organization_id = new.organization_id AND s.customer_id = w.id
     AND s.state = 'open' AND s.person_id <> new.owner_id;
  UPDATE customers_merge SET moved = list, working_in = NULL WHERE organization_id = new.organization_id AND id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER moves AFTER UPDATE ON customers_merge FOR EACH ROW WHEN (old.done_at IS NULL AND new.done_at IS NOT NULL)
  EXECUTE FUNCTION customers_merge_moves();
