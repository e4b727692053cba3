-- The same answer for half: what a key brings comes as one array, counted once, and of each question the best are kept instead
-- of ranking all that share anything. `OFFSET 0` keeps an array from being gathered anew wherever it is spoken of.
CREATE OR REPLACE FUNCTION customers_candidates(asked integer[], keys bigint[], weights real[], most integer)
RETURNS TABLE (question integer, customer uuid, weight double precision, record jsonb)
LANGUAGE plpgsql STABLE ROWS 40
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE own bigint := current_setting('app.organization_id')::bigint;
BEGIN
  RETURN QUERY
  SELECT q.n, c.customer_id, c.s, d.record
    FROM (SELECT a.n, array_agg(a.h) AS hs, array_agg(a.w) AS ws FROM unnest(asked, keys, weights) AS a (n, h, w) GROUP BY a.n) q
    CROSS JOIN LATERAL (
      SELECT u.customer_id, sum(k.s) AS s
        FROM (SELECT z.ids, p.w / (1 + ln(greatest(cardinality(z.ids), 5) / 5.0)) AS s
                FROM unnest(q.hs, q.ws) AS p (h, w)
                CROSS JOIN LATERAL (
                  SELECT ARRAY(SELECT y.customer_id FROM customers_duplicatekey y
                                WHERE y.organization_id = own AND y.h = p.h
                                LIMIT 300) AS ids OFFSET 0) z OFFSET 0) k
        CROSS JOIN LATERAL unnest(k.ids) AS u (customer_id)
       GROUP BY u.customer_id ORDER BY s DESC, u.customer_id LIMIT most) c
    JOIN customers_duplicaterecord d ON d.organization_id = own AND d.customer_id = c.customer_id
   ORDER BY q.n, c.s DESC, c.customer_id;
END $$;
