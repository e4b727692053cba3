-- In which pool a customer waits, when it opens, who may claim it there, and who gets it when several want it: the database
-- says it, from the customer's own columns, its clock, and a seed that was committed to before anybody could enter.

-- The first pool that a customer fits. Each condition names a column and its values; the rest takes whatever fits no other.
CREATE FUNCTION customers_pool_of(customer jsonb) RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id FROM customers_pool p
   WHERE p.organization_id = (customer ->> 'organization_id')::bigint AND p.archived_at IS NULL
     AND NOT EXISTS (SELECT FROM jsonb_each(p.conditions) AS asked WHERE NOT EXISTS (
           SELECT FROM jsonb_array_elements_text(asked.value) AS v WHERE lower(v) = lower(customer ->> asked.key)))
   ORDER BY p.is_rest, p.place, p.id LIMIT 1;
$$;

-- When what comes into the pool now opens: after a random part of the hours that the rules give, at a full hour of the
-- organisation's clock, so that what was released together opens in batches. The number is nobody's to foretell or to set.
CREATE FUNCTION customers_opening() RETURNS timestamptz LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  org bigint := current_setting('app.organization_id')::bigint;
  hours integer := (customers_rules_at(org, clock_timestamp())).release_hours;
  chance float8 := ('x' || left(replace(gen_random_uuid()::text, '-', ''), 8))::bit(32)::bigint / 4294967296.0;
  moment timestamptz := clock_timestamp(); hour timestamptz;
BEGIN
  IF hours = 0 THEN RETURN moment; END IF;
  moment := moment + chance * hours * interval '1 hour';
  SELECT date_trunc('hour', moment, o.time_zone) INTO hour FROM accounts_organization o WHERE o.id = org;
  RETURN hour + interval '1 hour';
END $$;

-- Coming into the pool, leaving it, waiting in it. Whatever the application writes into these columns, this is what stands.
CREATE FUNCTION customers_pools() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new.owner_id IS NOT NULL THEN
    IF tg_op = 'UPDATE' AND old.owner_id IS NULL AND NOT EXISTS (
         SELECT FROM customers_claim c WHERE c.organization_id = new.organization_id AND c.customer_id = new.id
            AND c.claimant_id = new.owner_id AND c.released_at IS NULL) THEN
      PERFORM accounts_refuse('customers_owner_is_claimant', 'who takes a customer out of the pool has claimed it before');
    END IF;
    new.pool_id := NULL; new.available_at := NULL;
  ELSIF tg_op = 'INSERT' OR old.owner_id IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('pools', new.organization_id));
    IF tg_op = 'UPDATE' THEN new.pooled_at := clock_timestamp(); END IF;
    new.pool_id := customers_pool_of(to_jsonb(new));
    new.available_at := customers_opening();
  ELSE
    new.pooled_at := old.pooled_at;
    new.available_at := old.available_at;
    new.pool_id := CASE WHEN accounts_acting_person() IS NULL THEN customers_pool_of(to_jsonb(new)) ELSE old.pool_id END;
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER pools_new BEFORE INSERT ON customers_customer FOR EACH ROW EXECUTE FUNCTION customers_pools();
CREATE TRIGGER pools BEFORE UPDATE ON customers_customer FOR EACH ROW
  WHEN ((old.owner_id IS NULL, old.pool_id, old.available_at) IS DISTINCT FROM (new.owner_id IS NULL, new.pool_id, new.available_at)
        OR new.owner_id IS NULL AND new.pooled_at IS DISTINCT FROM old.pooled_at)
  EXECUTE FUNCTION customers_pools();

-- The rest is there from the beginning. Pools are what a second person approved; who founds the organisation cuts them freely.
CREATE FUNCTION customers_begin_pools() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO customers_pool (organization_id, name, place, is_rest, conditions, hidden) VALUES (new.id, '', 0, true, '{}', '[]');
  RETURN NULL;
