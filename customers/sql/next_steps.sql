-- What the database holds about follow-ups that correct, files that come with them, next steps and calendars, whoever writes.

-- Where the organisation is, it is now this day.
CREATE FUNCTION customers_today(of_organization bigint) RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (clock_timestamp() AT TIME ZONE o.time_zone)::date FROM accounts_organization o WHERE o.id = of_organization;
$$;

-- What was said is not edited afterwards. A correction answers a follow-up of the same person about the same customer.
CREATE OR REPLACE FUNCTION customers_follow_up_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    RAISE EXCEPTION 'a follow-up is not edited; log another one' USING errcode = 'check_violation', constraint = 'follow_up_stands';
  ELSIF new.corrects_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM customers_followup f WHERE f.organization_id = new.organization_id AND f.id = new.corrects_id
         AND f.customer_id = new.customer_id AND f.author_id = new.author_id) THEN
    PERFORM accounts_refuse('follow_up_corrects_ones_own', 'one corrects what one said oneself about the same customer');
  END IF;
  new.recorded_at := clock_timestamp();
  RETURN new;
END $$;

-- A file comes with its follow-up, from who wrote it, in the same transaction: nothing is added to what was said.
CREATE FUNCTION customers_file_comes_with_it() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM customers_followup f
                   JOIN accounts_storedfile s ON s.organization_id = f.organization_id AND s.id = new.file_id
                  WHERE f.organization_id = new.organization_id AND f.id = new.follow_up_id AND f.customer_id = new.customer_id
                    AND f.author_id = coalesce(accounts_acting_person(), f.author_id) AND s.stored_by_id = f.author_id
                    AND f.recorded_at >= transaction_timestamp() AND s.stored_at >= transaction_timestamp()) THEN
    PERFORM accounts_refuse('file_comes_with_follow_up', 'a file comes with its follow-up, from who wrote it');
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER file_comes_with_follow_up BEFORE INSERT ON customers_followupfile
  FOR EACH ROW EXECUTE FUNCTION customers_file_comes_with_it();

-- A next step is planned in one's own name by who works on the customer, and lies ahead. It keeps what it says; it is done or
-- dropped once, by the database's clock; each move to another day is counted.
CREATE POLICY only_who_works_plans ON customers_nextstep AS RESTRICTIVE FOR INSERT TO crm_app
  WITH CHECK (customers_is_mine(customer_id, false) OR customers_shared_to_edit(customer_id));
CREATE POLICY only_who_works_changes ON customers_nextstep AS RESTRICTIVE FOR UPDATE TO crm_app
  USING (customers_is_mine(customer_id, false) OR customers_shared_to_edit(customer_id));
CREATE FUNCTION customers_next_step_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  told_with uuid := CASE tg_op WHEN 'INSERT' THEN new.planned_with_id ELSE new.done_with_id END;
  teller uuid := CASE tg_op WHEN 'INSERT' THEN new.planned_by_id ELSE new.done_by_id END;
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.planned_by_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.planned_by_id)
       OR new.person_id <> new.planned_by_id THEN
      PERFORM accounts_refuse('next_step_of_oneself', 'a next step is planned in one''s own name');
    END IF;
    new.planned_at := clock_timestamp();
    new.moves := 0;
  ELSIF old.state <> 'open' OR (new.organization_id, new.customer_id, new.what, new.planned_by_id, new.planned_with_id, new.planned_at)
        IS DISTINCT FROM (old.organization_id, old.customer_id, old.what, old.planned_by_id, old.planned_with_id, old.planned_at) THEN
    PERFORM accounts_refuse('next_step_stands', 'a next step keeps what it says, and what ended stays ended');
  ELSIF new.person_id <> old.person_id AND NOT EXISTS (
      SELECT FROM customers_customer c WHERE c.organization_id = new.organization_id AND c.id = new.customer_id
         AND c.owner_id = new.person_id) THEN
    PERFORM accounts_refuse('next_step_passes_to_owner', 'a next step passes to the owner of its customer and to nobody else');
  ELSIF new.state <> 'open' AND new.done_by_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.done_by_id) THEN
    PERFORM accounts_refuse('next_step_of_oneself', 'a next step is finished in one''s own name');
  ELSE
    new.moves := old.moves + ((new.due_on, new.due_at) IS DISTINCT FROM (old.due_on, old.due_at))::integer;
    new.done_at := CASE WHEN new.state <> 'open' THEN clock_timestamp() END;
  END IF;
  IF told_with IS NOT NULL AND NOT EXISTS (
      SELECT FROM customers_followup f WHERE f.organization_id = new.organization_id AND f.id = told_with
         AND f.customer_id = new.customer_id AND f.author_id = teller) THEN
    PERFORM accounts_refuse('next_step_with_its_follow_up', 'the follow-up is one of the same person about the same customer');
  END IF;
  IF tg_op = 'INSERT' OR (new.due_on, new.due_at) IS DISTINCT FROM (old.due_on, old.due_at) THEN
    IF new.due_at IS NOT NULL THEN
      SELECT (new.due_at AT TIME ZONE o.time_zone)::date INTO new.due_on FROM accounts_organization o WHERE o.id = new.organization_id;
    END IF;
    IF new.due_on < customers_today(new.organization_id) THEN
      PERFORM accounts_refuse('next_step_lies_ahead', 'a next step lies ahead, today or later');
    END IF;
  END IF;
  new.changed_at := clock_timestamp();
  RETURN new;
