-- What a role may do changes only as a second person approved; who has two duties in turn is seen by his history.
CREATE FUNCTION approvals_role_as_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved jsonb := approvals_carried_out('accounts.role', new.id);
BEGIN
  IF approved IS NULL OR new.view IS DISTINCT FROM approved ->> 'view' OR new.edit IS DISTINCT FROM approved ->> 'edit'
     OR new.export IS DISTINCT FROM approved ->> 'export' OR to_jsonb(new.verbs) IS DISTINCT FROM approved -> 'verbs' THEN
    PERFORM approvals_refuse('role_as_approved', 'what a role may do changes only as a second person approved');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER role_as_approved BEFORE UPDATE ON accounts_role FOR EACH ROW
  WHEN ((old.view, old.edit, old.export, old.verbs) IS DISTINCT FROM (new.view, new.edit, new.export, new.verbs))
  EXECUTE FUNCTION approvals_role_as_approved();
