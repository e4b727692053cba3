-- Collision cases: who opens one, what is sealed, who is drawn, what a verdict moves, and what stays frozen meanwhile. The
-- database's to say, whoever writes.

GRANT SELECT, UPDATE ON customers_collisioncase TO crm_search;
CREATE POLICY search ON customers_collisioncase TO crm_search USING (true) WITH CHECK (true);
GRANT SELECT ON customers_sealedstatement TO crm_search;
CREATE POLICY search ON customers_sealedstatement FOR SELECT TO crm_search USING (true);
GRANT UPDATE (in_dispute) ON customers_customer TO crm_search;
CREATE POLICY denied_is_not_there ON customers_collisioncase AS RESTRICTIVE FOR SELECT TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));

-- Above or below each other, or side by side in one team: not for each other to judge.
CREATE FUNCTION customers_one_line(one uuid, other uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT customers_is_superior(one, other) OR customers_is_superior(other, one) OR EXISTS (
    SELECT FROM accounts_user a JOIN accounts_user b ON b.organization_id = a.organization_id AND b.team_id = a.team_id
     WHERE a.organization_id = current_setting('app.organization_id')::bigint AND a.id = one AND b.id = other);
$$;

-- A case begins now, about a customer that somebody owns, between him and an active colleague who sells. Who came too late opens
-- it by his own attempt; who leads one of the two, or audits, by hand; the scan and what a customer says, in nobody's name.
CREATE FUNCTION customers_case_begins(k customers_collisioncase) RETURNS customers_collisioncase LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  acting uuid := accounts_acting_person(); fresh customers_collisioncase := k; here timestamp; records uuid[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('collision cases', k.organization_id));
  fresh.party_a_id := (SELECT c.owner_id FROM customers_customer c WHERE c.organization_id = k.organization_id AND c.id = k.customer_id);
  fresh.opened_at := clock_timestamp(); fresh.opened_by_id := acting;
  fresh.statements_until := fresh.opened_at + interval '48 hours';
  fresh.statements_opened_at := NULL; fresh.arbiter_id := NULL; fresh.arbiter_until := NULL; fresh.reminded_at := NULL;
  fresh.decided_at := NULL; fresh.appeal_until := NULL; fresh.appealed_by_id := NULL; fresh.appealed_at := NULL;
  fresh.appeal_reason := ''; fresh.ended_because := ''; fresh.closed_at := NULL;
  records := array_remove(ARRAY[k.customer_id, k.other_customer_id], NULL);
  IF fresh.party_a_id IS NULL OR fresh.party_a_id = k.party_b_id OR NOT customers_sells(k.party_b_id) THEN
    PERFORM accounts_refuse('case_of_two_sellers', 'a case is between the owner and a colleague who sells');
  ELSIF EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = k.organization_id AND d.customer_id = ANY (records)
      AND d.person_id = k.party_b_id AND d.ended_at IS NULL AND (d.until IS NULL OR d.until > clock_timestamp())) THEN
    PERFORM accounts_refuse('case_not_of_denied', 'nobody contests what he is denied');
  ELSIF EXISTS (SELECT FROM customers_collisioncase o WHERE o.organization_id = k.organization_id
      AND o.state NOT IN ('closed', 'dismissed') AND (o.customer_id = ANY (records) OR o.other_customer_id = ANY (records))) THEN
    PERFORM accounts_refuse('case_open_once', 'one case at a time about a customer');
  ELSIF (k.origin = 'contested') <> (k.attempt_id IS NOT NULL) OR (k.origin IN ('scan', 'customer')) <> (acting IS NULL) THEN
    PERFORM accounts_refuse('case_by_who_may', 'a case says what opened it');
  ELSIF k.origin = 'contested' AND (acting <> k.party_b_id OR NOT EXISTS (
      SELECT FROM customers_contestedclaim t WHERE t.organization_id = k.organization_id AND t.id = k.attempt_id
         AND t.claimant_id = acting AND t.customer_id = k.customer_id AND t.way IN ('claim', 'form', 'edit')
         AND t.attempted_at > clock_timestamp() - interval '30 days')) THEN
    PERFORM accounts_refuse('case_by_who_may', 'who came too late contests what he himself tried to claim within 30 days');
  ELSIF k.origin = 'contested' AND EXISTS (SELECT FROM customers_collisioncase o WHERE o.organization_id = k.organization_id
      AND o.customer_id = k.customer_id AND o.party_b_id = k.party_b_id AND o.opened_at > clock_timestamp() - interval '180 days') THEN
    PERFORM accounts_refuse('case_contested_once', 'who has contested a customer does not contest it again within 180 days');
  ELSIF k.origin = 'contested' AND 3 <= (SELECT count(*) FROM customers_collisioncase o WHERE o.organization_id = k.organization_id
      AND o.party_b_id = k.party_b_id AND o.origin = 'contested' AND o.state NOT IN ('closed', 'dismissed')) THEN
    PERFORM accounts_refuse('case_three_at_once', 'nobody contests more than three customers at once');
  ELSIF k.origin = 'hand' AND (k.reason = '' OR acting IN (fresh.party_a_id, k.party_b_id) OR NOT EXISTS (
      SELECT FROM accounts_user me WHERE me.organization_id = k.organization_id AND me.id = acting AND me.is_active
         AND (me.role = 'auditor' OR customers_stands_above(fresh.party_a_id) OR customers_stands_above(k.party_b_id)))) THEN
    PERFORM accounts_refuse('case_by_who_may', 'who audits or leads one of the two opens a case by hand, with a reason');
  END IF;
  SELECT fresh.opened_at AT TIME ZONE o.time_zone INTO here FROM accounts_organization o WHERE o.id = k.organization_id;
  fresh.year := extract(year FROM here);
  fresh.place := 1 + coalesce((SELECT max(o.place) FROM customers_collisioncase o
                                WHERE o.organization_id = k.organization_id AND o.year = fresh.year), 0);
  RETURN fresh;