END $$;
CREATE TRIGGER next_step_stands BEFORE INSERT OR UPDATE ON customers_nextstep
  FOR EACH ROW EXECUTE FUNCTION customers_next_step_stands();

-- When a customer changes hands, what was agreed with it does not: open steps pass to the next owner, whoever decided that,
-- and end with the customer's way to the pool. In the same transaction and under the same deed, so that nobody has to remember.
CREATE FUNCTION customers_steps_follow_owner() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF new.owner_id IS NULL THEN
    UPDATE customers_nextstep SET state = 'dropped', done_at = clock_timestamp(), done_by_id = accounts_acting_person(),
           reason = 'pool'
     WHERE organization_id = new.organization_id AND customer_id = new.id AND state = 'open';
  ELSE
    UPDATE customers_nextstep SET person_id = new.owner_id
     WHERE organization_id = new.organization_id AND customer_id = new.id AND state = 'open' AND person_id <> new.owner_id;
  END IF;
  RETURN NULL;
END $$;
GRANT SELECT, UPDATE (state, done_at, done_by_id, reason, person_id) ON customers_nextstep TO crm_search;
CREATE POLICY search ON customers_nextstep TO crm_search USING (true);
CREATE TRIGGER steps_follow_owner AFTER UPDATE OF owner_id ON customers_customer FOR EACH ROW
  WHEN (old.owner_id IS NOT NULL AND old.owner_id IS DISTINCT FROM new.owner_id) EXECUTE FUNCTION customers_steps_follow_owner();
REVOKE ALL ON FUNCTION customers_steps_follow_owner() FROM PUBLIC;
ALTER FUNCTION customers_steps_follow_owner() OWNER TO crm_search;

-- Denials stand above everything.
CREATE POLICY denied_is_not_there ON customers_nextstep AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));
CREATE POLICY denied_is_not_there ON customers_followupfile AS RESTRICTIVE TO crm_app
  USING (customer_id <> ALL ((SELECT customers_denied_to_me())::uuid[]));

-- A calendar address is one's own; it keeps its token, ends once, and is nobody's who left. The clock is the database's.
CREATE FUNCTION customers_calendar_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.person_id IS DISTINCT FROM coalesce(accounts_acting_person(), new.person_id) OR new.ended_at IS NOT NULL THEN
      PERFORM accounts_refuse('calendar_of_oneself', 'one makes a calendar address for oneself');
    ELSIF accounts_is_leaving(new.person_id) OR NOT EXISTS (
        SELECT FROM accounts_user u WHERE u.organization_id = new.organization_id AND u.id = new.person_id AND u.is_active) THEN
      PERFORM accounts_refuse('calendar_of_who_stays', 'who leaves or has left takes no calendar along');
    END IF;
    new.made_at := clock_timestamp();
    RETURN new;
  END IF;
  IF old.ended_at IS NOT NULL OR (new.organization_id, new.person_id, new.token_hash, new.made_at)
     IS DISTINCT FROM (old.organization_id, old.person_id, old.token_hash, old.made_at) THEN
    PERFORM accounts_refuse('calendar_stands', 'a calendar address keeps its token, and what ended stays ended');
  END IF;
  new.ended_at := CASE WHEN new.ended_at IS NOT NULL THEN clock_timestamp() END;
  new.read_at := least(new.read_at, clock_timestamp());
  RETURN new;
END $$;
CREATE TRIGGER calendar_stands BEFORE INSERT OR UPDATE ON customers_calendarfeed
  FOR EACH ROW EXECUTE FUNCTION customers_calendar_stands();

-- Who is deactivated has none, by whatever door he was: the address stands outside sessions, so it ends here as well.
CREATE FUNCTION customers_calendar_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE customers_calendarfeed SET ended_at = clock_timestamp()
   WHERE organization_id = new.organization_id AND person_id = new.id AND ended_at IS NULL;
  RETURN NULL;
END $$;
GRANT SELECT, UPDATE (ended_at, read_at) ON customers_calendarfeed TO crm_search;
CREATE POLICY search ON customers_calendarfeed TO crm_search USING (true);
CREATE TRIGGER calendar_ends AFTER UPDATE OF is_active ON accounts_user FOR EACH ROW
  WHEN (old.is_active AND NOT new.is_active) EXECUTE FUNCTION customers_calendar_ends();
REVOKE ALL ON FUNCTION customers_calendar_ends() FROM PUBLIC;
ALTER FUNCTION customers_calendar_ends() OWNER TO crm_search;

-- Break-glass access reads, these too.
CREATE TRIGGER break_glass_reads_only BEFORE INSERT OR UPDATE ON customers_nextstep
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
CREATE TRIGGER break_glass_reads_only BEFORE INSERT ON customers_followupfile
  FOR EACH STATEMENT EXECUTE FUNCTION customers_break_glass_reads();
