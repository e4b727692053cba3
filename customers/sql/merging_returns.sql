-- Taking a merge back: exactly what it moved, and nothing newer. Protection ran on meanwhile.

GRANT SELECT (id, organization_id, is_active) ON accounts_user TO crm_search;
CREATE POLICY merges ON accounts_user FOR SELECT TO crm_search USING (true);

-- The claims of both as they were. Who has given up since what he got by the merge does not get it back by the undoing.
CREATE FUNCTION customers_unmerge_claims(m customers_merge) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  w customers_claim := jsonb_populate_record(NULL::customers_claim, nullif(m.moved -> 'claims' -> 'winner', 'null'));
  l customers_claim := jsonb_populate_record(NULL::customers_claim, nullif(m.moved -> 'claims' -> 'loser', 'null'));
  kept customers_claim := jsonb_populate_record(NULL::customers_claim, nullif(m.moved -> 'claims' -> 'kept', 'null'));
  live customers_claim; old customers_claim; goes_on boolean;
BEGIN
  SELECT * INTO live FROM customers_claim c WHERE c.organization_id = m.organization_id AND c.customer_id = m.winner_id AND c.released_at IS NULL FOR UPDATE;
  goes_on := live.id IS NOT DISTINCT FROM kept.id;
  IF goes_on AND m.moved -> 'claims' ->> 'made' IS NOT NULL THEN
    UPDATE customers_claim c SET released_at = m.undone_at, released_by_id = m.undone_by_id, release_reason = m.reason, ended_as = 'unmerged'
     WHERE c.organization_id = m.organization_id AND c.id = live.id;
    UPDATE customers_claim c SET released_at = NULL, released_by_id = NULL, release_reason = '', ended_as = ''
     WHERE c.organization_id = m.organization_id AND c.id = w.id AND customers_is_here(c.claimant_id);
  ELSIF goes_on AND live.id IS NOT NULL THEN  -- as it was, and what it has earned since
    old := w;
    old.confirmed_at := coalesce(old.confirmed_at, live.confirmed_at);
    IF live.opportunity_at IS DISTINCT FROM kept.opportunity_at THEN old.opportunity_at := live.opportunity_at; END IF;
    IF live.won_at IS DISTINCT FROM kept.won_at THEN old.won_at := live.won_at; END IF;
    IF live.protected_until > kept.protected_until THEN old.protected_until := customers_protection(old); END IF;
    UPDATE customers_claim c SET base_until = old.base_until, chain_began_at = old.chain_began_at, held_until = old.held_until,
           confirmed_at = old.confirmed_at, opportunity_at = old.opportunity_at, won_at = old.won_at, protected_until = old.protected_until
     WHERE c.organization_id = m.organization_id AND c.id = live.id;
  END IF;
  UPDATE customers_claim c SET released_at = NULL, released_by_id = NULL, release_reason = '', ended_as = ''
   WHERE c.organization_id = m.organization_id AND c.id = l.id AND customers_is_here(c.claimant_id) AND (goes_on OR c.claimant_id <> m.owner_id);
END $$;
CREATE FUNCTION customers_is_here(person uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM accounts_user u WHERE u.organization_id = current_setting('app.organization_id')::bigint AND u.id = person AND u.is_active);
$$;

-- One customer as its claim and what hangs on it say; without a claim it waits where it waited before.
CREATE FUNCTION customers_unmerge_stand(before customers_customer, org bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE claim customers_claim; was customers_customer;
BEGIN
  SELECT * INTO claim FROM customers_claim c WHERE c.organization_id = org AND c.customer_id = before.id AND c.released_at IS NULL;
  SELECT * INTO was FROM customers_customer c WHERE c.organization_id = org AND c.id = before.id;
  IF claim.id IS NULL AND before.owner_id IS NOT NULL THEN  -- its owner is gone, or has given it up
    before.pooled_at := coalesce(was.pooled_at, clock_timestamp()); before.available_at := coalesce(was.available_at, before.pooled_at);
    before.pool_id := coalesce(was.pool_id, customers_pool_of(to_jsonb(was)));
  END IF;
  UPDATE customers_customer c SET merged_into_id = NULL, owner_id = claim.claimant_id, protected_until = claim.protected_until,
         is_held = coalesce(claim.held_until IS NOT NULL AND claim.confirmed_at IS NULL, false),
         pooled_at = CASE WHEN claim.id IS NULL THEN before.pooled_at END, available_at = CASE WHEN claim.id IS NULL THEN before.available_at END,
         pool_id = CASE WHEN claim.id IS NULL THEN before.pool_id END,
         key_account = EXISTS (SELECT FROM customers_keyaccount k WHERE k.organization_id = org AND k.customer_id = c.id AND k.ended_at IS NULL),
         has_denials = EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = org AND d.customer_id = c.id AND d.ended_at IS NULL),
         last_contact_at = CASE WHEN was.last_contact_at IS DISTINCT FROM before.last_contact_at AND EXISTS (SELECT FROM customers_followup f
           WHERE f.organization_id = org AND f.customer_id = c.id AND f.occurred_at = was.last_contact_at) THEN was.last_contact_at ELSE before.last_contact_at END
   WHERE c.organization_id = org AND c.id = before.id;
  UPDATE customers_customer c SET completeness = 0 WHERE c.organization_id = org AND c.id = before.id;
  UPDATE customers_collaborator s SET ended_at = least(clock_timestamp(), s.until) WHERE s.organization_id = org AND s.customer_id = before.id
     AND s.ended_at IS NULL AND claim.claimant_id IS DISTINCT FROM before.owner_id;
  UPDATE customers_nextstep s SET state = 'dropped', done_at = clock_timestamp(), done_by_id = accounts_acting_person(), reason = 'pool'
   WHERE s.organization_id = org AND s.customer_id = before.id AND s.state = 'open' AND claim.id IS NULL;
  UPDATE customers_nextstep s SET person_id = claim.claimant_id
   WHERE s.organization_id = org AND s.customer_id = before.id AND s.state = 'open' AND s.person_id <> claim.claimant_id;
