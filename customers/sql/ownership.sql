-- Who may claim a customer, for how long it protects him, and when it goes back to the pool: the database says it, by its
-- clock and by the version of the rules that was in force when it began.

GRANT SELECT ON customers_ownershiprules, customers_evidence, customers_followup TO crm_search;
CREATE POLICY search ON customers_ownershiprules FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_evidence FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_followup FOR SELECT TO crm_search USING (true);
GRANT UPDATE (protected_until, confirmed_at, opportunity_at, won_at) ON customers_claim TO crm_search;
CREATE POLICY extends ON customers_claim FOR UPDATE TO crm_search USING (true);
GRANT UPDATE (protected_until, is_held) ON customers_customer TO crm_search;

-- The version in force at a moment. There always is one: the first comes with the organisation.
CREATE FUNCTION customers_rules_at(organization bigint, moment timestamptz) RETURNS customers_ownershiprules LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT r FROM customers_ownershiprules r WHERE r.organization_id = organization AND r.effective_from <= moment
   ORDER BY r.effective_from DESC, r.number DESC LIMIT 1;
$$;
CREATE FUNCTION customers_begin_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO customers_ownershiprules (organization_id) VALUES (new.id);
  RETURN NULL;
END $$;
CREATE TRIGGER begin_ownership AFTER INSERT ON accounts_organization FOR EACH ROW EXECUTE FUNCTION customers_begin_rules();

-- A version begins now or later, never earlier, and says what a second person approved. Whoever founds the organisation
-- chooses how it begins.
CREATE FUNCTION customers_rules_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  approved jsonb := approvals_carried_out('customers.ownership_rules', lpad(to_hex(new.organization_id), 32, '0')::uuid);
  kept constant text[] := '{id,organization_id,number,effective_from,written_at,written_by_id}';
BEGIN
  IF NOT accounts_being_founded(new.organization_id) AND (approved IS NULL
     OR approved -> 'rules' IS DISTINCT FROM to_jsonb(new) - kept) THEN
    PERFORM accounts_refuse('rules_as_approved', 'ownership rules change only as a second person approved');
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('ownership rules', new.organization_id));
  new.written_at := clock_timestamp();
  new.written_by_id := accounts_acting_person();
  new.effective_from := greatest(new.effective_from, (approved ->> 'effective_from')::timestamptz, new.written_at);
  new.number := 1 + coalesce((SELECT max(number) FROM customers_ownershiprules WHERE organization_id = new.organization_id), 0);
  RETURN new;
END $$;
CREATE TRIGGER rules_stand BEFORE INSERT ON customers_ownershiprules FOR EACH ROW EXECUTE FUNCTION customers_rules_stand();

