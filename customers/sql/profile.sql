-- The record of a customer: what changes only as a second person approved, what only managers say, and what only the
-- database reckons. Whoever writes.

-- Two functions of earlier days go on further tables; their owner says who may put them on.
SET LOCAL ROLE crm_search;
GRANT EXECUTE ON FUNCTION customers_stays_with_customer(), customers_hold() TO crm_owner;
RESET ROLE;

-- Something that was approved for this customer is being carried out just now. Each column that needs an approval has a guard
-- of its own; this only lets who decides reach the row.
CREATE FUNCTION customers_carried_out(customer uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM approvals_approval a
                  WHERE a.organization_id = current_setting('app.organization_id')::bigint AND a.subject_id = customer
                    AND a.state = 'approved' AND a.carried_out_in = pg_current_xact_id()::text::bigint);
$$;
DROP POLICY only_the_owner_changes ON customers_customer;
CREATE POLICY only_the_owner_changes ON customers_customer AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (owner_id IS NULL OR accounts_edits_records_of(owner_id) OR customers_shared_to_edit(id) OR customers_carried_out(id)
         OR customers_passes_now(id, owner_id) OR customers_rest_goes_to(id, owner_id));

-- Payment terms, the place in a group and the source: a new customer has none of the first two, and the third once.
CREATE FUNCTION customers_begins_plain() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM accounts_refuse('customer_begins_plain', 'payment terms and groups are asked for when the customer is there');
  RETURN NULL;
END $$;
CREATE TRIGGER customer_begins_plain BEFORE INSERT ON customers_customer FOR EACH ROW
  WHEN (new.parent_id IS NOT NULL OR new.credit_limit IS NOT NULL OR new.payment_days IS NOT NULL OR new.key_account)
  EXECUTE FUNCTION customers_begins_plain();

CREATE FUNCTION customers_terms_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('customers.terms', new.id);
BEGIN
  IF approved IS NULL OR (new.credit_limit, new.currency, new.payment_days) IS DISTINCT FROM
     (nullif(approved ->> 'credit_limit', '')::numeric, (approved ->> 'currency')::varchar, nullif(approved ->> 'payment_days', '')::smallint) THEN
    PERFORM accounts_refuse('terms_as_approved', 'payment terms change only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER terms_as_approved BEFORE UPDATE OF credit_limit, currency, payment_days ON customers_customer FOR EACH ROW
  WHEN ((old.credit_limit, old.currency, old.payment_days) IS DISTINCT FROM (new.credit_limit, new.currency, new.payment_days))
  EXECUTE FUNCTION customers_terms_as_approved();

CREATE FUNCTION customers_source_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('customers.source', new.id);
BEGIN
  IF approved IS NULL OR (new.source, new.source_number) IS DISTINCT FROM
     ((approved ->> 'source')::varchar, (approved ->> 'source_number')::varchar) THEN
    PERFORM accounts_refuse('source_as_approved', 'the source is said once; later it changes only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER source_as_approved BEFORE UPDATE OF source, source_number ON customers_customer FOR EACH ROW
  WHEN ((old.source, old.source_number) IS DISTINCT FROM (new.source, new.source_number))
  EXECUTE FUNCTION customers_source_as_approved();

CREATE FUNCTION customers_group_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('customers.group', new.id);
BEGIN
  IF approved IS NULL OR (new.parent_id, new.relation) IS DISTINCT FROM
     (nullif(approved ->> 'parent', '')::uuid, (approved ->> 'relation')::varchar) THEN
    PERFORM accounts_refuse('group_as_approved', 'the place of a company in a group changes only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER group_as_approved BEFORE UPDATE OF parent_id, relation ON customers_customer FOR EACH ROW
  WHEN ((old.parent_id, old.relation) IS DISTINCT FROM (new.parent_id, new.relation))
  EXECUTE FUNCTION customers_group_as_approved();
-- A company does not belong to itself, by whatever way around. One change of a group at a time in an organisation: two that
-- close a circle together would each see a line.
CREATE FUNCTION customers_group_has_no_circle() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('customers.group', new.organization_id));
  IF EXISTS (
    WITH RECURSIVE above AS (
      SELECT c.id, c.parent_id FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.parent_id
      UNION
      SELECT c.id, c.parent_id FROM customers_customer c JOIN above a ON c.organization_id = new.organization_id AND c.id = a.parent_id
    ) SELECT FROM above WHERE id = new.id) THEN
    PERFORM accounts_refuse('group_has_no_circle', 'a company cannot belong to a part of itself');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER group_has_no_circle BEFORE UPDATE OF parent_id ON customers_customer FOR EACH ROW
  WHEN (new.parent_id IS NOT NULL AND old.parent_id IS DISTINCT FROM new.parent_id)
  EXECUTE FUNCTION customers_group_has_no_circle();

-- What hangs on a customer is written by who works on it, in his own name and now, and stays as long as the customer.
CREATE FUNCTION customers_works_on(customer uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT customers_is_mine(customer, false) OR customers_shared_to_edit(customer);
$$;
CREATE POLICY only_who_works_on_it_adds ON customers_address AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_works_on(customer_id));
CREATE POLICY only_who_works_on_it_changes ON customers_address AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_works_on(customer_id));
CREATE POLICY only_who_works_on_it_adds ON customers_contactpoint AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_works_on(customer_id));
CREATE POLICY only_who_works_on_it_changes ON customers_contactpoint AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_works_on(customer_id));
CREATE POLICY only_who_works_on_it_adds ON customers_customertag AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_works_on(customer_id));
CREATE POLICY only_who_works_on_it_removes ON customers_customertag AS RESTRICTIVE FOR DELETE TO crm_app
  USING (customers_works_on(customer_id));

