-- Who gets a customer by a rule or by a manager's word. A manager acts and edits nothing; every act stands in a row of its own.

-- Rules come as a whole set, as a second person approved, and end with the next one. Whoever founds the organisation begins it.
CREATE FUNCTION customers_assignment_rule_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  approved jsonb := approvals_carried_out('customers.assignment_rules', lpad(to_hex(new.organization_id), 32, '0')::uuid);
BEGIN
  IF approved IS NULL AND NOT accounts_being_founded(new.organization_id) THEN
    PERFORM accounts_refuse('assignment_as_approved', 'assignment rules change only as a second person approved');
  ELSIF tg_op = 'UPDATE' THEN
    IF old.ended_at IS NOT NULL OR to_jsonb(new) - 'ended_at' IS DISTINCT FROM to_jsonb(old) - 'ended_at' THEN
      PERFORM accounts_refuse('assignment_as_approved', 'an assignment rule is ended or left as it is');
    END IF;
    new.ended_at := clock_timestamp();
  ELSIF new.ended_at IS NOT NULL OR approved IS NOT NULL AND NOT approved -> 'rules' @> jsonb_build_array(
      to_jsonb(new) - '{id,organization_id,began_at,ended_at}'::text[]) THEN
    PERFORM accounts_refuse('assignment_as_approved', 'an assignment rule begins as it was approved');
  ELSE
    new.began_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER assignment_rule_stands BEFORE INSERT OR UPDATE ON customers_assignmentrule
  FOR EACH ROW EXECUTE FUNCTION customers_assignment_rule_stands();

-- May this person own customers? He is here, sells, and stays.
CREATE FUNCTION customers_sells(person uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM accounts_user u JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role
                  WHERE u.organization_id = current_setting('app.organization_id')::bigint AND u.id = person AND u.is_active
                    AND 'customers.sell' = ANY (r.verbs) AND NOT accounts_is_leaving(u.id));
$$;

-- An act is made now: by who stands above those it concerns, with a reason, or by a rule that holds.
CREATE FUNCTION customers_assignment_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE acting uuid := accounts_acting_person(); rule customers_assignmentrule;
BEGIN
  new.made_at := clock_timestamp();
  new.made_in := pg_current_xact_id()::text::bigint;
  new.by_id := acting;
  SELECT c.owner_id INTO new.was_id FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id;
  IF (new.act = 'recalled') = (new.to_id IS NOT NULL) OR new.act NOT IN ('recalled', 'assigned') THEN
    PERFORM accounts_refuse('assignment_is_one_thing', 'a customer is recalled, or assigned to somebody');
  ELSIF new.to_id IS NOT NULL AND (new.to_id = new.was_id OR NOT customers_sells(new.to_id)) THEN
    PERFORM accounts_refuse('assigned_to_a_seller', 'a customer is assigned to somebody else who sells and stays');
  ELSIF acting IS NOT NULL THEN
    IF new.rule_id IS NOT NULL OR new.reason = '' OR new.was_id IS NULL AND new.act = 'recalled'
       OR new.was_id IS NOT NULL AND NOT customers_stands_above(new.was_id)
       OR new.to_id IS NOT NULL AND NOT customers_stands_above(new.to_id) THEN
      PERFORM accounts_refuse('assignment_from_above', 'who stands above the people concerned recalls and assigns, with a reason');
    END IF;
  ELSE
    SELECT * INTO rule FROM customers_assignmentrule r WHERE r.organization_id = new.organization_id AND r.id = new.rule_id;
    IF rule.id IS NULL OR rule.ended_at IS NOT NULL OR new.act <> 'assigned' OR new.was_id IS NOT NULL OR new.to_id <> ALL (rule.people) THEN
      PERFORM accounts_refuse('assignment_by_a_rule', 'a rule that holds assigns what nobody has, to one of its people');
    END IF;
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER assignment_begins BEFORE INSERT ON customers_assignment FOR EACH ROW EXECUTE FUNCTION customers_assignment_begins();
CREATE CONSTRAINT TRIGGER assignment_stays AFTER UPDATE OR DELETE ON customers_assignment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_stays_with_customer();
CREATE POLICY denied_is_not_there ON customers_assignment AS RESTRICTIVE FOR SELECT TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));

