-- How long a claim protects is said by the ownership rules, in versions of their own.
DROP TRIGGER settings_as_approved ON accounts_organization;
CREATE OR REPLACE FUNCTION approvals_settings_as_approved() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('accounts.settings', lpad(to_hex(new.id), 32, '0')::uuid);
BEGIN
  IF approved IS NULL OR to_jsonb(new.access_log_days) IS DISTINCT FROM approved -> 'access_log_days' THEN
    PERFORM approvals_refuse('settings_as_approved', 'the rules of an organisation change only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER settings_as_approved BEFORE UPDATE OF access_log_days ON accounts_organization FOR EACH ROW
  WHEN (old.access_log_days IS DISTINCT FROM new.access_log_days) EXECUTE FUNCTION approvals_settings_as_approved();
