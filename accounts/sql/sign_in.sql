-- What the database itself holds about signing in, whoever writes.

CREATE FUNCTION accounts_refuse(name text, words text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION '%', words USING errcode = 'check_violation', constraint = name;
END $$;

-- Every organisation has a sign-in policy from its first moment: the house's own.
CREATE FUNCTION accounts_begin_sign_in_policy() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO accounts_signinpolicy (organization_id, exempt_roles, password_length, idle_minutes, absolute_hours, networks)
  SELECT id, '["rep"]', 10, 120, 24, '{}' FROM fresh;
  RETURN NULL;
END $$;
CREATE TRIGGER sign_in_policy_begins AFTER INSERT ON accounts_organization REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION accounts_begin_sign_in_policy();

-- The organisations that exist.
INSERT INTO accounts_signinpolicy (organization_id, exempt_roles, password_length, idle_minutes, absolute_hours, networks)
SELECT id, '["rep"]', 10, 120, 24, '{}' FROM accounts_organization;
SET CONSTRAINTS ALL IMMEDIATE;

-- A second factor is one's own, keeps what it is, and never goes back: no code is taken twice.
CREATE FUNCTION accounts_second_factor_rises() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.person_id::text IS DISTINCT FROM current_setting('app.user_id', true) THEN
      PERFORM accounts_refuse('second_factor_of_oneself', 'a second factor is set up by the person himself');
    END IF;
    new.added_at := clock_timestamp();
  ELSIF (new.organization_id, new.person_id, new.kind, new.sealed, new.added_at)
     IS DISTINCT FROM (old.organization_id, old.person_id, old.kind, old.sealed, old.added_at) THEN
    PERFORM accounts_refuse('second_factor_stands', 'a second factor keeps what it is; set up another one');
  ELSIF new.counter < old.counter OR new.used_at IS DISTINCT FROM old.used_at AND new.counter = old.counter
        AND (old.kind = 'app' OR old.counter > 0) THEN
    PERFORM accounts_refuse('second_factor_once', 'a code works once');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER second_factor_rises BEFORE INSERT OR UPDATE ON accounts_secondfactor
  FOR EACH ROW EXECUTE FUNCTION accounts_second_factor_rises();

CREATE FUNCTION accounts_recovery_code_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.person_id::text IS DISTINCT FROM current_setting('app.user_id', true) OR new.used_at IS NOT NULL THEN
      PERFORM accounts_refuse('recovery_code_of_oneself', 'recovery codes are made by the person himself');
    END IF;
    new.made_at := clock_timestamp();
  ELSIF old.used_at IS NOT NULL OR (new.organization_id, new.person_id, new.digest, new.made_at)
     IS DISTINCT FROM (old.organization_id, old.person_id, old.digest, old.made_at) THEN
    PERFORM accounts_refuse('recovery_code_used', 'a recovery code works once and keeps what it is');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER recovery_code_once BEFORE INSERT OR UPDATE ON accounts_recoverycode
  FOR EACH ROW EXECUTE FUNCTION accounts_recovery_code_once();

-- What has ended stays ended, and no session becomes another person's or begins anew.
CREATE FUNCTION accounts_session_ends() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    new.began_at := clock_timestamp();
    new.ended_at := NULL;
  ELSIF old.ended_at IS NOT NULL OR (new.organization_id, new.person_id, new.began_at)
     IS DISTINCT FROM (old.organization_id, old.person_id, old.began_at) THEN
    PERFORM accounts_refuse('session_stays_ended', 'a session that ended stays ended');
  ELSE
    new.seen_at := least(new.seen_at, clock_timestamp());
    new.proved_at := least(new.proved_at, clock_timestamp());
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER session_ends BEFORE INSERT OR UPDATE ON accounts_session
  FOR EACH ROW EXECUTE FUNCTION accounts_session_ends();
