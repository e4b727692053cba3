-- Break-glass access reads. As long as it is open, its person changes nothing about customers, takes none and takes none out:
-- not even what he could do without it. One question a statement.
CREATE FUNCTION customers_break_glass_reads() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- What a function of the house does beside a statement was judged with that statement.
  IF current_user = session_user AND accounts_acting_person() IS NOT NULL AND accounts_break_glass_is_live(accounts_acting_person()) THEN
    RAISE EXCEPTION 'break-glass access reads and changes nothing'
      USING errcode = 'check_violation', constraint = 'break_glass_reads_only';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER break_glass_reads_only BEFORE INSERT OR UPDATE OR DELETE ON customers_customer
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT OR UPDATE OR DELETE ON customers_claim
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT OR UPDATE OR DELETE ON customers_contact
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT OR UPDATE OR DELETE ON customers_identitykey
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT ON customers_followup
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT ON customers_import
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT ON customers_export
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