END $$;
CREATE TRIGGER begin_pools AFTER INSERT ON accounts_organization FOR EACH ROW EXECUTE FUNCTION customers_begin_pools();
CREATE FUNCTION customers_pool_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('pools', new.organization_id));
  IF NOT accounts_being_founded(new.organization_id)
     AND approvals_carried_out('customers.pool', new.id) -> 'pool' IS DISTINCT FROM jsonb_build_object(
           'name', new.name, 'place', new.place, 'conditions', new.conditions, 'hidden', new.hidden,
           'archived', new.archived_at IS NOT NULL)
     OR tg_op = 'UPDATE' AND new.is_rest <> old.is_rest THEN
    PERFORM accounts_refuse('pool_as_approved', 'pools are changed as a second person approved');
  END IF;
  new.changed_at := clock_timestamp();
  new.archived_at := CASE WHEN new.archived_at IS NOT NULL THEN clock_timestamp() END;
  RETURN new;
END $$;
CREATE TRIGGER pool_as_approved BEFORE INSERT OR UPDATE ON customers_pool
  FOR EACH ROW EXECUTE FUNCTION customers_pool_as_approved();
CREATE FUNCTION customers_pool_member_as_approved() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  member customers_poolmember := CASE tg_op WHEN 'DELETE' THEN old ELSE new END;
  approved jsonb := approvals_carried_out('customers.pool', member.pool_id) -> 'members';
  stays boolean := CASE WHEN approved IS NOT NULL THEN coalesce(approved -> 'teams' ? member.team_id::text, false)
                                                    OR coalesce(approved -> 'people' ? member.person_id::text, false) END;
BEGIN
  IF NOT accounts_being_founded(member.organization_id) AND stays IS DISTINCT FROM (tg_op = 'INSERT') THEN
    PERFORM accounts_refuse('pool_as_approved', 'who may claim from a pool is what a second person approved');
  END IF;
  RETURN member;
END $$;
CREATE TRIGGER pool_member_as_approved BEFORE INSERT OR DELETE ON customers_poolmember
  FOR EACH ROW EXECUTE FUNCTION customers_pool_member_as_approved();
CREATE FUNCTION customers_is_pool_member(of_pool uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM customers_poolmember m
                      WHERE m.organization_id = current_setting('app.organization_id')::bigint AND m.pool_id = of_pool)
    OR EXISTS (SELECT FROM customers_poolmember m
                WHERE m.organization_id = current_setting('app.organization_id')::bigint AND m.pool_id = of_pool
                  AND (m.person_id = person OR m.team_id IN (
                    SELECT u.team_id FROM accounts_user u WHERE u.organization_id = m.organization_id AND u.id = person
                    UNION SELECT t.id FROM accounts_team t WHERE t.organization_id = m.organization_id AND t.manager_id = person)));
$$;

-- After the pools were changed: so many customers of the pool, from one id on, to where they belong now. Those that are being
-- claimed are waited for: claimed, they are gone; not claimed after all, they are sorted.
CREATE FUNCTION customers_sort_pools(after uuid, most integer) RETURNS TABLE (last uuid, moved bigint) LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH slice AS (
    SELECT c.id, c.pool_id, customers_pool_of(to_jsonb(c)) AS belongs FROM customers_customer c
     WHERE c.organization_id = current_setting('app.organization_id')::bigint AND c.id > after AND c.owner_id IS NULL
     ORDER BY c.id LIMIT most FOR NO KEY UPDATE),
  sorted AS (
    UPDATE customers_customer c SET pool_id = slice.belongs FROM slice
     WHERE c.organization_id = current_setting('app.organization_id')::bigint AND c.id = slice.id
       AND slice.belongs IS DISTINCT FROM slice.pool_id RETURNING c.id)
  SELECT (SELECT id FROM slice ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM sorted);
$$;

