-- Verification: nobody steers the sample, nobody verifies what is his own or what he wrote himself, and what was found stands.

GRANT SELECT ON customers_verification TO crm_search;
GRANT SELECT ON customers_historicalcustomer TO crm_search;
CREATE POLICY search ON customers_historicalcustomer FOR SELECT TO crm_search USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON customers_verifiedfield TO crm_search;
CREATE POLICY search ON customers_verification FOR SELECT TO crm_search USING (true);
CREATE POLICY derived ON customers_verifiedfield TO crm_search USING (true) WITH CHECK (true);

-- A seed is committed for a period that begins now, and revealed when that is over. Which customers it picks is counted here,
-- of the claims that stood at the end of the period: neither the moment of the job nor anybody's hand changes it.
CREATE FUNCTION customers_sample_number(seed text, customer uuid) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog AS $$
  SELECT encode(sha256(decode(seed, 'hex') || uuid_send(customer)), 'hex');
$$;
CREATE FUNCTION customers_sample_candidates(organization bigint, at timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT customer_id FROM customers_claim
   WHERE organization_id = organization AND claimed_at <= at AND (released_at IS NULL OR released_at > at);
$$;
CREATE FUNCTION customers_sample_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.seed <> '' OR new.revealed_at IS NOT NULL OR new.candidates IS NOT NULL OR new.cutoff <> ''
       OR new.commitment !~ '^[0-9a-f]{64}$' OR new.size NOT BETWEEN 5 AND 500 OR new.period_days NOT BETWEEN 7 AND 92 THEN
      PERFORM accounts_refuse('sample_is_committed', 'a sample begins as the hash of a seed that nobody knows');
    END IF;
    new.committed_at := clock_timestamp();
    new.draws_at := new.committed_at + make_interval(days => new.period_days);
    RETURN new;
  END IF;
  IF old.revealed_at IS NOT NULL OR clock_timestamp() < old.draws_at
     OR (new.organization_id, new.commitment, new.sealed, new.size, new.period_days, new.committed_at, new.draws_at)
        IS DISTINCT FROM (old.organization_id, old.commitment, old.sealed, old.size, old.period_days, old.committed_at, old.draws_at)
     OR new.seed !~ '^[0-9a-f]{64}$' OR encode(sha256(decode(new.seed, 'hex')), 'hex') <> old.commitment THEN
    PERFORM accounts_refuse('sample_as_committed', 'a seed is revealed once, as it was committed, when its period is over');
  END IF;
  new.revealed_at := clock_timestamp();
  SELECT count(*), coalesce(max(number) FILTER (WHERE place <= new.size), '') INTO new.candidates, new.cutoff
    FROM (SELECT number, row_number() OVER (ORDER BY number) AS place
            FROM (SELECT customers_sample_number(new.seed, each) AS number
                    FROM customers_sample_candidates(new.organization_id, new.draws_at) AS each) numbered) ordered;
  RETURN new;
END $$;
CREATE TRIGGER sample_stands BEFORE INSERT OR UPDATE ON customers_sample
  FOR EACH ROW EXECUTE FUNCTION customers_sample_stands();

-- A round is opened in one's own name; that of a sample by nobody, and it holds what the seed picks and nothing else.
CREATE FUNCTION customers_round_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  new.opened_at := clock_timestamp();
  IF (new.sample_id IS NULL) <> (new.opened_by_id IS NOT NULL) OR new.sample_id IS NOT NULL AND new.reconciliation_id IS NOT NULL
     OR new.opened_by_id IS DISTINCT FROM accounts_acting_person() THEN
    PERFORM accounts_refuse('round_in_own_name', 'a round is opened in one''s own name, and a sample by chance');
  ELSIF new.sample_id IS NOT NULL AND NOT EXISTS (SELECT FROM customers_sample s WHERE s.organization_id = new.organization_id
                                                     AND s.id = new.sample_id AND s.revealed_at IS NOT NULL) THEN
    PERFORM accounts_refuse('round_of_revealed_sample', 'a sample is verified when its seed is revealed');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER round_stands BEFORE INSERT ON customers_verificationround
  FOR EACH ROW EXECUTE FUNCTION customers_round_stands();
CREATE FUNCTION customers_round_item() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE opener uuid; picked_by customers_sample;
BEGIN
  new.added_at := clock_timestamp();
  SELECT r.opened_by_id INTO opener FROM customers_verificationround r
   WHERE r.organization_id = new.organization_id AND r.id = new.round_id;
  SELECT s.* INTO picked_by FROM customers_verificationround r
    JOIN customers_sample s ON s.organization_id = r.organization_id AND s.id = r.sample_id
   WHERE r.organization_id = new.organization_id AND r.id = new.round_id;
  IF FOUND THEN
    IF customers_sample_number(picked_by.seed, new.customer_id) > picked_by.cutoff
       OR NOT EXISTS (SELECT FROM customers_claim c WHERE c.organization_id = new.organization_id
             AND c.customer_id = new.customer_id AND c.claimed_at <= picked_by.draws_at
             AND (c.released_at IS NULL OR c.released_at > picked_by.draws_at)) THEN
      PERFORM accounts_refuse('sample_picks_itself', 'nobody adds to what the seed has picked');
    END IF;
  ELSIF opener IS DISTINCT FROM accounts_acting_person() THEN
    PERFORM accounts_refuse('round_in_own_name', 'who opened a round picks its customers');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER round_item BEFORE INSERT ON customers_verificationitem
  FOR EACH ROW EXECUTE FUNCTION customers_round_item();

-- Who wrote the value of a column that stands in a customer now: the first row of its history after the last other value.
CREATE FUNCTION customers_written_by(customer uuid, field text, value text) RETURNS uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT h.history_user_id FROM customers_historicalcustomer h
   WHERE h.organization_id = current_setting('app.organization_id')::bigint AND h.id = customer
     AND h.history_id > coalesce((SELECT max(o.history_id) FROM customers_historicalcustomer o WHERE o.organization_id = h.organization_id
                                     AND o.id = customer AND to_jsonb(o) ->> field IS DISTINCT FROM value), 0)
   ORDER BY h.history_id LIMIT 1;
$$;
-- From outside: neither in the owner's team, nor above him, nor below.
CREATE FUNCTION customers_is_outside(person uuid, owner uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT owner IS NOT NULL AND person <> owner AND NOT customers_is_superior(person, owner) AND NOT customers_is_superior(owner, person)
     AND EXISTS (SELECT FROM accounts_user me, accounts_user his WHERE me.id = person AND his.id = owner
                    AND (me.team_id IS NULL OR me.team_id IS DISTINCT FROM his.team_id));
$$;
CREATE FUNCTION customers_verification_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE there customers_customer; of_item uuid;
BEGIN
  new.verified_at := clock_timestamp();
  new.expires_at := CASE WHEN new.result = 'agrees' THEN new.verified_at + make_interval(days => new.fresh_days) END;
  SELECT customer_id INTO of_item FROM customers_verificationitem
   WHERE organization_id = new.organization_id AND id = new.item_id;
  SELECT * INTO there FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id;
  new.independent := customers_is_outside(new.verified_by_id, there.owner_id);
  IF new.verified_by_id IS DISTINCT FROM accounts_acting_person() OR of_item IS DISTINCT FROM new.customer_id OR there.id IS NULL THEN
    PERFORM accounts_refuse('verified_in_own_name', 'a customer of a round is verified in one''s own name');
  ELSIF NOT EXISTS (SELECT FROM accounts_user u JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role
                     WHERE u.organization_id = new.organization_id AND u.id = new.verified_by_id AND u.is_active
                       AND 'customers.verify' = ANY (r.verbs)) THEN
    PERFORM accounts_refuse('verified_by_right', 'this role verifies nothing');
  ELSIF EXISTS (SELECT FROM customers_claim c WHERE c.organization_id = new.organization_id AND c.customer_id = new.customer_id
                   AND c.claimant_id = new.verified_by_id) THEN
    PERFORM accounts_refuse('nobody_verifies_his_own', 'nobody verifies a customer that is or was his own');
  ELSIF new.contact_id IS NOT NULL AND NOT EXISTS (SELECT FROM customers_contact c WHERE c.organization_id = new.organization_id
           AND c.id = new.contact_id AND c.customer_id = new.customer_id AND c.created_by_id <> new.verified_by_id) THEN
    PERFORM accounts_refuse('nobody_verifies_what_he_wrote', 'a contact is verified by somebody who did not enter it');
  ELSIF to_jsonb(there) ? new.field THEN
    IF new.held IS DISTINCT FROM to_jsonb(there) ->> new.field THEN
      PERFORM accounts_refuse('verified_as_it_stands', 'what is compared is what stands in the customer now');
    ELSIF new.held <> '' AND customers_written_by(new.customer_id, new.field, new.held) = new.verified_by_id THEN
      PERFORM accounts_refuse('nobody_verifies_what_he_wrote', 'a value is verified by somebody who did not write it');
    END IF;
  END IF;
  RETURN new;
END $$;
-- The customer is held first, so that a change of its value comes before or after, and in both cases is seen.
CREATE FUNCTION customers_hold_to_verify() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer WHERE organization_id = new.organization_id AND id = new.customer_id FOR NO KEY UPDATE;
  RETURN new;
END $$;
CREATE TRIGGER a_customer_is_held BEFORE INSERT ON customers_verification FOR EACH ROW EXECUTE FUNCTION customers_hold_to_verify();
CREATE TRIGGER verification_stands BEFORE INSERT ON customers_verification
  FOR EACH ROW EXECUTE FUNCTION customers_verification_stands();

-- What stands verified: it begins with an agreement, and ends with a contradiction or with another value, whoever writes it.
CREATE FUNCTION customers_verified() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new.result = 'agrees' THEN
    INSERT INTO customers_verifiedfield (organization_id, customer_id, field, verification_id, expires_at)
    VALUES (new.organization_id, new.customer_id, new.field, new.id, new.expires_at)
    ON CONFLICT (organization_id, customer_id, field)
    DO UPDATE SET verification_id = excluded.verification_id, expires_at = excluded.expires_at;
  ELSIF new.result = 'differs' THEN
    DELETE FROM customers_verifiedfield
     WHERE organization_id = new.organization_id AND customer_id = new.customer_id AND field = new.field;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER stands_or_falls AFTER INSERT ON customers_verification FOR EACH ROW EXECUTE FUNCTION customers_verified();
CREATE FUNCTION customers_value_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM customers_verifiedfield v WHERE v.organization_id = new.organization_id AND v.customer_id = new.id
     AND to_jsonb(old) -> v.field IS DISTINCT FROM to_jsonb(new) -> v.field;
  RETURN NULL;
END $$;
CREATE TRIGGER unverifies AFTER UPDATE OF name, credit_code, other_name, short_name, website, country, region, industry
  ON customers_customer FOR EACH ROW EXECUTE FUNCTION customers_value_changed();
-- For tables whose rows are part of a customer; the fields that they hold are the arguments.
CREATE FUNCTION customers_part_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM customers_verifiedfield v WHERE v.organization_id = old.organization_id AND v.customer_id = old.customer_id
     AND v.field = ANY (tg_argv::text[]);
  RETURN NULL;
END $$;
CREATE TRIGGER unverifies AFTER UPDATE OR DELETE ON customers_contact
  FOR EACH ROW EXECUTE FUNCTION customers_part_changed('contact', 'phone', 'email');

-- A proposal belongs to a verification that differs, waits so many days, and is answered by who keeps the record: never by who proposed it.
CREATE FUNCTION customers_correction_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE proposed customers_verification;
BEGIN
  SELECT * INTO proposed FROM customers_verification v WHERE v.organization_id = new.organization_id AND v.id = new.verification_id;
  IF tg_op = 'INSERT' THEN
    IF proposed.result <> 'differs' OR proposed.customer_id <> new.customer_id OR proposed.verified_by_id <> accounts_acting_person()
       OR new.answered_by_id IS NOT NULL OR new.answered_at IS NOT NULL OR new.risen_at IS NOT NULL OR new.note <> ''
       OR new.approval_id IS NOT NULL OR new.answer_days NOT BETWEEN 2 AND 30 THEN
      PERFORM accounts_refuse('correction_of_difference', 'who finds a difference proposes what the source says');
    END IF;
    new.answer_until := clock_timestamp() + make_interval(days => new.answer_days);
    RETURN new;
  END IF;
  IF old.state <> 'proposed' OR (new.organization_id, new.verification_id, new.customer_id, new.answer_days, new.answer_until)
       IS DISTINCT FROM (old.organization_id, old.verification_id, old.customer_id, old.answer_days, old.answer_until)
     OR new.risen_at IS DISTINCT FROM old.risen_at AND (old.risen_at IS NOT NULL OR clock_timestamp() < old.answer_until)
     OR new.state = 'proposed' AND (new.answered_by_id, new.note, new.approval_id) IS DISTINCT FROM (old.answered_by_id, old.note, old.approval_id) THEN
    PERFORM accounts_refuse('correction_stands', 'a proposal is answered once, and rises when nobody answered in time');
  ELSIF new.risen_at IS DISTINCT FROM old.risen_at THEN
    new.risen_at := clock_timestamp();
  END IF;
  IF new.state <> 'proposed' THEN
    IF new.answered_by_id IS DISTINCT FROM accounts_acting_person() OR new.answered_by_id = proposed.verified_by_id
       OR NOT EXISTS (SELECT FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id
             AND c.owner_id IS NOT NULL AND (accounts_edits_records_of(c.owner_id) OR customers_shared_to_edit(c.id))) THEN
      PERFORM accounts_refuse('correction_answered_by_owner', 'a proposal is answered by who keeps the record');
    ELSIF new.state = 'declined' AND new.note = '' THEN
      PERFORM accounts_refuse('correction_declined_with_reason', 'who does not accept it says why');
    END IF;
    new.answered_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER correction_stands BEFORE INSERT OR UPDATE ON customers_correction
  FOR EACH ROW EXECUTE FUNCTION customers_correction_stands();

-- A reconciliation is brought in one's own name; what was compared stays as it was found.
CREATE FUNCTION customers_reconciliation_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.created_at := clock_timestamp();
    IF new.created_by_id IS DISTINCT FROM accounts_acting_person() THEN
      PERFORM accounts_refuse('reconciled_in_own_name', 'a list is compared in one''s own name');
    END IF;
  ELSIF old.state IN ('compared', 'failed') OR (new.organization_id, new.file_id, new.created_by_id, new.created_at, new.system)
          IS DISTINCT FROM (old.organization_id, old.file_id, old.created_by_id, old.created_at, old.system) THEN
    PERFORM accounts_refuse('reconciliation_stands', 'what was found stays as it was found');
  ELSIF new.state = 'compared' THEN
    new.compared_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER reconciliation_stands BEFORE INSERT OR UPDATE ON customers_reconciliation
  FOR EACH ROW EXECUTE FUNCTION customers_reconciliation_stands();

-- Denied is not there; break-glass access reads and verifies nothing.
CREATE POLICY denied_is_not_there ON customers_verification AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE POLICY denied_is_not_there ON customers_correction AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE POLICY denied_is_not_there ON customers_verificationitem AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE TRIGGER break_glass_reads_only BEFORE INSERT ON customers_verificationround
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT ON customers_verification
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE UPDATE ON customers_correction
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT ON customers_reconciliation
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();

REVOKE ALL ON FUNCTION customers_sample_stands(), customers_hold_to_verify(), customers_written_by(uuid, text, text), customers_verified(),
  customers_value_changed(), customers_part_changed() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_written_by(uuid, text, text) TO crm_app;
ALTER FUNCTION customers_sample_stands() OWNER TO crm_search;
ALTER FUNCTION customers_hold_to_verify() OWNER TO crm_search;
ALTER FUNCTION customers_written_by(uuid, text, text) OWNER TO crm_search;
ALTER FUNCTION customers_verified() OWNER TO crm_search;
ALTER FUNCTION customers_value_changed() OWNER TO crm_search;
ALTER FUNCTION customers_part_changed() OWNER TO crm_search;
