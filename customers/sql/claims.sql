-- What the database itself holds about customers, whoever writes.

GRANT SELECT ON customers_customer, customers_claim, customers_identitykey TO crm_search;
CREATE POLICY search ON customers_customer FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_claim FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_identitykey FOR SELECT TO crm_search USING (true);

-- Owner and protection period of a customer are those of its live claim, at the end of every transaction.
CREATE FUNCTION customers_owner_is_claimant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  of_organization bigint; of_customer uuid; holder uuid; guarded timestamptz; claimed_by uuid; claimed_until timestamptz;
BEGIN
  IF tg_table_name = 'customers_claim' THEN
    IF tg_op = 'DELETE' THEN of_organization := old.organization_id; of_customer := old.customer_id;
    ELSE of_organization := new.organization_id; of_customer := new.customer_id; END IF;
  ELSE of_organization := new.organization_id; of_customer := new.id; END IF;
  SELECT owner_id, protected_until INTO holder, guarded FROM customers_customer
   WHERE organization_id = of_organization AND id = of_customer;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT claimant_id, protected_until INTO claimed_by, claimed_until FROM customers_claim
   WHERE organization_id = of_organization AND customer_id = of_customer AND released_at IS NULL;
  IF holder IS DISTINCT FROM claimed_by OR guarded IS DISTINCT FROM claimed_until THEN
    RAISE EXCEPTION 'the owner of a customer changes only through a claim (customer %)', of_customer
      USING errcode = 'check_violation', constraint = 'customers_owner_is_claimant';
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION customers_owner_is_claimant() OWNER TO crm_search;
CREATE CONSTRAINT TRIGGER owner_is_claimant AFTER INSERT OR UPDATE OF owner_id, protected_until ON customers_customer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_owner_is_claimant();
CREATE CONSTRAINT TRIGGER owner_is_claimant AFTER INSERT OR UPDATE OR DELETE ON customers_claim
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_owner_is_claimant();

-- A name or a credit code stands in an identity key of the same writing, at the end of every transaction: no way in
-- (form, import, raw SQL) goes around the contest.
CREATE FUNCTION customers_is_keyed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE c customers_customer;
BEGIN
  SELECT * INTO c FROM customers_customer WHERE organization_id = new.organization_id AND id = new.id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT FROM customers_identitykey k WHERE k.organization_id = c.organization_id AND k.customer_id = c.id
                 AND k.kind = 'name' AND k.written = c.name)
     OR c.credit_code <> '' AND NOT EXISTS (SELECT FROM customers_identitykey k WHERE k.organization_id = c.organization_id
                 AND k.customer_id = c.id AND k.kind = 'credit_code' AND k.written = c.credit_code) THEN
    RAISE EXCEPTION 'name and credit code change only together with their identity keys (customer %)', c.id
      USING errcode = 'check_violation', constraint = 'customers_is_keyed';
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION customers_is_keyed() OWNER TO crm_search;
CREATE CONSTRAINT TRIGGER is_keyed AFTER INSERT OR UPDATE OF name, credit_code ON customers_customer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_is_keyed();
REVOKE ALL ON FUNCTION customers_owner_is_claimant(), customers_is_keyed() FROM PUBLIC;

-- A manager sees his people's customers and edits none of them: only the owner's or nobody's rows may be changed,
-- by a person. Jobs without a person (recycling) act for the organisation.
CREATE FUNCTION customers_acting_person() RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT nullif(current_setting('app.user_id', true), '')::uuid;
$$;
CREATE POLICY only_the_owner_changes ON customers_customer AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (owner_id IS NULL OR customers_acting_person() IS NULL OR owner_id = customers_acting_person());
CREATE POLICY only_the_owner_removes ON customers_customer AS RESTRICTIVE FOR DELETE TO crm_app
  USING (owner_id IS NULL OR customers_acting_person() IS NULL OR owner_id = customers_acting_person());
CREATE POLICY only_the_owner_changes ON customers_contact AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_acting_person() IS NULL OR EXISTS (SELECT FROM customers_customer c
         WHERE c.organization_id = customers_contact.organization_id AND c.id = customers_contact.customer_id
           AND c.owner_id = customers_acting_person()));

-- What was said is not edited afterwards, and a recorded time is nobody's to choose.
CREATE FUNCTION customers_follow_up_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    RAISE EXCEPTION 'a follow-up is not edited; log another one' USING errcode = 'check_violation', constraint = 'follow_up_stands';
  END IF;
  new.recorded_at := clock_timestamp();
  RETURN new;
END $$;
CREATE TRIGGER follow_up_stands BEFORE INSERT OR UPDATE ON customers_followup
  FOR EACH ROW EXECUTE FUNCTION customers_follow_up_stands();

-- The claim itself is the database's: its time is now, and what ended stays ended.
CREATE FUNCTION customers_claim_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.claimed_at := clock_timestamp();
  ELSIF old.released_at IS NOT NULL OR new.claimed_at <> old.claimed_at OR new.claimant_id <> old.claimant_id
        OR new.customer_id <> old.customer_id THEN
    RAISE EXCEPTION 'a claim keeps its person, its customer and its time' USING errcode = 'check_violation', constraint = 'claim_clock';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER claim_clock BEFORE INSERT OR UPDATE ON customers_claim
  FOR EACH ROW EXECUTE FUNCTION customers_claim_clock();