-- A draw is prepared for an hour that is to come, with a seed that nobody reads; then the seed that was committed to is
-- shown, and nothing changes any more. Who is just entering comes first.
CREATE FUNCTION customers_draw_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.prepared_at := clock_timestamp();
    IF new.opens_at <= new.prepared_at OR new.seed IS NOT NULL OR new.revealed_at IS NOT NULL OR length(new.commitment) <> 32 THEN
      PERFORM accounts_refuse('draw_prepared_ahead', 'a draw is prepared before it opens, and its seed is shown when it does');
    END IF;
    RETURN new;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('draw ' || old.id, old.organization_id));
  IF old.seed IS NOT NULL OR new.seed IS NULL OR sha256(new.seed) <> old.commitment OR clock_timestamp() < old.opens_at
     OR to_jsonb(new) - '{seed,revealed_at}'::text[] IS DISTINCT FROM to_jsonb(old) - '{seed,revealed_at}'::text[] THEN
    PERFORM accounts_refuse('draw_as_committed', 'a draw shows the seed it was committed to, once, when it opens');
  END IF;
  new.revealed_at := clock_timestamp();
  RETURN new;
END $$;
CREATE TRIGGER draw_stands BEFORE INSERT OR UPDATE ON customers_draw FOR EACH ROW EXECUTE FUNCTION customers_draw_stands();

