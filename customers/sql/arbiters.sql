-- Who decides a collision case is drawn among those without a share in it; what he decides is written once and at once done.

-- Could this person decide at all? Here and not away, no party, not drawn in this case before, and without any interest.
CREATE FUNCTION customers_could_decide(k customers_collisioncase, somebody uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT somebody NOT IN (k.party_a_id, k.party_b_id) AND somebody IS DISTINCT FROM k.opened_by_id
     AND EXISTS (SELECT FROM accounts_user u WHERE u.organization_id = k.organization_id AND u.id = somebody AND u.is_active)
     AND NOT accounts_is_leaving(somebody)
     AND NOT EXISTS (SELECT FROM approvals_delegation d WHERE d.organization_id = k.organization_id AND d.person_id = somebody
                        AND d.begins_at <= clock_timestamp() AND d.ends_at > clock_timestamp())
     AND NOT EXISTS (SELECT FROM customers_arbiterdraw d WHERE d.organization_id = k.organization_id AND d.case_id = k.id
                        AND d.person_id = somebody)
     AND NOT EXISTS (SELECT FROM customers_claim c WHERE c.organization_id = k.organization_id
                        AND c.customer_id IN (k.customer_id, k.other_customer_id) AND c.claimant_id = somebody)
     AND NOT EXISTS (SELECT FROM customers_contestedclaim c WHERE c.organization_id = k.organization_id
                        AND c.customer_id IN (k.customer_id, k.other_customer_id) AND c.claimant_id = somebody)
     AND NOT EXISTS (SELECT FROM customers_collaborator s WHERE s.organization_id = k.organization_id
                        AND s.customer_id IN (k.customer_id, k.other_customer_id) AND s.person_id = somebody)
     AND NOT EXISTS (SELECT FROM customers_followup f WHERE f.organization_id = k.organization_id
                        AND f.customer_id IN (k.customer_id, k.other_customer_id) AND f.author_id = somebody)
     AND NOT EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = k.organization_id AND d.ended_at IS NULL
                        AND d.customer_id IN (k.customer_id, k.other_customer_id) AND d.person_id = somebody)
     AND NOT EXISTS (SELECT FROM approvals_interest i
                       JOIN approvals_approval a ON a.organization_id = i.organization_id AND a.id = i.approval_id
                      WHERE i.organization_id = k.organization_id AND i.person_id = somebody AND i.why <> 'party'
                        AND a.subject_id IN (k.customer_id, k.other_customer_id));
$$;
-- Those of whom one is drawn: outside both reporting lines; if there is nobody, who stands above both; at last the owner of the
-- organisation. Never fewer questions than that, and never nobody's choice.
CREATE FUNCTION customers_arbiters(of_case uuid) RETURNS TABLE (person uuid, way text) LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE k customers_collisioncase;
BEGIN
  SELECT * INTO k FROM customers_collisioncase c
   WHERE c.organization_id = current_setting('app.organization_id')::bigint AND c.id = of_case;
  RETURN QUERY SELECT u.id, 'drawn' FROM accounts_user u
    JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role AND 'customers.arbitrate' = ANY (r.verbs)
   WHERE u.organization_id = k.organization_id AND u.is_active AND NOT customers_one_line(u.id, k.party_a_id)
     AND NOT customers_one_line(u.id, k.party_b_id) AND customers_could_decide(k, u.id);
  IF FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT u.id, 'risen' FROM accounts_user u
   WHERE u.organization_id = k.organization_id AND u.is_active AND customers_is_superior(u.id, k.party_a_id)
     AND customers_is_superior(u.id, k.party_b_id) AND customers_could_decide(k, u.id);
  IF FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT u.id, 'owner' FROM accounts_user u
   WHERE u.organization_id = k.organization_id AND u.is_active AND u.is_owner AND customers_could_decide(k, u.id);
END $$;

