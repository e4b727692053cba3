-- Which contacts customers are asked about is chance's, committed to beforehand; what they answer is not for whom it is about.

-- A day is committed to before it begins, and shows the seed it committed to when it is over.
CREATE FUNCTION customers_confirmation_day() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE ends timestamptz;
BEGIN
  SELECT (new.day + 1)::timestamp AT TIME ZONE o.time_zone INTO ends FROM accounts_organization o WHERE o.id = new.organization_id;
  IF tg_op = 'INSERT' THEN
    IF new.seed IS NOT NULL OR new.revealed_at IS NOT NULL OR ends - interval '1 day' <= clock_timestamp()
       AND NOT accounts_being_founded(new.organization_id) THEN
      PERFORM accounts_refuse('committed_beforehand', 'a day of confirmations is committed to before it begins');
    END IF;
    RETURN new;
  END IF;
  IF old.seed IS NOT NULL OR to_jsonb(new) - '{seed,revealed_at}'::text[] IS DISTINCT FROM to_jsonb(old) - '{seed,revealed_at}'::text[]
     OR new.seed IS NULL OR sha256(new.seed) <> old.commitment OR ends > clock_timestamp() THEN
    PERFORM accounts_refuse('seed_as_committed', 'the seed of a day is shown when it is over, as it was committed to');
  END IF;
  new.revealed_at := clock_timestamp();
  RETURN new;
END $$;
CREATE TRIGGER confirmation_day BEFORE INSERT OR UPDATE ON customers_confirmationday
  FOR EACH ROW EXECUTE FUNCTION customers_confirmation_day();

-- SHA-256 over the seed and the number of the contact, its first four bytes as a number: below so many percent it is picked.
CREATE FUNCTION customers_is_picked(seed bytea, follow_up uuid, percent integer) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
  SELECT ('x' || encode(substring(sha256(seed || uuid_send(follow_up)) FOR 4), 'hex'))::bit(32)::bigint & 4294967295
         < percent * 4294967296::bigint / 100;
$$;

-- A visit to a key account that extends protection, by evidence that was not made on our own side.
CREATE FUNCTION customers_is_key_visit(f customers_followup) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT f.kind = 'visit' AND f.corrects_id IS NULL AND f.recorded_at - f.occurred_at <= interval '24 hours'
     AND EXISTS (SELECT FROM customers_customer c WHERE c.organization_id = f.organization_id AND c.id = f.customer_id AND c.key_account)
     AND EXISTS (SELECT FROM customers_evidence e WHERE e.organization_id = f.organization_id AND e.follow_up_id = f.id
                    AND e.strength <> 'own'
                    AND e.happened_at BETWEEN f.occurred_at - interval '24 hours' AND f.occurred_at + interval '24 hours');
$$;

-- A question is asked now, about a contact of its customer that somebody had in person, and for the reason it says.
CREATE FUNCTION customers_confirmation_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE f customers_followup; zone text;
BEGIN
  SELECT * INTO f FROM customers_followup WHERE organization_id = new.organization_id AND id = new.follow_up_id;
  SELECT time_zone INTO zone FROM accounts_organization WHERE id = new.organization_id;
  new.asked_at := clock_timestamp();
  new.expires_at := new.asked_at + interval '14 days';
  new.asked_by_id := accounts_acting_person();
  IF f.customer_id IS DISTINCT FROM new.customer_id THEN
    PERFORM accounts_refuse('confirmation_of_its_customer', 'a question belongs to a contact of the same customer');
  ELSIF new.chosen = 'asked' AND new.asked_by_id IS DISTINCT FROM f.author_id THEN
    PERFORM accounts_refuse('confirmation_as_chosen', 'who had the contact asks for its confirmation');
  ELSIF new.chosen = 'sample' AND NOT EXISTS (
      SELECT FROM customers_confirmationday d WHERE d.organization_id = new.organization_id
         AND d.day = (f.recorded_at AT TIME ZONE zone)::date AND d.seed IS NOT NULL AND customers_is_picked(d.seed, f.id, d.percent)) THEN
    PERFORM accounts_refuse('confirmation_as_chosen', 'chance picks, and nobody else');
  ELSIF new.chosen = 'key' AND NOT customers_is_key_visit(f) THEN
    PERFORM accounts_refuse('confirmation_as_chosen', 'a key account is asked about a visit that extends protection');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER confirmation_begins BEFORE INSERT ON customers_confirmation
  FOR EACH ROW EXECUTE FUNCTION customers_confirmation_begins();