-- May this person own customers at all now: active, in a role that sells, not leaving, not denied this one?
CREATE FUNCTION customers_may_own(person uuid, of_customer uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT NOT accounts_is_leaving(person) AND EXISTS (
      SELECT FROM accounts_user u JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role
       WHERE u.organization_id = current_setting('app.organization_id')::bigint AND u.id = person AND u.is_active
         AND 'customers.sell' = ANY (r.verbs))
    AND NOT EXISTS (
      SELECT FROM customers_denial d WHERE d.organization_id = current_setting('app.organization_id')::bigint
         AND d.customer_id = of_customer AND d.person_id = person AND d.ended_at IS NULL
         AND (d.until IS NULL OR d.until > clock_timestamp()));
$$;
CREATE FUNCTION customers_entry_refusal(of_person uuid, of_customer uuid) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE customer customers_customer;
BEGIN
  SELECT * INTO customer FROM customers_customer c
   WHERE c.organization_id = current_setting('app.organization_id')::bigint AND c.id = of_customer AND c.owner_id IS NULL;
  IF NOT FOUND OR NOT customers_may_own(of_person, of_customer) THEN RETURN 'may_not'; END IF;
  IF NOT customers_is_pool_member(customer.pool_id, of_person) THEN RETURN 'not_a_member'; END IF;
  IF customer.available_at <= clock_timestamp() THEN RETURN 'open_already'; END IF;
  IF NOT EXISTS (SELECT FROM customers_draw d WHERE d.organization_id = customer.organization_id AND d.opens_at = customer.available_at)
    THEN RETURN 'not_prepared'; END IF;
  RETURN NULL;
END $$;

-- HMAC-SHA256 (RFC 2104) with a key of up to 64 bytes.
CREATE FUNCTION customers_hmac(key bytea, message text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog AS $$
DECLARE
  outer_pad bytea := decode(repeat('5c', 64), 'hex'); inner_pad bytea := decode(repeat('36', 64), 'hex');
BEGIN
  FOR n IN 0..length(key) - 1 LOOP
    outer_pad := set_byte(outer_pad, n, get_byte(outer_pad, n) # get_byte(key, n));
    inner_pad := set_byte(inner_pad, n, get_byte(inner_pad, n) # get_byte(key, n));
  END LOOP;
  RETURN sha256(outer_pad || sha256(inner_pad || convert_to(message, 'UTF8')));
END $$;
-- The value of an entry: the first 52 bits of the HMAC as a number u between 0 and 1, and -ln(u)/weight. The smallest wins,
-- which gives each entry a chance in proportion to its weight.
CREATE FUNCTION customers_ticket(seed bytea, customer uuid, number uuid, weight integer) RETURNS float8 LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT -ln((('x' || left(encode(customers_hmac(seed, customer || '|' || number), 'hex'), 13))::bit(52)::bigint + 0.5::float8)
             / 4503599627370496::float8) / weight;
$$;
CREATE FUNCTION customers_free_capacity(of_person uuid) RETURNS integer LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT greatest(1, (customers_rules_at(current_setting('app.organization_id')::bigint, clock_timestamp())).holding_limit
    - (SELECT count(*) FROM customers_claim c WHERE c.organization_id = current_setting('app.organization_id')::bigint
          AND c.claimant_id = of_person AND c.released_at IS NULL))::integer;
$$;

-- The entries that count for a customer as it waits now.
CREATE FUNCTION customers_entries_for(customer customers_customer) RETURNS SETOF customers_drawentry LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT e.* FROM customers_drawentry e JOIN customers_draw d ON d.organization_id = e.organization_id AND d.id = e.draw_id
   WHERE e.organization_id = customer.organization_id AND e.customer_id = customer.id AND d.opens_at = customer.available_at
     AND e.entered_at >= customer.pooled_at AND e.withdrawn_at IS NULL;
$$;

-- An entry is one's own, comes before it opens and may be taken back until then. What becomes of it is made out here, whoever
-- asks: first its weight and value, then, smallest first, whether the rules let its person have the customer.
CREATE FUNCTION customers_entry_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  customer customers_customer; draw customers_draw; refusal text;
  kept constant text[] := '{withdrawn_at,weight,ticket,outcome,passed_over_for,settled_at}';
BEGIN
  IF tg_op = 'UPDATE' AND new.withdrawn_at IS NOT DISTINCT FROM old.withdrawn_at THEN RETURN customers_settled(old, new); END IF;
  IF new.person_id IS DISTINCT FROM accounts_acting_person()
     OR tg_op = 'UPDATE' AND to_jsonb(new) - kept IS DISTINCT FROM to_jsonb(old) - kept THEN
    PERFORM accounts_refuse('entry_is_ones_own', 'everybody enters and withdraws for himself');
  END IF;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('draw ' || new.draw_id, new.organization_id)),
          pg_advisory_xact_lock_shared(hashtextextended('draw of ' || new.customer_id, new.organization_id));
  SELECT * INTO customer FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id;
  SELECT * INTO draw FROM customers_draw d WHERE d.organization_id = new.organization_id AND d.id = new.draw_id;
  refusal := CASE WHEN new.withdrawn_at IS NULL THEN customers_entry_refusal(new.person_id, new.customer_id)
                  WHEN tg_op = 'INSERT' OR draw.opens_at <= clock_timestamp() THEN 'open_already' END;
  IF refusal IS NOT NULL OR draw.opens_at IS DISTINCT FROM customer.available_at THEN
    PERFORM accounts_refuse('entry_' || coalesce(refusal, 'of_its_draw'), 'an entry comes from a member, before it opens, for its hour');
  END IF;
  new.weight := NULL; new.ticket := NULL; new.outcome := ''; new.passed_over_for := ''; new.settled_at := NULL;
  IF new.withdrawn_at IS NULL THEN new.entered_at := clock_timestamp(); new.pool_id := customer.pool_id; END IF;
  IF tg_op = 'INSERT' THEN new.number := gen_random_uuid(); ELSE new.withdrawn_at := CASE WHEN new.withdrawn_at IS NOT NULL THEN clock_timestamp() END; END IF;
  RETURN new;
END $$;
CREATE FUNCTION customers_settled(before customers_drawentry, entry customers_drawentry) RETURNS customers_drawentry
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE customer customers_customer; draw customers_draw; settled customers_drawentry := before;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('draw of ' || before.customer_id, before.organization_id));
  SELECT * INTO customer FROM customers_customer c WHERE c.organization_id = before.organization_id AND c.id = before.customer_id;
  SELECT * INTO draw FROM customers_draw d WHERE d.organization_id = before.organization_id AND d.id = before.draw_id;
  IF draw.seed IS NULL OR before.outcome <> '' OR customer.owner_id IS NOT NULL
     OR NOT EXISTS (SELECT FROM customers_entries_for(customer) AS e WHERE e.id = before.id) THEN
    PERFORM accounts_refuse('entry_drawn_once', 'an entry is drawn once, when its draw has opened');
  ELSIF before.ticket IS NULL THEN
    settled.weight := customers_free_capacity(before.person_id);
    settled.ticket := customers_ticket(draw.seed, before.customer_id, before.number, settled.weight);
    RETURN settled;
  END IF;
  settled.settled_at := clock_timestamp();
  IF EXISTS (SELECT FROM customers_entries_for(customer) AS e WHERE e.outcome = 'won') THEN
    settled.outcome := 'lost';
    RETURN settled;
  ELSIF EXISTS (SELECT FROM customers_entries_for(customer) AS e WHERE e.ticket IS NULL
                OR e.outcome = '' AND (e.ticket, e.id) < (before.ticket, before.id)) THEN
    PERFORM accounts_refuse('entry_in_order', 'the smallest value comes first');
  END IF;
  settled.passed_over_for := coalesce(customers_claim_refusal(before.person_id, 'draw', before.customer_id), '');
  settled.outcome := CASE settled.passed_over_for WHEN '' THEN 'won' ELSE 'passed_over' END;
  RETURN settled;
END $$;
CREATE TRIGGER entry_stands BEFORE INSERT OR UPDATE ON customers_drawentry FOR EACH ROW EXECUTE FUNCTION customers_entry_stands();

-- The draw for one customer, from beginning to end; the winner, whose claim follows in the same transaction.
CREATE FUNCTION customers_draw_lots(of_customer uuid) RETURNS uuid LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE customer customers_customer; next uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('draw of ' || of_customer, current_setting('app.organization_id')::bigint));
  SELECT * INTO customer FROM customers_customer c
   WHERE c.organization_id = current_setting('app.organization_id')::bigint AND c.id = of_customer;
  IF customer.owner_id IS NOT NULL THEN RETURN NULL; END IF;
  FOR next IN SELECT e.id FROM customers_entries_for(customer) AS e WHERE e.ticket IS NULL ORDER BY e.id LOOP
    UPDATE customers_drawentry SET ticket = 0 WHERE organization_id = customer.organization_id AND id = next;
  END LOOP;
  FOR next IN SELECT e.id FROM customers_entries_for(customer) AS e WHERE e.outcome = '' ORDER BY e.ticket, e.id LOOP
    UPDATE customers_drawentry SET outcome = 'lost' WHERE organization_id = customer.organization_id AND id = next;
  END LOOP;
  RETURN (SELECT e.person_id FROM customers_entries_for(customer) AS e WHERE e.outcome = 'won');
END $$;
CREATE FUNCTION customers_winner_has_it() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM customers_claim c WHERE c.organization_id = new.organization_id AND c.customer_id = new.customer_id
                    AND c.claimant_id = new.person_id AND c.way = 'draw' AND c.claimed_at >= new.settled_at) THEN
    PERFORM accounts_refuse('winner_has_it', 'who wins a draw has the customer at the end of the same transaction');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER winner_has_it AFTER UPDATE ON customers_drawentry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (new.outcome = 'won') EXECUTE FUNCTION customers_winner_has_it();