-- Two people of one group: a team, its manager, and pairs between whom customers went to and fro. A cooldown holds for all of
-- them, with the team in which somebody was when he claimed, so that changing teams ends nothing.
CREATE FUNCTION customers_same_group(one uuid, other uuid, team_of_one uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT one = other OR EXISTS (
      SELECT FROM accounts_user a LEFT JOIN accounts_team t ON t.organization_id = a.organization_id AND t.id = a.team_id
       WHERE a.organization_id = current_setting('app.organization_id')::bigint AND a.id = other
         AND (a.team_id = team_of_one OR t.manager_id = one
              OR a.team_id = (SELECT b.team_id FROM accounts_user b WHERE b.organization_id = a.organization_id AND b.id = one)
              OR EXISTS (SELECT FROM accounts_team led WHERE led.organization_id = a.organization_id AND led.manager_id = other
                            AND led.id IN (team_of_one, (SELECT b.team_id FROM accounts_user b
                                                          WHERE b.organization_id = a.organization_id AND b.id = one)))))
    OR 2 <= (SELECT count(*) FROM (
      SELECT FROM customers_claim first JOIN customers_claim next ON next.organization_id = first.organization_id
         AND next.customer_id = first.customer_id AND next.claimed_at BETWEEN first.released_at AND first.released_at + interval '60 days'
         AND next.claimant_id = CASE first.claimant_id WHEN one THEN other ELSE one END
       WHERE first.organization_id = current_setting('app.organization_id')::bigint AND first.claimant_id IN (one, other)
         AND first.released_at > clock_timestamp() - interval '180 days' LIMIT 2) AS passes);
$$;

-- Why the rules do not let somebody claim a company now: a word, or nothing. His claims wait for each other from here on, so
-- that none is counted past another. What others hold is for the index to say.
CREATE FUNCTION customers_claim_refusal(of_claimant uuid, of_way text, of_customer uuid) RETURNS text LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  org bigint := current_setting('app.organization_id')::bigint;
  rules customers_ownershiprules;
  midnight timestamptz;
BEGIN
  IF of_way NOT IN ('created', 'pool', 'draw') THEN RETURN NULL; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('claims of ' || of_claimant, org));
  rules := customers_rules_at(org, clock_timestamp());
  SELECT date_trunc('day', clock_timestamp() AT TIME ZONE o.time_zone) AT TIME ZONE o.time_zone INTO midnight
    FROM accounts_organization o WHERE o.id = org;
  IF of_way = 'pool' AND rules.daily_claims <= (SELECT count(*) FROM customers_claim c WHERE c.organization_id = org
       AND c.claimant_id = of_claimant AND c.claimed_at >= midnight AND c.way = 'pool') THEN RETURN 'daily_claims'; END IF;
  IF rules.holding_limit <= (SELECT count(*) FROM (SELECT FROM customers_claim c WHERE c.organization_id = org
       AND c.claimant_id = of_claimant AND c.released_at IS NULL LIMIT rules.holding_limit) AS held) THEN RETURN 'holding_limit'; END IF;
  IF rules.hold_hours > 0 AND rules.holds_at_once <= (SELECT count(*) FROM customers_claim c WHERE c.organization_id = org
       AND c.claimant_id = of_claimant AND c.released_at IS NULL AND c.held_until IS NOT NULL AND c.confirmed_at IS NULL)
    THEN RETURN 'holds_at_once'; END IF;
  IF rules.hold_hours > 0 AND rules.lapses_at_most <= (SELECT count(*) FROM customers_claim c WHERE c.organization_id = org
       AND c.claimant_id = of_claimant AND c.ended_as = 'lapsed' AND c.released_at > clock_timestamp() - interval '30 days')
    THEN RETURN 'lapses'; END IF;
  IF of_way <> 'created' AND EXISTS (SELECT FROM customers_claim c WHERE c.organization_id = org AND c.customer_id = of_customer
       AND c.released_at > clock_timestamp() - make_interval(days => rules.cooldown_days)
       AND customers_same_group(c.claimant_id, of_claimant, c.team_id)) THEN RETURN 'cooldown'; END IF;
  RETURN NULL;
END $$;

-- What contacts that qualify have earned a claim: from each of them as many days as the rules of that very moment gave. A
-- contact qualifies when evidence of the same day shows it and it was recorded within a day.
CREATE FUNCTION customers_earned(c customers_claim) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT max(least(f.occurred_at, f.recorded_at)
             + make_interval(days => (customers_rules_at(f.organization_id, f.recorded_at)).protection_days))
    FROM customers_followup f WHERE f.organization_id = c.organization_id AND f.customer_id = c.customer_id
     AND f.recorded_at >= c.chain_began_at AND f.recorded_at - f.occurred_at <= interval '24 hours'
     AND EXISTS (SELECT FROM customers_evidence e WHERE e.organization_id = f.organization_id AND e.follow_up_id = f.id
                    AND e.happened_at BETWEEN f.occurred_at - interval '24 hours' AND f.occurred_at + interval '24 hours');
$$;
-- How long a claim protects: as long as its hold while it waits for evidence; then from its beginning, or from the last contact
-- that qualifies; never beyond the day by which an opportunity or a deal was needed.
CREATE FUNCTION customers_protection(c customers_claim) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT least(
    CASE WHEN c.held_until IS NOT NULL AND c.confirmed_at IS NULL THEN c.held_until
         ELSE greatest(c.base_until, customers_earned(c)) END,
    CASE WHEN c.opportunity_at IS NULL AND c.won_at IS NULL THEN c.chain_began_at + make_interval(days => r.opportunity_days) END,
    CASE WHEN c.won_at IS NULL THEN c.chain_began_at + make_interval(days => r.won_days) END)
  FROM customers_ownershiprules r WHERE r.organization_id = c.organization_id AND r.id = c.rules_id;
$$;

-- What a claim by who enters a company now will be: asked before the company is written, whose copy it has to be.
CREATE FUNCTION customers_terms_of_new_claim(OUT until timestamptz, OUT is_held boolean) LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE begins timestamptz := clock_timestamp();
  rules customers_ownershiprules := customers_rules_at(current_setting('app.organization_id')::bigint, begins);
