-- Rules about signing in begin as the house's and change only as a second person approved.
CREATE FUNCTION approvals_sign_in_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE said jsonb := to_jsonb(new) - 'id' - 'organization_id'; approved jsonb;
BEGIN
  IF tg_op = 'INSERT' THEN
    approved := '{"exempt_roles": ["rep"], "password_length": 10, "password_days": null, "idle_minutes": 120,
                  "absolute_hours": 24, "networks": {}}';
  ELSIF new.id <> old.id OR new.organization_id <> old.organization_id THEN
    PERFORM approvals_refuse('sign_in_as_approved', 'rules about signing in stay their organisation''s');
  ELSE
    approved := approvals_carried_out('accounts.sign_in_policy', new.id) - 'before';
  END IF;
  IF approved IS NULL OR said IS DISTINCT FROM approved THEN
    PERFORM approvals_refuse('sign_in_as_approved', 'rules about signing in change only as a second person approved');
  END IF;
  PERFORM n.net::cidr FROM jsonb_each(new.networks) r, jsonb_array_elements_text(r.value) n(net);
  RETURN new;
END $$;
CREATE TRIGGER sign_in_as_approved BEFORE INSERT OR UPDATE ON accounts_signinpolicy
  FOR EACH ROW EXECUTE FUNCTION approvals_sign_in_as_approved();

-- Second factors and recovery codes are taken off by the person himself, or as a second person approved.
CREATE FUNCTION approvals_second_factor_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF old.person_id IS DISTINCT FROM approvals_acting_person()
     AND approvals_carried_out('accounts.reset_second_factor', old.person_id) IS NULL THEN
    PERFORM approvals_refuse('second_factor_as_approved', 'a second factor is taken off by its owner, or as a second person approved');
  END IF;
  RETURN old;
END $$;
CREATE TRIGGER second_factor_as_approved BEFORE DELETE ON accounts_secondfactor
  FOR EACH ROW EXECUTE FUNCTION approvals_second_factor_as_approved();
CREATE TRIGGER recovery_code_as_approved BEFORE DELETE ON accounts_recoverycode
  FOR EACH ROW EXECUTE FUNCTION approvals_second_factor_as_approved();