-- Beside its clock: a claim by a draw is the winner's, and one from the pool says how long the customer had been open.
CREATE FUNCTION customers_claim_opens() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE customer customers_customer;
BEGIN
  new.seconds_open := NULL;
  IF new.way NOT IN ('pool', 'draw') THEN RETURN new; END IF;
  SELECT * INTO customer FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id;
  IF new.way = 'pool' THEN
    new.seconds_open := round(extract(epoch FROM new.claimed_at - customer.available_at)::numeric, 3);
  ELSIF NOT EXISTS (SELECT FROM customers_entries_for(customer) AS e WHERE e.outcome = 'won' AND e.person_id = new.claimant_id) THEN
    PERFORM accounts_refuse('claim_as_drawn', 'who claims by a draw has won it');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER claim_opens BEFORE INSERT ON customers_claim FOR EACH ROW EXECUTE FUNCTION customers_claim_opens();

-- Is this customer for the draw to give? Who is just entering, and committed before it opened, is waited for.
CREATE FUNCTION customers_is_drawn(customer customers_customer) RETURNS boolean LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM customers_draw d WHERE d.organization_id = customer.organization_id AND d.opens_at = customer.available_at)
    THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('draw of ' || customer.id, customer.organization_id));
  RETURN EXISTS (SELECT FROM customers_entries_for(customer) AS e WHERE e.outcome IN ('', 'won'));