CREATE FUNCTION customers_address_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.added_at := clock_timestamp();
    IF new.ended_at IS NOT NULL OR new.added_by_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.added_by_id) THEN
      PERFORM accounts_refuse('address_stands', 'an address is added now, in one''s own name');
    END IF;
  ELSIF old.ended_at IS NOT NULL OR (new.customer_id, new.added_by_id, new.added_at) IS DISTINCT FROM (old.customer_id, old.added_by_id, old.added_at) THEN
    PERFORM accounts_refuse('address_stands', 'an address keeps its customer, and one that is out of use stays so');
  ELSIF new.ended_at IS NOT NULL THEN
    new.ended_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER address_stands BEFORE INSERT OR UPDATE ON customers_address FOR EACH ROW EXECUTE FUNCTION customers_address_stands();

CREATE FUNCTION customers_point_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.added_at := clock_timestamp();
    IF new.ended_at IS NOT NULL OR new.added_by_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.added_by_id) THEN
      PERFORM accounts_refuse('point_stands', 'a phone or mail address is added now, in one''s own name');
    ELSIF new.contact_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM customers_contact c WHERE c.organization_id = new.organization_id AND c.id = new.contact_id
           AND c.customer_id = new.customer_id AND c.person_key_id = new.person_key_id) THEN
      PERFORM accounts_refuse('point_of_its_person', 'a phone or mail address belongs to a person at this customer, under his own key');
    END IF;
  ELSIF old.ended_at IS NOT NULL OR new.ended_at IS NULL OR to_jsonb(old) - 'ended_at' IS DISTINCT FROM to_jsonb(new) - 'ended_at' THEN
    PERFORM accounts_refuse('point_stands', 'a phone or mail address ends or is left as it is');
  ELSE
    new.ended_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER point_stands BEFORE INSERT OR UPDATE ON customers_contactpoint FOR EACH ROW EXECUTE FUNCTION customers_point_stands();
ALTER TABLE customers_contactpoint ADD CONSTRAINT point_kind CHECK (kind IN ('phone', 'email'));
-- People who left are marked so and kept: what was said with them has a name.
CREATE CONSTRAINT TRIGGER contact_stays AFTER DELETE ON customers_contact
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_stays_with_customer();

