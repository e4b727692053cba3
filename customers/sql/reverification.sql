-- What stands verified ends with its value: in every column that can be verified, in the address that is held (the oldest
-- in use), and in what a person is reached by where only a further phone or mail address says it.

DROP TRIGGER unverifies ON customers_customer;
SET LOCAL ROLE crm_search;
GRANT EXECUTE ON FUNCTION customers_value_changed() TO crm_owner;
RESET ROLE;
CREATE TRIGGER unverifies AFTER UPDATE OF name, credit_code, other_name, short_name, website, country, region, industry, size, tier, source
  ON customers_customer FOR EACH ROW EXECUTE FUNCTION customers_value_changed();

SET LOCAL ROLE crm_search;
REVOKE ALL ON FUNCTION customers_value_changed() FROM crm_owner;
RESET ROLE;

CREATE FUNCTION customers_address_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM customers_verifiedfield v WHERE v.organization_id = old.organization_id AND v.customer_id = old.customer_id
     AND v.field = 'address' AND NOT EXISTS (
       SELECT FROM customers_address a WHERE a.organization_id = old.organization_id AND a.customer_id = old.customer_id
          AND a.ended_at IS NULL AND a.id < old.id);
  RETURN NULL;
END $$;
CREATE TRIGGER unverifies AFTER DELETE OR UPDATE OF postcode, region, city, lines, ended_at ON customers_address
  FOR EACH ROW EXECUTE FUNCTION customers_address_changed();

CREATE FUNCTION customers_point_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM customers_verifiedfield v USING customers_contact c
   WHERE v.organization_id = old.organization_id AND v.customer_id = old.customer_id AND v.field = old.kind
     AND c.organization_id = old.organization_id AND c.id = old.contact_id
     AND CASE old.kind WHEN 'phone' THEN c.phone_sealed IS NULL ELSE c.email_sealed IS NULL END
     AND NOT EXISTS (SELECT FROM customers_contactpoint p WHERE p.organization_id = old.organization_id
                        AND p.customer_id = old.customer_id AND p.contact_id = old.contact_id AND p.kind = old.kind
                        AND p.ended_at IS NULL AND p.id < old.id);
  RETURN NULL;
END $$;
CREATE TRIGGER unverifies AFTER DELETE OR UPDATE ON customers_contactpoint
  FOR EACH ROW EXECUTE FUNCTION customers_point_changed();

REVOKE ALL ON FUNCTION customers_address_changed(), customers_point_changed() FROM PUBLIC;
ALTER FUNCTION customers_address_changed() OWNER TO crm_search;
ALTER FUNCTION customers_point_changed() OWNER TO crm_search;
