-- What the database itself holds about customers, whoever writes.

GRANT SELECT ON customers_customer, customers_claim, customers_identitykey TO crm_search;
CREATE POLICY search ON customers_customer FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_claim FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_identitykey FOR SELECT TO crm_search USING (true);

-- Owner and protection period of a customer are those of its live claim, at the end of every transaction.
CREATE FUNCTION customers_owner_is_claimant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  of_organization bigint; of_customer uuid; is_there boolean; holder uuid; guarded timestamptz; claimed_by uuid; claimed_until timestamptz;
BEGIN
  IF tg_table_name = 'customers_claim' THEN
    IF tg_op = 'DELETE' THEN of_organization := old.organization_id; of_customer := old.customer_id;
    ELSE of_organization := new.organization_id; of_customer := new.customer_id; END IF;
  ELSE of_organization := new.organization_id; of_customer := new.id; END IF;
  SELECT owner_id, protected_until INTO holder, guarded FROM customers_customer
   WHERE organization_id = of_organization AND id = of_customer;
  is_there := FOUND;
  SELECT claimant_id, protected_until INTO claimed_by, claimed_until FROM customers_claim
   WHERE organization_id = of_organization AND customer_id = of_customer AND released_at IS NULL;
  IF NOT is_there AND NOT FOUND THEN RETURN NULL; END IF;
  IF holder IS DISTINCT FROM claimed_by OR guarded IS DISTINCT FROM claimed_until THEN
    RAISE EXCEPTION 'the owner of a customer changes only through a claim (customer %)', of_customer
      USING errcode = 'check_violation', constraint = 'customers_owner_is_claimant';
  END IF;
  RETURN NULL;
END $$;
-- Nobody's new customer has no claim: one that was there before it met the check below and went nowhere.
CREATE CONSTRAINT TRIGGER owner_of_new_is_claimant AFTER INSERT ON customers_customer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.owner_id IS NOT NULL OR new.protected_until IS NOT NULL)
  EXECUTE FUNCTION customers_owner_is_claimant();
CREATE CONSTRAINT TRIGGER owner_is_claimant AFTER UPDATE OF owner_id, protected_until ON customers_customer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_owner_is_claimant();
CREATE CONSTRAINT TRIGGER owner_is_claimant AFTER INSERT OR UPDATE OR DELETE ON customers_claim
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_owner_is_claimant();

-- A name or a credit code stands in an identity key of the same writing, at the end of every transaction: no way in
-- (form, import, raw SQL) goes around the contest.
CREATE FUNCTION customers_is_keyed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE of_organization bigint; named uuid;
BEGIN
  IF tg_table_name = 'customers_identitykey' THEN of_organization := old.organization_id; named := old.customer_id;
  ELSE of_organization := new.organization_id; named := new.id; END IF;
  PERFORM FROM customers_customer c WHERE c.organization_id = of_organization AND c.id = named
     AND (NOT EXISTS (SELECT FROM customers_identitykey k WHERE k.organization_id = of_organization AND k.customer_id = named
                      AND k.kind = 'name' AND k.written = c.name)
          OR c.credit_code <> '' AND NOT EXISTS (SELECT FROM customers_identitykey k
                      WHERE k.organization_id = of_organization AND k.customer_id = named
                      AND k.kind = 'credit_code' AND k.written = c.credit_code));
  IF FOUND THEN
    RAISE EXCEPTION 'name and credit code change only together with their identity keys (customer %)', named
      USING errcode = 'check_violation', constraint = 'customers_is_keyed';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER is_keyed AFTER INSERT OR UPDATE OF name, credit_code ON customers_customer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_is_keyed();
CREATE CONSTRAINT TRIGGER is_keyed AFTER UPDATE OR DELETE ON customers_identitykey
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_is_keyed();

-- What was said and who wanted a customer goes only together with the customer (an import that is undone).
CREATE FUNCTION customers_stays_with_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM customers_customer WHERE organization_id = old.organization_id AND id = old.customer_id) THEN
    RAISE EXCEPTION 'a row of % is kept as long as its customer', tg_table_name
      USING errcode = 'check_violation', constraint = tg_name;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER claim_stays AFTER DELETE ON customers_claim
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_stays_with_customer();
CREATE CONSTRAINT TRIGGER contested_claim_stays AFTER UPDATE OR DELETE ON customers_contestedclaim
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_stays_with_customer();
CREATE CONSTRAINT TRIGGER follow_up_stays AFTER DELETE ON customers_followup
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_stays_with_customer();