END $$;

-- Are the statements to be opened? Both have filed, or their time is over. Nobody learns by it which one is there.
CREATE FUNCTION customers_statements_due(of_case uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT k.state = 'statements' AND (k.statements_until <= clock_timestamp()
      OR 2 = (SELECT count(*) FROM customers_sealedstatement s WHERE s.organization_id = k.organization_id AND s.case_id = k.id))
    FROM customers_collisioncase k WHERE k.organization_id = current_setting('app.organization_id')::bigint AND k.id = of_case;
$$;
CREATE FUNCTION customers_party_left(k customers_collisioncase) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM accounts_user u WHERE u.organization_id = k.organization_id
                    AND u.id IN (k.party_a_id, k.party_b_id) AND (NOT u.is_active OR accounts_departs_now(u.id)));
$$;

-- The ways a case may go, and what each asks for. Its times are the database's, and what is past stays as it was.
CREATE FUNCTION customers_case_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  acting uuid := accounts_acting_person(); zone text;
  moved constant text[] := '{state,statements_opened_at,arbiter_id,arbiter_until,reminded_at,decided_at,appeal_until,appealed_by_id,appealed_at,appeal_reason,ended_because,closed_at,customer_id,other_customer_id}';
BEGIN
  IF tg_op = 'INSERT' THEN RETURN customers_case_begins(new); END IF;
  IF to_jsonb(new) - moved IS DISTINCT FROM to_jsonb(old) - moved OR current_user <> 'crm_search'
      AND (new.arbiter_id, new.arbiter_until) IS DISTINCT FROM (old.arbiter_id, old.arbiter_until) THEN
    PERFORM accounts_refuse('case_stands', 'a case keeps its customer, its parties and its number, and its arbiter is drawn');
  ELSIF (new.customer_id, new.other_customer_id) IS DISTINCT FROM (old.customer_id, old.other_customer_id) AND (acting IS NOT NULL
      OR new.other_customer_id IS NOT NULL OR new.customer_id NOT IN (old.customer_id, old.other_customer_id)
      OR old.state IN ('closed', 'dismissed')) THEN
    PERFORM accounts_refuse('case_stands', 'a case follows its two records when they become one, and to no other customer');
  END IF;
  new.statements_opened_at := old.statements_opened_at; new.decided_at := old.decided_at; new.appeal_until := old.appeal_until;
  new.appealed_at := old.appealed_at; new.appealed_by_id := old.appealed_by_id; new.closed_at := old.closed_at;
  IF new.state = old.state THEN
    new.appeal_reason := old.appeal_reason; new.ended_because := old.ended_because;
    RETURN new;
  END IF;
  IF new.state = 'deciding' THEN
    IF acting IS NOT NULL OR NOT customers_statements_due(new.id) THEN
      PERFORM accounts_refuse('statements_sealed', 'statements are opened when both are filed, or after 48 hours');
    END IF;
    new.statements_opened_at := clock_timestamp();
  ELSIF old.state = 'deciding' AND new.state = 'decided' OR old.state = 'appealed' THEN
    IF NOT EXISTS (SELECT FROM customers_verdict v WHERE v.organization_id = new.organization_id AND v.case_id = new.id
                      AND v.for_appeal = (old.state = 'appealed') AND v.made_in = pg_current_xact_id()::text::bigint) THEN
      PERFORM accounts_refuse('case_by_verdict', 'a case is decided by the verdict of its arbiter');
    END IF;
    new.decided_at := coalesce(old.decided_at, clock_timestamp());
    IF new.state = 'decided' THEN
      SELECT o.time_zone INTO zone FROM accounts_organization o WHERE o.id = new.organization_id;
      new.appeal_until := accounts_working_days_after(new.decided_at, 5, zone);
    ELSE new.closed_at := clock_timestamp(); END IF;
  ELSIF new.state = 'appealed' THEN
    IF acting IS NULL OR acting NOT IN (old.party_a_id, old.party_b_id) OR old.appeal_until <= clock_timestamp() OR new.appeal_reason = '' THEN
      PERFORM accounts_refuse('appeal_of_a_party', 'a party appeals, once and in time, and says why');
    END IF;
    new.appealed_by_id := acting; new.appealed_at := clock_timestamp(); new.arbiter_id := NULL; new.arbiter_until := NULL;
  ELSIF new.state = 'closed' THEN
    IF acting IS NOT NULL AND NOT customers_party_left(old) OR old.appeal_until > clock_timestamp() AND NOT customers_party_left(old) THEN
      PERFORM accounts_refuse('case_closes_in_time', 'a case closes when the time to appeal is over');
    END IF;
    new.closed_at := clock_timestamp();
  ELSE
    IF acting IS DISTINCT FROM old.party_b_id AND NOT customers_party_left(old) THEN
      PERFORM accounts_refuse('case_dismissed_by_b', 'the contester steps back, or a party has left');
    END IF;
    new.closed_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER stands_as_a_case BEFORE INSERT OR UPDATE ON customers_collisioncase
  FOR EACH ROW EXECUTE FUNCTION customers_case_moves();