-- A drawing: its seed is committed to when the case is opened or the one before is done; a number of the database's own is mixed
-- in, so that who knows the seed has not chosen the arbiter. The smallest HMAC-SHA256(seed, number|person) is drawn.
CREATE FUNCTION customers_arbiter_drawn() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE k customers_collisioncase; zone text;
BEGIN
  IF tg_op = 'INSERT' THEN
    IF accounts_acting_person() IS NOT NULL OR length(new.commitment) <> 32 THEN
      PERFORM accounts_refuse('arbiter_by_chance', 'chance is prepared in nobody''s name');
    END IF;
    new.turn := 1 + coalesce((SELECT max(d.turn) FROM customers_arbiterdraw d
                               WHERE d.organization_id = new.organization_id AND d.case_id = new.case_id), 0);
    new.committed_at := clock_timestamp(); new.nonce := gen_random_uuid();
    new.seed := NULL; new.candidates := NULL; new.way := ''; new.person_id := NULL; new.drawn_at := NULL; new.until := NULL;
    new.ended_at := NULL; new.ended_as := ''; new.note := '';
    RETURN new;
  END IF;
  IF (new.organization_id, new.case_id, new.turn, new.commitment, new.sealed, new.nonce, new.committed_at)
     IS DISTINCT FROM (old.organization_id, old.case_id, old.turn, old.commitment, old.sealed, old.nonce, old.committed_at)
     OR old.ended_at IS NOT NULL THEN
    PERFORM accounts_refuse('draw_stands', 'a drawing is made once and ended once');
  END IF;
  SELECT * INTO k FROM customers_collisioncase c WHERE c.organization_id = new.organization_id AND c.id = new.case_id FOR UPDATE;
  IF old.drawn_at IS NULL THEN
    IF accounts_acting_person() IS NOT NULL OR k.state NOT IN ('deciding', 'appealed') OR new.seed IS NULL
       OR sha256(new.seed) <> old.commitment THEN
      PERFORM accounts_refuse('arbiter_by_chance', 'the seed is shown when somebody is needed, as it was committed to');
    END IF;
    new.ended_as := ''; new.note := ''; new.ended_at := NULL;
    SELECT jsonb_agg(a.person ORDER BY a.person), min(a.way) INTO new.candidates, new.way FROM customers_arbiters(k.id) a;
    SELECT c.id::uuid INTO new.person_id FROM jsonb_array_elements_text(new.candidates) AS c(id)
     ORDER BY customers_hmac(new.seed, new.nonce || '|' || c.id) LIMIT 1;
    IF new.person_id IS NULL THEN
      PERFORM accounts_refuse('nobody_to_draw', 'nobody can decide this case now');
    END IF;
    SELECT o.time_zone INTO zone FROM accounts_organization o WHERE o.id = new.organization_id;
    new.drawn_at := clock_timestamp();
    new.until := accounts_working_days_after(new.drawn_at, 5, zone);
    RETURN new;
  END IF;
  IF to_jsonb(new) - '{ended_at,ended_as,note}'::text[] IS DISTINCT FROM to_jsonb(old) - '{ended_at,ended_as,note}'::text[] OR NOT (
       CASE new.ended_as
         WHEN 'recused' THEN old.person_id = accounts_acting_person() AND new.note <> ''
         WHEN 'late' THEN accounts_acting_person() IS NULL AND old.until <= clock_timestamp()
         WHEN 'gone' THEN NOT customers_still_decides(k, old.person_id)
         WHEN 'decided' THEN EXISTS (SELECT FROM customers_verdict v WHERE v.organization_id = k.organization_id
                                        AND v.case_id = k.id AND v.arbiter_id = old.person_id)
         ELSE false END) THEN
    PERFORM accounts_refuse('draw_stands', 'who was drawn decides, steps back with a reason, or lets the time pass');
  END IF;
  new.ended_at := clock_timestamp();
  RETURN new;
