-- Customers of somebody who leaves pass on as a second person approved and the successor accepted; he himself takes nothing.

-- What passes in this very transaction: accepted by who acts, or left behind by somebody whose departure is being completed.
CREATE FUNCTION customers_passes_now(customer uuid, holder uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM customers_handoveritem i
      JOIN customers_handover h ON h.organization_id = i.organization_id AND h.id = i.handover_id
      JOIN accounts_departure d ON d.organization_id = h.organization_id AND d.id = h.departure_id
     WHERE i.organization_id = current_setting('app.organization_id')::bigint AND i.customer_id = customer
       AND i.state = 'accepted' AND i.decided_in = pg_current_xact_id()::text::bigint
       AND i.successor_id = accounts_acting_person() AND d.person_id = holder)
    OR accounts_departs_now(holder);
$$;
-- To whom the rest goes while a departure is being completed: as the last approved handover says, of what was his.
CREATE FUNCTION customers_rest_goes_to(customer uuid, heir uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM accounts_departure d
     WHERE d.organization_id = current_setting('app.organization_id')::bigint
       AND d.completed_in = pg_current_xact_id()::text::bigint
       AND d.person_id = (SELECT c.claimant_id FROM customers_claim c WHERE c.organization_id = d.organization_id
                             AND c.customer_id = customer AND c.released_at IS NOT NULL ORDER BY c.released_at DESC LIMIT 1)
       AND heir::text = (SELECT a.asked ->> 'rest' FROM customers_handover h
                           JOIN approvals_approval a ON a.organization_id = h.organization_id AND a.id = h.approval_id
                          WHERE h.organization_id = d.organization_id AND h.departure_id = d.id AND a.state = 'approved'
                          ORDER BY a.decided_at DESC, h.id DESC LIMIT 1));
$$;

CREATE OR REPLACE FUNCTION customers_claim_as_approved() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (approvals_carried_out('customers.transfer', new.customer_id) ->> 'to') IS DISTINCT FROM new.claimant_id::text
     AND (approvals_carried_out('customers.claim_while_leaving', new.customer_id) ->> 'to') IS DISTINCT FROM new.claimant_id::text
     AND NOT customers_rest_goes_to(new.customer_id, new.claimant_id) THEN
    RAISE EXCEPTION 'a customer passes to somebody else only as a second person approved'
      USING errcode = 'check_violation', constraint = 'claim_as_approved';
  END IF;
  RETURN new;
END $$;
CREATE OR REPLACE FUNCTION customers_owner_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
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
  IF accounts_acting_person() IS NOT NULL AND old.claimant_id <> accounts_acting_person()
     AND approvals_carried_out('customers.transfer', new.customer_id) IS NULL
     AND NOT customers_passes_now(new.customer_id, old.claimant_id) THEN
    RAISE EXCEPTION 'only who holds a claim ends it' USING errcode = 'check_violation', constraint = 'claim_is_its_holders';
  END IF;
  RETURN new;
END $$;
DROP POLICY only_the_owner_changes ON customers_customer;
CREATE POLICY only_the_owner_changes ON customers_customer AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (owner_id IS NULL OR accounts_edits_records_of(owner_id) OR customers_shared_to_edit(id)
         OR approvals_carried_out('customers.transfer', id) IS NOT NULL
         OR approvals_carried_out('customers.identity', id) IS NOT NULL
         OR approvals_carried_out('customers.claim_while_leaving', id) IS NOT NULL
         OR customers_passes_now(id, owner_id) OR customers_rest_goes_to(id, owner_id));

-- A share that an access review did not confirm ends, whoever closes the review.
DROP POLICY only_who_answers_takes_back ON customers_collaborator;
CREATE POLICY only_who_answers_takes_back ON customers_collaborator AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (accounts_acting_person() IS NULL OR given_by_id = accounts_acting_person() OR until <= clock_timestamp()
         OR audit_lapses_now('share', id) OR EXISTS (
    SELECT FROM customers_customer c WHERE c.organization_id = customers_collaborator.organization_id
       AND c.id = customers_collaborator.customer_id
       AND (c.owner_id = accounts_acting_person() OR customers_stands_above(c.owner_id))));