BEGIN
  is_held := rules.hold_hours > 0;
  until := begins + least(CASE WHEN is_held THEN make_interval(hours => rules.hold_hours) ELSE make_interval(days => rules.protection_days) END,
                          make_interval(days => rules.opportunity_days), make_interval(days => rules.won_days));
END $$;

-- How a claim began, told from what is there and not from what is sent.
CREATE FUNCTION customers_way_of(fresh customers_claim, ended customers_claim, customer customers_customer) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE acting uuid := accounts_acting_person();
BEGIN
  IF (approvals_carried_out('customers.transfer', fresh.customer_id) ->> 'to') = fresh.claimant_id::text THEN RETURN 'passed';
  ELSIF customers_passes_now(fresh.customer_id, ended.claimant_id) OR customers_rest_goes_to(fresh.customer_id, fresh.claimant_id) THEN
    RETURN 'handed_over';
  ELSIF (approvals_carried_out('customers.claim_while_leaving', fresh.customer_id) ->> 'to') = fresh.claimant_id::text THEN RETURN 'approved';
  ELSIF acting IS NULL AND fresh.way IN ('draw', 'assigned') THEN RETURN fresh.way;
  ELSIF acting IS NOT NULL AND acting <> fresh.claimant_id THEN RETURN 'assigned';
  ELSIF customer.owner_id = fresh.claimant_id AND customer.created_by_id = fresh.claimant_id AND ended.id IS NULL
    AND customer.imported_in_id IS NULL THEN RETURN 'created';
  END IF;
  RETURN 'pool';
END $$;

CREATE OR REPLACE FUNCTION customers_claim_clock() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  rules customers_ownershiprules; customer customers_customer; ended customers_claim; refusal text; furthest timestamptz;
BEGIN
  IF tg_op = 'INSERT' THEN
    new.claimed_at := clock_timestamp();
    new.ended_as := coalesce(new.ended_as, '');
    rules := customers_rules_at(new.organization_id, new.claimed_at);
    SELECT * INTO customer FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id;
    SELECT * INTO ended FROM customers_claim c WHERE c.organization_id = new.organization_id AND c.customer_id = new.customer_id
      AND c.released_at IS NOT NULL ORDER BY c.claimed_at DESC LIMIT 1;
    new.way := customers_way_of(new, ended, customer);
    new.team_id := (SELECT u.team_id FROM accounts_user u WHERE u.organization_id = new.organization_id AND u.id = new.claimant_id);
    new.confirmed_at := NULL; new.opportunity_at := NULL; new.won_at := NULL; new.held_until := NULL;
    IF ended.claimant_id = customer.owner_id THEN  -- it changes hands without having been in the pool, and goes on as it is
      new.rules_id := ended.rules_id; new.chain_began_at := ended.chain_began_at; new.base_until := ended.base_until;
      new.held_until := ended.held_until; new.confirmed_at := ended.confirmed_at;
      new.opportunity_at := ended.opportunity_at; new.won_at := ended.won_at;
    ELSE
      new.rules_id := rules.id; new.chain_began_at := new.claimed_at;
      new.base_until := new.claimed_at + make_interval(days => rules.protection_days);
      IF new.way IN ('created', 'pool', 'draw') AND rules.hold_hours > 0 THEN
        new.held_until := new.claimed_at + make_interval(hours => rules.hold_hours);
      END IF;
    END IF;
    furthest := customers_protection(new);
    new.protected_until := coalesce(new.protected_until, furthest);
    IF new.protected_until < furthest AND ended.claimant_id IS DISTINCT FROM customer.owner_id THEN  -- it began a moment earlier
      new.base_until := new.base_until - (furthest - new.protected_until);
      new.held_until := new.held_until - (furthest - new.protected_until);
      new.chain_began_at := new.chain_began_at - least(furthest - new.protected_until, interval '1 minute');
    END IF;
    IF new.released_at IS NOT NULL OR new.ended_as <> '' OR new.protected_until > furthest THEN
      RAISE EXCEPTION 'a claim begins now and protects no longer than the rules' USING errcode = 'check_violation', constraint = 'claim_clock';
    END IF;
    IF NOT EXISTS (SELECT FROM customers_claim c WHERE c.organization_id = new.organization_id AND c.customer_id = new.customer_id
                      AND c.released_at IS NULL) THEN
      refusal := customers_claim_refusal(new.claimant_id, new.way, new.customer_id);
      IF refusal IS NOT NULL THEN
        PERFORM accounts_refuse('claim_' || refusal, 'the rules of the organisation do not let this person claim now');
      END IF;
    END IF;
  ELSIF current_user = 'crm_search' AND old.released_at IS NULL AND new.released_at IS NULL THEN
    RETURN new;  -- what evidence, an opportunity or a deal brings: the house's own functions make it out
  ELSIF old.released_at IS NOT NULL OR
        to_jsonb(new) - '{released_at,released_by_id,release_reason,ended_as}'::text[]
        IS DISTINCT FROM to_jsonb(old) - '{released_at,released_by_id,release_reason,ended_as}'::text[] THEN
    RAISE EXCEPTION 'a claim keeps its person, its customer and its time' USING errcode = 'check_violation', constraint = 'claim_clock';
  ELSIF new.released_at IS NOT NULL THEN
    new.released_at := clock_timestamp();
    new.ended_as := coalesce(nullif(new.ended_as, ''), 'released');
    IF new.ended_as IN ('recycled', 'lapsed') AND old.protected_until > new.released_at THEN
      RAISE EXCEPTION 'a claim is recycled when its protection is over' USING errcode = 'check_violation', constraint = 'claim_clock';
    END IF;
  END IF;
  RETURN new;
