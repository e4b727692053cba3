-- Somebody leaves. From the announced date on he takes nothing along, and he cannot get out of that by himself.

-- The moment from which the departure mode holds, by the organisation's clock; null for who stays.
CREATE FUNCTION accounts_leaves_from(someone uuid) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT d.notice_on::timestamp AT TIME ZONE o.time_zone
    FROM accounts_departure d JOIN accounts_organization o ON o.id = d.organization_id
   WHERE d.organization_id = current_setting('app.organization_id')::bigint AND d.person_id = someone
     AND d.cancelled_at IS NULL AND d.completed_at IS NULL;
$$;
CREATE FUNCTION accounts_is_leaving(someone uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT leaving_from <= clock_timestamp() FROM accounts_user
                    WHERE organization_id = current_setting('app.organization_id')::bigint AND id = someone), false);
$$;
-- Is a departure of this person being completed in this very transaction?
CREATE FUNCTION accounts_departs_now(someone uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM accounts_departure WHERE organization_id = current_setting('app.organization_id')::bigint
                    AND person_id = someone AND completed_in = pg_current_xact_id()::text::bigint);
$$;
-- A departure is announced now, by somebody else, from today on at the earliest; what was announced stands, and it ends by
-- another person than who announced it. The time is the database's.
CREATE FUNCTION accounts_departure_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE actor uuid := accounts_acting_person(); zone text; may_end text[];
BEGIN
  IF tg_op = 'INSERT' THEN
    SELECT time_zone INTO zone FROM accounts_organization WHERE id = new.organization_id;
    new.announced_at := clock_timestamp();
    IF new.announced_by_id IS DISTINCT FROM actor THEN
      PERFORM accounts_refuse('departure_announced_in_own_name', 'a departure is announced in one''s own name');
    ELSIF new.announced_by_id = new.person_id THEN
      PERFORM accounts_refuse('departure_announced_by_another', 'nobody announces his own departure');
    ELSIF new.notice_on < (clock_timestamp() AT TIME ZONE zone)::date THEN
      PERFORM accounts_refuse('departure_not_backdated', 'a departure begins today at the earliest');
    ELSIF new.cancelled_at IS NOT NULL OR new.completed_at IS NOT NULL OR new.completed_in IS NOT NULL THEN
      PERFORM accounts_refuse('departure_begins_open', 'a departure begins open');
    END IF;
    RETURN new;
  ELSIF new IS NOT DISTINCT FROM old THEN
    RETURN new;
  END IF;
  IF (new.organization_id, new.person_id, new.notice_on, new.last_day, new.reason, new.announced_by_id, new.announced_at)
     IS DISTINCT FROM
     (old.organization_id, old.person_id, old.notice_on, old.last_day, old.reason, old.announced_by_id, old.announced_at)
     OR old.cancelled_at IS NOT NULL OR old.completed_at IS NOT NULL THEN
    PERFORM accounts_refuse('departure_stands', 'what was announced stands, and what ended stays ended');
  END IF;
  IF new.cancelled_at IS NOT NULL OR new.completed_at IS NOT NULL THEN
    may_end := CASE WHEN new.completed_at IS NULL THEN '{administrator,security}' ELSE '{administrator}' END::text[];
    IF actor IS NULL OR actor IN (new.announced_by_id, new.person_id)
       OR actor IS DISTINCT FROM coalesce(new.completed_by_id, new.cancelled_by_id)
       OR NOT EXISTS (SELECT FROM accounts_user u WHERE u.organization_id = new.organization_id AND u.id = actor
                         AND u.is_active AND u.role = ANY (may_end)) THEN
      PERFORM accounts_refuse('departure_ended_by_another', 'a departure ends by another administrator than who announced it');
    END IF;
  END IF;
  new.cancelled_at := CASE WHEN new.cancelled_at IS NULL THEN NULL ELSE clock_timestamp() END;
  new.completed_at := CASE WHEN new.completed_at IS NULL THEN NULL ELSE clock_timestamp() END;
  new.completed_in := CASE WHEN new.completed_at IS NULL THEN NULL ELSE pg_current_xact_id()::text::bigint END;
  RETURN new;
END $$;
CREATE TRIGGER departure_stands BEFORE INSERT OR UPDATE ON accounts_departure
  FOR EACH ROW EXECUTE FUNCTION accounts_departure_stands();

-- The person carries the moment, so that no page has to ask for it; it is what was announced, and nobody else's to write.
CREATE FUNCTION accounts_keep_leaving_from() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE accounts_user SET leaving_from = accounts_leaves_from(new.person_id)
   WHERE organization_id = new.organization_id AND id = new.person_id
     AND leaving_from IS DISTINCT FROM accounts_leaves_from(new.person_id);
  RETURN NULL;
END $$;
CREATE TRIGGER keep_leaving_from AFTER INSERT OR UPDATE ON accounts_departure
  FOR EACH ROW EXECUTE FUNCTION accounts_keep_leaving_from();
CREATE FUNCTION accounts_leaving_as_announced() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new.leaving_from IS DISTINCT FROM accounts_leaves_from(new.id) THEN
    PERFORM accounts_refuse('leaving_as_announced', 'departure mode is what was announced, nothing else');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER leaving_as_announced BEFORE UPDATE OF leaving_from ON accounts_user FOR EACH ROW
  WHEN (old.leaving_from IS DISTINCT FROM new.leaving_from) EXECUTE FUNCTION accounts_leaving_as_announced();
CREATE TRIGGER leaving_of_newcomer BEFORE INSERT ON accounts_user FOR EACH ROW
  WHEN (new.leaving_from IS NOT NULL) EXECUTE FUNCTION accounts_leaving_as_announced();

-- Whose departure was completed is shut out at the end of that transaction.
CREATE FUNCTION accounts_departure_ends_access() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM accounts_user WHERE organization_id = new.organization_id AND id = new.person_id AND is_active) THEN
    PERFORM accounts_refuse('departure_ends_access', 'whose departure is completed is deactivated with it');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER departure_ends_access AFTER UPDATE ON accounts_departure DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (new.completed_at IS NOT NULL) EXECUTE FUNCTION accounts_departure_ends_access();

-- People and departures are kept: the ledger, claims and decisions name them.
CREATE FUNCTION accounts_people_are_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'a row of % is kept', tg_table_name USING errcode = 'check_violation', constraint = 'people_are_kept';
END $$;
CREATE TRIGGER people_are_kept BEFORE DELETE ON accounts_user FOR EACH STATEMENT EXECUTE FUNCTION accounts_people_are_kept();
CREATE TRIGGER people_are_kept_whole BEFORE TRUNCATE ON accounts_user FOR EACH STATEMENT EXECUTE FUNCTION accounts_people_are_kept();
CREATE TRIGGER departures_are_kept BEFORE DELETE ON accounts_departure
  FOR EACH STATEMENT EXECUTE FUNCTION accounts_people_are_kept();
