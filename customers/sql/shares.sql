-- What stands beside role and team: customers shared with a colleague for a time, and customers denied to a person. Held by
-- the database, whoever writes; who sees what is shared is asked in Python, as for everything that is only seen.

GRANT SELECT, UPDATE (ended_at) ON customers_collaborator TO crm_search;
CREATE POLICY search ON customers_collaborator TO crm_search USING (true);
GRANT SELECT ON customers_denial TO crm_search;
CREATE POLICY search ON customers_denial FOR SELECT TO crm_search USING (true);
GRANT UPDATE (has_denials) ON customers_customer TO crm_search;
CREATE POLICY marks ON customers_customer FOR UPDATE TO crm_search USING (true);

-- Denials stand above everything: for who is denied, the customer is not there, nor what hangs on it. The mark is asked first
-- and the list of what somebody is denied is made once a statement, so that everybody else's rows cost nothing.
CREATE FUNCTION customers_denied_to_me() RETURNS uuid[] LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT ARRAY(SELECT d.customer_id FROM customers_denial d
                WHERE d.organization_id = current_setting('app.organization_id')::bigint AND d.person_id = accounts_acting_person()
                  AND d.ended_at IS NULL AND (d.until IS NULL OR d.until > clock_timestamp()));
$$;
CREATE POLICY denied_is_not_there ON customers_customer AS RESTRICTIVE TO crm_app
  USING (NOT (has_denials AND id = ANY ((SELECT customers_denied_to_me())::uuid[])));
CREATE POLICY denied_is_not_there ON customers_contact AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE POLICY denied_is_not_there ON customers_followup AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE POLICY denied_is_not_there ON customers_claim AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE POLICY denied_is_not_there ON customers_historicalcustomer AS RESTRICTIVE FOR SELECT TO crm_app
  USING (id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE POLICY denied_is_not_there ON customers_historicalcontact AS RESTRICTIVE FOR SELECT TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE POLICY denied_is_not_there ON customers_historicalfollowup AS RESTRICTIVE FOR SELECT TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));

-- A share to edit opens the record itself, its contacts and follow-ups. Owner, name and protection have guards of their own.
CREATE FUNCTION customers_shared_to_edit(of_customer uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM customers_collaborator s
                  WHERE s.organization_id = current_setting('app.organization_id')::bigint AND s.person_id = accounts_acting_person()
                    AND s.customer_id = of_customer AND s.way = 'edit' AND s.ended_at IS NULL AND s.until > clock_timestamp());
$$;
DROP POLICY only_the_owner_changes ON customers_customer;
CREATE POLICY only_the_owner_changes ON customers_customer AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (owner_id IS NULL OR accounts_edits_records_of(owner_id) OR customers_shared_to_edit(id)
         OR approvals_carried_out('customers.transfer', id) IS NOT NULL
         OR approvals_carried_out('customers.identity', id) IS NOT NULL);
DROP POLICY only_the_owner_adds ON customers_contact;
CREATE POLICY only_the_owner_adds ON customers_contact AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_is_mine(customer_id, true) OR customers_shared_to_edit(customer_id));
DROP POLICY only_the_owner_changes ON customers_contact;
CREATE POLICY only_the_owner_changes ON customers_contact AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_is_mine(customer_id, false) OR customers_shared_to_edit(customer_id));
DROP POLICY only_the_owner_logs ON customers_followup;
CREATE POLICY only_the_owner_logs ON customers_followup AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (author_id = coalesce(accounts_acting_person(), author_id)
              AND (customers_is_mine(customer_id, false) OR customers_shared_to_edit(customer_id)));

