-- Evidence comes through doors that leave an artefact behind, whoever writes. What was made on our own side extends nothing.

-- What contacts that qualify have earned a claim, as before, without the mails that somebody wrote himself.
CREATE OR REPLACE FUNCTION customers_earned(c customers_claim) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT max(least(f.occurred_at, f.recorded_at)
             + make_interval(days => (customers_rules_at(f.organization_id, f.recorded_at)).protection_days))
    FROM customers_followup f WHERE f.organization_id = c.organization_id AND f.customer_id = c.customer_id
     AND f.recorded_at >= c.chain_began_at AND f.recorded_at - f.occurred_at <= interval '24 hours' AND f.corrects_id IS NULL
     AND EXISTS (SELECT FROM customers_evidence e WHERE e.organization_id = f.organization_id AND e.follow_up_id = f.id
                    AND e.strength <> 'own'
                    AND e.happened_at BETWEEN f.occurred_at - interval '24 hours' AND f.occurred_at + interval '24 hours');
$$;

-- Who brings evidence works on the customer; for who is denied the customer it is not there.
CREATE POLICY only_who_works_on_it_brings ON customers_evidence AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_is_mine(customer_id, false) OR customers_shared_to_edit(customer_id));
CREATE POLICY denied_is_not_there ON customers_evidence AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));

-- A row that nobody can look behind proves nothing: each has its file, kept by who brings it, and its strength is what the
-- way it came by allows. The customer's own word comes without a file. Its name makes it come after `evidence_begins`.
CREATE FUNCTION customers_evidence_artefact() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE author uuid; brought_by uuid; is_inbound boolean;
BEGIN
  IF new.kind = 'confirmation' THEN
    new.strength := 'witnessed';
    RETURN new;
  END IF;
  SELECT f.stored_by_id INTO brought_by FROM accounts_storedfile f
   WHERE f.organization_id = new.organization_id AND f.id = new.file_id AND f.size > 0;
  IF NOT FOUND OR brought_by <> coalesce(new.gathered_by_id, brought_by) THEN
    PERFORM accounts_refuse('evidence_has_its_artefact', 'evidence has a file, kept by who brings it');
  END IF;
  SELECT f.author_id INTO author FROM customers_followup f
   WHERE f.organization_id = new.organization_id AND f.id = new.follow_up_id;
  is_inbound := EXISTS (SELECT FROM customers_inboundmail m
    WHERE m.organization_id = new.organization_id AND m.file_id = new.file_id AND m.person_id = author);
  IF new.kind = 'call' THEN
    IF brought_by = author OR NOT EXISTS (SELECT FROM customers_calllog l
         WHERE l.organization_id = new.organization_id AND l.file_id = new.file_id AND l.brought_by_id = brought_by) THEN
      PERFORM accounts_refuse('call_log_by_another', 'who makes calls does not bring their log');
    END IF;
    new.strength := 'witnessed';
  ELSIF new.strength = 'witnessed' AND NOT (new.kind = 'mail' AND is_inbound AND new.gathered_by_id IS NULL) THEN
    PERFORM accounts_refuse('evidence_as_strong_as_its_way', 'what somebody brings was not seen by our server');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER evidence_has_its_artefact BEFORE INSERT ON customers_evidence
  FOR EACH ROW EXECUTE FUNCTION customers_evidence_artefact();

-- A forwarding address and what comes in by it are one person's, until a mail belongs to a customer.
CREATE POLICY only_his_own ON customers_mailaddress AS RESTRICTIVE TO crm_app
  USING (accounts_acting_person() IS NULL OR person_id = accounts_acting_person());
CREATE POLICY only_his_own ON customers_inboundmail AS RESTRICTIVE TO crm_app
  USING (accounts_acting_person() IS NULL OR person_id = accounts_acting_person());
