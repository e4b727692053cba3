-- How long each claim would have protected, as replays.sql says it; but a claim takes its terms along from step to step. Looked up
-- again for each piece of evidence, they cost the square of the claims: 27 seconds at 10,000.
CREATE OR REPLACE FUNCTION customers_protection_under(of_organization bigint, proposed jsonb, since timestamptz, upto timestamptz)
RETURNS TABLE (claim uuid, customer uuid, claimant uuid, team uuid, way text, began timestamptz, released timestamptz, ended_as text,
               was_until timestamptz, hold_until timestamptz, confirmed timestamptz, ends timestamptz)
LANGUAGE sql STABLE ROWS 1000000 SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET work_mem = '64MB' AS $$
  WITH version AS (
    SELECT r.effective_from AS begins, lead(r.effective_from) OVER (ORDER BY r.effective_from) AS over, r.protection_days AS days
      FROM (SELECT DISTINCT ON (v.effective_from) v.effective_from, v.protection_days FROM customers_ownershiprules v
             WHERE v.organization_id = of_organization AND (proposed IS NULL OR v.effective_from < since)
             ORDER BY v.effective_from, v.number DESC) r),
  holds_for AS (
    SELECT begins, CASE WHEN proposed IS NULL THEN over ELSE least(over, since) END AS over, days FROM version
    UNION ALL SELECT since, NULL, (proposed ->> 'protection_days')::int WHERE proposed IS NOT NULL),
  begun AS (
    SELECT c.*, first_value(c.way) OVER (PARTITION BY c.customer_id, c.chain_began_at ORDER BY c.claimed_at) AS first_way,
           proposed IS NOT NULL AND c.chain_began_at >= since AS is_new
      FROM customers_claim c WHERE c.organization_id = of_organization AND c.claimed_at < upto
       AND (c.released_at IS NULL OR c.released_at >= since - make_interval(days => coalesce((proposed ->> 'cooldown_days')::int, 0)))),
  terms AS MATERIALIZED (
    SELECT b.id, b.customer_id, b.claimant_id, b.team_id, b.way, b.claimed_at, b.released_at, b.ended_as, b.protected_until, b.chain_began_at,
           coalesce(b.released_at, upto) AS over,
           CASE WHEN is_new THEN b.chain_began_at + make_interval(days => (proposed ->> 'protection_days')::int) ELSE b.base_until END AS base,
           CASE WHEN NOT is_new THEN b.held_until
                WHEN b.first_way IN ('created', 'pool', 'draw') AND (proposed ->> 'hold_hours')::int > 0
                THEN b.chain_began_at + make_interval(hours => (proposed ->> 'hold_hours')::int) END AS hold,
           least(CASE WHEN coalesce(least(b.opportunity_at, b.won_at) > n.opportunity, true) THEN n.opportunity END,
                 CASE WHEN coalesce(b.won_at > n.won, true) THEN n.won END) AS cap
      FROM begun b JOIN customers_ownershiprules r ON r.organization_id = of_organization AND r.id = b.rules_id
     CROSS JOIN LATERAL (SELECT
       b.chain_began_at + make_interval(days => CASE WHEN is_new THEN (proposed ->> 'opportunity_days')::int ELSE r.opportunity_days END)
         AS opportunity,
       b.chain_began_at + make_interval(days => CASE WHEN is_new THEN (proposed ->> 'won_days')::int ELSE r.won_days END) AS won) n),
  shown AS (
    SELECT f.customer_id, f.recorded_at, e.id AS evidence, e.gathered_at AS gathered,
           least(f.occurred_at, f.recorded_at, e.happened_at) + make_interval(days => v.days) AS until
      FROM customers_followup f
      JOIN customers_evidence e ON e.organization_id = of_organization AND e.follow_up_id = f.id AND customers_shows(f, e)
      JOIN holds_for v ON f.recorded_at >= v.begins AND (v.over IS NULL OR f.recorded_at < v.over)
     WHERE f.organization_id = of_organization),
  step AS (
    SELECT t.id, s.gathered, s.until, t.hold, t.base, t.cap,
           max(s.until) OVER (PARTITION BY t.id ORDER BY s.gathered, s.until, s.evidence
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far
      FROM terms t JOIN shown s ON s.customer_id = t.customer_id AND s.recorded_at >= t.chain_began_at AND s.recorded_at < t.over
       AND s.gathered < t.over),
  stood AS (
    SELECT s.id, s.gathered, s.until,
           least(CASE WHEN s.so_far IS NULL THEN coalesce(s.hold, s.base) ELSE greatest(s.base, s.so_far) END, s.cap) AS stands FROM step s),
  reached AS (  -- the first evidence that came too late ends it; what came in time before that confirms and extends
    SELECT s.id, min(s.gathered) FILTER (WHERE s.gathered >= s.stands) AS late,
           (array_agg(s.stands ORDER BY s.gathered, s.until) FILTER (WHERE s.gathered >= s.stands))[1] AS stood,
           min(s.gathered) AS first, max(s.until) AS furthest
      FROM stood s GROUP BY s.id)
  SELECT t.id, t.customer_id, t.claimant_id, t.team_id, t.way, t.claimed_at, t.released_at, t.ended_as, t.protected_until, t.hold,
         CASE WHEN x.first < coalesce(x.late, 'infinity') THEN x.first END,
         CASE WHEN x.late IS NOT NULL THEN x.stood
              WHEN x.first IS NOT NULL THEN least(greatest(t.base, x.furthest), t.cap)
              ELSE least(coalesce(t.hold, t.base), t.cap) END
    FROM terms t LEFT JOIN reached x ON x.id = t.id;
$$;