-- Who acts leads, at some height, the team in which that person works.
CREATE FUNCTION customers_stands_above(person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(approvals_manages(accounts_acting_person(), person), false) AND EXISTS (
    SELECT FROM accounts_user me WHERE me.organization_id = current_setting('app.organization_id')::bigint
       AND me.id = accounts_acting_person() AND me.is_active AND me.role = 'manager');
$$;
-- One person stands above another: leads, at some height, a team in which the other works or which he leads.
CREATE FUNCTION customers_is_superior(manager uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE above AS (
    SELECT t.id, t.parent_id, t.manager_id FROM accounts_team t
     WHERE t.manager_id = person OR t.id = (SELECT u.team_id FROM accounts_user u WHERE u.id = person)
    UNION
    SELECT t.id, t.parent_id, t.manager_id FROM accounts_team t JOIN above a ON t.id = a.parent_id
  ) SELECT coalesce(manager <> person, false) AND EXISTS (SELECT FROM above WHERE manager_id = manager);
$$;
CREATE FUNCTION customers_by_owner_of_organization() RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM accounts_user me WHERE me.organization_id = current_setting('app.organization_id')::bigint
                    AND me.id = accounts_acting_person() AND me.is_active AND me.is_owner);
$$;
-- The customer is held while a share or a denial of it is written: whoever changes its owner meanwhile waits and then sees it.
CREATE FUNCTION customers_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer WHERE organization_id = new.organization_id AND id = new.customer_id FOR NO KEY UPDATE;
  RETURN new;
END $$;
CREATE TRIGGER a_customer_is_held BEFORE INSERT ON customers_collaborator FOR EACH ROW EXECUTE FUNCTION customers_hold();
CREATE TRIGGER a_customer_is_held BEFORE INSERT ON customers_denial FOR EACH ROW EXECUTE FUNCTION customers_hold();

-- A share is given by the owner, or to look at by a manager above him, to an active colleague whose role reads customers,
-- until a day; it ends once and is not changed otherwise. Times are the database's.
CREATE FUNCTION customers_collaborator_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE owner uuid; role text; active boolean;
BEGIN
  IF tg_op = 'UPDATE' THEN
    IF old.ended_at IS NOT NULL OR new.ended_at IS NULL OR
       to_jsonb(old) - 'ended_at' IS DISTINCT FROM to_jsonb(new) - 'ended_at' THEN
      PERFORM accounts_refuse('collaborator_stands', 'a share is ended or left as it is');
    END IF;
    new.ended_at := least(clock_timestamp(), old.until);
    RETURN new;
  END IF;
  UPDATE customers_collaborator SET ended_at = clock_timestamp()
   WHERE organization_id = new.organization_id AND customer_id = new.customer_id AND person_id = new.person_id
     AND ended_at IS NULL AND until <= clock_timestamp();
  new.given_at := clock_timestamp();
  SELECT c.owner_id INTO owner FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id;
  SELECT u.role, u.is_active INTO role, active FROM accounts_user u
   WHERE u.organization_id = new.organization_id AND u.id = new.person_id FOR SHARE;
  IF new.ended_at IS NOT NULL OR new.given_by_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.given_by_id) THEN
    PERFORM accounts_refuse('collaborator_stands', 'a share begins now, in the name of who gives it');
  ELSIF owner IS NULL OR new.given_by_id <> owner AND NOT (new.way = 'view' AND customers_stands_above(owner)) THEN
    PERFORM accounts_refuse('collaborator_by_owner', 'the owner shares his customer, and to look at, who stands above him');
  ELSIF new.person_id = owner OR active IS NOT TRUE OR role IN ('administrator', 'security', 'auditor') THEN
    PERFORM accounts_refuse('collaborator_works_here', 'it is shared with an active colleague who works with customers');
  ELSIF EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = new.organization_id AND d.customer_id = new.customer_id
                   AND d.person_id = new.person_id AND d.ended_at IS NULL AND (d.until IS NULL OR d.until > clock_timestamp())) THEN
    PERFORM accounts_refuse('collaborator_not_denied', 'it is not shared with who is denied it');
  ELSIF NOT EXISTS (SELECT FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
                     WHERE p.id = new.permission_id AND t.app_label = 'customers' AND t.model = 'customer'
                       AND p.codename = CASE new.way WHEN 'edit' THEN 'change_customer' ELSE 'view_customer' END) THEN
    PERFORM accounts_refuse('collaborator_says_one_thing', 'the permission is another than the way');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER collaborator_stands BEFORE INSERT OR UPDATE ON customers_collaborator
  FOR EACH ROW EXECUTE FUNCTION customers_collaborator_stands();