-- Both records are held while a case about them is opened, so that nobody passes them on in the same moment.
CREATE FUNCTION customers_hold_both() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer c WHERE c.organization_id = new.organization_id
     AND c.id IN (new.customer_id, new.other_customer_id) ORDER BY c.id FOR NO KEY UPDATE;
  RETURN new;
END $$;
CREATE TRIGGER a_customer_is_held BEFORE INSERT ON customers_collisioncase FOR EACH ROW EXECUTE FUNCTION customers_hold_both();

-- The mark on the customer is there exactly as long as the case is open.
CREATE FUNCTION customers_is_in_dispute(of_organization bigint, of_customer uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_collisioncase k WHERE k.organization_id = of_organization
                    AND (k.customer_id = of_customer OR k.other_customer_id = of_customer) AND k.state NOT IN ('closed', 'dismissed'));
$$;
CREATE FUNCTION customers_case_marks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_customer c SET in_dispute = NOT c.in_dispute
   WHERE c.organization_id = new.organization_id AND (c.id IN (new.customer_id, new.other_customer_id)
         OR tg_op = 'UPDATE' AND c.id IN (old.customer_id, old.other_customer_id))
     AND c.in_dispute IS DISTINCT FROM customers_is_in_dispute(c.organization_id, c.id);
  RETURN NULL;