END $$;

-- Shares and key accounts that ended come back where nothing newer stands; what was passed on goes back; denials that were
-- given on end.
CREATE FUNCTION customers_unmerge_exceptions(m customers_merge) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE each text; passed jsonb; ended jsonb;
BEGIN
  FOREACH each IN ARRAY ARRAY['customers_collaborator', 'customers_keyaccount'] LOOP
    passed := coalesce(m.moved -> 'passed' -> each, '[]'); ended := coalesce(m.moved -> 'ended' -> each, '[]');
    EXECUTE format('UPDATE %I t SET customer_id = $3 WHERE t.organization_id = $1 AND t.customer_id = $2 AND $4 ? t.id::text', each)
      USING m.organization_id, m.winner_id, m.loser_id, passed;
    EXECUTE format('UPDATE %1$I t SET ended_at = NULL %2$s WHERE t.organization_id = $1 AND $2 ? t.id::text AND NOT EXISTS (SELECT FROM %1$I o'
      ' WHERE o.organization_id = $1 AND o.customer_id = t.customer_id AND o.ended_at IS NULL %3$s)', each,
      CASE each WHEN 'customers_keyaccount' THEN ', ended_by_id = NULL' ELSE '' END,
      CASE each WHEN 'customers_collaborator' THEN 'AND o.person_id = t.person_id' ELSE '' END) USING m.organization_id, ended;
  END LOOP;
  UPDATE customers_denial d SET ended_at = m.undone_at WHERE d.organization_id = m.organization_id AND d.ended_at IS NULL
     AND coalesce(nullif(m.moved -> 'denials', 'null'), '[]') ? d.id::text;
END $$;

CREATE FUNCTION customers_merge_returns() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  org bigint := new.organization_id; steps jsonb := coalesce(nullif(new.moved -> 'steps', 'null'), '{}');
  w customers_customer := jsonb_populate_record(NULL::customers_customer, new.moved -> 'winner');
  l customers_customer := jsonb_populate_record(NULL::customers_customer, new.moved -> 'loser');
  here customers_customer; restored jsonb; back customers_customer;
BEGIN
  SELECT * INTO here FROM customers_customer c WHERE c.organization_id = org AND c.id = w.id;
  PERFORM customers_move_rows_back(org, w.id, l.id, new.moved -> 'rows');
  PERFORM customers_unmerge_exceptions(new);
  PERFORM customers_unmerge_claims(new);
  DELETE FROM customers_searchterm t WHERE t.organization_id = org AND t.customer_id = w.id AND coalesce(nullif(new.moved -> 'terms', 'null'), '[]') ? t.term;
  UPDATE customers_customer c SET parent_id = l.id WHERE c.organization_id = org AND c.parent_id = w.id
     AND coalesce(nullif(new.moved -> 'children', 'null'), '[]') ? c.id::text;
  SELECT coalesce(jsonb_object_agg(field, new.compared -> 'winner' -> field), '{}') INTO restored FROM jsonb_array_elements_text(new.chosen) AS field
   WHERE to_jsonb(here) -> field = new.compared -> 'loser' -> field;
  back := jsonb_populate_record(here, restored);
  UPDATE customers_customer c SET name = back.name, credit_code = back.credit_code, other_name = back.other_name, short_name = back.short_name,
         website = back.website, country = back.country, region = back.region, industry = back.industry, size = back.size, tier = back.tier
   WHERE c.organization_id = org AND c.id = w.id AND restored <> '{}';
  INSERT INTO customers_verifiedfield SELECT v.* FROM jsonb_populate_recordset(NULL::customers_verifiedfield,
      coalesce(nullif(new.moved -> 'verified', 'null'), '[]')) AS v WHERE restored ? v.field ON CONFLICT DO NOTHING;
  UPDATE customers_nextstep s SET person_id = (steps ->> s.id::text)::uuid
   WHERE s.organization_id = org AND steps ? s.id::text AND s.state = 'open' AND s.person_id = new.owner_id;
  PERFORM customers_unmerge_stand(w, org), customers_unmerge_stand(l, org);
  UPDATE customers_merge SET working_in = NULL WHERE organization_id = org AND id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER returns AFTER UPDATE ON customers_merge FOR EACH ROW WHEN (old.undone_at IS NULL AND new.undone_at IS NOT NULL)
  EXECUTE FUNCTION customers_merge_returns();

