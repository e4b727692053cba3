-- The search through all customers: likely pairs from what they share, kept once each, and decided by people only.

-- Keys that more customers have than are paired by them: told apart first, once a search, in one pass through the index.
CREATE FUNCTION customers_find_blocks(of_scan uuid, most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET enable_hashagg = off SET jit = off AS $$
DECLARE own bigint := current_setting('app.organization_id')::bigint; found_blocks integer;
BEGIN
  DELETE FROM customers_duplicateblock WHERE organization_id = own;
  INSERT INTO customers_duplicateblock (organization_id, scan_id, h, kind, customers, examples)
  SELECT own, of_scan, b.h, '', b.number, e.ids
    FROM (SELECT k.h, count(*) AS number FROM customers_duplicatekey k WHERE k.organization_id = own
           GROUP BY k.h HAVING count(*) > most) b
    CROSS JOIN LATERAL (SELECT jsonb_agg(z.customer_id) AS ids FROM (
      SELECT k.customer_id FROM customers_duplicatekey k WHERE k.organization_id = own AND k.h = b.h LIMIT 5) z) e;
  GET DIAGNOSTICS found_blocks = ROW_COUNT;
  RETURN found_blocks;
END $$;

-- The last customer of each part of so many.
CREATE FUNCTION customers_scan_bounds(size integer, only_changed boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(jsonb_agg(z.customer_id ORDER BY z.customer_id), '[]') FROM (
    SELECT d.customer_id, row_number() OVER (ORDER BY d.customer_id) AS place, count(*) OVER () AS number
      FROM customers_duplicaterecord d
     WHERE d.organization_id = current_setting('app.organization_id')::bigint AND (NOT only_changed OR d.is_dirty)) z
   WHERE z.place % size = 0 OR z.place = z.number;
$$;

-- Of the customers of a part, those behind them in the order of ids with whom they share most: each pair is met once, in the part
-- of its first. A key is worth less the more have it. Walked key by key, in the order of the index.
CREATE FUNCTION customers_likely_pairs(of_scan uuid, since uuid, until uuid, at_least real, most integer)
RETURNS TABLE (one uuid, other uuid)
LANGUAGE plpgsql STABLE ROWS 10000
SET search_path = pg_catalog, public, pg_temp SET enable_mergejoin = off SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan SET jit = off SET work_mem = '64MB' AS $$
DECLARE own bigint := current_setting('app.organization_id')::bigint;
BEGIN
  RETURN QUERY
  WITH mine AS MATERIALIZED (
    SELECT k.h, k.customer_id AS mine FROM customers_duplicatekey k
     WHERE k.organization_id = own AND k.customer_id > since AND k.customer_id <= until
       AND NOT EXISTS (SELECT FROM customers_duplicateblock b WHERE b.organization_id = own AND b.scan_id = of_scan AND b.h = k.h)
     ORDER BY k.h),
  shared AS (
    SELECT m.mine, b.behind, 1 / (1 + ln(b.number / 2::double precision)) AS weight
      FROM mine m CROSS JOIN LATERAL (
        SELECT array_agg(k.customer_id) FILTER (WHERE k.customer_id > m.mine) AS behind, count(*) AS number
          FROM customers_duplicatekey k WHERE k.organization_id = own AND k.h = m.h) b
     WHERE b.behind IS NOT NULL),
  weighed AS (
    SELECT s.mine, u.theirs, sum(s.weight) AS weight FROM shared s CROSS JOIN LATERAL unnest(s.behind) AS u (theirs) GROUP BY 1, 2),
  ranked AS (
    SELECT w.mine, w.theirs, row_number() OVER (PARTITION BY w.mine ORDER BY w.weight DESC, w.theirs) AS place
      FROM weighed w WHERE w.weight >= at_least)
  SELECT r.mine, r.theirs FROM ranked r WHERE r.place <= most;
END $$;

-- A pair for each that is proposed. One that is open follows its score; one that was told apart opens again only when one of the
-- two has changed since and they are more alike than then by more than a step; what was said to be the same stays.
CREATE FUNCTION customers_propose_pairs(firsts uuid[], seconds uuid[], scores double precision[], verdicts text[],
                                        whys jsonb[], weights integer, fingerprint text) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE own bigint := current_setting('app.organization_id')::bigint; fresh integer;
BEGIN
  WITH told AS (
    SELECT * FROM unnest(firsts, seconds, scores, verdicts, whys) AS u (one, other, score, verdict, why)),
  kept AS (
    INSERT INTO customers_duplicatepair AS kept (organization_id, first_id, second_id, score, verdict, reasons, weights_version,
        weights_fingerprint, found_by, said, status, reason)
    SELECT own, t.one, t.other, t.score, t.verdict, t.why, weights, fingerprint, 'scan', '', 'open', ''
      FROM told t WHERE t.verdict IN ('same', 'review')
        AND (SELECT count(*) FROM customers_customer c WHERE c.organization_id = own AND c.id IN (t.one, t.other)) = 2
     ORDER BY t.one, t.other
    ON CONFLICT (organization_id, first_id, second_id) DO UPDATE
      SET score = excluded.score, verdict = excluded.verdict, reasons = excluded.reasons,
          weights_version = excluded.weights_version, weights_fingerprint = excluded.weights_fingerprint,
          status = 'open', decided_by_id = NULL, decided_at = NULL, reason = ''
      WHERE kept.status = 'open' AND (kept.verdict <> excluded.verdict OR abs(kept.score - excluded.score) > 0.005)
         OR customers_may_reopen(kept, excluded.score)
    RETURNING kept.xmax = 0 OR kept.verdict IN ('same', 'review') AS is_open, kept.xmax = 0 AS is_new),
  withdrawn AS (
    UPDATE customers_duplicatepair p
       SET score = t.score, verdict = t.verdict, reasons = t.why, weights_version = weights, weights_fingerprint = fingerprint
      FROM told t WHERE t.verdict NOT IN ('same', 'review') AND p.organization_id = own AND p.first_id = t.one
       AND p.second_id = t.other AND p.status = 'open' AND p.verdict <> t.verdict)
  SELECT count(*) FILTER (WHERE is_new) INTO fresh FROM kept;
  RETURN fresh;
END $$;
CREATE FUNCTION customers_may_reopen(kept customers_duplicatepair, now_score double precision) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT kept.status = 'different' AND now_score >= kept.score + 0.1 AND EXISTS (
    SELECT FROM customers_duplicaterecord d WHERE d.organization_id = kept.organization_id
       AND d.customer_id IN (kept.first_id, kept.second_id) AND d.changed_at > kept.decided_at);
$$;

-- What was compared with all others is marked as compared, unless it has changed meanwhile: whoever changes it holds its row.
CREATE FUNCTION customers_settle_compared(ids uuid[], states timestamptz[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE customers_duplicaterecord d SET is_dirty = false
    FROM (SELECT h.customer_id FROM customers_duplicaterecord h
            JOIN unnest(ids, states) AS u (customer, state) ON h.customer_id = u.customer AND h.changed_at = u.state
           WHERE h.organization_id = current_setting('app.organization_id')::bigint AND h.is_dirty
             FOR UPDATE OF h SKIP LOCKED) held
   WHERE d.organization_id = current_setting('app.organization_id')::bigint AND d.customer_id = held.customer_id;
$$;
-- The same for a whole search, whose parts each compare a customer with some of the others: for those that stand as they did
-- before its first part, by the transaction that wrote them.
CREATE FUNCTION customers_settle_scanned(since uuid, until uuid, horizon bigint) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE customers_duplicaterecord d SET is_dirty = false
    FROM (SELECT h.customer_id FROM customers_duplicaterecord h
           WHERE h.organization_id = current_setting('app.organization_id')::bigint AND h.is_dirty AND h.version <> 0
             AND h.customer_id > since AND h.customer_id <= until
             AND age(h.xmin) > age((horizon % 4294967296)::text::xid)
             FOR UPDATE OF h SKIP LOCKED) held
   WHERE d.organization_id = current_setting('app.organization_id')::bigint AND d.customer_id = held.customer_id;
$$;

-- Who decides about a pair: whose role does so, who reaches both customers, and nobody about what he entered himself.
CREATE FUNCTION customers_may_decide_pair(person uuid, pair customers_duplicatepair) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT pair.raised_by_id IS DISTINCT FROM person AND (
    SELECT count(*) FROM accounts_user me
      JOIN accounts_role r ON r.organization_id = me.organization_id AND r.code = me.role
      JOIN customers_customer c ON c.organization_id = me.organization_id AND c.id IN (pair.first_id, pair.second_id)
     WHERE me.organization_id = pair.organization_id AND me.id = person AND me.is_active
       AND 'customers.decide_duplicates' = ANY (r.verbs)
       AND (c.owner_id IS NULL OR c.owner_id = me.id OR r.view = 'organization'
            OR r.view = 'subtree' AND customers_is_superior(me.id, c.owner_id)
            OR r.view = 'team' AND EXISTS (SELECT FROM accounts_user u WHERE u.organization_id = me.organization_id
                                              AND u.id = c.owner_id AND u.team_id = me.team_id))) = 2;
$$;
CREATE FUNCTION customers_pair_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE me uuid := accounts_acting_person();
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.status <> 'open' THEN
      PERFORM accounts_refuse('pair_begins_open', 'a pair is found first and decided afterwards');
    END IF;
    RETURN new;
  END IF;
  IF (new.id, new.organization_id, new.first_id, new.second_id, new.found_by, new.found_at, new.raised_by_id, new.said)
     IS DISTINCT FROM (old.id, old.organization_id, old.first_id, old.second_id, old.found_by, old.found_at, old.raised_by_id, old.said) THEN
    PERFORM accounts_refuse('pair_stays', 'what a pair is, and how it was found, stays');
  ELSIF (new.score, new.verdict, new.reasons) IS DISTINCT FROM (old.score, old.verdict, old.reasons)
     AND (me IS NOT NULL OR old.status <> 'open' AND NOT (new.status = 'open' AND customers_may_reopen(old, new.score))) THEN
    PERFORM accounts_refuse('nobody_scores', 'pairs are scored by the search, and what was decided keeps its score');
  ELSIF new.status = old.status AND old.status <> 'open' AND new IS DISTINCT FROM old THEN
    PERFORM accounts_refuse('decision_stands', 'what was decided is opened again before it is decided otherwise');
  ELSIF new.status <> old.status THEN
    IF NOT coalesce(customers_may_decide_pair(me, old), false)
       AND NOT (me IS NULL AND new.status = 'open' AND customers_may_reopen(old, new.score)) THEN
      PERFORM accounts_refuse('pair_is_decided_by_right', 'a pair is decided by somebody who reaches both and did not enter it');
    ELSIF new.status <> 'open' THEN
      new.decided_at := clock_timestamp();
      IF new.decided_by_id IS DISTINCT FROM me THEN
        PERFORM accounts_refuse('pair_is_decided_by_right', 'a pair is decided in one''s own name');
      END IF;
    END IF;
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER pair_stands BEFORE INSERT OR UPDATE ON customers_duplicatepair
  FOR EACH ROW EXECUTE FUNCTION customers_pair_stands();

-- A pair goes with a customer that goes, and otherwise never.
CREATE FUNCTION customers_pair_goes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM customers_customer c
       WHERE c.organization_id = old.organization_id AND c.id IN (old.first_id, old.second_id)) = 2 THEN
    PERFORM accounts_refuse('pair_stays', 'a pair goes only with one of its customers');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER pair_goes AFTER DELETE ON customers_duplicatepair DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION customers_pair_goes();

-- "Review" is taken off a customer of which no pair is left to decide.
CREATE FUNCTION customers_pair_reviewed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_customer c SET needs_review = false
   WHERE c.organization_id = new.organization_id AND c.id IN (new.first_id, new.second_id) AND c.needs_review
     AND NOT EXISTS (SELECT FROM customers_duplicatepair p WHERE p.organization_id = new.organization_id AND p.first_id = c.id
                        AND p.status = 'open' AND p.verdict IN ('same', 'review'))
     AND NOT EXISTS (SELECT FROM customers_duplicatepair p WHERE p.organization_id = new.organization_id AND p.second_id = c.id
                        AND p.status = 'open' AND p.verdict IN ('same', 'review'));
  RETURN NULL;
END $$;
CREATE TRIGGER pair_reviewed AFTER UPDATE OF status ON customers_duplicatepair
  FOR EACH ROW WHEN (new.status <> 'open' AND old.status = 'open') EXECUTE FUNCTION customers_pair_reviewed();

GRANT SELECT ON customers_duplicatepair TO crm_search;
CREATE POLICY search ON customers_duplicatepair FOR SELECT TO crm_search USING (true);
GRANT UPDATE (needs_review) ON customers_customer TO crm_search;
REVOKE ALL ON FUNCTION customers_pair_goes(), customers_pair_reviewed() FROM PUBLIC;
ALTER FUNCTION customers_pair_goes() OWNER TO crm_search;
ALTER FUNCTION customers_pair_reviewed() OWNER TO crm_search;

-- The pairs that lead from these customers to others of their cluster: probably the same and not decided otherwise, or said to be
-- the same. A branch or a sister is no way to anybody.
CREATE FUNCTION customers_cluster_pairs(ids uuid[], most integer) RETURNS TABLE (one uuid, other uuid)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE reached (customer, one, other) AS (
    SELECT u, u, u FROM unnest(ids) AS u
    UNION
    SELECT CASE WHEN p.first_id = r.customer THEN p.second_id ELSE p.first_id END, p.first_id, p.second_id
      FROM reached r JOIN customers_duplicatepair p ON p.organization_id = current_setting('app.organization_id')::bigint
       AND (p.first_id = r.customer OR p.second_id = r.customer)
       AND (p.status = 'same' OR p.status = 'open' AND p.verdict = 'same' AND p.score >= 0.9))
  SELECT DISTINCT z.one, z.other FROM (SELECT r.one, r.other FROM reached r LIMIT most + cardinality(ids)) z WHERE z.one <> z.other;
$$;