ALTER TABLE customers_collaborator ADD CONSTRAINT collaborator_way CHECK (way IN ('view', 'edit'));
CREATE POLICY only_who_answers_takes_back ON customers_collaborator AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (accounts_acting_person() IS NULL OR given_by_id = accounts_acting_person() OR until <= clock_timestamp() OR EXISTS (
    SELECT FROM customers_customer c WHERE c.organization_id = customers_collaborator.organization_id
       AND c.id = customers_collaborator.customer_id
       AND (c.owner_id = accounts_acting_person() OR customers_stands_above(c.owner_id))));

-- A denial is set by who stands above the owner and not below the denied person, or by the owner of the organisation. Not
-- against the customer's owner: that would leave a customer that nobody may work on. Not against auditors: whom those could
-- shut out whom they audit, they would not audit.
CREATE FUNCTION customers_denial_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE owner uuid; denied accounts_user; is_there boolean;
BEGIN
  IF tg_op = 'UPDATE' THEN
    IF old.ended_at IS NOT NULL OR new.ended_at IS NULL OR
       to_jsonb(old) - 'ended_at' IS DISTINCT FROM to_jsonb(new) - 'ended_at' THEN
      PERFORM accounts_refuse('denial_stands', 'a denial is lifted or left as it is');
    END IF;
    new.ended_at := clock_timestamp();
    RETURN new;
  END IF;
  UPDATE customers_denial SET ended_at = clock_timestamp()
   WHERE organization_id = new.organization_id AND customer_id = new.customer_id AND person_id = new.person_id
     AND ended_at IS NULL AND until <= clock_timestamp();
  new.denied_at := clock_timestamp();
  SELECT c.owner_id INTO owner FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id;
  is_there := FOUND;
  SELECT * INTO denied FROM accounts_user u WHERE u.organization_id = new.organization_id AND u.id = new.person_id;
  IF new.ended_at IS NOT NULL OR new.denied_by_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.denied_by_id) THEN
    PERFORM accounts_refuse('denial_stands', 'a denial begins now, in the name of who sets it');
  ELSIF NOT is_there OR NOT (customers_by_owner_of_organization() OR customers_stands_above(owner)) THEN
    PERFORM accounts_refuse('denial_from_above', 'who stands above the owner denies access, or the owner of the organisation');
  ELSIF new.person_id = owner THEN
    PERFORM accounts_refuse('denial_not_of_owner', 'the owner of a customer is not denied it: it is transferred first');
  ELSIF new.person_id = new.denied_by_id OR denied.is_active IS NOT TRUE OR denied.role = 'auditor' OR denied.is_owner
        OR customers_is_superior(new.person_id, new.denied_by_id) THEN
    PERFORM accounts_refuse('denial_of_whom_one_may', 'nobody denies himself, his superiors, auditors or the organisation''s owner');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER denial_stands BEFORE INSERT OR UPDATE ON customers_denial
  FOR EACH ROW EXECUTE FUNCTION customers_denial_stands();
-- Lifted by who set it while he stands above the owner, by who stands above him, or by the owner of the organisation.
CREATE POLICY only_who_may_lifts ON customers_denial AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (accounts_acting_person() IS NULL OR until <= clock_timestamp() OR person_id <> accounts_acting_person() AND (
    customers_by_owner_of_organization() OR customers_is_superior(accounts_acting_person(), denied_by_id)
    OR denied_by_id = accounts_acting_person() AND EXISTS (
      SELECT FROM customers_customer c WHERE c.organization_id = customers_denial.organization_id
         AND c.id = customers_denial.customer_id AND (c.owner_id IS NULL OR customers_stands_above(c.owner_id)))));