-- The customer answers: once, in time, and nobody of the house for him.
CREATE FUNCTION customers_answer_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  new.answered_at := clock_timestamp();
  IF accounts_acting_person() IS NOT NULL OR NOT EXISTS (
       SELECT FROM customers_confirmation c WHERE c.organization_id = new.organization_id AND c.id = new.confirmation_id
          AND c.customer_id = new.customer_id AND c.expires_at > new.answered_at) THEN
    PERFORM accounts_refuse('answered_by_the_customer', 'the customer answers, within two weeks');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER answer_begins BEFORE INSERT ON customers_confirmationanswer
  FOR EACH ROW EXECUTE FUNCTION customers_answer_stands();
-- Read by managers and auditors, and never by whom it is about.
CREATE POLICY not_for_whom_it_is_about ON customers_confirmationanswer AS RESTRICTIVE FOR SELECT TO crm_app
  USING (accounts_acting_person() IS NULL OR EXISTS (
    SELECT FROM accounts_user me WHERE me.organization_id = customers_confirmationanswer.organization_id
       AND me.id = accounts_acting_person() AND me.role IN ('manager', 'auditor')
       AND NOT EXISTS (SELECT FROM customers_confirmation c JOIN customers_followup f ON f.organization_id = c.organization_id AND f.id = c.follow_up_id
                        JOIN customers_customer k ON k.organization_id = c.organization_id AND k.id = c.customer_id
                       WHERE c.organization_id = customers_confirmationanswer.organization_id AND c.id = customers_confirmationanswer.confirmation_id
                         AND me.id IN (f.author_id, k.owner_id))));
-- Whoever brings questions reads no answers, and has to know which are closed. Whom an answer is about learns nothing by it.
GRANT SELECT ON customers_confirmation, customers_confirmationanswer TO crm_search;
CREATE POLICY search ON customers_confirmation FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_confirmationanswer FOR SELECT TO crm_search USING (true);
CREATE FUNCTION customers_is_answered(question uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_confirmationanswer a
    JOIN customers_confirmation c ON c.organization_id = a.organization_id AND c.id = a.confirmation_id
    JOIN customers_followup f ON f.organization_id = c.organization_id AND f.id = c.follow_up_id
    JOIN customers_customer k ON k.organization_id = c.organization_id AND k.id = c.customer_id
   WHERE a.organization_id = current_setting('app.organization_id')::bigint AND a.confirmation_id = question
     AND (accounts_acting_person() = ANY (ARRAY[f.author_id, k.owner_id])) IS NOT TRUE);
$$;
REVOKE ALL ON FUNCTION customers_is_answered(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_is_answered(uuid) TO crm_app, crm_owner;
ALTER FUNCTION customers_is_answered(uuid) OWNER TO crm_search;

CREATE CONSTRAINT TRIGGER answer_stays AFTER UPDATE OR DELETE ON customers_confirmationanswer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_stays_with_customer();
CREATE CONSTRAINT TRIGGER confirmation_stays AFTER UPDATE OR DELETE ON customers_confirmation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_stays_with_customer();

-- The customer's word is evidence only when the customer has given it: written beside his answer, in nobody's name.
CREATE FUNCTION customers_confirmed_by_the_customer() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF accounts_acting_person() IS NOT NULL OR NOT EXISTS (
       SELECT FROM customers_confirmation c JOIN customers_confirmationanswer a
           ON a.organization_id = c.organization_id AND a.confirmation_id = c.id
        WHERE c.organization_id = new.organization_id AND c.follow_up_id = new.follow_up_id AND a.met) THEN
    PERFORM accounts_refuse('confirmed_by_the_customer', 'a contact counts as confirmed when the customer has said so');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER confirmed_by_the_customer BEFORE INSERT ON customers_evidence FOR EACH ROW
  WHEN (new.kind = 'confirmation') EXECUTE FUNCTION customers_confirmed_by_the_customer();