-- Handed over last, rights first: once they are another's, a REVOKE by us would do nothing, with a warning.
REVOKE ALL ON FUNCTION customers_owner_is_claimant(), customers_is_keyed(), customers_stays_with_customer() FROM PUBLIC;
ALTER FUNCTION customers_owner_is_claimant() OWNER TO crm_search;
ALTER FUNCTION customers_is_keyed() OWNER TO crm_search;
ALTER FUNCTION customers_stays_with_customer() OWNER TO crm_search;

-- A manager sees his people's customers and edits none of them: only the owner's or nobody's rows may be changed,
-- by a person. Jobs without a person (recycling) act for the organisation.
CREATE FUNCTION customers_acting_person() RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT nullif(current_setting('app.user_id', true), '')::uuid;
$$;
CREATE POLICY only_the_owner_changes ON customers_customer AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (owner_id IS NULL OR customers_acting_person() IS NULL OR owner_id = customers_acting_person());
CREATE POLICY only_the_owner_removes ON customers_customer AS RESTRICTIVE FOR DELETE TO crm_app
  USING (owner_id IS NULL OR customers_acting_person() IS NULL OR owner_id = customers_acting_person());
-- His contacts go with the customer; nobody's customers get them from an import only.
CREATE FUNCTION customers_is_mine(customer uuid, or_nobodys boolean) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT customers_acting_person() IS NULL OR EXISTS (
    SELECT FROM customers_customer c WHERE c.organization_id = current_setting('app.organization_id')::bigint
       AND c.id = customer AND (c.owner_id = customers_acting_person() OR or_nobodys AND c.owner_id IS NULL));
$$;
CREATE POLICY only_the_owner_adds ON customers_contact AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_is_mine(customer_id, true));
CREATE POLICY only_the_owner_changes ON customers_contact AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_is_mine(customer_id, false));
CREATE POLICY only_the_owner_removes ON customers_contact AS RESTRICTIVE FOR DELETE TO crm_app
  USING (customers_is_mine(customer_id, true));

-- Nobody logs a follow-up in another's name or for another's customer.
CREATE POLICY only_the_owner_logs ON customers_followup AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (author_id = coalesce(customers_acting_person(), author_id) AND customers_is_mine(customer_id, false));

-- What was said is not edited afterwards, and a recorded time is nobody's to choose.
CREATE FUNCTION customers_follow_up_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    RAISE EXCEPTION 'a follow-up is not edited; log another one' USING errcode = 'check_violation', constraint = 'follow_up_stands';
  END IF;
  new.recorded_at := clock_timestamp();
  RETURN new;
END $$;
CREATE TRIGGER follow_up_stands BEFORE INSERT OR UPDATE ON customers_followup
  FOR EACH ROW EXECUTE FUNCTION customers_follow_up_stands();

-- The claim itself is the database's: it begins and ends now, protects no longer than the organisation allows, and what
-- ended stays ended.
CREATE FUNCTION customers_claim_clock() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE days integer;
BEGIN
  IF tg_op = 'INSERT' THEN
    SELECT protection_days INTO days FROM accounts_organization WHERE id = new.organization_id;
    new.claimed_at := clock_timestamp();
    IF new.released_at IS NOT NULL OR new.protected_until > new.claimed_at + make_interval(days => days) THEN
      RAISE EXCEPTION 'a claim begins now and protects for % days', days USING errcode = 'check_violation', constraint = 'claim_clock';
    END IF;
  ELSIF old.released_at IS NOT NULL OR (new.claimed_at, new.claimant_id, new.customer_id, new.protected_until)
        IS DISTINCT FROM (old.claimed_at, old.claimant_id, old.customer_id, old.protected_until) THEN
    RAISE EXCEPTION 'a claim keeps its person, its customer and its time' USING errcode = 'check_violation', constraint = 'claim_clock';
  ELSIF new.released_at IS NOT NULL THEN
    new.released_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER claim_clock BEFORE INSERT OR UPDATE ON customers_claim
  FOR EACH ROW EXECUTE FUNCTION customers_claim_clock();