END $$;
-- Whoever left, is away or has another duty since he was drawn decides no longer; nor is a case that is over decided.
CREATE FUNCTION customers_still_decides(k customers_collisioncase, somebody uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT k.state IN ('deciding', 'appealed') AND EXISTS (
    SELECT FROM accounts_user u JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role
      LEFT JOIN customers_arbiterdraw d ON d.organization_id = u.organization_id AND d.case_id = k.id AND d.person_id = u.id
     WHERE u.organization_id = k.organization_id AND u.id = somebody AND u.is_active AND NOT accounts_is_leaving(u.id)
       AND CASE d.way WHEN 'drawn' THEN 'customers.arbitrate' = ANY (r.verbs)
             AND NOT customers_one_line(u.id, k.party_a_id) AND NOT customers_one_line(u.id, k.party_b_id)
           WHEN 'owner' THEN u.is_owner ELSE true END
       AND NOT EXISTS (SELECT FROM approvals_delegation a WHERE a.organization_id = u.organization_id AND a.person_id = u.id
                          AND a.begins_at <= clock_timestamp() AND a.ends_at > clock_timestamp()));
$$;
CREATE TRIGGER arbiter_drawn BEFORE INSERT OR UPDATE ON customers_arbiterdraw
  FOR EACH ROW EXECUTE FUNCTION customers_arbiter_drawn();
-- The case shows who decides it now.
CREATE FUNCTION customers_arbiter_sits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_collisioncase SET arbiter_id = CASE WHEN new.ended_at IS NULL THEN new.person_id END,
         arbiter_until = CASE WHEN new.ended_at IS NULL THEN new.until END, reminded_at = NULL
   WHERE organization_id = new.organization_id AND id = new.case_id;
  RETURN NULL;
END $$;
CREATE TRIGGER arbiter_sits AFTER UPDATE ON customers_arbiterdraw FOR EACH ROW
  WHEN (new.ended_as <> 'decided') EXECUTE FUNCTION customers_arbiter_sits();

-- A verdict comes from who was drawn, still stands outside, and could read both statements. By which rules, and when, says the
-- database.
CREATE FUNCTION customers_verdict_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE k customers_collisioncase;
BEGIN
  SELECT * INTO k FROM customers_collisioncase c WHERE c.organization_id = new.organization_id AND c.id = new.case_id FOR UPDATE;
  new.decided_at := clock_timestamp(); new.made_in := pg_current_xact_id()::text::bigint;
  new.for_appeal := k.state = 'appealed';
  new.rules_id := (customers_rules_at(new.organization_id, new.decided_at)).id;
  IF k.state NOT IN ('deciding', 'appealed') OR k.statements_opened_at IS NULL THEN
    PERFORM accounts_refuse('verdict_after_statements', 'a verdict is given when the statements were opened, and once');
  ELSIF new.arbiter_id IS DISTINCT FROM accounts_acting_person() OR new.arbiter_id IS DISTINCT FROM k.arbiter_id
     OR new.arbiter_id IN (k.party_a_id, k.party_b_id) OR NOT customers_still_decides(k, new.arbiter_id) THEN
    PERFORM accounts_refuse('verdict_of_the_arbiter', 'who was drawn gives the verdict, and nobody else');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER verdict_begins BEFORE INSERT ON customers_verdict FOR EACH ROW EXECUTE FUNCTION customers_verdict_begins();
-- What it says is so at the end of its transaction.
CREATE FUNCTION customers_verdict_took_effect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT new.for_appeal AND EXISTS (SELECT FROM customers_verdict v WHERE v.organization_id = new.organization_id
      AND v.case_id = new.case_id AND v.for_appeal) THEN RETURN NULL; END IF;  -- the later one says where it is now
  IF NOT EXISTS (SELECT FROM customers_collisioncase k
      JOIN customers_customer c ON c.organization_id = k.organization_id AND c.id = k.customer_id
     WHERE k.organization_id = new.organization_id AND k.id = new.case_id AND k.state IN ('decided', 'closed')
       AND c.owner_id IS NOT DISTINCT FROM CASE new.outcome WHEN 'b' THEN k.party_b_id WHEN 'pool' THEN NULL ELSE k.party_a_id END) THEN
    PERFORM accounts_refuse('verdict_took_effect', 'a verdict takes effect in its own transaction');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER verdict_took_effect AFTER INSERT ON customers_verdict DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION customers_verdict_took_effect();

CREATE FUNCTION customers_case_number(year integer, place bigint) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT 'C-' || year || '-' || repeat('0', greatest(0, 4 - length(place::text))) || place;
$$;
-- What a verdict shares, its owner does not take back: it ends with its time, with the owner, or with the next verdict.
CREATE FUNCTION customers_share_by_verdict() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- What ends by itself, with the owner or with a colleague, is ended by the house; it has no business with verdicts.
  IF current_user = 'crm_search' OR accounts_acting_person() IS NULL THEN RETURN new; END IF;
  IF NOT audit_lapses_now('share', old.id) AND EXISTS (
      SELECT FROM customers_verdict v JOIN customers_collisioncase k ON k.organization_id = v.organization_id AND k.id = v.case_id
       WHERE v.organization_id = old.organization_id AND v.outcome = 'joint' AND k.customer_id = old.customer_id
         AND k.party_b_id = old.person_id AND old.reason = customers_case_number(k.year, k.place)) THEN
    PERFORM accounts_refuse('share_by_verdict', 'what a verdict shares is not taken back');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER share_by_verdict BEFORE UPDATE OF ended_at ON customers_collaborator FOR EACH ROW
  WHEN (old.ended_at IS NULL AND old.until > clock_timestamp()) EXECUTE FUNCTION customers_share_by_verdict();

SET LOCAL ROLE crm_search;
-- The state of what somebody touched, as in followed.sql, with disputes.
CREATE OR REPLACE FUNCTION customers_engagement(touch uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN c.has_denials AND customers_is_denied(c.id, t.person_id) THEN 'taken'
              WHEN c.in_dispute THEN 'dispute'
              WHEN c.owner_id = t.person_id THEN 'mine'
              WHEN c.owner_id IS NOT NULL THEN 'taken'
              ELSE 'pool' END
    FROM customers_touch t JOIN customers_customer c ON c.organization_id = t.organization_id AND c.id = t.customer_id
   WHERE t.organization_id = current_setting('app.organization_id')::bigint AND t.id = touch
     AND t.person_id = accounts_acting_person();
$$;
RESET ROLE;

REVOKE ALL ON FUNCTION customers_arbiter_sits() FROM PUBLIC;
ALTER FUNCTION customers_arbiter_sits() OWNER TO crm_search;