-- Mail comes in by the server and by nobody's hand; it is read once, logged once or discarded, and keeps what it is.
CREATE FUNCTION customers_inbound_mail_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF accounts_acting_person() IS NOT NULL THEN
      PERFORM accounts_refuse('inbound_mail_by_the_server', 'mail comes in by the server, not by a person');
    END IF;
    new.arrived_at := clock_timestamp();
    new.read_at := NULL; new.follow_up_id := NULL; new.discarded_at := NULL;
    RETURN new;
  END IF;
  IF (new.organization_id, new.person_id, new.file_id, new.arrived_at)
     IS DISTINCT FROM (old.organization_id, old.person_id, old.file_id, old.arrived_at)
     OR old.follow_up_id IS NOT NULL AND new.follow_up_id IS DISTINCT FROM old.follow_up_id
     OR old.discarded_at IS NOT NULL AND new.discarded_at IS DISTINCT FROM old.discarded_at
     OR new.follow_up_id IS NOT NULL AND new.discarded_at IS NOT NULL THEN
    PERFORM accounts_refuse('inbound_mail_stands', 'a mail keeps what it is, and is logged or discarded once');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER inbound_mail_stands BEFORE INSERT OR UPDATE ON customers_inboundmail
  FOR EACH ROW EXECUTE FUNCTION customers_inbound_mail_stands();

-- A call log is brought in one's own name, by who may; it keeps its file and is evaluated once.
CREATE FUNCTION customers_call_log_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.brought_at := clock_timestamp();
    IF new.brought_by_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.brought_by_id) OR NOT EXISTS (
         SELECT FROM accounts_user u
           JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role AND 'customers.bring_calls' = ANY (r.verbs)
          WHERE u.organization_id = new.organization_id AND u.id = new.brought_by_id AND u.is_active) THEN
      PERFORM accounts_refuse('call_log_by_who_may', 'call logs are brought in one''s own name, by who may');
    END IF;
  ELSIF (new.organization_id, new.file_id, new.brought_by_id, new.brought_at)
     IS DISTINCT FROM (old.organization_id, old.file_id, old.brought_by_id, old.brought_at) OR old.evaluated_at IS NOT NULL THEN
    PERFORM accounts_refuse('call_log_stands', 'a call log keeps its file and is evaluated once');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER call_log_stands BEFORE INSERT OR UPDATE ON customers_calllog
  FOR EACH ROW EXECUTE FUNCTION customers_call_log_stands();

-- Whose holds have lapsed too often claims as his manager approved; like everything approved, it is no hold.
CREATE FUNCTION customers_claim_approved(of_customer uuid, to_person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((approvals_carried_out('customers.claim_while_leaving', of_customer) ->> 'to') = to_person::text, false)
      OR coalesce((approvals_carried_out('customers.claim_after_lapses', of_customer) ->> 'to') = to_person::text, false);
$$;
CREATE OR REPLACE FUNCTION customers_way_of(fresh customers_claim, ended customers_claim, customer customers_customer) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE acting uuid := accounts_acting_person();
BEGIN
  IF (approvals_carried_out('customers.transfer', fresh.customer_id) ->> 'to') = fresh.claimant_id::text THEN RETURN 'passed';
  ELSIF customers_passes_now(fresh.customer_id, ended.claimant_id) OR customers_rest_goes_to(fresh.customer_id, fresh.claimant_id) THEN
    RETURN 'handed_over';
  ELSIF customers_claim_approved(fresh.customer_id, fresh.claimant_id) THEN RETURN 'approved';
  ELSIF acting IS NULL AND fresh.way IN ('draw', 'assigned') THEN RETURN fresh.way;
  ELSIF acting IS NOT NULL AND acting <> fresh.claimant_id THEN RETURN 'assigned';
  ELSIF customer.owner_id = fresh.claimant_id AND customer.created_by_id = fresh.claimant_id AND ended.id IS NULL
    AND customer.imported_in_id IS NULL THEN RETURN 'created';
  END IF;
  RETURN 'pool';
END $$;
CREATE OR REPLACE FUNCTION customers_claim_as_approved() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (approvals_carried_out('customers.transfer', new.customer_id) ->> 'to') IS DISTINCT FROM new.claimant_id::text
     AND NOT customers_claim_approved(new.customer_id, new.claimant_id)
     AND NOT customers_rest_goes_to(new.customer_id, new.claimant_id) THEN
    RAISE EXCEPTION 'a customer passes to somebody else only as a second person approved'
      USING errcode = 'check_violation', constraint = 'claim_as_approved';
  END IF;
  RETURN new;
END $$;

