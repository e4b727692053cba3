-- Break-glass access: what the database holds about it, whoever writes. Each refusal names its constraint.

-- Monday to Friday. Holidays come here, and nowhere else.
CREATE FUNCTION accounts_is_working_day(day date) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT extract(isodow FROM day) < 6;
$$;

-- The end of the n-th working day after the day of a moment, where the organisation is.
CREATE FUNCTION accounts_working_days_after(moment timestamptz, days integer, zone text) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (max(day) + 1)::timestamp AT TIME ZONE zone FROM (
    SELECT day FROM (SELECT (moment AT TIME ZONE zone)::date + n AS day FROM generate_series(1, 2 * days + 7) n) following
     WHERE accounts_is_working_day(day) ORDER BY day LIMIT days) working;
$$;

-- Does one person lead a team in which, at any depth, the other works?
CREATE FUNCTION accounts_leads(leader uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE above AS (
    SELECT t.id, t.parent_id, t.manager_id FROM accounts_team t
      JOIN accounts_user u ON u.organization_id = t.organization_id AND u.team_id = t.id
     WHERE u.organization_id = current_setting('app.organization_id')::bigint AND u.id = person
    UNION
    SELECT t.id, t.parent_id, t.manager_id FROM accounts_team t JOIN above a ON t.id = a.parent_id
  ) SELECT leader <> person AND EXISTS (SELECT FROM above WHERE manager_id = leader);
$$;

-- Who may review what this person does in an emergency, and so is told of it: the owner of the organisation and whose role
-- reviews; never himself, nobody who works for him, and nobody whom he could have let in after it was opened.
CREATE FUNCTION accounts_break_glass_reviewers(of_person uuid, opened timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT u.id FROM accounts_user u JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role
   WHERE u.organization_id = current_setting('app.organization_id')::bigint AND u.is_active AND u.id <> of_person
     AND u.joined_at <= opened
     AND (u.is_owner OR 'accounts.break_glass_reviews' = ANY (r.verbs)) AND NOT accounts_leads(of_person, u.id)
   ORDER BY u.is_owner DESC, u.id;
$$;

-- Is somebody looking by break-glass now? The index finds what outlasts the beginning of the transaction; the clock decides.
CREATE FUNCTION accounts_break_glass_is_live(of_person uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM accounts_breakglass b WHERE b.organization_id = current_setting('app.organization_id')::bigint
                    AND b.person_id = of_person AND b.ended_at IS NULL AND b.until > now()
                    AND b.until > clock_timestamp());
$$;

-- It begins now, for who acts, if his role may and nothing of his waits for its review too long; the database reckons until
-- when, by when it is reviewed, and who is told.
CREATE FUNCTION accounts_break_glass_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new.person_id IS DISTINCT FROM accounts_acting_person() THEN
    PERFORM accounts_refuse('break_glass_in_own_name', 'break-glass access is opened in one''s own name');
  END IF;
  IF NOT EXISTS (SELECT FROM accounts_user u JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role
                  WHERE u.organization_id = new.organization_id AND u.id = new.person_id AND u.is_active
                    AND 'accounts.break_glass' = ANY (r.verbs)) THEN
    PERFORM accounts_refuse('break_glass_by_right', 'this role does not open break-glass access');
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('accounts_breakglass ' || new.person_id, new.organization_id));
  IF EXISTS (SELECT FROM accounts_breakglass b WHERE b.organization_id = new.organization_id AND b.person_id = new.person_id
                AND b.reviewed_at IS NULL AND b.review_due <= clock_timestamp()) THEN
    PERFORM accounts_refuse('break_glass_suspended', 'an earlier use has waited for its review too long');
  END IF;
  IF accounts_break_glass_is_live(new.person_id) THEN
    PERFORM accounts_refuse('break_glass_one_at_a_time', 'break-glass access is open already');
  END IF;
  IF (new.ended_at, new.reviewed_at, new.reviewed_by_id) IS DISTINCT FROM (NULL::timestamptz, NULL::timestamptz, NULL::uuid) THEN
    PERFORM accounts_refuse('break_glass_begins_open', 'break-glass access begins open and unreviewed');
  END IF;
  new.told := ARRAY(SELECT accounts_break_glass_reviewers(new.person_id, clock_timestamp()));
  IF new.told = '{}' THEN
    PERFORM accounts_refuse('break_glass_has_a_reviewer', 'nobody else is here who could review it');
  END IF;
  new.opened_at := clock_timestamp();
  new.until := new.opened_at + make_interval(mins => new.minutes);
  SELECT accounts_working_days_after(new.opened_at, 3, o.time_zone) INTO new.review_due
    FROM accounts_organization o WHERE o.id = new.organization_id;
  RETURN new;
END $$;
CREATE TRIGGER break_glass_begins BEFORE INSERT ON accounts_breakglass
  FOR EACH ROW EXECUTE FUNCTION accounts_break_glass_begins();

-- Afterwards it is ended once and reviewed once, by somebody else, and nothing else of it changes.
CREATE FUNCTION accounts_break_glass_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new IS NOT DISTINCT FROM old THEN RETURN new; END IF;
  IF (new.organization_id, new.id, new.person_id, new.reason, new.ticket, new.minutes, new.opened_at, new.until, new.review_due, new.told)
     IS DISTINCT FROM
     (old.organization_id, old.id, old.person_id, old.reason, old.ticket, old.minutes, old.opened_at, old.until, old.review_due, old.told) THEN
    PERFORM accounts_refuse('break_glass_stands', 'what was said when the glass was broken stands');
  END IF;
  IF new.ended_at IS DISTINCT FROM old.ended_at THEN
    IF old.ended_at IS NOT NULL OR new.ended_at IS NULL OR old.until <= clock_timestamp() THEN
      PERFORM accounts_refuse('break_glass_ends_once', 'it is over already');
    ELSIF accounts_acting_person() IS DISTINCT FROM old.person_id
          AND accounts_acting_person() NOT IN (SELECT accounts_break_glass_reviewers(old.person_id, old.opened_at)) THEN
      PERFORM accounts_refuse('break_glass_ended_by', 'who has it ends it, or who reviews it');
    END IF;
    new.ended_at := clock_timestamp();
  END IF;
  IF (new.reviewed_at, new.reviewed_by_id, new.verdict, new.note)
     IS DISTINCT FROM (old.reviewed_at, old.reviewed_by_id, old.verdict, old.note) THEN
    IF old.reviewed_at IS NOT NULL THEN
      PERFORM accounts_refuse('break_glass_reviewed_once', 'it is reviewed once');
    ELSIF new.reviewed_by_id IS DISTINCT FROM accounts_acting_person() THEN
      PERFORM accounts_refuse('break_glass_reviewed_in_own_name', 'a review is signed in one''s own name');
    ELSIF new.reviewed_by_id NOT IN (SELECT accounts_break_glass_reviewers(old.person_id, old.opened_at)) THEN
      PERFORM accounts_refuse('break_glass_reviewed_by_another', 'somebody else who may reviews it');
    ELSIF accounts_break_glass_is_live(new.reviewed_by_id) THEN
      PERFORM accounts_refuse('break_glass_reviewer_looks_too', 'who looks by break-glass now reviews nobody');
    ELSIF new.ended_at IS NULL AND old.until > clock_timestamp() THEN
      PERFORM accounts_refuse('break_glass_reviewed_when_over', 'it is reviewed when it is over');
    END IF;
    new.reviewed_at := clock_timestamp();
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER break_glass_stands BEFORE UPDATE ON accounts_breakglass
  FOR EACH ROW EXECUTE FUNCTION accounts_break_glass_stands();
