-- Two things about people that no two transactions may break together. Each takes the organisation's lock first, so that
-- the second sees what the first did.

-- A team is never part of itself, over any number of steps.
CREATE FUNCTION accounts_team_is_a_tree() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new.parent_id IS NULL THEN RETURN new; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('accounts_team', new.organization_id));
  IF EXISTS (
    WITH RECURSIVE above AS (
      SELECT new.parent_id AS id
      UNION
      SELECT t.parent_id FROM accounts_team t JOIN above a ON t.id = a.id WHERE t.parent_id IS NOT NULL
    ) SELECT FROM above WHERE id = new.id
  ) THEN
    RAISE EXCEPTION 'a team cannot be part of itself' USING errcode = 'check_violation', constraint = 'team_is_a_tree';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER team_is_a_tree BEFORE INSERT OR UPDATE OF parent_id ON accounts_team
  FOR EACH ROW EXECUTE FUNCTION accounts_team_is_a_tree();

-- An organisation keeps an active administrator, even if two deactivate each other at the same moment.
CREATE FUNCTION accounts_keeps_an_administrator() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('accounts_user', old.organization_id));
  IF NOT EXISTS (
    SELECT FROM accounts_user
     WHERE organization_id = old.organization_id AND role = 'administrator' AND is_active AND id <> old.id
  ) THEN
    RAISE EXCEPTION 'the last administrator stays' USING errcode = 'check_violation', constraint = 'keeps_an_administrator';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER keeps_an_administrator BEFORE UPDATE OF is_active, role ON accounts_user FOR EACH ROW
  WHEN (old.is_active AND old.role = 'administrator' AND NOT (new.is_active AND new.role = 'administrator'))
  EXECUTE FUNCTION accounts_keeps_an_administrator();
