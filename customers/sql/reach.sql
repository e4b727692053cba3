-- Records are kept by their owner, and by who keeps the records of the owner's team (`accounts_edits_records_of`): the same
-- question in every policy. Managers see further than they change.
DROP POLICY only_the_owner_changes ON customers_customer;
CREATE POLICY only_the_owner_changes ON customers_customer AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (owner_id IS NULL OR accounts_edits_records_of(owner_id)
         OR approvals_carried_out('customers.transfer', id) IS NOT NULL
         OR approvals_carried_out('customers.identity', id) IS NOT NULL);
CREATE OR REPLACE FUNCTION customers_is_mine(customer uuid, or_nobodys boolean) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT accounts_acting_person() IS NULL OR EXISTS (
    SELECT FROM customers_customer c WHERE c.organization_id = current_setting('app.organization_id')::bigint
       AND c.id = customer AND (accounts_edits_records_of(c.owner_id) OR or_nobodys AND c.owner_id IS NULL));
$$;

-- Who keeps the records of a team changes them; the owner and his protection stay the owner's business: released, claimed and
-- passed on only by himself, by a job, or as approved.
CREATE FUNCTION customers_owner_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF accounts_acting_person() IS NOT NULL AND old.owner_id <> accounts_acting_person()
     AND approvals_carried_out('customers.transfer', new.id) IS NULL THEN
    RAISE EXCEPTION 'only the owner releases a customer or passes it on'
      USING errcode = 'check_violation', constraint = 'owner_stays';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER owner_stays BEFORE UPDATE OF owner_id, protected_until ON customers_customer FOR EACH ROW
  WHEN (old.owner_id IS NOT NULL AND (old.owner_id, old.protected_until) IS DISTINCT FROM (new.owner_id, new.protected_until))
  EXECUTE FUNCTION customers_owner_stays();
CREATE FUNCTION customers_claim_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF accounts_acting_person() IS NOT NULL AND old.claimant_id <> accounts_acting_person()
     AND approvals_carried_out('customers.transfer', new.customer_id) IS NULL THEN
    RAISE EXCEPTION 'only who holds a claim ends it' USING errcode = 'check_violation', constraint = 'claim_is_its_holders';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER claim_is_its_holders BEFORE UPDATE ON customers_claim FOR EACH ROW EXECUTE FUNCTION customers_claim_stays();

-- One function says who acts, on the ground floor.
CREATE OR REPLACE FUNCTION customers_acting_person() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT accounts_acting_person();
$$;