-- Tags are made by whom the organisation lets make them; a tag keeps its name, and one that is archived is put on nothing.
CREATE FUNCTION customers_carries(verb text) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT accounts_acting_person() IS NULL OR EXISTS (
    SELECT FROM accounts_user me JOIN accounts_role r ON r.organization_id = me.organization_id AND r.code = me.role
     WHERE me.organization_id = current_setting('app.organization_id')::bigint AND me.id = accounts_acting_person()
       AND me.is_active AND verb = ANY (r.verbs));
$$;
CREATE POLICY only_who_carries_the_verb_adds ON customers_tag AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_carries('customers.tags'));
CREATE POLICY only_who_carries_the_verb_changes ON customers_tag AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_carries('customers.tags'));
CREATE POLICY only_who_carries_the_verb_adds ON customers_recordstandard AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_carries('customers.standard'));
CREATE POLICY only_who_carries_the_verb_changes ON customers_recordstandard AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_carries('customers.standard'));
CREATE FUNCTION customers_tag_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'UPDATE' AND to_jsonb(old) - 'archived_at' IS DISTINCT FROM to_jsonb(new) - 'archived_at' THEN
    PERFORM accounts_refuse('tag_stands', 'a tag keeps its name; it is archived or taken back into use');
  END IF;
  new.archived_at := CASE WHEN new.archived_at IS NOT NULL THEN clock_timestamp() END;
  RETURN new;
END $$;
CREATE TRIGGER tag_stands BEFORE INSERT OR UPDATE ON customers_tag FOR EACH ROW EXECUTE FUNCTION customers_tag_stands();
CREATE FUNCTION customers_customer_tag_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE word customers_tag;
BEGIN
  SELECT * INTO word FROM customers_tag t WHERE t.organization_id = new.organization_id AND t.id = new.tag_id;
  IF word.id IS NULL OR word.archived_at IS NOT NULL THEN
    PERFORM accounts_refuse('tag_in_use', 'this tag is archived');
  ELSIF new.tagged_by_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.tagged_by_id) THEN
    PERFORM accounts_refuse('tag_in_own_name', 'a tag is put on in one''s own name');
  END IF;
  new.name := word.name;
  new.tagged_at := clock_timestamp();
  RETURN new;
END $$;
CREATE TRIGGER customer_tag_stands BEFORE INSERT ON customers_customertag
  FOR EACH ROW EXECUTE FUNCTION customers_customer_tag_stands();

-- A key account is named and ended by a manager above its owner, and by nobody else. The mark is the trigger's.
GRANT SELECT ON customers_keyaccount, customers_contact, customers_contactpoint, customers_address, customers_recordstandard TO crm_search;
CREATE POLICY search ON customers_keyaccount FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_contact FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_contactpoint FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_address FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON customers_recordstandard FOR SELECT TO crm_search USING (true);
GRANT UPDATE (key_account, completeness) ON customers_customer TO crm_search;
CREATE TRIGGER a_customer_is_held BEFORE INSERT ON customers_keyaccount FOR EACH ROW EXECUTE FUNCTION customers_hold();
CREATE FUNCTION customers_key_account_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE owner uuid;
BEGIN
  SELECT c.owner_id INTO owner FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id;
  IF NOT customers_stands_above(owner) THEN
    PERFORM accounts_refuse('key_account_from_above', 'a manager above its owner says what is a key account');
  ELSIF tg_op = 'INSERT' THEN
    new.named_at := clock_timestamp();
    IF new.ended_at IS NOT NULL OR new.ended_by_id IS NOT NULL OR new.named_by_id IS DISTINCT FROM accounts_acting_person() THEN
      PERFORM accounts_refuse('key_account_stands', 'a key account is named now, in one''s own name');
    END IF;
  ELSIF old.ended_at IS NOT NULL OR new.ended_at IS NULL OR new.ended_by_id IS DISTINCT FROM accounts_acting_person()
        OR to_jsonb(old) - '{ended_at,ended_by_id}'::text[] IS DISTINCT FROM to_jsonb(new) - '{ended_at,ended_by_id}'::text[] THEN
    PERFORM accounts_refuse('key_account_stands', 'a key account is ended in one''s own name or left as it is');
  ELSE
    new.ended_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER key_account_stands BEFORE INSERT OR UPDATE ON customers_keyaccount
  FOR EACH ROW EXECUTE FUNCTION customers_key_account_stands();
