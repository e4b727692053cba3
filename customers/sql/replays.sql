-- What other rules would have made of the last 90 days: worked out by the database from what was claimed, recorded and shown,
-- before anybody decides about them. And: no version of the rules without such a replay.

-- Its names were looked up when it was made, so it needs no path and is inlined.
-- Does this evidence show this contact? Of the same day, recorded within a day, from outside, and no correction of another one.
CREATE FUNCTION customers_shows(f customers_followup, e customers_evidence) RETURNS boolean LANGUAGE sql STABLE
  RETURN f.recorded_at - f.occurred_at <= interval '24 hours' AND f.corrects_id IS NULL AND e.strength <> 'own'
     AND e.happened_at BETWEEN f.occurred_at - interval '24 hours' AND f.occurred_at + interval '24 hours';
-- What contacts have earned a claim: days from the artefact when what people say is later, so that no typed time is worth an hour.
CREATE OR REPLACE FUNCTION customers_earned(c customers_claim) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT max(least(f.occurred_at, f.recorded_at, e.happened_at)
             + make_interval(days => (customers_rules_at(f.organization_id, f.recorded_at)).protection_days))
    FROM customers_followup f JOIN customers_evidence e ON e.organization_id = f.organization_id AND e.follow_up_id = f.id
   WHERE f.organization_id = c.organization_id AND f.customer_id = c.customer_id AND f.recorded_at >= c.chain_began_at
     AND customers_shows(f, e);
$$;

