-- Customers that may be one company: found by shared keys, and never compared with what stood there before a change.

-- Of each question (its keys with their weights) the customers that share most with it: a key counts less where many have
-- it, and never brings more than 300. Planned once for all, key by key: a guess about how many rows a key brings would have
-- the table read from one end to the other.
-- What a key brings comes as one array, counted once; `OFFSET 0` keeps it from being gathered anew wherever it is spoken of.
CREATE FUNCTION customers_candidates(asked integer[], keys bigint[], weights real[], most integer)
RETURNS TABLE (question integer, customer uuid, weight double precision, record jsonb)
LANGUAGE plpgsql STABLE ROWS 40
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE own bigint := current_setting('app.organization_id')::bigint;
BEGIN
  RETURN QUERY
  SELECT q.n, c.customer_id, c.s, d.record
    FROM (SELECT a.n, array_agg(a.h) AS hs, array_agg(a.w) AS ws FROM unnest(asked, keys, weights) AS a (n, h, w) GROUP BY a.n) q
    CROSS JOIN LATERAL (
      SELECT u.customer_id, sum(k.s) AS s
        FROM (SELECT z.ids, p.w / (1 + ln(greatest(cardinality(z.ids), 5) / 5.0)) AS s
                FROM unnest(q.hs, q.ws) AS p (h, w)
                CROSS JOIN LATERAL (
                  SELECT ARRAY(SELECT y.customer_id FROM customers_duplicatekey y
                                WHERE y.organization_id = own AND y.h = p.h
                                LIMIT 300) AS ids OFFSET 0) z OFFSET 0) k
        CROSS JOIN LATERAL unnest(k.ids) AS u (customer_id)
       GROUP BY u.customer_id ORDER BY s DESC, u.customer_id LIMIT most) c
    JOIN customers_duplicaterecord d ON d.organization_id = own AND d.customer_id = c.customer_id
   ORDER BY q.n, c.s DESC, c.customer_id;
END $$;

-- What was read before a change is marked, whoever changes it; who changes it by a door reads it anew in the same transaction,
-- and what others change is read anew by a job.
GRANT SELECT, UPDATE (version) ON customers_duplicaterecord TO crm_search;
CREATE POLICY outdates ON customers_duplicaterecord TO crm_search USING (true) WITH CHECK (true);
CREATE FUNCTION customers_record_is_outdated() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE of_organization bigint; of_customer uuid;
BEGIN
  IF tg_op = 'DELETE' THEN of_organization := old.organization_id; of_customer := old.customer_id;
  ELSIF tg_table_name = 'customers_customer' THEN of_organization := new.organization_id; of_customer := new.id;
  ELSE of_organization := new.organization_id; of_customer := new.customer_id; END IF;
  UPDATE customers_duplicaterecord SET version = 0
   WHERE organization_id = of_organization AND customer_id = of_customer AND version <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER record_is_outdated AFTER UPDATE OF name, other_name, short_name, credit_code, website, region ON customers_customer
  FOR EACH ROW WHEN ((old.name, old.other_name, old.short_name, old.credit_code, old.website, old.region)
    IS DISTINCT FROM (new.name, new.other_name, new.short_name, new.credit_code, new.website, new.region))
  EXECUTE FUNCTION customers_record_is_outdated();
CREATE TRIGGER record_is_outdated AFTER UPDATE OF name, phone_sealed, email_sealed, left_at OR DELETE ON customers_contact
  FOR EACH ROW EXECUTE FUNCTION customers_record_is_outdated();
CREATE TRIGGER record_is_outdated AFTER UPDATE OF ended_at ON customers_contactpoint
  FOR EACH ROW EXECUTE FUNCTION customers_record_is_outdated();
CREATE TRIGGER record_is_outdated AFTER UPDATE ON customers_address
  FOR EACH ROW EXECUTE FUNCTION customers_record_is_outdated();

-- New contacts, numbers and addresses: one statement for all of them, since a list brings thousands.
CREATE FUNCTION customers_records_are_outdated() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_duplicaterecord d SET version = 0 FROM fresh f
   WHERE d.organization_id = f.organization_id AND d.customer_id = f.customer_id AND d.version <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER records_are_outdated AFTER INSERT ON customers_contact REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION customers_records_are_outdated();
CREATE TRIGGER records_are_outdated AFTER INSERT ON customers_contactpoint REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION customers_records_are_outdated();
CREATE TRIGGER records_are_outdated AFTER INSERT ON customers_address REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION customers_records_are_outdated();

-- Customers from before this version wait to be read, by a job in slices.
INSERT INTO customers_duplicaterecord (organization_id, customer_id, record, version)
SELECT organization_id, id, '[]', 0 FROM customers_customer;