END $$;

-- Evidence comes now. What it brings a claim is there at once; what comes when the protection is over brings nothing.
CREATE FUNCTION customers_evidence_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  new.gathered_at := clock_timestamp();
  new.gathered_by_id := accounts_acting_person();
  IF new.happened_at > new.gathered_at + interval '5 minutes' OR NOT EXISTS (
       SELECT FROM customers_followup f WHERE f.organization_id = new.organization_id AND f.id = new.follow_up_id
          AND f.customer_id = new.customer_id) THEN
    PERFORM accounts_refuse('evidence_of_its_customer', 'evidence lies in the past and belongs to a follow-up of the same customer');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER evidence_begins BEFORE INSERT ON customers_evidence FOR EACH ROW EXECUTE FUNCTION customers_evidence_begins();
CREATE FUNCTION customers_extend(of_organization bigint, of_customer uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  claim customers_claim; before customers_claim;
BEGIN
  PERFORM FROM customers_customer c WHERE c.organization_id = of_organization AND c.id = of_customer FOR NO KEY UPDATE;
  SELECT * INTO claim FROM customers_claim c WHERE c.organization_id = of_organization AND c.customer_id = of_customer
    AND c.released_at IS NULL AND c.protected_until > clock_timestamp();
  IF NOT FOUND OR customers_earned(claim) IS NULL THEN RETURN; END IF;
  before := claim;
  IF claim.held_until IS NOT NULL THEN claim.confirmed_at := coalesce(claim.confirmed_at, clock_timestamp()); END IF;
  claim.protected_until := customers_protection(claim);
  IF claim IS NOT DISTINCT FROM before THEN RETURN; END IF;
  UPDATE customers_claim c SET protected_until = claim.protected_until, confirmed_at = claim.confirmed_at
   WHERE c.organization_id = of_organization AND c.id = claim.id;
  UPDATE customers_customer c SET protected_until = claim.protected_until, is_held = false
   WHERE c.organization_id = of_organization AND c.id = of_customer;
END $$;
CREATE FUNCTION customers_evidence_extends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM customers_extend(new.organization_id, new.customer_id);
  RETURN NULL;
END $$;
CREATE TRIGGER evidence_extends AFTER INSERT ON customers_evidence FOR EACH ROW EXECUTE FUNCTION customers_evidence_extends();
SET LOCAL ROLE crm_search;
GRANT EXECUTE ON FUNCTION customers_stays_with_customer() TO crm_owner;
RESET ROLE;
CREATE CONSTRAINT TRIGGER evidence_stays AFTER UPDATE OR DELETE ON customers_evidence
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_stays_with_customer();

-- Owner, protection and hold of a customer are those of its live claim, at the end of every transaction.
CREATE FUNCTION customers_mirrors_its_claim() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  of_organization bigint; of_customer uuid; customer customers_customer; claim customers_claim; is_there boolean;
BEGIN
  IF tg_table_name = 'customers_claim' THEN
    IF tg_op = 'DELETE' THEN of_organization := old.organization_id; of_customer := old.customer_id;
    ELSE of_organization := new.organization_id; of_customer := new.customer_id; END IF;
  ELSE of_organization := new.organization_id; of_customer := new.id; END IF;
  SELECT * INTO customer FROM customers_customer c WHERE c.organization_id = of_organization AND c.id = of_customer;
  is_there := FOUND;
  SELECT * INTO claim FROM customers_claim c
   WHERE c.organization_id = of_organization AND c.customer_id = of_customer AND c.released_at IS NULL;
  IF NOT is_there AND NOT FOUND THEN RETURN NULL; END IF;
  IF customer.owner_id IS DISTINCT FROM claim.claimant_id OR customer.protected_until IS DISTINCT FROM claim.protected_until
     OR coalesce(customer.is_held, false) IS DISTINCT FROM (claim.held_until IS NOT NULL AND claim.confirmed_at IS NULL) THEN
    RAISE EXCEPTION 'the owner of a customer changes only through a claim (customer %)', of_customer
      USING errcode = 'check_violation', constraint = 'customers_owner_is_claimant';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER owner_of_new_is_claimant ON customers_customer;
DROP TRIGGER owner_is_claimant ON customers_customer;
DROP TRIGGER owner_is_claimant ON customers_claim;
SET LOCAL ROLE crm_search;
DROP FUNCTION customers_owner_is_claimant();
RESET ROLE;
CREATE CONSTRAINT TRIGGER owner_of_new_is_claimant AFTER INSERT ON customers_customer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.owner_id IS NOT NULL OR new.protected_until IS NOT NULL OR new.is_held)
  EXECUTE FUNCTION customers_mirrors_its_claim();