END $$;
CREATE TRIGGER marks AFTER INSERT OR UPDATE OF state, customer_id, other_customer_id ON customers_collisioncase
  FOR EACH ROW EXECUTE FUNCTION customers_case_marks();
CREATE FUNCTION customers_dispute_is_true() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.id
     AND c.in_dispute IS DISTINCT FROM customers_is_in_dispute(c.organization_id, c.id);
  IF FOUND THEN
    PERFORM accounts_refuse('dispute_is_true', 'a customer is in dispute exactly while a case about it is open');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dispute_is_true AFTER UPDATE OF in_dispute ON customers_customer DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (old.in_dispute IS DISTINCT FROM new.in_dispute) EXECUTE FUNCTION customers_dispute_is_true();
CREATE CONSTRAINT TRIGGER new_is_in_no_dispute AFTER INSERT ON customers_customer DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (new.in_dispute) EXECUTE FUNCTION customers_dispute_is_true();

-- What a verdict of this very transaction moves, and to whom.
CREATE FUNCTION customers_verdict_now(of_customer uuid) RETURNS customers_verdict LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT v FROM customers_verdict v
    JOIN customers_collisioncase k ON k.organization_id = v.organization_id AND k.id = v.case_id AND k.customer_id = of_customer
   WHERE v.organization_id = current_setting('app.organization_id')::bigint AND v.made_in = pg_current_xact_id()::text::bigint
     AND v.decided_at >= transaction_timestamp() AND v.arbiter_id IS NOT DISTINCT FROM accounts_acting_person() LIMIT 1;
$$;
CREATE FUNCTION customers_verdict_gives(of_customer uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT person = CASE v.outcome WHEN 'b' THEN k.party_b_id WHEN 'pool' THEN NULL ELSE k.party_a_id END
    FROM customers_verdict_now(of_customer) AS v
    JOIN customers_collisioncase k ON k.organization_id = v.organization_id AND k.id = v.case_id), false);
$$;
-- As in assignment.sql: an act, or a verdict, opens the owner's place and nothing else of the row.
CREATE OR REPLACE FUNCTION customers_acts_now(of_customer uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_assignment a WHERE a.organization_id = current_setting('app.organization_id')::bigint
                    AND a.customer_id = of_customer AND a.made_in = pg_current_xact_id()::text::bigint
                    AND a.made_at >= transaction_timestamp() AND a.by_id IS NOT DISTINCT FROM accounts_acting_person())
      OR (customers_verdict_now(of_customer)).id IS NOT NULL;
$$;
CREATE OR REPLACE FUNCTION customers_assigns_now(of_customer uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_assignment a WHERE a.organization_id = current_setting('app.organization_id')::bigint
                    AND a.customer_id = of_customer AND a.to_id = person AND a.made_in = pg_current_xact_id()::text::bigint
                    AND a.made_at >= transaction_timestamp() AND a.by_id IS NOT DISTINCT FROM accounts_acting_person())
      OR customers_verdict_gives(of_customer, person);
