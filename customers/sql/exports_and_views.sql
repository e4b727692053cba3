-- Marks of lists that leave, and saved views: what the database holds, whoever writes.

-- A list is marked before it leaves, and for the person who takes it: nobody lays a mark under somebody else's list afterwards.
CREATE FUNCTION customers_marked_before_it_leaves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM fresh f JOIN customers_export e ON e.organization_id = f.organization_id AND e.id = f.export_id
              WHERE e.file_id IS NOT NULL) THEN
    PERFORM accounts_refuse('marked_before_it_leaves', 'a list is marked before it leaves');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER marked_before_it_leaves AFTER INSERT ON customers_exportedrow REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION customers_marked_before_it_leaves();
CREATE TRIGGER marked_before_it_leaves AFTER INSERT ON customers_planting REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION customers_marked_before_it_leaves();

CREATE FUNCTION customers_canary_of_its_person() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM customers_export e JOIN customers_canary c ON c.organization_id = e.organization_id
                    AND c.person_id = e.requested_by_id
                  WHERE e.organization_id = new.organization_id AND e.id = new.export_id AND c.id = new.canary_id) THEN
    PERFORM accounts_refuse('canary_of_its_person', 'a canary record is in lists of the person it was made for');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER canary_of_its_person BEFORE INSERT ON customers_planting
  FOR EACH ROW EXECUTE FUNCTION customers_canary_of_its_person();

-- Whose a letter is that came for a canary: it names no organisation. The digest is made with a key outside the database.
GRANT SELECT ON customers_canary TO crm_search;
CREATE POLICY search ON customers_canary FOR SELECT TO crm_search USING (true);
GRANT SELECT (id) ON accounts_organization TO crm_search;
CREATE POLICY search ON accounts_organization FOR SELECT TO crm_search USING (true);
CREATE FUNCTION customers_canaries_at(host bytea) RETURNS TABLE (organization bigint, canary uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id, c.id FROM accounts_organization o JOIN customers_canary c ON c.organization_id = o.id
   WHERE c.host_index = host AND length(host) = 32 ORDER BY c.made_at;
$$;

-- A saved view is its owner's, and stays it.
CREATE POLICY only_the_owner_changes ON customers_savedview AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_acting_person() IS NULL OR owner_id = customers_acting_person())
  WITH CHECK (customers_acting_person() IS NULL OR owner_id = customers_acting_person());
CREATE POLICY only_for_oneself ON customers_savedview AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_acting_person() IS NULL OR owner_id = customers_acting_person());

REVOKE ALL ON FUNCTION customers_canaries_at(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_canaries_at(bytea) TO crm_app;
ALTER FUNCTION customers_canaries_at(bytea) OWNER TO crm_search;