-- What ends by itself: the shares of who is denied, of a customer that changes hands, of a colleague who leaves.
CREATE FUNCTION customers_denial_begins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_customer SET has_denials = true
   WHERE organization_id = new.organization_id AND id = new.customer_id AND NOT has_denials;
  UPDATE customers_collaborator SET ended_at = clock_timestamp() WHERE organization_id = new.organization_id
     AND customer_id = new.customer_id AND person_id = new.person_id AND ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER marks_and_ends AFTER INSERT ON customers_denial FOR EACH ROW EXECUTE FUNCTION customers_denial_begins();
CREATE FUNCTION customers_denial_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer WHERE organization_id = new.organization_id AND id = new.customer_id FOR NO KEY UPDATE;
  UPDATE customers_customer SET has_denials = false WHERE organization_id = new.organization_id AND id = new.customer_id
     AND NOT EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = new.organization_id
                        AND d.customer_id = new.customer_id AND d.ended_at IS NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER takes_the_mark_off AFTER UPDATE ON customers_denial FOR EACH ROW EXECUTE FUNCTION customers_denial_ends();
CREATE FUNCTION customers_changes_hands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_collaborator SET ended_at = clock_timestamp()
   WHERE organization_id = new.organization_id AND customer_id = new.id AND ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER ends_its_shares AFTER UPDATE OF owner_id ON customers_customer FOR EACH ROW
  WHEN (old.owner_id IS NOT NULL AND old.owner_id IS DISTINCT FROM new.owner_id) EXECUTE FUNCTION customers_changes_hands();
CREATE FUNCTION customers_collaborator_leaves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_collaborator SET ended_at = clock_timestamp()
   WHERE organization_id = new.organization_id AND person_id = new.id AND ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER ends_his_shares AFTER UPDATE OF is_active, role ON accounts_user FOR EACH ROW
  WHEN (NOT new.is_active OR new.role IN ('administrator', 'security', 'auditor')) EXECUTE FUNCTION customers_collaborator_leaves();

-- Nobody becomes the owner of what he is denied: not by claiming, not by a transfer. The customer's row is locked by now.
CREATE FUNCTION customers_owner_is_not_denied() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = new.organization_id AND d.customer_id = new.id
                AND d.person_id = new.owner_id AND d.ended_at IS NULL AND (d.until IS NULL OR d.until > clock_timestamp())) THEN
    PERFORM accounts_refuse('owner_is_not_denied', 'nobody becomes the owner of a customer that he is denied');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER owner_is_not_denied BEFORE UPDATE OF owner_id ON customers_customer FOR EACH ROW
  WHEN (new.has_denials AND new.owner_id IS NOT NULL AND old.owner_id IS DISTINCT FROM new.owner_id)
  EXECUTE FUNCTION customers_owner_is_not_denied();
-- The mark is the triggers'.
CREATE FUNCTION customers_mark_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.id
     AND c.has_denials IS DISTINCT FROM EXISTS (SELECT FROM customers_denial d WHERE d.organization_id = new.organization_id
       AND d.customer_id = new.id AND d.ended_at IS NULL);
  IF FOUND THEN
    PERFORM accounts_refuse('mark_is_true', 'a customer is marked as denied exactly while it is denied to somebody');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER mark_is_true AFTER UPDATE OF has_denials ON customers_customer DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (old.has_denials IS DISTINCT FROM new.has_denials) EXECUTE FUNCTION customers_mark_stands();

REVOKE ALL ON FUNCTION customers_hold(), customers_denial_begins(), customers_denial_ends(),
  customers_changes_hands(), customers_collaborator_leaves(), customers_mark_stands() FROM PUBLIC;
ALTER FUNCTION customers_hold() OWNER TO crm_search;
ALTER FUNCTION customers_denial_begins() OWNER TO crm_search;
ALTER FUNCTION customers_denial_ends() OWNER TO crm_search;
ALTER FUNCTION customers_changes_hands() OWNER TO crm_search;
ALTER FUNCTION customers_collaborator_leaves() OWNER TO crm_search;
ALTER FUNCTION customers_mark_stands() OWNER TO crm_search;