$$;
CREATE OR REPLACE FUNCTION customers_way_of(fresh customers_claim, ended customers_claim, customer customers_customer) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE acting uuid := accounts_acting_person();
BEGIN
  IF customers_verdict_gives(fresh.customer_id, fresh.claimant_id) THEN RETURN 'verdict';
  ELSIF (approvals_carried_out('customers.transfer', fresh.customer_id) ->> 'to') = fresh.claimant_id::text THEN RETURN 'passed';
  ELSIF customers_passes_now(fresh.customer_id, ended.claimant_id) OR customers_rest_goes_to(fresh.customer_id, fresh.claimant_id) THEN
    RETURN 'handed_over';
  ELSIF customers_claim_approved(fresh.customer_id, fresh.claimant_id) THEN RETURN 'approved';
  ELSIF acting IS NULL AND fresh.way IN ('draw', 'assigned') THEN RETURN fresh.way;
  ELSIF acting IS NOT NULL AND acting <> fresh.claimant_id THEN RETURN 'assigned';
  ELSIF customer.owner_id = fresh.claimant_id AND customer.created_by_id = fresh.claimant_id AND ended.id IS NULL
    AND customer.imported_in_id IS NULL THEN RETURN 'created';
  END IF;
  RETURN 'pool';
END $$;

-- As long as a case is open, owner and name stay: only a verdict moves the customer, and what somebody leaves behind who goes.
CREATE FUNCTION customers_stays_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF old.owner_id IS DISTINCT FROM new.owner_id
     AND NOT customers_verdict_gives(new.id, new.owner_id)
     AND coalesce((customers_verdict_now(new.id)).outcome, '') <> (CASE WHEN new.owner_id IS NULL THEN 'pool' ELSE 'x' END)
     AND NOT coalesce(accounts_departs_now(old.owner_id), false)
     OR old.name <> new.name OR old.credit_code <> '' AND old.credit_code <> new.credit_code THEN
    PERFORM accounts_refuse('frozen_in_dispute', 'nobody moves or renames a customer while a case about it is open');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER frozen_in_dispute BEFORE UPDATE OF owner_id, name, credit_code ON customers_customer FOR EACH ROW
  WHEN (old.in_dispute AND (old.owner_id, old.name, old.credit_code) IS DISTINCT FROM (new.owner_id, new.name, new.credit_code))
  EXECUTE FUNCTION customers_stays_frozen();
CREATE OR REPLACE FUNCTION customers_recycle(most integer) RETURNS TABLE (owner uuid, customer uuid, ended_as text) LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH due AS (
    SELECT c.id, c.owner_id FROM customers_customer c
     WHERE c.organization_id = current_setting('app.organization_id')::bigint AND c.owner_id IS NOT NULL
       AND c.protected_until <= clock_timestamp() AND NOT c.in_dispute
     ORDER BY c.protected_until, c.id LIMIT most FOR NO KEY UPDATE SKIP LOCKED),
  ended AS (
    UPDATE customers_claim k SET released_at = clock_timestamp(),
           ended_as = CASE WHEN k.held_until IS NOT NULL AND k.confirmed_at IS NULL THEN 'lapsed' ELSE 'recycled' END
      FROM due WHERE k.organization_id = current_setting('app.organization_id')::bigint AND k.customer_id = due.id
       AND k.released_at IS NULL
    RETURNING k.customer_id, k.claimant_id, k.ended_as),
  pooled AS (
    UPDATE customers_customer c SET owner_id = NULL, protected_until = NULL, is_held = false, pooled_at = clock_timestamp()
      FROM ended WHERE c.organization_id = current_setting('app.organization_id')::bigint AND c.id = ended.customer_id
    RETURNING c.id)
  SELECT ended.claimant_id, ended.customer_id, ended.ended_as FROM ended JOIN pooled ON pooled.id = ended.customer_id;
$$;
-- Nobody shuts a party or the arbiter out of an open case.
CREATE FUNCTION customers_denial_in_dispute() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM customers_collisioncase k WHERE k.organization_id = new.organization_id
                AND new.customer_id IN (k.customer_id, k.other_customer_id) AND k.state NOT IN ('closed', 'dismissed')
                AND new.person_id IN (k.party_a_id, k.party_b_id, k.arbiter_id)) THEN
    PERFORM accounts_refuse('denial_in_dispute', 'who is in a case is not denied its customer before it is closed');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER denial_in_dispute BEFORE INSERT ON customers_denial FOR EACH ROW EXECUTE FUNCTION customers_denial_in_dispute();