-- How long each claim would have protected, event by event: evidence counts while the protection lasts, and not after it, however
-- late the job came. From `since` on under the proposed rules; with none of them, under those that held.
CREATE FUNCTION customers_protection_under(of_organization bigint, proposed jsonb, since timestamptz, upto timestamptz)
RETURNS TABLE (claim uuid, customer uuid, claimant uuid, team uuid, way text, began timestamptz, released timestamptz, ended_as text,
               was_until timestamptz, hold_until timestamptz, confirmed timestamptz, ends timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET work_mem = '64MB' AS $$
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
  terms AS (
    SELECT b.id, b.customer_id, b.chain_began_at, coalesce(b.released_at, upto) AS over,
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
  earned AS (
    SELECT t.id, e.id AS evidence, e.gathered_at AS gathered,
           least(f.occurred_at, f.recorded_at, e.happened_at) + make_interval(days => v.days) AS until
      FROM terms t
      JOIN customers_followup f ON f.organization_id = of_organization AND f.customer_id = t.customer_id
       AND f.recorded_at >= t.chain_began_at AND f.recorded_at < t.over
      JOIN customers_evidence e ON e.organization_id = of_organization AND e.follow_up_id = f.id AND e.gathered_at < t.over
       AND customers_shows(f, e)
      JOIN holds_for v ON f.recorded_at >= v.begins AND (v.over IS NULL OR f.recorded_at < v.over)),
  step AS (
    SELECT s.id, s.gathered, s.until,
           least(CASE WHEN s.so_far IS NULL THEN coalesce(t.hold, t.base) ELSE greatest(t.base, s.so_far) END, t.cap) AS stands
      FROM (SELECT e.*, max(e.until) OVER (PARTITION BY e.id ORDER BY e.gathered, e.until, e.evidence
                                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far FROM earned e) s
      JOIN terms t ON t.id = s.id),
  reached AS (  -- the first evidence that came too late ends it; what came in time before that confirms and extends
    SELECT s.id, min(s.gathered) FILTER (WHERE s.gathered >= s.stands) AS late,
           (array_agg(s.stands ORDER BY s.gathered, s.until) FILTER (WHERE s.gathered >= s.stands))[1] AS stood,
           min(s.gathered) AS first, max(s.until) AS furthest
      FROM step s GROUP BY s.id)
  SELECT b.id, b.customer_id, b.claimant_id, b.team_id, b.way, b.claimed_at, b.released_at, b.ended_as, b.protected_until, t.hold,
         CASE WHEN x.first < coalesce(x.late, 'infinity') THEN x.first END,
         CASE WHEN x.late IS NOT NULL THEN x.stood
              WHEN x.first IS NOT NULL THEN least(greatest(t.base, x.furthest), t.cap)
              ELSE least(coalesce(t.hold, t.base), t.cap) END
    FROM begun b JOIN terms t ON t.id = b.id LEFT JOIN reached x ON x.id = b.id;
$$;

-- What the proposed rules would have changed, a row for each claim and effect. Each limit is read against what was really held
-- and claimed then: a claim that would have been refused is not taken out of what followed.
CREATE FUNCTION customers_effects_of(of_organization bigint, proposed jsonb, since timestamptz, upto timestamptz)
RETURNS TABLE (claim uuid, customer uuid, claimant uuid, what text, at timestamptz, was timestamptz, would timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET work_mem = '64MB' AS $$
  WITH under AS MATERIALIZED (
    SELECT u.*, least(u.released, u.was_until) AS was,
           CASE WHEN u.ended_as IN ('recycled', 'lapsed') THEN u.ends ELSE least(u.ends, u.released) END AS gone
      FROM customers_protection_under(of_organization, proposed, since, upto) u),
  fresh AS MATERIALIZED (
    SELECT u.* FROM under u WHERE u.began >= since AND u.way IN ('created', 'pool', 'draw')),
  ordered AS (  -- the order of a person's day; the daily limit asks for claims from the pool only
    SELECT f.claim, row_number() OVER (PARTITION BY f.claimant, date_trunc('day', f.began AT TIME ZONE o.time_zone)
                                       ORDER BY f.began, f.claim) AS place
      FROM fresh f JOIN accounts_organization o ON o.id = of_organization WHERE f.way = 'pool'),
  comes AS (
    SELECT u.claimant, u.began AS at, 1 AS held, (u.hold_until IS NOT NULL)::int AS holds, 0 AS lapses, u.claim
      FROM under u WHERE u.claimant IN (SELECT f.claimant FROM fresh f)
    UNION ALL
    SELECT u.claimant, u.gone, -1, 0, (u.hold_until IS NOT NULL AND u.confirmed IS NULL AND coalesce(u.gone = u.ends, false))::int, NULL
      FROM under u WHERE u.gone < upto AND u.claimant IN (SELECT f.claimant FROM fresh f)
    UNION ALL
    SELECT u.claimant, least(u.confirmed, u.hold_until, u.gone), 0, -1, 0, NULL
      FROM under u WHERE u.hold_until IS NOT NULL AND u.claimant IN (SELECT f.claimant FROM fresh f)),
  carried AS (
    SELECT c.claim, c.held, sum(c.held) OVER so_far - c.held AS held_before, sum(c.holds) OVER so_far - c.holds AS holds_before,
           sum(c.lapses) OVER lately AS lapsed_before
      FROM comes c
    WINDOW so_far AS (PARTITION BY c.claimant ORDER BY c.at, c.held, c.claim ROWS UNBOUNDED PRECEDING),
           lately AS (PARTITION BY c.claimant ORDER BY c.at RANGE BETWEEN interval '30 days' PRECEDING AND CURRENT ROW)),
  before AS (  -- whose the company was before, as long ago as the cooldown reaches
    SELECT f.claim, f.claimant, p.claimant AS former, p.team, p.gone > f.began AS is_his
      FROM fresh f JOIN under p ON p.customer = f.customer AND p.began < f.began
       AND p.gone > f.began - make_interval(days => (proposed ->> 'cooldown_days')::int)
     WHERE f.way <> 'created'),
  grouped AS MATERIALIZED (
    SELECT g.claimant, g.former, g.team, customers_same_group(g.former, g.claimant, g.team) AS is_one
      FROM (SELECT DISTINCT b.claimant, b.former, b.team FROM before b) g),
  cooling AS (
    SELECT b.claim, bool_or(b.is_his AND b.former <> b.claimant) AS taken, bool_or(NOT b.is_his AND g.is_one) AS cools
      FROM before b JOIN grouped g ON g.claimant = b.claimant AND g.former = b.former AND g.team IS NOT DISTINCT FROM b.team
     GROUP BY b.claim),
  refused AS (
    SELECT f.claim, f.customer, f.claimant, f.began, CASE
             WHEN k.taken THEN 'taken'
             WHEN d.place > (proposed ->> 'daily_claims')::int THEN 'daily_claims'
             WHEN c.held_before >= (proposed ->> 'holding_limit')::int THEN 'holding_limit'
             WHEN (proposed ->> 'hold_hours')::int > 0 AND c.holds_before >= (proposed ->> 'holds_at_once')::int THEN 'holds_at_once'
             WHEN (proposed ->> 'hold_hours')::int > 0 AND c.lapsed_before >= (proposed ->> 'lapses_at_most')::int THEN 'lapses'
             WHEN k.cools THEN 'cooldown' END AS why
      FROM fresh f JOIN carried c ON c.claim = f.claim
      LEFT JOIN ordered d ON d.claim = f.claim LEFT JOIN cooling k ON k.claim = f.claim)
  SELECT r.claim, r.customer, r.claimant, r.why, r.began, NULL::timestamptz, NULL::timestamptz FROM refused r WHERE r.why IS NOT NULL
  UNION ALL
  SELECT u.claim, u.customer, u.claimant,
         CASE WHEN u.hold_until IS NOT NULL AND u.confirmed IS NULL THEN 'lapsed' ELSE 'earlier' END, u.ends, u.was, u.ends
    FROM under u WHERE u.ends < least(u.was, upto) - interval '1 minute' AND u.began < u.ends AND u.ends >= since
  UNION ALL
  SELECT u.claim, u.customer, u.claimant, 'later', u.was, u.was, u.ends
    FROM under u WHERE u.ended_as IN ('recycled', 'lapsed') AND u.ends > u.was + interval '1 minute' AND u.released >= since
  UNION ALL
  SELECT u.claim, u.customer, u.claimant, CASE WHEN u.ends < u.was THEN 'shorter' ELSE 'longer' END, u.was, u.was, u.ends
    FROM under u WHERE u.released IS NULL AND u.ends >= upto AND abs(extract(epoch FROM u.ends - u.was)) > 60;
$$;

-- The result as it is kept: for everybody who held something how often each effect, his team, and whether that is a team of who
-- asked; then the companies that differ, the newest first.
CREATE FUNCTION customers_replayed(of_organization bigint, proposed jsonb, since timestamptz, upto timestamptz, author uuid, most integer)
RETURNS jsonb LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET work_mem = '64MB' AS $$
  WITH RECURSIVE own AS (
    SELECT t.id FROM accounts_team t WHERE t.organization_id = of_organization
       AND (t.manager_id = author OR t.id = (SELECT u.team_id FROM accounts_user u WHERE u.organization_id = of_organization AND u.id = author))
    UNION
    SELECT t.id FROM accounts_team t JOIN own ON t.parent_id = own.id WHERE t.organization_id = of_organization),
  effect AS MATERIALIZED (SELECT * FROM customers_effects_of(of_organization, proposed, since, upto)),
  counted AS (
    SELECT e.claimant, jsonb_object_agg(e.what, e.number) AS effects
      FROM (SELECT f.claimant, f.what, count(*) AS number FROM effect f GROUP BY f.claimant, f.what) e GROUP BY e.claimant),
  held AS (
    SELECT c.claimant_id, count(*) AS held, count(*) FILTER (WHERE c.claimed_at >= since) AS begun
      FROM customers_claim c WHERE c.organization_id = of_organization AND c.claimed_at < upto
       AND (c.released_at IS NULL OR c.released_at >= since) GROUP BY c.claimant_id),
  person AS (
    SELECT jsonb_build_object('person', h.claimant_id, 'team', u.team_id, 'own', coalesce(u.team_id IN (SELECT own.id FROM own), false),
                              'held', h.held, 'begun', h.begun, 'effects', coalesce(n.effects, '{}')) AS told
      FROM held h JOIN accounts_user u ON u.organization_id = of_organization AND u.id = h.claimant_id
      LEFT JOIN counted n ON n.claimant = h.claimant_id ORDER BY h.claimant_id),
  differing AS (
    SELECT e.* FROM effect e WHERE e.what NOT IN ('shorter', 'longer') ORDER BY e.at DESC, e.claim LIMIT most)
  SELECT jsonb_build_object(
    'people', (SELECT coalesce(jsonb_agg(p.told), '[]') FROM person p),
    'differing', (SELECT count(*) FROM effect e WHERE e.what NOT IN ('shorter', 'longer')),
    'customers', (SELECT coalesce(jsonb_agg(jsonb_build_object('customer', d.customer, 'person', d.claimant, 'what', d.what, 'at', d.at,
                    'was', d.was, 'would', d.would) ORDER BY d.at DESC, d.claim), '[]') FROM differing d));
$$;

-- A replay says what is proposed and nothing else; its result comes from the database, whatever is sent, once and in nobody's name.
CREATE FUNCTION customers_replay_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.asked_at := clock_timestamp();
    new.asked_by_id := coalesce(accounts_acting_person(), new.asked_by_id);
    new.since := NULL; new.until := NULL; new.finished_at := NULL; new.result := NULL; new.sha256 := '';
    RETURN new;
  END IF;
  IF old.finished_at IS NOT NULL OR accounts_acting_person() IS NOT NULL
     OR (new.organization_id, new.asked_by_id, new.progress_id) IS DISTINCT FROM (old.organization_id, old.asked_by_id, old.progress_id) THEN
    PERFORM accounts_refuse('replay_stands', 'a replay is worked out once, by the house');
  END IF;
  new := old;
  new.until := clock_timestamp();
  new.since := new.until - interval '90 days';
  new.result := customers_replayed(new.organization_id, new.rules, new.since, new.until, new.asked_by_id, 100);
  new.sha256 := encode(sha256(convert_to(new.result::text, 'UTF8')), 'hex');
  new.finished_at := clock_timestamp();
  RETURN new;
END $$;
CREATE TRIGGER replay_stands BEFORE INSERT OR UPDATE ON customers_replay FOR EACH ROW EXECUTE FUNCTION customers_replay_stands();

-- A version says what a second person approved, who saw what it would have changed. It names the request it came from.
CREATE OR REPLACE FUNCTION customers_rules_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  approval approvals_approval;
  kept constant text[] := '{id,organization_id,number,effective_from,written_at,written_by_id,approval_id}';
BEGIN
  SELECT * INTO approval FROM approvals_approval a WHERE a.organization_id = new.organization_id AND a.kind = 'customers.ownership_rules'
     AND a.subject_id = lpad(to_hex(new.organization_id), 32, '0')::uuid AND a.state = 'approved'
     AND a.carried_out_in = pg_current_xact_id()::text::bigint ORDER BY a.carried_out_at DESC LIMIT 1;
  IF NOT accounts_being_founded(new.organization_id) THEN
    IF approval.id IS NULL OR approval.asked -> 'rules' IS DISTINCT FROM to_jsonb(new) - kept THEN
      PERFORM accounts_refuse('rules_as_approved', 'ownership rules change only as a second person approved');
    ELSIF NOT EXISTS (SELECT FROM customers_replay r WHERE r.organization_id = new.organization_id
                         AND r.id = (approval.asked ->> 'replay')::uuid AND r.sha256 = approval.asked ->> 'replay_sha256'
                         AND r.rules = approval.asked -> 'rules' AND r.finished_at > approval.opened_at - interval '25 hours') THEN
      PERFORM accounts_refuse('rules_were_replayed', 'nobody decides about ownership rules without seeing what they would have changed');
    END IF;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('ownership rules', new.organization_id));
  new.approval_id := approval.id;
  new.written_at := clock_timestamp();
  new.written_by_id := nullif(accounts_acting_person(), approval.requested_by_id);  -- by the clock nobody approved it
  new.effective_from := greatest(new.effective_from, (approval.asked ->> 'effective_from')::timestamptz, new.written_at);
  new.number := 1 + coalesce((SELECT max(number) FROM customers_ownershiprules WHERE organization_id = new.organization_id), 0);
  RETURN new;
END $$;

-- Not even the owner of the tables changes what held once: another version comes after it.
CREATE FUNCTION customers_rules_stay() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM accounts_refuse('rules_stay', 'a version of the ownership rules is never changed or removed; another one comes after it');
  RETURN NULL;
END $$;
CREATE TRIGGER rules_stay BEFORE UPDATE OR DELETE ON customers_ownershiprules FOR EACH ROW EXECUTE FUNCTION customers_rules_stay();
CREATE TRIGGER rules_stay_all BEFORE TRUNCATE ON customers_ownershiprules FOR EACH STATEMENT EXECUTE FUNCTION customers_rules_stay();

-- Days are days of 24 hours, whatever time zone a session has set: none of them is worth an hour where clocks are put back.
ALTER FUNCTION customers_claim_refusal(uuid, text, uuid) SET timezone = 'UTC';
ALTER FUNCTION customers_earned(customers_claim) SET timezone = 'UTC';
ALTER FUNCTION customers_protection(customers_claim) SET timezone = 'UTC';
ALTER FUNCTION customers_terms_of_new_claim() SET timezone = 'UTC';
ALTER FUNCTION customers_claim_clock() SET timezone = 'UTC';

-- What changes hands goes on with what was left: evidence that came when it was over brings nothing then either.
CREATE FUNCTION customers_claim_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE left_until timestamptz := (SELECT c.protected_until FROM customers_claim c
  WHERE c.organization_id = new.organization_id AND c.customer_id = new.customer_id AND c.chain_began_at = new.chain_began_at
    AND c.released_at IS NOT NULL ORDER BY c.claimed_at DESC LIMIT 1);
BEGIN
  new.protected_until := least(new.protected_until, left_until);
  RETURN new;
END $$;
CREATE TRIGGER goes_on BEFORE INSERT ON customers_claim FOR EACH ROW EXECUTE FUNCTION customers_claim_goes_on();