CREATE FUNCTION customers_marks_key_account() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_customer SET key_account = new.ended_at IS NULL
   WHERE organization_id = new.organization_id AND id = new.customer_id AND key_account <> (new.ended_at IS NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER marks_key_account AFTER INSERT OR UPDATE ON customers_keyaccount
  FOR EACH ROW EXECUTE FUNCTION customers_marks_key_account();
CREATE FUNCTION customers_key_account_is_true() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.id
     AND c.key_account IS DISTINCT FROM EXISTS (SELECT FROM customers_keyaccount k WHERE k.organization_id = new.organization_id
       AND k.customer_id = new.id AND k.ended_at IS NULL);
  IF FOUND THEN
    PERFORM accounts_refuse('key_account_is_true', 'a customer is marked as a key account exactly while a manager calls it one');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER key_account_is_true AFTER UPDATE OF key_account ON customers_customer DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (old.key_account IS DISTINCT FROM new.key_account) EXECUTE FUNCTION customers_key_account_is_true();

-- Completeness: how much of what the organisation's standard counts is there, in percent. Reckoned by the database whenever
-- the record, a contact or an address changes, so that a list finds what is incomplete by an index. Nobody else writes it.
CREATE FUNCTION customers_house_counts() RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT ARRAY['address', 'contact', 'country', 'industry', 'name', 'phone', 'region', 'size'];
$$;
CREATE FUNCTION customers_completeness_of(c customers_customer) RETURNS smallint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE counts text[]; filled text[];
BEGIN
  IF c.organization_id::text <> coalesce(nullif(current_setting('app.organization_id', true), ''), c.organization_id::text) THEN
    RETURN 0;  -- a row that somebody made up about another organisation is no way to ask about it
  END IF;
  SELECT s.counts INTO counts FROM customers_recordstandard s WHERE s.organization_id = c.organization_id;
  counts := coalesce(counts, customers_house_counts());
  filled := ARRAY['name',
    CASE WHEN c.other_name <> '' THEN 'other_name' END, CASE WHEN c.short_name <> '' THEN 'short_name' END,
    CASE WHEN c.credit_code <> '' THEN 'credit_code' END, CASE WHEN c.website <> '' THEN 'website' END,
    CASE WHEN c.country <> '' THEN 'country' END, CASE WHEN c.region <> '' THEN 'region' END,
    CASE WHEN c.industry <> '' THEN 'industry' END, CASE WHEN c.size <> '' THEN 'size' END,
    CASE WHEN c.tier <> '' THEN 'tier' END, CASE WHEN c.source <> '' THEN 'source' END];
  IF counts && ARRAY['contact', 'phone', 'email'] THEN
    filled := filled || (SELECT ARRAY[CASE WHEN count(*) > 0 THEN 'contact' END, CASE WHEN count(p.phone_sealed) > 0 THEN 'phone' END,
                                      CASE WHEN count(p.email_sealed) > 0 THEN 'email' END]
                           FROM customers_contact p
                          WHERE p.organization_id = c.organization_id AND p.customer_id = c.id AND p.left_at IS NULL)
      || ARRAY(SELECT p.kind::text FROM customers_contactpoint p LEFT JOIN customers_contact who ON who.organization_id = p.organization_id AND who.id = p.contact_id
                WHERE p.organization_id = c.organization_id AND p.customer_id = c.id AND p.ended_at IS NULL AND who.left_at IS NULL);
  END IF;
  IF 'address' = ANY (counts) AND EXISTS (SELECT FROM customers_address a WHERE a.organization_id = c.organization_id
       AND a.customer_id = c.id AND a.ended_at IS NULL) THEN
    filled := filled || 'address'::text;
  END IF;
  RETURN 100 * (SELECT count(*) FROM unnest(counts) AS n WHERE n = ANY (filled)) / greatest(cardinality(counts), 1);
END $$;
CREATE FUNCTION customers_is_measured() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  new.completeness := customers_completeness_of(new);
  RETURN new;
END $$;
CREATE TRIGGER is_measured BEFORE INSERT OR UPDATE OF completeness, other_name, short_name, credit_code, website, country, region,
  industry, size, tier, source ON customers_customer FOR EACH ROW EXECUTE FUNCTION customers_is_measured();
-- A list brings thousands of contacts in one statement: their customers are measured in one, too.
CREATE FUNCTION customers_are_measured_again() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_customer c SET completeness = 0
    FROM (SELECT DISTINCT organization_id, customer_id FROM fresh) f
   WHERE c.organization_id = f.organization_id AND c.id = f.customer_id AND c.completeness <> customers_completeness_of(c);
  RETURN NULL;
END $$;
DO $$ DECLARE part text; BEGIN
  FOREACH part IN ARRAY ARRAY['customers_contact', 'customers_contactpoint', 'customers_address'] LOOP
    EXECUTE format('CREATE TRIGGER measures_new AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION customers_are_measured_again()', part);
    EXECUTE format('CREATE TRIGGER measures_changed AFTER UPDATE ON %I REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION customers_are_measured_again()', part);
  END LOOP;
END $$;
-- After the standard has changed, a slice at a time: the last customer measured, or none when all are.
CREATE FUNCTION customers_measure(beyond uuid, most integer) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE here bigint := current_setting('app.organization_id')::bigint; slice uuid[];
BEGIN
  slice := ARRAY(SELECT c.id FROM customers_customer c WHERE c.organization_id = here AND c.id > beyond ORDER BY c.id LIMIT least(most, 5000));
  UPDATE customers_customer c SET completeness = 0
   WHERE c.organization_id = here AND c.id = ANY (slice) AND c.completeness <> customers_completeness_of(c);
  RETURN slice[cardinality(slice)];
END $$;

-- What is denied is not there, nor what hangs on it.
DO $$ DECLARE part text; BEGIN
  FOREACH part IN ARRAY ARRAY['customers_address', 'customers_contactpoint', 'customers_customertag', 'customers_keyaccount'] LOOP
    EXECUTE format('CREATE POLICY denied_is_not_there ON %I AS RESTRICTIVE TO crm_app USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]))', part);
  END LOOP;
  FOREACH part IN ARRAY ARRAY['customers_historicaladdress', 'customers_historicalcontactpoint'] LOOP
    EXECUTE format('CREATE POLICY denied_is_not_there ON %I AS RESTRICTIVE FOR SELECT TO crm_app USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]))', part);
  END LOOP;
  FOREACH part IN ARRAY ARRAY['customers_address', 'customers_contactpoint', 'customers_customertag', 'customers_keyaccount'] LOOP
    EXECUTE format('CREATE TRIGGER break_glass_reads_only BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads()', part);
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION customers_group_has_no_circle(), customers_marks_key_account(), customers_key_account_is_true(),
  customers_are_measured_again(), customers_completeness_of(customers_customer), customers_measure(uuid, integer) FROM PUBLIC;
ALTER FUNCTION customers_group_has_no_circle() OWNER TO crm_search;
ALTER FUNCTION customers_marks_key_account() OWNER TO crm_search;
ALTER FUNCTION customers_key_account_is_true() OWNER TO crm_search;
ALTER FUNCTION customers_are_measured_again() OWNER TO crm_search;
ALTER FUNCTION customers_completeness_of(customers_customer) OWNER TO crm_search;
ALTER FUNCTION customers_measure(uuid, integer) OWNER TO crm_search;
SET LOCAL ROLE crm_search;
GRANT EXECUTE ON FUNCTION customers_completeness_of(customers_customer), customers_measure(uuid, integer) TO crm_app, crm_owner;
RESET ROLE;

-- The customers that are there already. Reckoning is no change, so nothing else hears of it.
ALTER TABLE customers_customer DISABLE TRIGGER USER;
SELECT set_config('app.organization_id', '', true);  -- of every organisation
UPDATE customers_customer c SET completeness = customers_completeness_of(c);
SELECT set_config('app.organization_id', '0', true);
ALTER TABLE customers_customer ENABLE TRIGGER USER;