-- The contester logs what he does for the customer meanwhile, and reads no more of the record than before.
CREATE FUNCTION customers_contests(of_customer uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_collisioncase k WHERE k.organization_id = current_setting('app.organization_id')::bigint
                    AND k.customer_id = of_customer AND k.party_b_id = accounts_acting_person()
                    AND k.state NOT IN ('closed', 'dismissed'));
$$;
DROP POLICY only_the_owner_logs ON customers_followup;
CREATE POLICY only_the_owner_logs ON customers_followup AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (author_id = coalesce(accounts_acting_person(), author_id)
              AND (customers_is_mine(customer_id, false) OR customers_shared_to_edit(customer_id) OR customers_contests(customer_id)));

DROP POLICY only_who_works_on_it_brings ON customers_evidence;
CREATE POLICY only_who_works_on_it_brings ON customers_evidence AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_is_mine(customer_id, false) OR customers_shared_to_edit(customer_id) OR customers_contests(customer_id));

-- A statement is filed once, in one's own name, and nothing of it is read before both are opened together.
CREATE FUNCTION customers_statement_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE k customers_collisioncase;
BEGIN
  SELECT * INTO k FROM customers_collisioncase c WHERE c.organization_id = new.organization_id AND c.id = new.case_id FOR SHARE;
  IF tg_op = 'INSERT' THEN
    new.filed_at := clock_timestamp(); new.salt := NULL; new.words := ''; new.opened_at := NULL;
    IF new.person_id IS DISTINCT FROM accounts_acting_person() OR new.person_id NOT IN (k.party_a_id, k.party_b_id) THEN
      PERFORM accounts_refuse('statement_of_a_party', 'a party files its own statement');
    ELSIF k.state <> 'statements' OR k.statements_until <= new.filed_at OR length(new.digest) <> 32 THEN
      PERFORM accounts_refuse('statement_in_time', 'statements are filed within 48 hours');
    END IF;
    RETURN new;
  END IF;
  IF old.opened_at IS NOT NULL OR accounts_acting_person() IS NOT NULL OR new.salt IS NULL OR new.words = ''
     OR to_jsonb(new) - '{salt,words,opened_at}'::text[] IS DISTINCT FROM to_jsonb(old) - '{salt,words,opened_at}'::text[] THEN
    PERFORM accounts_refuse('statement_stands', 'a statement is not changed once it is filed');
  ELSIF sha256(new.salt || convert_to(new.words, 'UTF8')) <> old.digest THEN
    PERFORM accounts_refuse('statement_as_sealed', 'what is opened is what was sealed');
  ELSIF NOT customers_statements_due(new.case_id) THEN
    PERFORM accounts_refuse('statements_sealed', 'statements are opened when both are filed, or after 48 hours');
  END IF;
  new.opened_at := clock_timestamp();
  RETURN new;
END $$;
CREATE TRIGGER statement_stands BEFORE INSERT OR UPDATE ON customers_sealedstatement
  FOR EACH ROW EXECUTE FUNCTION customers_statement_stands();
CREATE POLICY sealed_until_opened ON customers_sealedstatement AS RESTRICTIVE FOR SELECT TO crm_app
  USING (accounts_acting_person() IS NULL OR person_id = accounts_acting_person() OR opened_at IS NOT NULL);

REVOKE ALL ON FUNCTION customers_statements_due(uuid), customers_hold_both(), customers_case_marks(), customers_dispute_is_true() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_statements_due(uuid) TO crm_app, crm_owner;
ALTER FUNCTION customers_statements_due(uuid) OWNER TO crm_search;
ALTER FUNCTION customers_hold_both() OWNER TO crm_search;
ALTER FUNCTION customers_case_marks() OWNER TO crm_search;
ALTER FUNCTION customers_dispute_is_true() OWNER TO crm_search;
