-- What a second person has to approve about customers happens exactly as approved, whoever writes.

-- An owner's right passes to somebody else only by a transfer that is being carried out; otherwise people claim for themselves.
CREATE FUNCTION customers_claim_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (approvals_carried_out('customers.transfer', new.customer_id) ->> 'to') IS DISTINCT FROM new.claimant_id::text THEN
    RAISE EXCEPTION 'a customer passes to somebody else only as a second person approved'
      USING errcode = 'check_violation', constraint = 'claim_as_approved';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER claim_as_approved BEFORE INSERT ON customers_claim FOR EACH ROW
  WHEN (new.claimant_id <> nullif(current_setting('app.user_id', true), '')::uuid)
  EXECUTE FUNCTION customers_claim_as_approved();

-- A registered name, and a credit code that was there, change only to what was approved.
CREATE FUNCTION customers_identity_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('customers.identity', new.id);
BEGIN
  IF approved IS NULL OR new.name IS DISTINCT FROM approved ->> 'name' OR new.credit_code IS DISTINCT FROM approved ->> 'code' THEN
    RAISE EXCEPTION 'what identifies a company changes only as a second person approved'
      USING errcode = 'check_violation', constraint = 'identity_as_approved';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER identity_as_approved BEFORE UPDATE OF name, credit_code ON customers_customer FOR EACH ROW
  WHEN (old.name <> new.name OR old.credit_code <> '' AND old.credit_code <> new.credit_code)
  EXECUTE FUNCTION customers_identity_as_approved();

-- Whoever decides a transfer or a change of identity is not the owner; what was approved may be done by his decision.
DROP POLICY only_the_owner_changes ON customers_customer;
CREATE POLICY only_the_owner_changes ON customers_customer AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (owner_id IS NULL OR customers_acting_person() IS NULL OR owner_id = customers_acting_person()
         OR approvals_carried_out('customers.transfer', id) IS NOT NULL
         OR approvals_carried_out('customers.identity', id) IS NOT NULL);

-- A list leaves with no more rows than were approved, and once.
CREATE FUNCTION customers_export_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF old.file_id IS NOT NULL OR NOT EXISTS (
       SELECT FROM approvals_approval a WHERE a.organization_id = new.organization_id AND a.kind = 'customers.export'
          AND a.subject_id = new.id AND a.state = 'approved' AND a.carried_out_at IS NOT NULL
          AND (a.asked ->> 'rows')::bigint >= new.rows AND a.asked -> 'filters' = new.filters
          AND a.requested_by_id = new.requested_by_id) THEN
    RAISE EXCEPTION 'a list leaves as it was approved' USING errcode = 'check_violation', constraint = 'export_as_approved';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER export_as_approved BEFORE UPDATE OF file_id, rows, filters, requested_by_id ON customers_export FOR EACH ROW
  WHEN (new.file_id IS NOT NULL) EXECUTE FUNCTION customers_export_as_approved();
CREATE FUNCTION customers_export_begins_empty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'a list gets its file when it was approved' USING errcode = 'check_violation', constraint = 'export_begins_empty';
END $$;
CREATE TRIGGER export_begins_empty BEFORE INSERT ON customers_export FOR EACH ROW
  WHEN (new.file_id IS NOT NULL) EXECUTE FUNCTION customers_export_begins_empty();