-- The act of this very transaction upon a customer, if there is one.
CREATE FUNCTION customers_acts_now(of_customer uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_assignment a WHERE a.organization_id = current_setting('app.organization_id')::bigint
                    AND a.customer_id = of_customer AND a.made_in = pg_current_xact_id()::text::bigint
                    AND a.made_at >= transaction_timestamp() AND a.by_id IS NOT DISTINCT FROM accounts_acting_person());
$$;
CREATE FUNCTION customers_assigns_now(of_customer uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_assignment a WHERE a.organization_id = current_setting('app.organization_id')::bigint
                    AND a.customer_id = of_customer AND a.to_id = person AND a.made_in = pg_current_xact_id()::text::bigint
                    AND a.made_at >= transaction_timestamp() AND a.by_id IS NOT DISTINCT FROM accounts_acting_person());
$$;

-- What an act opens is the owner's place and nothing else of the row.
DROP POLICY only_the_owner_changes ON customers_customer;
CREATE POLICY only_the_owner_changes ON customers_customer AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (owner_id IS NULL OR accounts_edits_records_of(owner_id) OR customers_shared_to_edit(id) OR customers_carried_out(id)
         OR customers_passes_now(id, owner_id) OR customers_rest_goes_to(id, owner_id) OR customers_acts_now(id));
CREATE FUNCTION customers_act_moves_the_owner() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE moved constant text[] := '{owner_id,protected_until,pooled_at,is_held,pool_id,available_at}';
BEGIN
  IF current_user = 'crm_app' AND NOT accounts_edits_records_of(old.owner_id) AND NOT customers_shared_to_edit(new.id)
     AND NOT customers_carried_out(new.id) AND customers_acts_now(new.id)
     AND to_jsonb(new) - moved IS DISTINCT FROM to_jsonb(old) - moved THEN
    PERFORM accounts_refuse('act_moves_the_owner', 'who assigns or recalls changes nothing else of the customer');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER act_moves_the_owner BEFORE UPDATE ON customers_customer FOR EACH ROW
  WHEN (old.owner_id IS NOT NULL) EXECUTE FUNCTION customers_act_moves_the_owner();

CREATE OR REPLACE FUNCTION customers_owner_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_user = 'crm_search' AND old.owner_id = new.owner_id THEN RETURN new; END IF;
  IF accounts_acting_person() IS NOT NULL AND old.owner_id <> accounts_acting_person()
     AND approvals_carried_out('customers.transfer', new.id) IS NULL AND NOT customers_passes_now(new.id, old.owner_id)
     AND NOT customers_acts_now(new.id) THEN
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
     AND NOT customers_passes_now(new.customer_id, old.claimant_id) AND NOT customers_acts_now(new.customer_id) THEN
    RAISE EXCEPTION 'only who holds a claim ends it' USING errcode = 'check_violation', constraint = 'claim_is_its_holders';
  END IF;
  RETURN new;
END $$;
CREATE OR REPLACE FUNCTION customers_claim_as_approved() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (approvals_carried_out('customers.transfer', new.customer_id) ->> 'to') IS DISTINCT FROM new.claimant_id::text
     AND NOT customers_claim_approved(new.customer_id, new.claimant_id)
     AND NOT customers_rest_goes_to(new.customer_id, new.claimant_id)
     AND NOT customers_assigns_now(new.customer_id, new.claimant_id) THEN
    RAISE EXCEPTION 'a customer passes to somebody else only as a second person approved'
      USING errcode = 'check_violation', constraint = 'claim_as_approved';
  END IF;
  RETURN new;
END $$;