END $$;

-- As in ownership.sql, and with what the pools add: who may claim from one, when it opens, and what the draw decides. What is
-- won in a draw counts among the claims of the day.
CREATE OR REPLACE FUNCTION customers_claim_refusal(of_claimant uuid, of_way text, of_customer uuid) RETURNS text LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  org bigint := current_setting('app.organization_id')::bigint;
  rules customers_ownershiprules; customer customers_customer;
  midnight timestamptz;
BEGIN
  IF of_way NOT IN ('created', 'pool', 'draw') THEN RETURN NULL; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('claims of ' || of_claimant, org));
  rules := customers_rules_at(org, clock_timestamp());
  SELECT * INTO customer FROM customers_customer c WHERE c.organization_id = org AND c.id = of_customer AND c.owner_id IS NULL;
  IF of_way <> 'created' AND customer.id IS NOT NULL THEN
    IF of_way = 'draw' AND NOT customers_may_own(of_claimant, of_customer) THEN RETURN 'may_not'; END IF;
    IF NOT customers_is_pool_member(customer.pool_id, of_claimant) THEN RETURN 'not_a_member'; END IF;
    IF customer.available_at > clock_timestamp() THEN RETURN 'not_open_yet'; END IF;
    IF of_way = 'pool' AND customers_is_drawn(customer) THEN RETURN 'drawn'; END IF;
  END IF;
  SELECT date_trunc('day', clock_timestamp() AT TIME ZONE o.time_zone) AT TIME ZONE o.time_zone INTO midnight
    FROM accounts_organization o WHERE o.id = org;
  IF of_way <> 'created' AND rules.daily_claims <= (SELECT count(*) FROM customers_claim c WHERE c.organization_id = org
       AND c.claimant_id = of_claimant AND c.claimed_at >= midnight AND c.way IN ('pool', 'draw')) THEN RETURN 'daily_claims'; END IF;
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

-- What somebody has used of what the rules give him, in one answer.
CREATE FUNCTION customers_standing(of_person uuid, OUT claims_today bigint, OUT daily_claims integer, OUT held bigint,
  OUT holding_limit integer, OUT holds bigint, OUT holds_at_once integer) LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (SELECT count(*) FROM customers_claim c WHERE c.organization_id = o.id AND c.claimant_id = of_person AND c.way IN ('pool', 'draw')
             AND c.claimed_at >= date_trunc('day', clock_timestamp() AT TIME ZONE o.time_zone) AT TIME ZONE o.time_zone),
         r.daily_claims,
         (SELECT count(*) FROM customers_claim c WHERE c.organization_id = o.id AND c.claimant_id = of_person AND c.released_at IS NULL),
         r.holding_limit,
         (SELECT count(*) FROM customers_claim c WHERE c.organization_id = o.id AND c.claimant_id = of_person AND c.released_at IS NULL
             AND c.held_until IS NOT NULL AND c.confirmed_at IS NULL),
         CASE WHEN r.hold_hours > 0 THEN r.holds_at_once END
    FROM accounts_organization o, customers_rules_at(o.id, clock_timestamp()) AS r
   WHERE o.id = current_setting('app.organization_id')::bigint;
$$;