-- In departure mode: a claim only as approved, no list, nothing released, no transfer asked for.
CREATE FUNCTION customers_leaver_claims() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF accounts_is_leaving(new.claimant_id)
     AND (approvals_carried_out('customers.claim_while_leaving', new.customer_id) ->> 'to') IS DISTINCT FROM new.claimant_id::text THEN
    PERFORM accounts_refuse('leaver_claims_as_approved', 'who leaves claims only what a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER leaver_claims_as_approved BEFORE INSERT ON customers_claim
  FOR EACH ROW EXECUTE FUNCTION customers_leaver_claims();
CREATE FUNCTION customers_leaver_exports() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF accounts_is_leaving(new.requested_by_id) THEN
    PERFORM accounts_refuse('leaver_takes_no_list', 'who leaves takes no list along');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER leaver_asks_for_no_list BEFORE INSERT ON customers_export
  FOR EACH ROW EXECUTE FUNCTION customers_leaver_exports();
CREATE TRIGGER leaver_gets_no_list BEFORE UPDATE OF file_id ON customers_export
  FOR EACH ROW WHEN (new.file_id IS NOT NULL) EXECUTE FUNCTION customers_leaver_exports();
CREATE FUNCTION customers_leaver_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF old.owner_id = accounts_acting_person() AND accounts_is_leaving(old.owner_id) THEN
    PERFORM accounts_refuse('leaver_keeps_until_handover', 'who leaves releases nothing: it is handed over');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER leaver_keeps_until_handover BEFORE UPDATE OF owner_id ON customers_customer FOR EACH ROW
  WHEN (old.owner_id IS NOT NULL AND old.owner_id IS DISTINCT FROM new.owner_id) EXECUTE FUNCTION customers_leaver_keeps();
CREATE FUNCTION customers_leaver_asks() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF accounts_is_leaving(new.requested_by_id) THEN
    PERFORM accounts_refuse('leaver_asks_for_no_transfer', 'who leaves passes no customer on and takes no list along');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER leaver_asks_for_no_transfer BEFORE INSERT ON approvals_approval FOR EACH ROW
  WHEN (new.kind IN ('customers.transfer', 'customers.export')) EXECUTE FUNCTION customers_leaver_asks();

-- A handover keeps what it is; its items are those that were approved, each decided once, by the successor himself.
CREATE FUNCTION customers_handover_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.prepared_at := clock_timestamp();
    IF new.approval_id IS NOT NULL OR new.prepared_by_id IS DISTINCT FROM accounts_acting_person() THEN
      PERFORM accounts_refuse('handover_stands', 'a handover is prepared in one''s own name and begins undecided');
    END IF;
  ELSIF old.approval_id IS NOT NULL
     OR (new.organization_id, new.departure_id, new.prepared_by_id, new.prepared_at)
        IS DISTINCT FROM (old.organization_id, old.departure_id, old.prepared_by_id, old.prepared_at)
     OR NOT EXISTS (SELECT FROM approvals_approval a WHERE a.organization_id = new.organization_id AND a.id = new.approval_id
                       AND a.kind = 'customers.handover' AND a.subject_id = new.id
                       AND a.asked ->> 'departure' = new.departure_id::text
                       AND a.asked ->> 'person' = (SELECT d.person_id::text FROM accounts_departure d
                             WHERE d.organization_id = new.organization_id AND d.id = new.departure_id)) THEN
    PERFORM accounts_refuse('handover_stands', 'a handover keeps its departure and its request');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER handover_stands BEFORE INSERT OR UPDATE ON customers_handover
  FOR EACH ROW EXECUTE FUNCTION customers_handover_stands();
CREATE FUNCTION customers_handover_item() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.state <> 'offered' OR new.decided_at IS NOT NULL OR new.decided_in IS NOT NULL OR new.note <> ''
       OR NOT coalesce(approvals_carried_out('customers.handover', new.handover_id) -> 'items'
            @> jsonb_build_array(jsonb_build_object('customer', new.customer_id::text, 'to', new.successor_id::text)), false) THEN
      PERFORM accounts_refuse('handover_as_approved', 'an item is offered as a second person approved');
    END IF;
    RETURN new;
  END IF;
  IF (new.organization_id, new.handover_id, new.customer_id, new.successor_id)
     IS DISTINCT FROM (old.organization_id, old.handover_id, old.customer_id, old.successor_id)
     OR old.state IN ('accepted', 'lapsed') OR new.state = old.state THEN
    PERFORM accounts_refuse('handover_item_stands', 'an item keeps its customer and its successor, and is decided once');
  ELSIF new.state IN ('accepted', 'declined') AND new.successor_id IS DISTINCT FROM accounts_acting_person() THEN
    PERFORM accounts_refuse('handover_accepted_by_successor', 'only the successor accepts or declines');
  ELSIF NOT EXISTS (SELECT FROM customers_handover h
                      JOIN accounts_departure d ON d.organization_id = h.organization_id AND d.id = h.departure_id
                     WHERE h.organization_id = new.organization_id AND h.id = new.handover_id AND d.cancelled_at IS NULL
                       AND (d.completed_at IS NULL) = (new.state <> 'lapsed')) THEN
    PERFORM accounts_refuse('handover_while_open', 'an item is decided before the departure is completed, and lapses with it');
  END IF;
  new.decided_at := clock_timestamp();
  new.decided_in := pg_current_xact_id()::text::bigint;
  RETURN new;
END $$;
CREATE TRIGGER handover_item BEFORE INSERT OR UPDATE ON customers_handoveritem
  FOR EACH ROW EXECUTE FUNCTION customers_handover_item();

-- Who is gone owns nothing.
CREATE FUNCTION customers_departed_owns_nothing() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM customers_customer WHERE organization_id = new.organization_id AND owner_id = new.person_id) THEN
    PERFORM accounts_refuse('departed_owns_nothing', 'whose departure is completed owns no customer any more');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER departed_owns_nothing AFTER UPDATE ON accounts_departure DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (new.completed_at IS NOT NULL) EXECUTE FUNCTION customers_departed_owns_nothing();