-- Contacts of before a merge extend nothing any more: how far they had brought the claims is in what both had left.
CREATE OR REPLACE FUNCTION customers_earned(c customers_claim) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
  SELECT max(least(f.occurred_at, f.recorded_at, e.happened_at)
             + make_interval(days => (customers_rules_at(f.organization_id, f.recorded_at)).protection_days))
    FROM customers_followup f JOIN customers_evidence e ON e.organization_id = f.organization_id AND e.follow_up_id = f.id
   WHERE f.organization_id = c.organization_id AND f.customer_id = c.customer_id AND f.recorded_at >= c.chain_began_at
     AND customers_shows(f, e)
     AND f.recorded_at > coalesce((SELECT max(m.done_at) FROM customers_merge m WHERE m.organization_id = c.organization_id
                                      AND m.winner_id = c.customer_id AND m.undone_at IS NULL), '-infinity');
$$;
-- The cooldown follows a company into the record it passed into; that a merge ended a claim begins none.
CREATE FUNCTION customers_cools_down(of_customer uuid, of_claimant uuid, days integer) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
  SELECT EXISTS (SELECT FROM customers_claim c WHERE c.organization_id = current_setting('app.organization_id')::bigint
     AND (c.customer_id = of_customer OR c.customer_id IN (SELECT l.id FROM customers_customer l
          WHERE l.organization_id = current_setting('app.organization_id')::bigint AND l.merged_into_id = of_customer))
     AND c.released_at > clock_timestamp() - make_interval(days => days) AND c.ended_as NOT IN ('merged', 'unmerged')
     AND customers_same_group(c.claimant_id, of_claimant, c.team_id));
$$;
-- `customers_claim_refusal` keeps everything else as it stands in the database: one question of it is asked otherwise.
DO $$ DECLARE written text; BEGIN
  SELECT pg_get_functiondef('customers_claim_refusal(uuid, text, uuid)'::regprocedure) INTO written;
  EXECUTE regexp_replace(written, 'AND EXISTS \(SELECT FROM customers_claim c WHERE c\.organization_id = org AND c\.customer_id = of_customer\s+AND c\.released_at > [^;]*\(c\.claimant_id, of_claimant, c\.team_id\)\) THEN RETURN ''cooldown''',
    'AND customers_cools_down(of_customer, of_claimant, rules.cooldown_days) THEN RETURN ''cooldown''');
  IF position('customers_cools_down' IN pg_get_functiondef('customers_claim_refusal(uuid, text, uuid)'::regprocedure)) = 0 THEN
    RAISE EXCEPTION 'the cooldown is written otherwise than this migration knows it';
  END IF;
END $$;
-- Nobody verifies what was merged from his own.
CREATE FUNCTION customers_verified_by_no_former_owner() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM customers_customer l JOIN customers_claim c ON c.organization_id = l.organization_id AND c.customer_id = l.id
      WHERE l.organization_id = new.organization_id AND l.merged_into_id = new.customer_id AND c.claimant_id = new.verified_by_id) THEN
    PERFORM accounts_refuse('nobody_verifies_his_own', 'nobody verifies a customer that is or was his own');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER verified_by_no_former_owner BEFORE INSERT ON customers_verification
  FOR EACH ROW EXECUTE FUNCTION customers_verified_by_no_former_owner();

REVOKE ALL ON FUNCTION customers_merge_moves(), customers_merge_returns() FROM PUBLIC;
ALTER FUNCTION customers_merge_moves() OWNER TO crm_search;
ALTER FUNCTION customers_merge_returns() OWNER TO crm_search;