CREATE CONSTRAINT TRIGGER owner_is_claimant AFTER UPDATE OF owner_id, protected_until, is_held ON customers_customer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_mirrors_its_claim();
CREATE CONSTRAINT TRIGGER owner_is_claimant AFTER INSERT OR UPDATE OR DELETE ON customers_claim
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_mirrors_its_claim();

-- What evidence brings is made out by the house, whoever brought it.
CREATE OR REPLACE FUNCTION customers_owner_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_user = 'crm_search' AND old.owner_id = new.owner_id THEN RETURN new; END IF;
  IF accounts_acting_person() IS NOT NULL AND old.owner_id <> accounts_acting_person()
     AND approvals_carried_out('customers.transfer', new.id) IS NULL AND NOT customers_passes_now(new.id, old.owner_id) THEN
    RAISE EXCEPTION 'only the owner releases a customer or passes it on'
      USING errcode = 'check_violation', constraint = 'owner_stays';
  END IF;
  RETURN new;
END $$;

CREATE OR REPLACE FUNCTION customers_claim_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_user = 'crm_search' THEN RETURN new; END IF;
  IF accounts_acting_person() IS NOT NULL AND old.claimant_id <> accounts_acting_person()
     AND approvals_carried_out('customers.transfer', new.customer_id) IS NULL
     AND NOT customers_passes_now(new.customer_id, old.claimant_id) THEN
    RAISE EXCEPTION 'only who holds a claim ends it' USING errcode = 'check_violation', constraint = 'claim_is_its_holders';
  END IF;
  RETURN new;
END $$;

-- What was not protected any more goes back to the pool: so many at once, oldest first, past those that somebody is just
-- working on. Whoever came first keeps his change; what it left due is found in the next round.
CREATE FUNCTION customers_recycle(most integer) RETURNS TABLE (owner uuid, customer uuid, ended_as text) LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH due AS (
    SELECT c.id, c.owner_id FROM customers_customer c
     WHERE c.organization_id = current_setting('app.organization_id')::bigint AND c.owner_id IS NOT NULL
       AND c.protected_until <= clock_timestamp()
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

-- Handed over last, rights first: once they are another's, a REVOKE by us would do nothing, with a warning.
REVOKE ALL ON FUNCTION customers_extend(bigint, uuid), customers_evidence_extends(), customers_mirrors_its_claim() FROM PUBLIC;
ALTER FUNCTION customers_extend(bigint, uuid) OWNER TO crm_search;
ALTER FUNCTION customers_evidence_extends() OWNER TO crm_search;
ALTER FUNCTION customers_mirrors_its_claim() OWNER TO crm_search;
